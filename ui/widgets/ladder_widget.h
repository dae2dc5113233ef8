// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/decimal.h"
#include "core/domain/market.h"
#include "ui/widgets/view_state.h"

class QMenu;

namespace bw::ui {

struct LadderLevel {
  std::int64_t ticks = 0;
  std::int64_t lots = 0;
};
struct LadderOrder {
  enum class State : std::uint8_t { Pending, Open, CancelPending, Unknown };
  QString id;
  Side side = Side::Buy;
  std::int64_t ticks = 0;
  std::int64_t lots = 0;         ///< what is left of it
  std::int64_t queueAhead = -1;  ///< estimated lots ahead; -1 = not known
  State state = State::Pending;
};
struct LadderFlag {
  enum class Kind : std::uint8_t { Stop, Target, Liquidation };
  Kind kind = Kind::Stop;
  std::int64_t ticks = 0;
};
struct LadderPrint {
  std::int64_t ticks = 0;
  std::int64_t lots = 0;
  Side aggressor = Side::Buy;
};

/// Everything the ladder shows. Prices in ticks, sizes in lots; steps turn them into text exactly.
struct LadderState {
  ViewState view = ViewState::Empty;
  /// Band text: "STALE 4.2 s · last 12:03:11.204 UTC", "Book resynchronising (gap 1042→1050)", "REPLAY ×10 · …".
  QString bandText;
  QString symbol;
  std::uint64_t revision = 0;
  Decimal tickSize{1, 2};
  Decimal lotSize{1, 3};
  std::vector<LadderLevel> bids;         ///< best first, prices falling, no empty levels; at most 50 are shown
  std::vector<LadderLevel> asks;         ///< best first, prices rising
  std::vector<LadderLevel> tradedAtBid;  ///< lots traded since the session's start of counting, any order
  std::vector<LadderLevel> tradedAtAsk;
  std::vector<LadderOrder> orders;
  std::vector<LadderFlag> flags;
  std::optional<std::int64_t> averageEntryTicks;
  std::int64_t positionLots = 0;  ///< signed
  int entryLevel = 9;             ///< ◆ marker: 1 = best
  std::optional<Side> entrySide;  ///< the strategy's side: its marker is filled
  std::optional<LadderPrint> last;
  bool crossed = false;      ///< rows hatched
  bool sizesHidden = false;  ///< after a gap
};

/// One painted line, for tests and accessibility.
struct LadderRow {
  enum class Kind : std::uint8_t { Ask, Spread, Bid };
  Kind kind = Kind::Bid;
  std::int64_t ticks = 0;  ///< lowest (bid) or highest (ask) price of the group
  std::int64_t bidLots = 0;
  std::int64_t askLots = 0;
  std::int64_t tradedBid = 0;
  std::int64_t tradedAsk = 0;
  std::int64_t cumulative = 0;  ///< lots of its side from the touch to here
  bool entryMarker = false;
  bool entryFilled = false;
  bool averageEntry = false;
  bool stop = false;
  bool target = false;
  bool liquidation = false;
  bool last = false;
  std::vector<std::uint32_t> orders;  ///< indices into LadderState::orders
};

/// 50 + 50 levels with price in the middle, asks above. Paints dirty rows only, glyphs from an atlas.
/// Thread: GUI.
class LadderWidget : public PaintedWidget {
  Q_OBJECT
 public:
  explicit LadderWidget(QWidget* parent = nullptr);
  ~LadderWidget() override;

  /// Shows `state`; only rows that differ are repainted.
  void setState(std::shared_ptr<const LadderState> state);
  const std::shared_ptr<const LadderState>& state() const { return m_state; }
  /// 50 asks (worst first), the spread row, 50 bids: 101 rows when the book is deep enough.
  const std::vector<LadderRow>& rows() const { return m_rows; }
  /// In widget pixels; empty when scrolled out of view.
  QRect rowRect(int row) const;
  enum class ColumnId : std::uint8_t { MyBids, TradedAtBid, BidSize, Price, AskSize, TradedAtAsk, MyAsks };
  QRect cellRect(int row, ColumnId column) const;
  /// Row that shows this price, -1 if none.
  int rowOfPrice(std::int64_t ticks) const;

