// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/domain/market.h"
#include "ui/widgets/candle_span.h"
#include "ui/widgets/view_state.h"

namespace bw::ui {

struct ChartCandle {
  std::int64_t openTimeNs = 0;
  std::int64_t open = 0, high = 0, low = 0, close = 0;  ///< ticks
  std::int64_t volume = 0;                              ///< lots
};
/// A line over the candles; statistics, so double. NaN = no value yet.
struct ChartLine {
  QString name;                ///< legend: "EMA 12"
  std::vector<double> values;  ///< in ticks, one per candle
};
struct ChartFill {
  std::int64_t timeNs = 0;
  std::int64_t ticks = 0;
  std::int64_t lots = 0;
  Side side = Side::Buy;
};
struct ChartPriceLine {
  enum class Kind : std::uint8_t { Order, AverageEntry, Stop, Target, Liquidation, Alert };
  Kind kind = Kind::Order;
  Side side = Side::Buy;
  std::int64_t ticks = 0;
  QString text;  ///< tag: "BUY 0.250", "AVG 0.250", "SL", "TP"
};

/// Everything the chart shows.
struct ChartState {
  ViewState view = ViewState::Empty;
  QString bandText;
  QString symbol;
  QString interval;  ///< "1 s", "1 min"
  std::uint64_t revision = 0;
  Duration step = Duration::seconds(1);  ///< length of a candle, > 0
  Decimal tickSize{1, 2};
  Decimal lotSize{1, 3};
  std::vector<ChartCandle> candles;  ///< oldest first, times rising; a missing candle is a hole
  bool lastClosed = true;            ///< false: "bar not closed"
  std::vector<ChartLine> lines;      ///< at most 8
  std::vector<ChartFill> fills;
  std::vector<ChartPriceLine> priceLines;
  std::optional<std::int64_t> lastTicks;
  QString emptyText;  ///< for ViewState::Empty: "No bars for this interval"
  /// States of one series follow each other; 0 = stands alone. In one series nothing before `changedFrom` differs from
  /// the state shown before (candles, lines), and as many candles are there: then only what is new is painted.
  std::uint64_t series = 0;
  std::size_t changedFrom = 0;
};

/// Candles (hollow up, filled down), volume, overlays, fills and price lines. Pans and zooms; draws at most one span
/// per pixel column. Thread: GUI.
class CandleChart : public PaintedWidget {
  Q_OBJECT
 public:
  explicit CandleChart(QWidget* parent = nullptr);
  ~CandleChart() override;
  void setState(std::shared_ptr<const ChartState> state);
  const std::shared_ptr<const ChartState>& state() const { return m_state; }

  /// Candles in view, as slots of `step` from the newest; 10 to 20000.
  double visibleSlots() const { return m_slots; }
  void setVisibleSlots(double count);
  /// Slots between the newest candle and the right edge; 0 = follows the newest.
  double offset() const { return m_offset; }
  void setOffset(double offset);
  void goToNewest();
  void goToOldest();

  /// Where things are, for tests.
  QRect plotRect() const;
  double xOfTime(std::int64_t ns) const;
  double yOfTicks(double ticks) const;
  std::int64_t timeAtX(double x) const;
  double ticksAtY(double y) const;
  /// Candles or pixel columns drawn by the last paint.
  int drawnSpans() const { return m_drawnSpans; }
  /// Paints that touched only the newest pixel columns, since the widget was made.
  std::uint64_t patches() const { return m_patches; }
  /// The O H L C line under the crosshair or of the newest candle.
  QString readoutText() const;
  QSize sizeHint() const override { return {900, 520}; }
  QSize minimumSizeHint() const override { return {240, 160}; }

 Q_SIGNALS:
  /// Shown span changed by the user.
  void viewChanged();
  /// A digit was typed: open the interval box with it. A letter: the symbol search.
  void intervalTyped(const QString& text);
  void symbolTyped(const QString& text);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void themeChanged() override;

 private:
  struct Extent {
    std::int64_t low = 0, high = 0, volume = 0;
    void add(const ChartCandle& candle);
  };
  bool continues(const ChartState& next) const;
  void refreshCache();
  void paintCache(const QRect& strip);
  QRect patchRect() const;
  void updateScale();
  Extent extentOf(int first, int last);
  void collectSpans(const QRect& strip);
  void paintGrid(QPainter& p);
  void paintHoles(QPainter& p);
  void paintCandles(QPainter& p);
  void paintColumns(const QRect& strip);
  void paintVolume(QPainter& p);
  void paintOverlays(QPainter& p, const QRect& strip);
  void paintFills(QPainter& p);
  void paintPriceLines(QPainter& p);
  void paintAxes(QPainter& p);
  void paintReadout(QPainter& p);
  void paintCrosshair(QPainter& p);
  void paintMessage(QPainter& p);
  QRect candleRect() const;
  QRect volumeRect() const;
  QString priceText(double ticks) const;
  std::int64_t newestEdge() const;
  int candleAt(std::int64_t ns) const;
  void changeView(double visible, double offset);

  std::shared_ptr<const ChartState> m_state;
  std::vector<CandleSpan> m_spans;
  QImage m_cache;  ///< all but price lines, readout and crosshair
  bool m_cacheValid = false;
  std::size_t m_changedFrom = 0;  ///< the valid cache shows all candles before this one as they are
  /// Of the candles in view before the last one; they are looked at again only when they have changed.
  Extent m_settled;
  int m_settledFrom = -1, m_settledTo = -1;  ///< indices, both counted; -1 = none
  std::uint64_t m_patches = 0;
  mutable QRect m_plot;  ///< plotRect(), null when to be worked out again
  int m_axisWidth = 76;
  double m_slots = 120;
  double m_offset = 0;
  double m_low = 0, m_high = 1;  ///< ticks in view
  std::int64_t m_maxVolume = 1;
  int m_drawnSpans = 0;
  std::optional<QPoint> m_cross;
  QPoint m_dragFrom;
  double m_dragOffset = 0;
  bool m_dragging = false;
};

}  // namespace bw::ui
