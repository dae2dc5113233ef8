// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/domain/market.h"
#include "ui/widgets/view_state.h"

class QMenu;

namespace bw::ui {

struct TapePrint {
  std::int64_t timeNs = 0;
  std::int64_t ticks = 0;
  std::int64_t lots = 0;
  Side aggressor = Side::Buy;
  bool own = false;  ///< our fill
  bool liquidation = false;
  std::uint32_t missedBefore = 0;  ///< > 0: a row "— n trades missed —" is shown before it
};

struct TapeColumns;

/// Time & sales: a ring of 20,000 prints, newest on top.
/// Thread: GUI.
class TapeWidget : public PaintedWidget {
  Q_OBJECT
 public:
  static constexpr std::size_t kCapacity = 20'000;
  explicit TapeWidget(QWidget* parent = nullptr);

  /// Steps that turn ticks and lots into text; clears the tape.
  void setInstrument(const QString& symbol, const Decimal& tickSize, const Decimal& lotSize);
  /// Adds prints, oldest first. While paused they are counted and appear on resume.
  void append(const std::vector<TapePrint>& prints);
  void clear();
  /// State of the feed; `now` (market time) is for the one-minute footer and ages.
  void setState(ViewState view, const QString& bandText, std::uint64_t revision, Timestamp now);
  /// Prints of at least this many lots are bold; 0 = automatic (the largest 2 % of the last 500).
  void setLargeThreshold(std::int64_t lots);
  /// Smaller prints are not shown; 0 = all.
  void setMinimumSize(std::int64_t lots);
  /// Columns that are shown on request, by the menu of the header.
  bool showsAge() const { return m_showAge; }
  bool showsNotional() const { return m_showNotional; }
  void setShown(bool age, bool notional);
  bool isPaused() const { return m_paused; }
  void setPaused(bool paused);
  int newWhilePaused() const { return static_cast<int>(m_waiting.size()); }
  int rowCount() const { return static_cast<int>(m_prints.size()); }
  /// Row 0 is the newest.
  const TapePrint& print(int row) const { return m_prints[static_cast<std::size_t>(row)]; }
  QString footerText() const;
  QSize sizeHint() const override { return {340, 360}; }
  QSize minimumSizeHint() const override { return {240, 120}; }

 Q_SIGNALS:
  void pausedChanged(bool paused);
  /// Double click or Enter: show this time in the chart.
  void jumpRequested(qint64 timeNs);
  /// A person chose other columns.
  void columnsEdited();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void push(const TapePrint& print);
  void updateLarge();
  void dropOldMinute();
  void paintPrint(QPainter& p, const QRect& rect, const TapePrint& print, bool alternate);
  int visibleRows() const;
  void fillColumnMenu(QMenu& menu);
  TapeColumns columnsFor(int digit) const;

  std::deque<TapePrint> m_prints;   ///< front = newest
  std::deque<TapePrint> m_waiting;  ///< while paused, oldest first
  std::deque<TapePrint> m_minute;   ///< the last minute, oldest first
  QString m_symbol;
  QString m_band;
  ViewState m_view = ViewState::Empty;
  Decimal m_tick{1, 2};
  Decimal m_lot{1, 3};
  Timestamp m_now;
  std::int64_t m_large = 0;
  std::int64_t m_largeNow = 0;
  std::int64_t m_minimum = 0;
  std::int64_t m_buyLots = 0;
  std::int64_t m_sellLots = 0;
  int m_scroll = 0;
  bool m_paused = false;
  bool m_showAge = false;
  bool m_showNotional = false;
};

}  // namespace bw::ui
