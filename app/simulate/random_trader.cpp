// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulate/random_trader.h"

#include <algorithm>
#include <iterator>

namespace bw::sim {
namespace {

/// About this much quote currency an entry.
constexpr std::int64_t kTypicalValue = 2'000;

}  // namespace

RandomTrader::RandomTrader(Instruments instruments, Duration pause)
    : m_instruments(std::move(instruments)), m_pause(pause), m_seen(m_instruments->size()) {}

void RandomTrader::onStart(AgentContext& context) {
  m_context = &context;
  for (const Topic topic : {Topic::MarketBbo, Topic::OrderPlaced, Topic::OrderUpdated, Topic::PositionOpened,
                            Topic::PositionClosed, Topic::PositionMarked}) {
    context.subscribe(topic);
  }
  context.startTimer(context.clock().now() + m_pause);
}

void RandomTrader::onMessage(const Message& message) {
  if (const auto* bbo = std::get_if<BboUpdate>(&message.payload)) {
    m_seen[bbo->instrument.value].bbo = *bbo;
    m_seen[bbo->instrument.value].known = true;
  } else if (const auto* update = std::get_if<OrderUpdate>(&message.payload)) {
    if (isTerminal(update->order.state))
      m_orders.erase(update->order.clientId);
    else
      m_orders[update->order.clientId] = update->order;
  } else if (const auto* position = std::get_if<PositionUpdate>(&message.payload)) {
    m_seen[position->position.instrument.value].position = position->position.quantity;
  }
}

void RandomTrader::onTimer(TimerId) {
  if (m_resting) return;
  act();
  m_context->startTimer(m_context->clock().now() + Duration{m_context->rng().between(0, m_pause.ns * 2)});
}

void RandomTrader::act() {
  const std::uint64_t what = m_context->rng().below(100);
  if (what < 58)
    enter();
  else if (what < 70)
    leave();
  else if (what < 78)
    change();
  else if (what < 98)
    cancelOne();
  else
    cancelMany();
}

OrderIntent RandomTrader::intentFor(InstrumentId instrument, Side side, OrderRole role) {
  OrderIntent intent;
  intent.id = m_context->newId();
  intent.instrument = instrument;
  intent.side = side;
  intent.role = role;
  const bool person = m_context->rng().below(3) == 0;
  intent.owner = person ? Owner::Manual : Owner::Strategy;
  intent.strategy = person ? "manual" : "random";
  intent.createdAt = m_context->clock().now();
  intent.expiresAt = intent.createdAt + Duration::seconds(5);
  return intent;
}

void RandomTrader::publish(OrderIntent intent) {
  PublishOptions options;
  options.correlationId = intent.id;
  options.key = intent.instrument.value;
  m_context->publish(Topic::Intent, std::move(intent), options);
}

void RandomTrader::enter() {
  Rng& rng = m_context->rng();
  const InstrumentId id{static_cast<std::uint32_t>(rng.below(m_seen.size()))};
  const Seen& seen = m_seen[id.value];
  if (!seen.known) return;
  const Instrument& instrument = m_instruments->get(id);
  const Side side = rng.below(2) == 0 ? Side::Buy : Side::Sell;
  const std::int64_t towards = signOf(side);
  OrderIntent intent = intentFor(id, side, OrderRole::Entry);
  const Ticks touch = side == Side::Buy ? seen.bbo.ask.price : seen.bbo.bid.price;
  const Money one = instrument.notional(instrument.price(touch), instrument.quantity({1}));
  const std::int64_t value =
      rng.between(kTypicalValue / 4, rng.below(20) == 0 ? kTypicalValue * 16 : kTypicalValue * 2);
  const Decimal lots = divide(Decimal::fromInteger(value), one.amount(), 0, Rounding::Down);
  intent.quantity = instrument.quantity({std::max<std::int64_t>(lots.mantissa, 1)});
  Ticks entry = touch;
  const std::uint64_t form = rng.below(10);
  if (form < 2) {
    intent.type = OrderType::Market;
    intent.tif = TimeInForce::Ioc;
  } else if (form < 4) {
    intent.priceRule = {PriceRule::Kind::BookLevel, static_cast<int>(rng.between(1, 9))};
    entry = touch - Ticks{towards * 4};
  } else {
    entry = touch + Ticks{towards * rng.between(-8, 4)};
    intent.limitPrice = instrument.price(entry);
    intent.postOnly = rng.below(6) == 0;
    if (!intent.postOnly && rng.below(5) == 0) intent.tif = rng.below(3) == 0 ? TimeInForce::Fok : TimeInForce::Ioc;
  }
  if (rng.below(2) == 0) {
    const std::int64_t away = std::max<std::int64_t>(entry.value / 300, 12);
    intent.contingent.stop = instrument.price(entry - Ticks{towards * rng.between(away, away * 3)});
    if (rng.below(2) == 0)
      intent.contingent.target = instrument.price(entry + Ticks{towards * rng.between(away * 2, away * 4)});
    intent.leverage = Decimal::fromInteger(rng.between(1, 4));
  }
  publish(std::move(intent));
}

void RandomTrader::leave() {
  Rng& rng = m_context->rng();
  const InstrumentId id{static_cast<std::uint32_t>(rng.below(m_seen.size()))};
  const Seen& seen = m_seen[id.value];
  if (!seen.known || seen.position.isZero()) return;
  const Side side = seen.position.sign() > 0 ? Side::Sell : Side::Buy;
  OrderIntent intent = intentFor(id, side, OrderRole::Exit);
  intent.reduceOnly = true;
  intent.quantity = seen.position.abs();
  if (rng.below(3) == 0) {
    const Ticks touch = side == Side::Buy ? seen.bbo.bid.price : seen.bbo.ask.price;
    intent.limitPrice = m_instruments->get(id).price(touch);
  } else {
    intent.type = OrderType::Market;
    intent.tif = TimeInForce::Ioc;
  }
  publish(std::move(intent));
}

const Order* RandomTrader::anyOrder() {
  if (m_orders.empty()) return nullptr;
  return &std::next(m_orders.begin(), static_cast<std::ptrdiff_t>(m_context->rng().below(m_orders.size())))->second;
}

void RandomTrader::change() {
  const Order* order = anyOrder();
  if (order == nullptr || !order->limitPrice || order->type != OrderType::Limit) return;
  const Instrument& instrument = m_instruments->get(order->instrument);
  OrderIntent intent = intentFor(order->instrument, order->side, order->role);
  intent.owner = order->owner;
  intent.strategy = order->strategy;
  intent.replaces = order->clientId;
  intent.reduceOnly = order->reduceOnly;
  intent.leverage = order->leverage;
  intent.contingent = order->contingent;
  intent.quantity = order->remaining().sign() > 0 ? order->remaining() : order->quantity;
  const Ticks ticks = instrument.toTicksRounded(*order->limitPrice, Rounding::Down);
  intent.limitPrice = instrument.price(ticks + Ticks{m_context->rng().between(-3, 3)});
  publish(std::move(intent));
}

void RandomTrader::cancelOne() {
  const Order* order = anyOrder();
  if (order == nullptr) return;
  m_context->publish(Topic::CancelRequested,
                     CancelRequest{CancelRequest::Scope::Order, order->clientId, order->instrument, {}, "random"});
}

void RandomTrader::cancelMany() {
  Rng& rng = m_context->rng();
  CancelRequest request;
  request.reason = "random";
  request.scope = rng.below(2) == 0 ? CancelRequest::Scope::Instrument : CancelRequest::Scope::Strategy;
  request.instrument = InstrumentId{static_cast<std::uint32_t>(rng.below(m_seen.size()))};
  request.strategy = "random";
  m_context->publish(Topic::CancelRequested, std::move(request));
}

}  // namespace bw::sim