  /// Price step of a row in ticks: 1, 2, 5, 10, 25, 50 or 100.
  int grouping() const { return m_group; }
  void setGrouping(int ticks);
  /// Centred keeps the spread in the middle; static leaves rows where they are.
  bool isCentred() const { return m_centred; }
  void setCentred(bool centred);
  void centre();
  /// Every price step has a row, traded or not; otherwise only prices with size or own orders.
  void setEveryPrice(bool every);
  bool showsEveryPrice() const { return m_everyPrice; }
  /// What stands beside the sizes: what has traded there, the size summed up from the touch, or nothing.
  enum class Beside : std::uint8_t { Traded, Cumulative, Nothing };
  Beside beside() const { return m_beside; }
  void setBeside(Beside beside);
  /// Keyboard cursor, a row or -1.
  int cursorRow() const { return m_cursor; }
  /// Book too thin for the ◆ marker of that side?
  bool tooThin(Side side) const;
  /// Armed: 3 px frame and the words LADDER ARMED; then clicks and keys ask for orders. The caller disarms.
  void setArmed(bool armed);
  bool isArmed() const { return m_armed; }
  /// Text of a header field, for tests: spread, mid, imbalance, group, last.
  QString headerText() const;
  /// Paints everything anew at the next paint event (benchmarks).
  void invalidateAll();
  QSize sizeHint() const override { return {420, 720}; }
  QSize minimumSizeHint() const override { return {300, 200}; }

 Q_SIGNALS:
  /// Armed click in a bid or ask column; `stop` with Shift.
  void limitRequested(bw::Side side, qint64 ticks, bool stop);
  void cancelAtRequested(qint64 ticks);
  void cancelSideRequested(bw::Side side);
  void cancelAllRequested();
  void replaceRequested(const QString& orderId, qint64 ticks);
  void disarmRequested();
  void sizeStepRequested(int steps);
  void cursorPriceChanged(qint64 ticks);
  /// A person chose other columns.
  void columnsEdited();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool event(QEvent* event) override;
  void themeChanged() override;

 private:
  struct Layout;
  void buildRows();
  void buildSide(Side side, std::vector<LadderRow>& out) const;
  void buildMarkers();
  void placeView(std::optional<std::int64_t> anchor);
  void updateLayout();
  void updateDirty();
  std::uint64_t lineHash(int line) const;
  int rowOfLine(int line) const;
  int nearestRow(std::int64_t ticks) const;
  std::int64_t bucketOf(Side side, std::int64_t ticks) const;
  std::optional<std::int64_t> anchorTicks() const;
  int rowAt(const QPoint& pos) const;
  QString toolTipFor(int row) const;
  QString priceOf(std::int64_t ticks) const;
  QString sizeOf(std::int64_t lots) const;
  void moveCursor(int delta);
  void scrollBy(int rows);
  void fillColumnMenu(QMenu& menu);
  void askForLimit(Side side, int row, bool stop);
  void paintCaptions();
  void paintHeader(const QString& text);
  void paintLine(QPainter& p, int line);
  void paintSpreadLine(QPainter& p, const QRect& rect, const LadderRow& row);
  void paintSizes(const QRect& rect, const LadderRow& row);
  void paintPrice(QPainter& p, const QRect& rect, const LadderRow& row);
  const QImage& chipImage(Side side, LadderOrder::State state);
  const QImage& markerImage(bool filled);
  void paintChips(QPainter& p, const QRect& rect, const LadderRow& row);
  void paintEdgeArrow(QPainter& p, const QRect& rect, int line);
  void drawNumber(const QRect& cell, std::int64_t count, const Decimal& step, QRgb ink, bool bold);

  std::shared_ptr<const LadderState> m_state;
  std::vector<LadderRow> m_rows;
  std::vector<std::uint64_t> m_painted;  ///< content hash of each line in the back image
  std::unique_ptr<Layout> m_layout;
  QImage m_back;
  QString m_paintedHeader;
  std::optional<MonoTime> m_hoveredAt;  ///< when the pointer last moved over a row or left
  int m_spreadRow = 0;
  int m_group = 1;
  int m_first = 0;  ///< row of the first line; may be negative
  int m_cursor = -1;
  int m_hover = -1;
  std::int64_t m_maxLots = 1;
  bool m_centred = true;
  bool m_everyPrice = false;
  Beside m_beside = Beside::Traded;
  bool m_armed = false;
  bool m_thinBid = false;
  bool m_thinAsk = false;
  QString m_dragOrder;
};

}  // namespace bw::ui
