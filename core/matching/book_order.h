// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "core/domain/market.h"
#include "core/domain/order.h"

namespace bw::matching {

/// An order as a book sees it: steps instead of decimals, numbers instead of names.
struct BookOrder {
  std::uint64_t id = 0;     ///< the caller's name for it, repeated in every report; unique among live orders
  std::uint32_t owner = 0;  ///< orders of one owner never trade with each other; 0 = anonymous flow, which may
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  bool postOnly = false;
  bool guarded = false;   ///< ask BookListener::allowance() before each fill (reduce-only)
  bool hasLimit = false;  ///< always true for Limit; on the others it is the collar of the taking
  Ticks limit;
  Ticks trigger;  ///< StopMarket and TakeProfitMarket
  Lots size;      ///< > 0
};

/// Why what was left of an order ended without a fill.
enum class DoneReason : std::uint8_t {
  Cancelled,
  ImmediateRest,  ///< IOC or market: nothing more to take
  FillOrKill,     ///< FOK: not fillable whole
  PostOnlyWouldTake,
  SelfTrade,    ///< rested in the way of an order of its own owner
  ReduceOnly,   ///< nothing left to reduce
  StaleBook,    ///< the book must not be traded on
  PriceTooFar,  ///< outside what the book can hold
};

/// True if a trade at `last` sets off a stop or take-profit order with that trigger.
constexpr bool isTriggered(OrderType type, Side side, Ticks trigger, Ticks last) {
  const bool rising = (type == OrderType::StopMarket) == (side == Side::Buy);
  return rising ? last >= trigger : last <= trigger;
}

/// True if an order of `side` limited to `limit` may trade at `price`.
constexpr bool reaches(Side side, Ticks limit, Ticks price) {
  return side == Side::Buy ? price <= limit : price >= limit;
}

/// Hears what becomes of orders in a book. Must not call the book back.
class BookListener {
 public:
  virtual ~BookListener() = default;
  virtual void onFill(std::uint64_t id, Ticks price, Lots size, bool maker) = 0;
  virtual void onTriggered(std::uint64_t id) = 0;
  /// `left` lots of the order ended without a fill.
  virtual void onDone(std::uint64_t id, DoneReason reason, Lots left) = 0;
  /// How much of `wanted` a guarded order may fill now; less than wanted ends the rest of it.
  virtual Lots allowance(std::uint64_t id, Lots wanted) = 0;
};

/// Where one instrument's orders of ours live: the paper book, or our side of a matching engine. Thread: owner only.
class OrderBackend {
 public:
  virtual ~OrderBackend() = default;
  virtual void submit(const BookOrder& order) = 0;
  /// False if it does not live here; else reports onDone(Cancelled).
  virtual bool cancel(std::uint64_t id) = 0;
  /// Takes an order back after a restart; it joins its queue at the back.
  virtual void restore(const BookOrder& order) = 0;
  /// Size 0 = none.
  virtual Level best(Side side) const = 0;
  virtual std::optional<Ticks> lastTrade() const = 0;
};

}  // namespace bw::matching
