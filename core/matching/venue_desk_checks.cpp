// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VenueDesk that looks: what is wrong with an order, margin, marks, liquidation, and answers to questions.
#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/matching/venue_desk.h"

namespace bw::matching {
namespace {

constexpr std::size_t kKeptPayments = 256;
constexpr std::uint64_t kLiquidationId = 0x6c69717569640000ULL;  // "liquid": client ids of the venue's own orders

bool reduces(const Quantity& position, Side side) {
  return position.sign() == -signOf(side);
}

std::string stepProblem(const Instrument& i, const Order& o) {
  if (o.quantity.sign() <= 0 || !i.toLots(o.quantity)) return "quantity.lot: " + o.quantity.toString();
  if (o.quantity.decimal() < i.minQuantity && !o.reduceOnly) return "quantity.minimum: " + i.minQuantity.toString();
  if (o.limitPrice && (o.limitPrice->sign() <= 0 || !i.toTicks(*o.limitPrice))) {
    return "price.tick: " + o.limitPrice->toString();
  }
  if (o.triggerPrice && (o.triggerPrice->sign() <= 0 || !i.toTicks(*o.triggerPrice))) {
    return "trigger.tick: " + o.triggerPrice->toString();
  }
  return {};
}

}  // namespace

std::string VenueDesk::problem(const Order& o) const {
  if (!m_refusal.empty()) return m_refusal;
  if (o.instrument.value >= m_states.size() || m_states[o.instrument.value].backend == nullptr)
    return "instrument.unknown";
  const Instrument& i = m_options.instruments->get(o.instrument);
  if (std::string step = stepProblem(i, o); !step.empty()) return step;
  const bool conditional = o.type == OrderType::StopMarket || o.type == OrderType::TakeProfitMarket;
  if (o.type == OrderType::Limit && !o.limitPrice) return "price.missing";
  if (conditional && !o.triggerPrice) return "trigger.missing";
  if (o.postOnly && (o.type != OrderType::Limit || o.tif != TimeInForce::Gtc)) return "post_only.type";
  if (o.leverage.sign() <= 0 || o.leverage > i.maxLeverage) {
    return "leverage.range: " + o.leverage.toString() + " of at most " + i.maxLeverage.toString();
  }
  const Quantity held = m_account.quantity(o.instrument);
  if (o.reduceOnly) return reduces(held, o.side) ? "" : "reduce_only.no_position";
  const bool owned = i.kind == ContractKind::Spot || i.kind == ContractKind::Equity;
  if (owned && o.side == Side::Sell && held < o.quantity) return "spot.no_short: holds " + held.toString();
  const Price reference = referencePrice(o);
  if (reference.sign() <= 0) return "book.stale";
  if (i.notional(reference, o.quantity).amount() < i.minNotional)
    return "notional.minimum: " + i.minNotional.toString();
  return marginProblem(o);
}

// The price that an order's value is reckoned with: its own, else the best it would take, else the last trade.
Price VenueDesk::referencePrice(const Order& o) const {
  const Instrument& i = m_options.instruments->get(o.instrument);
  if (o.triggerPrice) return *o.triggerPrice;
  const OrderBackend& backend = *m_states[o.instrument.value].backend;
  const Level touch = backend.best(opposite(o.side));
  if (o.type == OrderType::Limit) return *o.limitPrice;
  if (touch.size.value > 0) return i.price(touch.price);
  if (o.limitPrice) return *o.limitPrice;
  return backend.lastTrade() ? i.price(*backend.lastTrade()) : Price();
}

// Margin of open orders: per instrument and side, what goes beyond closing the position held.
Money VenueDesk::reservedMargin(const Currency& currency, const Order* extra) const {
  Money sum = Money::zero(currency);
  std::map<std::pair<std::uint32_t, Side>, Quantity> closing;
  const auto reserve = [&](const Order& o) {
    const Instrument& i = m_options.instruments->get(o.instrument);
    if (o.reduceOnly || i.settle != currency) return;
    const auto key = std::make_pair(o.instrument.value, o.side);
    const Quantity held = m_account.quantity(o.instrument);
    const auto [it, fresh] = closing.try_emplace(key, reduces(held, o.side) ? held.abs() : Quantity());
    const Quantity covered = std::min(it->second, o.remaining());
    it->second = it->second - covered;
    const Quantity opening = o.remaining() - covered;
    if (opening.isZero()) return;
    const Money value = i.notional(referencePrice(o), opening);
    sum += Money(divide(value.amount(), o.leverage, Money::kScale, Rounding::Up), currency);
    sum += of(value, i.takerFee, Rounding::Up);
  };
  for (const std::uint64_t number : m_live) {
    const Order& o = m_entries.at(number).order;
    if (&o != extra) reserve(o);
  }
  if (extra != nullptr) reserve(*extra);
  return sum;
}

std::string VenueDesk::marginProblem(const Order& o) const {
  const Currency& settle = m_options.instruments->get(o.instrument).settle;
  const Money free = m_account.available(settle, reservedMargin(settle, &o));
  if (free.sign() >= 0) return {};
  // Orders that only close a position pass even when nothing is free.
  const Quantity held = m_account.quantity(o.instrument);
  if (reduces(held, o.side) && o.quantity <= held.abs()) return {};
  return "margin.insufficient: short of " + (-free).toString() + " " + std::string(settle.code());
}

void VenueDesk::mark(InstrumentId id) {
  InstrumentState& state = m_states[id.value];
  const Level bid = state.backend->best(Side::Buy);
  const Level ask = state.backend->best(Side::Sell);
  const Instrument& i = m_options.instruments->get(id);
  if (bid.size.value > 0 && ask.size.value > 0) {
    const std::int64_t both = bid.price.value + ask.price.value;
    if (both == state.markedAt) return;
    state.markedAt = both;
    m_account.setMark(id, Price(i.price({both}).decimal() * Decimal(5, 1)));
  }
}

void VenueDesk::afterMarket(InstrumentId id) {
  settleTouched();
  const InstrumentState& state = m_states[id.value];
  if (!state.holding) return;
  const std::int64_t before = state.markedAt;
  mark(id);
  if (state.markedAt == before) return;
  liquidateIfNeeded(m_options.instruments->get(id).settle);
  settleTouched();
}

void VenueDesk::settleTouched() {
  while (!m_touched.empty()) {
    const std::vector<InstrumentId> touched = std::exchange(m_touched, {});
    for (const InstrumentId id : touched) settleReduceOnly(id);
  }
}

void VenueDesk::settleReduceOnly(InstrumentId id) {
  const Quantity held = m_account.quantity(id);
  const std::vector<std::uint64_t> live(m_live.begin(), m_live.end());
  for (const std::uint64_t number : live) {
    Entry& entry = m_entries.at(number);
    const Order& o = entry.order;
    if (o.instrument != id || !o.reduceOnly || entry.liquidation || reduces(held, o.side)) continue;
    entry.cancelReason = "reduce_only: nothing left to reduce";
    m_states[id.value].backend->cancel(number);
  }
}

void VenueDesk::liquidateIfNeeded(const Currency& currency) {
  if (m_account.equity(currency) >= m_account.maintenance(currency)) return;
  cancelEverything("liquidation");
  for (const Position& p : m_account.positions()) {
    if (m_options.instruments->get(p.instrument).settle != currency) continue;
    const std::uint64_t number = ++m_orders;
    Entry& entry = m_entries[number];
    entry.number = number;
    entry.liquidation = true;
    Order& o = entry.order;
    o.clientId = Uuid{kLiquidationId, number};
    o.venueOrderId = m_options.prefix + "-" + std::to_string(number);
    o.instrument = p.instrument;
    o.side = p.quantity.sign() > 0 ? Side::Sell : Side::Buy;
    o.type = OrderType::Market;
    o.tif = TimeInForce::Ioc;
    o.reduceOnly = true;
    o.owner = Owner::External;
    o.quantity = p.quantity.abs();
    o.leverage = p.leverage;
    o.filledNotional = Money::zero(currency);
    o.fees = Money::zero(currency);
    o.createdAt = m_now;
    m_numbers[o.clientId] = number;
    submit(entry);
  }
  countersLine();
}

void VenueDesk::applyFunding(Timestamp now, InstrumentId id, const Ratio& rate) {
  const VenuePosition* held = m_account.find(id);
  if (held == nullptr || held->quantity.isZero()) return;
  m_now = now;
  mark(id);
  const Instrument& i = m_options.instruments->get(id);
  const Level touch = m_states[id.value].backend->best(held->quantity.sign() > 0 ? Side::Buy : Side::Sell);
  if (touch.size.value == 0) return;
  const Money value = i.notional(i.price(touch.price), held->quantity);
  const Money paid = of(held->quantity.sign() > 0 ? value : -value, rate, Rounding::Up);
  m_account.addFunding(id, -paid, now);
  m_payments.push_back({m_options.prefix + "U-" + std::to_string(now.ns) + "-" + i.symbol, id, -paid, now});
  while (m_payments.size() > kKeptPayments) m_payments.pop_front();
  m_writer.funding(m_payments.back());
  m_writer.position(now, *held);
  m_writer.balance(now, m_account.balance(i.settle));
}

AccountSnapshot VenueDesk::snapshot(Timestamp now) {
  AccountSnapshot s;
  s.venue = m_options.venue;
  s.venueTime = std::max(now, m_now);
  for (const std::uint64_t number : m_live) s.openOrders.push_back(m_entries.at(number).order);
  for (const InstrumentId id : m_options.active) {
    if (m_states[id.value].holding) mark(id);
  }
  s.positions = m_account.positions();
  for (const Currency& currency : m_account.currencies()) {
    s.balances.push_back(
        {currency, m_account.balance(currency), m_account.available(currency, reservedMargin(currency, nullptr))});
  }
  s.recentFills.assign(m_fills.begin(), m_fills.end());
  s.recentFunding.assign(m_payments.begin(), m_payments.end());
  return s;
}

Result<Order> VenueDesk::order(const ClientOrderId& clientId) const {
  if (const auto known = m_numbers.find(clientId); known != m_numbers.end()) return m_entries.at(known->second).order;
  for (const auto& [key, request] : m_underWay) {
    if (request.kind == Request::Kind::Place && request.order.clientId == clientId) {
      return Error{ErrorKind::Retryable, "venue.in_flight", "the order is under way to the venue", 100};
    }
  }
  return finalError("venue.order_absent", "the venue never had order " + bw::toString(clientId));
}

}  // namespace bw::matching
