// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/exact.h"
#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/domain/market.h"

namespace bw {

enum class OrderType : std::uint8_t { Limit, Market, StopMarket, TakeProfitMarket };
enum class TimeInForce : std::uint8_t { Gtc, Ioc, Fok };
/// SPEC 7.3. UNKNOWN: sent, outcome not proven; ends only by proof from the venue.
enum class OrderState : std::uint8_t { Pending, Open, PartiallyFilled, Filled, Cancelled, Expired, Rejected, Unknown };
/// Who an order, fill or position slice belongs to.
enum class Owner : std::uint8_t { Strategy, Manual, External, Emergency };
/// What an order is for. Only Entry can add risk.
enum class OrderRole : std::uint8_t { Entry, Exit, StopLoss, TakeProfit, EmergencyClose };

std::string_view toString(OrderType type);
std::string_view toString(TimeInForce tif);
std::string_view toString(OrderState state);  ///< upper case: "PARTIALLY_FILLED"
std::string_view toString(Owner owner);
std::string_view toString(OrderRole role);
constexpr bool isTerminal(OrderState s) {
  return s == OrderState::Filled || s == OrderState::Cancelled || s == OrderState::Expired || s == OrderState::Rejected;
}
constexpr std::size_t kOrderStates = 8;
/// The only transitions there are (SPEC 7.3), row = from, column = to; staying in a state is not one of them.
extern const std::array<std::array<bool, kOrderStates>, kOrderStates> kOrderTransitions;
inline bool isLegalTransition(OrderState from, OrderState to) {
  return kOrderTransitions[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

/// Stops and targets of an entry.
constexpr bool isProtective(OrderRole role) {
  return role == OrderRole::StopLoss || role == OrderRole::TakeProfit;
}

/// Our name for an order at the venue. Version 7 for ordinary orders; derived (version 8) for the stop's closes.
using ClientOrderId = Uuid;
constexpr int versionOf(const Uuid& id) {
  return static_cast<int>(id.high >> 12 & 0xf);
}
/// Derived ids are the emergency stop's closes.
constexpr bool isStopClose(const ClientOrderId& id) {
  return versionOf(id) == 8;
}
/// True for ids of the forms that only this program makes: its prefix at the venue.
constexpr bool hasOurPrefix(const ClientOrderId& id) {
  return versionOf(id) == 7 || versionOf(id) == 8;
}

/// How execution finds the price of an entry.
struct PriceRule {
  enum class Kind : std::uint8_t { AsGiven, BookLevel };
  Kind kind = Kind::AsGiven;
  int level = 9;  ///< BookLevel: rest on this non-empty raw level of our own side, 1 = best
};

/// Stop and target that go in when the entry fills. In price; absent = none.
struct Contingent {
  std::optional<Price> stop;
  std::optional<Price> target;
  bool empty() const { return !stop && !target; }
};

/// What a strategy or a person wants. Becomes an order only with the risk agent's approval.
struct OrderIntent {
  Uuid id;  ///< also the correlation id of everything that follows from it
  InstrumentId instrument;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  OrderRole role = OrderRole::Entry;
  bool postOnly = false;
  bool reduceOnly = false;
  Quantity quantity;                  ///< > 0
  std::optional<Price> limitPrice;    ///< needed by AsGiven limits
  std::optional<Price> triggerPrice;  ///< stop and take-profit orders
  PriceRule priceRule;
  Contingent contingent;
  std::optional<Ratio> expectedMove;  ///< price move the strategy expects, for break-even without a target
  Decimal leverage{1, 0};
  Owner owner = Owner::Strategy;
  std::string strategy;  ///< "manual" for a person
  std::string note;
  Timestamp createdAt;
  Timestamp expiresAt = Timestamp::never();
  std::optional<ClientOrderId> parent;    ///< children: the entry they protect
  std::optional<ClientOrderId> replaces;  ///< a modify: the order it stands for
};

/// One execution of an order of ours, as the venue reported it.
struct Fill {
  std::string venueTradeId;  ///< unique per venue account; a fill is applied once
  ClientOrderId clientId;
  std::string venueOrderId;
  InstrumentId instrument;
  Side side = Side::Buy;
  Price price;
  Quantity quantity;  ///< > 0
  Money fee;          ///< > 0 paid, < 0 rebate
  bool maker = false;
  bool liquidation = false;
  Timestamp venueTime;
};

/// What execution made of an approved intent. Changed only by the order ledger.
struct Order {
  ClientOrderId clientId;
  std::string venueOrderId;
  Uuid intentId;
  InstrumentId instrument;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  OrderRole role = OrderRole::Entry;
  bool postOnly = false;
  bool reduceOnly = false;
  bool cancelPending = false;
  bool replacePending = false;
  bool lateFill = false;  ///< a fill came after a terminal state
  OrderState state = OrderState::Pending;
  Quantity quantity;
  Quantity filled;
  Money filledNotional;  ///< Σ price × quantity × multiplier of its fills
  Money fees;
  std::optional<Price> limitPrice;
  std::optional<Price> triggerPrice;
  Decimal leverage{1, 0};
  std::optional<Price> midAtDecision;  ///< for slippage
  Contingent contingent;
  Owner owner = Owner::Strategy;
  std::string strategy;
  std::string reason;  ///< why rejected, cancelled, expired or unknown
  std::optional<ClientOrderId> parent;
  Timestamp createdAt;
  Timestamp sentAt;
  Timestamp updatedAt;
  Quantity remaining() const { return quantity - filled; }
};

}  // namespace bw
