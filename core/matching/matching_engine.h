// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/matching/book_order.h"
#include "core/matching/tick_window.h"

namespace bw::matching {

/// One match inside the engine, at the resting order's price.
struct EngineTrade {
  std::uint64_t makerId = 0;
  std::uint64_t takerId = 0;
  std::uint32_t makerOwner = 0;
  std::uint32_t takerOwner = 0;
  Ticks price;
  Lots size;
  Lots makerLeft;  ///< what still rests of the maker
  Side aggressor = Side::Buy;
};

/// Hears what the engine does, in the order in which it happens. Must not call the engine back.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  virtual void onTrade(const EngineTrade& trade) = 0;
  /// A level's total changed; 0 = gone. At most once per level and operation, after its trades.
  virtual void onLevel(Side side, Ticks price, Lots total) = 0;
  /// `left` lots of the order ended without a fill.
  virtual void onDone(std::uint64_t id, std::uint32_t owner, DoneReason reason, Lots left) = 0;
  virtual void onTriggered(std::uint64_t id, std::uint32_t owner) = 0;
  /// How much of `wanted` a guarded order may trade now; less than wanted ends the rest of it.
  virtual Lots allowance(std::uint64_t id, std::uint32_t owner, Lots wanted) = 0;
};

/// Names a live order inside the engine; 0 = none. Never re-used while the engine lives (generation inside).
struct OrderHandle {
  std::uint64_t value = 0;
  explicit operator bool() const { return value != 0; }
};

/// Price-time priority for one instrument: flat levels by tick, intrusive queues, pooled orders. No clock, no
/// randomness: the same calls give the same reports. Limit, market, IOC, FOK, post-only, stop and take-profit orders
/// (set off by the last trade); an owner's taker cancels its own resting orders in the way.
/// Thread: owner only.
class MatchingEngine {
 public:
  /// `listener` must outlive the engine.
  explicit MatchingEngine(EngineListener& listener);

  /// Matches the order and rests what may rest. The handle is 0 when nothing of it is left.
  OrderHandle submit(const BookOrder& order);
  /// False if the order no longer lives. Reports onDone(Cancelled).
  bool cancel(OrderHandle handle);
  /// What is left of a live order; 0 if it no longer lives.
  Lots remaining(OrderHandle handle) const;

  /// Size 0 = that side is empty.
  Level best(Side side) const;
  Lots sizeAt(Side side, Ticks price) const;
  /// Up to `count` levels, best first, into `out` (cleared).
  void depth(Side side, std::size_t count, std::vector<Level>& out) const;
  std::optional<Ticks> lastTrade() const { return m_last; }
  /// Sets the price that triggers compare with before the first trade.
  void setLastTrade(Ticks price) { m_last = price; }
  std::size_t liveOrders() const { return m_live; }
  /// O(n): every level's total is the sum of its queue, best prices are the bitmap's, sides do not cross.
  bool consistent() const;

 private:
  struct Node {
    std::uint64_t id = 0;
    std::int64_t size = 0;
    std::int64_t price = 0;
    std::uint32_t owner = 0;
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
    std::uint32_t generation = 1;
    Side side = Side::Buy;
    bool guarded = false;
    bool live = false;
    bool waiting = false;  ///< in the trigger lists, not in a level
  };
  struct Trigger {
    BookOrder order;
    std::uint32_t node = 0;
  };
  using TriggerMap = std::multimap<std::int64_t, Trigger>;
  /// No key of any level.
  static constexpr std::int64_t kNone = INT64_MIN;

  /// A price turned so that a greater key is the better price: +price for bids, -price for asks; and back. Without a
  /// branch, because sides come at random.
  static std::int64_t keyOf(Side side, std::int64_t price) {
    const std::uint64_t mask = 0 - static_cast<std::uint64_t>(side);
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(price) ^ mask) - mask);
  }
  std::int64_t& bestKey(Side side) { return m_best[static_cast<std::size_t>(side)]; }
  std::int64_t bestKey(Side side) const { return m_best[static_cast<std::size_t>(side)]; }
  /// The key of the next level behind one; kNone if it is the last.
  std::int64_t behind(Side side, std::int64_t key) const;
  /// The worst key of the other side that an order may trade at.
  static std::int64_t reach(const BookOrder& order);

  std::uint32_t allocate(const BookOrder& order, Lots size);
  void release(std::uint32_t index);
  OrderHandle handleOf(std::uint32_t index) const;
  const Node* find(OrderHandle handle) const;
  void unlink(std::uint32_t index);
  void rest(std::uint32_t index);
  Lots take(const BookOrder& order);
  void takeLevel(const BookOrder& order, std::int64_t price, Lots& left);
  /// Ends the node after it was taken down to nothing or may not go on.
  void dropMaker(std::uint32_t index, DoneReason reason);
  Lots available(const BookOrder& order) const;
  OrderHandle execute(const BookOrder& order);
  OrderHandle addTrigger(const BookOrder& order);
  void fireTriggers();
  bool setOff(TriggerMap& map, bool rising);

  EngineListener& m_listener;
  TickWindow m_levels;
  std::vector<Node> m_nodes;  ///< 0 is not used
  std::uint32_t m_free = 0;
  std::size_t m_live = 0;
  std::array<std::int64_t, 2> m_best{kNone, kNone};  ///< key of each side's best level, by Side
  std::optional<Ticks> m_last;
  bool m_traded = false;
  Lots m_takerCut;  ///< what a guarded taker was not allowed
  bool m_firing = false;
  TriggerMap m_rising;   ///< set off by last >= key
  TriggerMap m_falling;  ///< set off by last <= key; keys negated
  std::deque<Trigger> m_fired;
};

}  // namespace bw::matching
