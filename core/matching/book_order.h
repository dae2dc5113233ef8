// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

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

}  // namespace bw::matching
