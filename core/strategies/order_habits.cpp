// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/order_habits.h"

#include "core/strategies/sizing.h"

namespace bw::strategies {

namespace {

constexpr Duration kEntryLife = Duration::seconds(5);

Parameter percent(const char* name, const char* title, Decimal value, Decimal low, Decimal high, Decimal step,
                  const char* text) {
  return {name, title, Parameter::Kind::Percent, value, low, high, step, text};
}

}  // namespace

Parameter sizeParameter() {
  return percent("size_percent", "Size", {1, 1}, {1, 2}, {10, 0}, {1, 1}, "Notional of an entry, of equity.");
}

Parameter sizeCapParameter() {
  return percent(
      "size_cap_percent", "Largest size", {2, 0}, {1, 2}, {100, 0}, {1, 1},
      "Where the size is below the instrument's smallest order, that one is used up to this share of equity.");
}

Parameter restParameter() {
  return {"rest_s",
          "Rest",
          Parameter::Kind::Seconds,
          {10, 0},
          {1, 0},
          {3600, 0},
          {1, 0},
          "An entry not filled by then is withdrawn."};
}

Parameter stopParameter() {
  return percent("stop_percent", "Stop", {30, 2}, {0, 0}, {20, 0}, {5, 2}, "Distance from the entry; 0 = none.");
}

Parameter targetParameter() {
  return percent("target_percent", "Target", {45, 2}, {0, 0}, {20, 0}, {5, 2}, "Distance from the entry; 0 = none.");
}

Parameter leverageParameter() {
  return {"leverage",
          "Leverage",
          Parameter::Kind::Factor,
          {1, 0},
          {1, 0},
          {100, 0},
          {1, 0},
          "Asked of the venue; does not change the size."};
}

OrderHabits::OrderHabits(const Parameters& parameters)
    : m_size(parameters.percent("size_percent")),
      m_sizeCap(parameters.percent("size_cap_percent")),
      m_rest(parameters.seconds("rest_s")),
      m_stop(parameters.percent("stop_percent")),
      m_target(parameters.percent("target_percent")),
      m_leverage(parameters.decimal("leverage")) {}

std::optional<OrderIntent> OrderHabits::entry(StrategyContext& context, const Money& equity, Side side,
                                              const Price& reference) const {
  const Instrument& instrument = context.instrument();
  const SizedQuantity sized = sizeByEquity(instrument, equity, reference, m_size, m_sizeCap);
  if (sized.quantity.isZero()) {
    context.say("not trading: " + sized.refusal);
    return std::nullopt;
  }
  OrderIntent entry;
  entry.side = side;
  entry.quantity = sized.quantity;
  entry.contingent = bracketAround(instrument, side, reference, m_stop, m_target);
  entry.leverage = m_leverage;
  entry.expiresAt = context.now() + kEntryLife;
  if (sized.raised) entry.note = "the instrument's smallest order";
  return entry;
}

void OrderHabits::withdrawEntries(StrategyContext& context, Timestamp due) const {
  for (const Order& order : context.openOrders()) {
    if (order.role != OrderRole::Entry) continue;
    if (context.now() < due) {
      context.wakeAt(due);
    } else {
      context.cancel(order.clientId);
      context.wakeAt(context.now() + kExitRetry);
    }
  }
}

void OrderHabits::leave(StrategyContext& context, const char* note, const char* saying) {
  OrderIntent exit;
  exit.side = context.position().sign() > 0 ? Side::Sell : Side::Buy;
  exit.type = OrderType::Market;
  exit.tif = TimeInForce::Ioc;
  exit.role = OrderRole::Exit;
  exit.reduceOnly = true;
  exit.quantity = context.position().abs();
  exit.leverage = m_leverage;
  exit.note = note;
  m_nextExit = context.now() + kExitRetry;
  context.wakeAt(m_nextExit);
  if (!context.submit(std::move(exit)).isNil()) context.say(saying);
}

}  // namespace bw::strategies
