// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/venues/fake/fake_exchange.h"

namespace bw::fake {
namespace {

constexpr Duration kLieGap = Duration::seconds(3);
constexpr std::size_t kLeastFills = 100;
constexpr Duration kFillsKept = Duration::minutes(2);

bool needsTrigger(OrderType type) {
  return type == OrderType::StopMarket || type == OrderType::TakeProfitMarket;
}

bool wentAgainst(const std::string& reason) {
  return !reason.empty();
}

}  // namespace

std::size_t FakeExchange::openOrders() const {
  std::size_t open = 0;
  for (const State& state : m_states) open += state.live.size();
  return open;
}

void FakeExchange::log(LogEntry::What what, const Order& order, Lots quantity, Ticks price) {
  LogEntry entry;
  entry.what = what;
  entry.time = m_now;
  entry.id = order.clientId;
  entry.instrument = order.instrument;
  entry.side = order.side;
  entry.type = order.type;
  entry.tif = order.tif;
  entry.reduceOnly = order.reduceOnly;
  entry.quantity = quantity;
  entry.price = price;
  entry.state = order.state;
  entry.fee = m_fees;
  m_log.push_back(std::move(entry));
}

void FakeExchange::place(const PlaceRequest& request) {
  const Instrument& instrument = m_options.instruments->get(request.instrument);
  const Order order = orderOf(request);
  const auto& price = request.limitPrice ? request.limitPrice : request.triggerPrice;
  log(LogEntry::What::Sent, order, instrument.toLotsRounded(request.quantity, Rounding::Down),
      price ? instrument.toTicksRounded(*price, Rounding::Down) : Ticks{});
  std::uint32_t index = 0;
  if (m_freeRequests.empty()) {
    index = static_cast<std::uint32_t>(m_requests.size());
    m_requests.emplace_back();
  } else {
    index = m_freeRequests.back();
    m_freeRequests.pop_back();
  }
  m_requests[index] = {request, false};
  m_onTheWay[request.clientId] += 1;
  m_underWay += 1;
  const bool mayLose = m_options.landsWithin.has_value();
  Duration travel = draw(Duration::millis(1), Duration::millis(12));
  bool lost = false;
  const auto answer = [&](const char* reason, Duration after) {
    OrderReport report = reportOf(OrderReport::Kind::Unknown, order);
    report.reason = reason;
    sendAfter(std::move(report), after);
    m_requests[index].answered = true;
  };
  if (fails(Fault::PlaceLost)) {
    lost = true;
  } else if (fails(Fault::PlaceLate)) {
    const std::uint64_t how = m_faultsRng.below(10);
    const Duration most = mayLose || how < 6 ? Duration::seconds(14) : Duration::minutes(10);
    travel = m_options.lateBy.value_or(Duration{m_faultsRng.between(Duration::millis(500).ns, most.ns)});
  } else if (fails(Fault::PlaceTimeout)) {
    answer("time-out", Duration::seconds(1));
  } else if (fails(Fault::PlaceServerError)) {
    lost = m_faultsRng.below(2) == 0;
    answer("502 bad gateway", Duration::millis(20));
  } else if (fails(Fault::PlaceRateLimited)) {
    lost = true;
    answer("429 too many requests", Duration::millis(5));
  }
  if (lost && !mayLose) {
    lost = false;
    travel = Duration::seconds(20);
  }
  if (mayLose && m_options.landsWithin->ns > 0 && travel > *m_options.landsWithin) {
    lost = true;
    travel = *m_options.landsWithin;
  }
  at(m_now + travel, lost ? Kind::Lose : Kind::Arrive, index);
}

std::string FakeExchange::problemOf(const PlaceRequest& request, const State& state) const {
  const Instrument& instrument = m_options.instruments->get(request.instrument);
  if (!instrument.toLots(request.quantity) || request.quantity.sign() <= 0) return "quantity off the lot";
  for (const auto& price : {request.limitPrice, request.triggerPrice}) {
    if (price && (price->sign() <= 0 || !instrument.toTicks(*price))) return "price off the tick";
  }
  if (needsTrigger(request.type) ? !request.triggerPrice : !request.limitPrice) return "price missing";
  const int side = signOf(request.side);
  if (request.reduceOnly && state.position * side >= 0) return "reduce-only: nothing to reduce";
  if (request.postOnly && request.limitPrice) {
    const Ticks limit = instrument.toTicksRounded(*request.limitPrice, Rounding::Down);
    if (request.side == Side::Buy ? limit >= state.market.ask() : limit <= state.market.bid())
      return "post-only would cross";
  }
  return {};
}

void FakeExchange::leaveTheWay(ClientOrderId id) {
  m_underWay -= 1;
  const auto found = m_onTheWay.find(id);
  if (--found->second == 0) m_onTheWay.erase(found);
}

void FakeExchange::arrive(std::uint32_t index) {
  const Request request = m_requests[index];
  m_freeRequests.push_back(index);
  leaveTheWay(request.place.clientId);
  const PlaceRequest& place = request.place;
  State& state = m_states[place.instrument.value];
  const Instrument& instrument = m_options.instruments->get(place.instrument);
  Order order = orderOf(place);
  order.filledNotional = order.fees = Money::zero(instrument.settle);
  if (m_numbers.count(place.clientId) != 0) {
    order.reason = "client id used before";
    return send(reportOf(OrderReport::Kind::Rejected, order));
  }
  const std::string problem = fails(Fault::PlaceReject) ? "refused by the venue" : problemOf(place, state);
  order.venueOrderId = "F" + std::to_string(++m_orders);
  order.createdAt = order.updatedAt = m_now;
  const auto number = static_cast<std::uint32_t>(m_held.size());
  m_numbers.emplace(place.clientId, number);
  Held held;
  held.remaining = instrument.toLotsRounded(place.quantity, Rounding::Down).value;
  if (place.limitPrice) held.limit = instrument.toTicksRounded(*place.limitPrice, Rounding::Down).value;
  if (place.triggerPrice) held.trigger = instrument.toTicksRounded(*place.triggerPrice, Rounding::Down).value;
  held.landedAt = m_now;
  if (wentAgainst(problem)) {
    order.state = OrderState::Rejected;
    order.reason = problem;
    held.live = false;
    held.order = order;
    m_held.push_back(std::move(held));
    log(LogEntry::What::Refused, order, {}, {});
    return send(reportOf(OrderReport::Kind::Rejected, order));
  }
  order.state = OrderState::Open;
  held.order = order;
  m_held.push_back(std::move(held));
  state.live.push_back(number);
  log(LogEntry::What::Landed, order, {}, {});
  if (!request.answered) send(reportOf(OrderReport::Kind::Accepted, order));
  match(number, true);
}

bool FakeExchange::crossesTrigger(const Held& held, const State& state) const {
  const bool buy = held.order.side == Side::Buy;
  const bool stop = held.order.type == OrderType::StopMarket;
  const std::int64_t price = buy ? state.market.ask().value : state.market.bid().value;
  return buy == stop ? price >= held.trigger : price <= held.trigger;
}

void FakeExchange::matchAll(std::uint32_t instrument) {
  State& state = m_states[instrument];
  if (state.live.empty()) return;
  const std::vector<std::uint32_t> live = state.live;
  for (const std::uint32_t number : live) {
    if (m_held[number].live) match(number, false);
  }
}

void FakeExchange::match(std::uint32_t number, bool arriving) {
  Held& held = m_held[number];
  const Order& order = held.order;
  State& state = m_states[order.instrument.value];
  const std::int64_t side = signOf(order.side);
  std::int64_t allowed = held.remaining;
  if (order.reduceOnly) {
    if (state.position * side >= 0) return end(held, OrderState::Cancelled, "reduce-only: nothing left to reduce");
    allowed = std::min(allowed, std::abs(state.position));
  }
  if (needsTrigger(order.type) && !held.triggered) {
    if (!crossesTrigger(held, state)) return;
    held.triggered = true;
    send(reportOf(OrderReport::Kind::Triggered, order));
  }
  const Ticks touch = order.side == Side::Buy ? state.market.ask() : state.market.bid();
  const bool priced = !needsTrigger(order.type);
  const bool reaches = !priced || (order.side == Side::Buy ? touch.value <= held.limit : touch.value >= held.limit);
  if (reaches) {
    const bool whole = m_rng.below(10) < 7 || order.tif == TimeInForce::Fok;
    const std::int64_t lots = whole ? allowed : m_rng.between(1, allowed);
    const bool maker = !arriving && priced;
    trade(held, lots, maker ? Ticks{held.limit} : touch, maker);
  }
  if (held.live && (order.tif != TimeInForce::Gtc || order.type == OrderType::Market) && priced)
    end(held, OrderState::Cancelled, "the rest of an immediate order");
}

void FakeExchange::trade(Held& held, std::int64_t lots, Ticks price, bool maker) {
  Order& order = held.order;
  State& state = m_states[order.instrument.value];
  const Instrument& instrument = m_options.instruments->get(order.instrument);
  const std::int64_t signedLots = lots * signOf(order.side);
  const std::int64_t before = state.position;
  state.flow += static_cast<std::int64_t>(signedLots) * price.value;
  if (before == 0 || (before > 0) == (signedLots > 0)) {
    state.basis += static_cast<std::int64_t>(signedLots) * price.value;
  } else if (std::abs(signedLots) < std::abs(before)) {
    // As (basis / before) × what is left, without leaving 64 bits.
    const std::int64_t left = before + signedLots;
    state.basis = state.basis / before * left + state.basis % before * left / before;
  } else {
    state.basis = static_cast<std::int64_t>(before + signedLots) * price.value;
  }
  state.position += signedLots;
  held.remaining -= lots;
  Fill fill;
  fill.venueTradeId = "T" + std::to_string(++m_trades);
  fill.clientId = order.clientId;
  fill.venueOrderId = order.venueOrderId;
  fill.instrument = order.instrument;
  fill.side = order.side;
  fill.price = instrument.price(price);
  fill.quantity = instrument.quantity({lots});
  const Money value = instrument.notional(fill.price, fill.quantity);
  fill.fee = of(value, maker ? instrument.makerFee : instrument.takerFee, Rounding::Up);
  fill.maker = maker;
  fill.venueTime = m_now;
  m_fees += fill.fee;
  order.filled = order.filled + fill.quantity;
  order.filledNotional += value;
  order.fees += fill.fee;
  order.updatedAt = m_now;
  order.state = held.remaining == 0 ? OrderState::Filled : OrderState::PartiallyFilled;
  log(LogEntry::What::Trade, order, {lots}, price);
  lastLog().trade = m_trades;
  lastLog().fee = fill.fee;
  m_fills.push_back(fill);
  while (m_fills.size() > kLeastFills && m_fills.front().venueTime + kFillsKept < m_now) m_fills.pop_front();
  OrderReport report = reportOf(OrderReport::Kind::Filled, order);
  report.fill = std::move(fill);
  send(std::move(report));
  if (held.remaining == 0) end(held, OrderState::Filled, {});
}

void FakeExchange::end(Held& held, OrderState state, const std::string& reason) {
  held.live = false;
  held.order.state = state;
  held.order.reason = reason;
  held.order.updatedAt = m_now;
  std::vector<std::uint32_t>& live = m_states[held.order.instrument.value].live;
  live.erase(std::find(live.begin(), live.end(), m_numbers.at(held.order.clientId)));
  log(LogEntry::What::Ended, held.order, {}, {});
  if (state != OrderState::Filled) send(reportOf(OrderReport::Kind::Cancelled, held.order));
}

void FakeExchange::cancel(ClientOrderId id) {
  Order order;
  order.clientId = id;
  log(LogEntry::What::CancelSent, order, {}, {});
  if (fails(Fault::CancelLost)) return;
  bool arrives = true;
  const auto answer = [&](const char* reason) {
    OrderReport report = reportOf(OrderReport::Kind::CancelRejected, order);
    report.reason = reason;
    sendAfter(std::move(report), Duration::millis(15));
  };
  if (fails(Fault::CancelServerError)) {
    arrives = m_faultsRng.below(2) == 0;
    answer("503 service unavailable");
  } else if (fails(Fault::CancelRateLimited)) {
    arrives = false;
    answer("429 too many requests");
  }
  if (!arrives) return;
  std::uint32_t index = 0;
  if (m_freeRequests.empty()) {
    index = static_cast<std::uint32_t>(m_requests.size());
    m_requests.emplace_back();
  } else {
    index = m_freeRequests.back();
    m_freeRequests.pop_back();
  }
  m_requests[index] = {};
  m_requests[index].place.clientId = id;
  at(m_now + draw(Duration::millis(1), Duration::millis(12)), Kind::Cancel, index);
}

void FakeExchange::cancelAll() {
  if (fails(Fault::CancelLost)) return;
  at(m_now + draw(Duration::millis(1), Duration::millis(12)), Kind::CancelAll, 0);
}

void FakeExchange::cancelHeld(Held& held) {
  if (held.live) end(held, OrderState::Cancelled, "cancelled");
}

void FakeExchange::arriveCancel(std::uint32_t index) {
  const ClientOrderId id = m_requests[index].place.clientId;
  m_freeRequests.push_back(index);
  const auto found = m_numbers.find(id);
  if (found != m_numbers.end() && m_held[found->second].live) return cancelHeld(m_held[found->second]);
  Order order;
  order.clientId = id;
  if (found != m_numbers.end()) order = m_held[found->second].order;
  order.reason = found == m_numbers.end() ? "unknown order" : "the order has ended";
  send(reportOf(OrderReport::Kind::CancelRejected, order));
}

Result<Order> FakeExchange::order(ClientOrderId id) {
  if (fails(Fault::QueryError)) return Error{ErrorKind::Retryable, "venue.no_answer", "503 service unavailable", 0};
  const auto found = m_numbers.find(id);
  const bool here = found != m_numbers.end();
  // A reading replica that lags denies what has just come; a second question a second later does not meet it again.
  if (here && m_held[found->second].landedAt + kLieGap > m_now && m_now >= m_lastLag + kLieGap &&
      fails(Fault::QueryLag)) {
    m_lastLag = m_now;
    return finalError("venue.order_absent", "no such order");
  }
  if (here) return m_held[found->second].order;
  const bool finalWord = m_options.landsWithin == Duration{0};
  if (finalWord && m_onTheWay.count(id) != 0)
    return Error{ErrorKind::Retryable, "venue.in_flight", "the order may be on its way", 0};
  return finalError("venue.order_absent", "no such order");
}

Money FakeExchange::money(InstrumentId id, std::int64_t ticksLots) const {
  const Instrument& instrument = m_options.instruments->get(id);
  const Decimal unit = instrument.tickSize * instrument.lotSize * instrument.multiplier;
  return {multiply(Decimal(static_cast<std::int64_t>(ticksLots), 0), unit, Money::kScale, Rounding::Down),
          instrument.settle};
}

AccountSnapshot FakeExchange::truth() const {
  AccountSnapshot snapshot;
  snapshot.venue = m_options.name;
  snapshot.venueTime = m_now;
  Money total = Money(m_options.startBalance, m_fees.currency()) - m_fees;
  for (std::uint32_t i = 0; i < m_states.size(); ++i) {
    const State& state = m_states[i];
    const InstrumentId id{i};
    const Instrument& instrument = m_options.instruments->get(id);
    total += money(id, state.basis - state.flow);
    for (const std::uint32_t number : state.live) snapshot.openOrders.push_back(m_held[number].order);
    if (state.position == 0) continue;
    Position position;
    position.instrument = id;
    position.quantity = instrument.quantity({state.position});
    position.entryNotional = money(id, state.basis).abs();
    position.averagePrice = instrument.price({static_cast<std::int64_t>(state.basis / state.position)});
    position.realised = money(id, state.basis - state.flow);
    position.fees = position.funding = Money::zero(instrument.settle);
    position.updatedAt = m_now;
    snapshot.positions.push_back(std::move(position));
  }
  snapshot.balances.push_back({total.currency(), total, total});
  snapshot.recentFills.assign(m_fills.begin(), m_fills.end());
  return snapshot;
}

void FakeExchange::lie(AccountSnapshot& snapshot) {
  const bool orders = !snapshot.openOrders.empty() && (snapshot.positions.empty() || m_faultsRng.below(2) == 0);
  if (orders) {
    snapshot.openOrders.erase(snapshot.openOrders.begin() +
                              static_cast<std::ptrdiff_t>(m_faultsRng.below(snapshot.openOrders.size())));
  } else if (!snapshot.positions.empty()) {
    Position& position = snapshot.positions[m_faultsRng.below(snapshot.positions.size())];
    position.quantity = m_faultsRng.below(2) == 0 ? -position.quantity : position.quantity + position.quantity;
  }
}

// Never two untrue answers within kLieGap: no rule of two confirmations could stand more.
Result<AccountSnapshot> FakeExchange::account() {
  if (fails(Fault::AccountError)) return Error{ErrorKind::Retryable, "venue.no_answer", "503 service unavailable", 0};
  if (m_old && fails(Fault::AccountStale)) return *m_old;
  AccountSnapshot snapshot = truth();
  if (m_options.faults.chance(Fault::AccountStale) != 0 && (!m_old || m_old->venueTime + kLieGap < m_now))
    m_old = snapshot;
  if (m_now < m_lastLie + kLieGap) return snapshot;
  if (fails(Fault::AccountLie)) {
    m_lastLie = m_now;
    lie(snapshot);
  } else if (fails(Fault::AccountTruncated)) {
    m_lastLie = m_now;
    snapshot.openOrders.resize(snapshot.openOrders.size() / 2);
    snapshot.recentFills.clear();
    if (m_faultsRng.below(2) == 0) snapshot.positions.clear();
  }
  return snapshot;
}

}  // namespace bw::fake
