// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/l2_book.h"
#include "core/matching/book_order.h"
#include "core/matching/queue_position.h"

namespace bw::matching {

/// Our orders against a recorded or live market that does not know of them. The market is never changed: what we take
/// is remembered beside it.
///
/// Rules: a resting order stands behind the displayed size (QueuePosition). A public trade of the other side at its
/// price fills it with what comes past the queue; one through its price fills it with up to the trade's size; an
/// opposite best that reaches its price fills it with up to that size; always at its own price. Taking walks the
/// displayed levels and consumes them until the recorded size of the level changes. A best bid and offer newer than
/// the book overrides it at and before its prices. Nothing fills, and nothing takes, while the book is stale. Stop and
/// take-profit orders go off at the last trade, then take like a market order, and go on when the book has more,
/// because a protection must not end half way.
/// Thread: owner only.
class PaperBook final : public OrderBackend {
 public:
  /// `listener` must outlive the book.
  PaperBook(const Instrument& instrument, BookListener& listener);

  void onBook(const BookDelta& delta);
  void onBbo(const BboUpdate& bbo);
  void onTrade(const TradePrint& trade);

  /// The stream was lost or jumped: nothing fills until it shows a book again. Silent: until the next update; any other
  /// reason: until the next snapshot.
  void marketLost(StaleReason reason, Timestamp since);

  void submit(const BookOrder& order) override;
  /// False if it does not live here. Reports onDone(Cancelled).
  bool cancel(std::uint64_t id) override;
  /// Takes an order back whose place in the queue is not known (after a restart): it joins at the back when the book
  /// is next seen.
  void restore(const BookOrder& order) override;

  bool idle() const { return m_resting.empty() && m_waiting.empty() && m_taking.empty(); }
  bool tradable() const { return m_book.stale() == StaleReason::None; }
  /// The freshest best of a side; size 0 = none.
  Level best(Side side) const override;
  /// What may be taken there now: displayed less what we took since it last changed.
  Lots available(Side side, Ticks price) const;
  std::optional<Ticks> lastTrade() const override { return m_last; }
  /// How much is ahead of a resting order; nothing if unknown.
  std::optional<Lots> ahead(std::uint64_t id) const;
  const L2Book& book() const { return m_book; }

 private:
  struct Resting {
    BookOrder order;
    Lots left;
    QueuePosition queue;
  };
  struct Consumed {
    Side side;
    Ticks price;
    Lots shown;
    Lots taken;
  };

  Lots displayed(Side side, Ticks price) const;
  /// From where to where a side shows levels; size 0 = none.
  struct Span {
    Level best;
    Level worst;
    bool holds(Side side, Ticks price) const;
  };
  Span spanOf(Side side) const;
  bool inSight(Side side, Ticks price) const;
  void consume(Side side, Ticks price, Lots shown, Lots taken);
  void pruneConsumed();
  template <class Visit>
  void forEachLevel(Side side, Visit&& visit) const;
  Lots allowed(const BookOrder& order, Lots wanted);
  /// False: the order may not go on and was reported done.
  bool fill(const BookOrder& order, Lots& left, Ticks price, Lots size, bool maker);
  bool take(const BookOrder& order, Lots& left);
  Lots takeable(const BookOrder& order) const;
  void execute(const BookOrder& order);
  void cancelOwnInTheWay(const BookOrder& order);
  void rest(const BookOrder& order, Lots left);
  void settle();
  void fillCrossed();
  void tradeThrough(const TradePrint& trade, Lots& left);
  void tradeAt(const TradePrint& trade, Lots left);
  void sweep();
  void goOnTaking();
  void fireTriggers();

  BookListener& m_listener;
  L2Book m_book;
  BboUpdate m_bbo;
  std::uint64_t m_bookSequence = 0;
  Timestamp m_bookReceived;
  Timestamp m_bookVenueTime;
  bool m_bboNewer = false;
  bool m_wasStale = true;
  std::optional<Ticks> m_last;
  std::vector<Resting> m_resting;    ///< in order of arrival
  std::vector<BookOrder> m_waiting;  ///< stop and take-profit orders, in order of arrival
  std::vector<Resting> m_taking;     ///< set off, not yet filled whole
  std::vector<Consumed> m_consumed;
};

}  // namespace bw::matching
