// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/order.h"

namespace bw {

std::string_view toString(OrderType type) {
  switch (type) {
    case OrderType::Limit:
      return "LIMIT";
    case OrderType::Market:
      return "MARKET";
    case OrderType::StopMarket:
      return "STOP_MARKET";
    case OrderType::TakeProfitMarket:
      return "TAKE_PROFIT_MARKET";
  }
  return "?";
}

std::string_view toString(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::Gtc:
      return "GTC";
    case TimeInForce::Ioc:
      return "IOC";
    case TimeInForce::Fok:
      return "FOK";
  }
  return "?";
}

std::string_view toString(OrderState state) {
  switch (state) {
    case OrderState::Pending:
      return "PENDING";
    case OrderState::Open:
      return "OPEN";
    case OrderState::PartiallyFilled:
      return "PARTIALLY_FILLED";
    case OrderState::Filled:
      return "FILLED";
    case OrderState::Cancelled:
      return "CANCELLED";
    case OrderState::Expired:
      return "EXPIRED";
    case OrderState::Rejected:
      return "REJECTED";
    case OrderState::Unknown:
      return "UNKNOWN";
  }
  return "?";
}

std::string_view toString(Owner owner) {
  switch (owner) {
    case Owner::Strategy:
      return "strategy";
    case Owner::Manual:
      return "manual";
    case Owner::External:
      return "external";
    case Owner::Emergency:
      return "emergency";
  }
  return "?";
}

std::string_view toString(OrderRole role) {
  switch (role) {
    case OrderRole::Entry:
      return "entry";
    case OrderRole::Exit:
      return "exit";
    case OrderRole::StopLoss:
      return "stop";
    case OrderRole::TakeProfit:
      return "target";
    case OrderRole::EmergencyClose:
      return "emergency close";
  }
  return "?";
}

constinit const std::array<std::array<bool, kOrderStates>, kOrderStates> kOrderTransitions = {{
    // PENDING OPEN PARTIAL FILLED CANCELLED EXPIRED REJECTED UNKNOWN
    {false, true, true, true, true, true, true, true},         // PENDING
    {false, false, true, true, true, true, false, true},       // OPEN
    {false, false, false, true, true, true, false, true},      // PARTIALLY_FILLED
    {false, false, false, false, false, false, false, false},  // FILLED
    {false, false, false, false, false, false, false, false},  // CANCELLED
    {false, false, false, false, false, false, false, false},  // EXPIRED
    {false, false, false, false, false, false, false, false},  // REJECTED
    {false, true, true, true, true, true, true, false},        // UNKNOWN
}};

}  // namespace bw
