// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/venue_desk.h"

#include <algorithm>
#include <utility>

#include "core/base/assert.h"

namespace bw::matching {
namespace {

constexpr std::size_t kKeptEnded = 20'000;
constexpr std::size_t kKeptFills = 512;

// One stream per purpose, so that latency draws shift nothing else.
constexpr std::uint64_t kLatencyStream = 1;

std::string_view reasonText(DoneReason reason) {
  switch (reason) {
    case DoneReason::Cancelled:
      return "cancelled on request";
    case DoneReason::ImmediateRest:
      return "nothing more to take inside the limit";
    case DoneReason::FillOrKill:
      return "not fillable whole";
    case DoneReason::PostOnlyWouldTake:
      return "post_only.would_take";
    case DoneReason::SelfTrade:
      return "in the way of an order of the same account";
    case DoneReason::ReduceOnly:
      return "reduce_only: nothing left to reduce";
    case DoneReason::StaleBook:
      return "book.stale";
    case DoneReason::PriceTooFar:
      return "price.too_far";
  }
  return "";
}

bool reducing(const Quantity& position, Side side) {
  return position.sign() == -signOf(side);
}

}  // namespace

VenueDesk::VenueDesk(DeskOptions options)
    : m_options(std::move(options)),
      m_account(m_options.instruments, m_options.active, m_options.startBalance),
      m_writer(m_options.instruments),
      m_rng(Rng(m_options.seed).fork(kLatencyStream)),
      m_states(m_options.instruments->size()) {
  BW_ASSERT(m_options.jitter <= m_options.latency && m_options.jitter.ns >= 0);
}

void VenueDesk::setBackend(InstrumentId id, OrderBackend& backend) {
  m_states[id.value].backend = &backend;
}

void VenueDesk::restore(const AccountImage& image) {
  m_now = image.time;
  m_orders = image.orders;
  m_trades = image.trades;
  m_draws = image.draws;
  m_sessions = image.sessions + 1;
  for (std::uint64_t i = 0; i < m_draws; ++i) m_rng.between(-m_options.jitter.ns, m_options.jitter.ns);
  for (const auto& [id, position] : image.positions) {
    m_account.restore(position);
    m_states[id].holding = !position.quantity.isZero();
  }
  const std::size_t skip = image.fills.size() > kKeptFills ? image.fills.size() - kKeptFills : 0;
  m_fills.assign(image.fills.begin() + static_cast<std::ptrdiff_t>(skip), image.fills.end());
  for (const Fill& fill : m_fills) {
    if (!m_account.quantity(fill.instrument).isZero()) m_account.setMark(fill.instrument, fill.price);
  }
  m_payments.assign(image.payments.begin(), image.payments.end());
  for (const auto& [number, stored] : image.stored) {
    m_orders = std::max(m_orders, number);
    Entry& entry = m_entries[number];
    entry.order = stored.order;
    entry.number = number;
    entry.acknowledged = true;
    entry.triggered = stored.triggered;
    m_numbers[entry.order.clientId] = number;
    if (isTerminal(entry.order.state)) {
      m_ended.push_back(number);
      continue;
    }
    InstrumentState& state = m_states[entry.order.instrument.value];
    ++state.liveOrders;
    m_live.insert(number);
    BW_ASSERT(state.backend != nullptr);
    state.backend->restore(bookOrder(entry));
  }
  forgetOld();
  countersLine();
}

void VenueDesk::enqueue(Timestamp now, std::uint32_t connection, Request request) {
  const std::int64_t draw = m_rng.between(-m_options.jitter.ns, m_options.jitter.ns);
  ++m_draws;
  Timestamp& last = m_lastDue[connection];
  request.due = std::max(last, now + m_options.latency + Duration{draw});
  request.sequence = ++m_requests;
  last = request.due;
  const auto key = std::make_pair(request.due.ns, request.sequence);
  m_underWay.emplace(key, std::move(request));
}

void VenueDesk::place(Timestamp now, std::uint32_t connection, const Order& order) {
  Request request;
  request.order = order;
  enqueue(now, connection, std::move(request));
}

void VenueDesk::cancel(Timestamp now, std::uint32_t connection, const ClientOrderId& clientId,
                       InstrumentId instrument) {
  Request request;
  request.kind = Request::Kind::Cancel;
  request.order.clientId = clientId;
  request.order.instrument = instrument;
  enqueue(now, connection, std::move(request));
}

void VenueDesk::cancelAll(Timestamp now, std::uint32_t connection) {
  Request request;
  request.kind = Request::Kind::CancelAll;
  enqueue(now, connection, std::move(request));
}

Timestamp VenueDesk::nextDue() const {
  return m_underWay.empty() ? Timestamp::never() : m_underWay.begin()->second.due;
}

void VenueDesk::advance(Timestamp now) {
  while (!m_underWay.empty() && m_underWay.begin()->second.due <= now) {
    const Request request = std::move(m_underWay.begin()->second);
    m_underWay.erase(m_underWay.begin());
    m_now = request.due;
    arrive(request);
  }
  m_now = now;
}

void VenueDesk::arrive(const Request& request) {
  switch (request.kind) {
    case Request::Kind::Place:
      arrivePlace(request.order);
      break;
    case Request::Kind::Cancel:
      arriveCancel(request.order);
      break;
    case Request::Kind::CancelAll:
      cancelEverything("cancelled on request");
      break;
  }
  settleTouched();
}

OrderReport& VenueDesk::report(OrderReport::Kind kind, const Entry& entry, const std::string& reason) {
  OrderReport r;
  r.kind = kind;
  r.venue = m_options.venue;
  r.clientId = entry.order.clientId;
  r.venueOrderId = entry.order.venueOrderId;
  r.instrument = entry.order.instrument;
  r.reason = reason;
  r.venueTime = m_now;
  if (kind == OrderReport::Kind::Cancelled || kind == OrderReport::Kind::Expired) r.filledInAll = entry.order.filled;
  m_reports.push_back(std::move(r));
  return m_reports.back();
}

void VenueDesk::arrivePlace(const Order& request) {
  if (const auto known = m_numbers.find(request.clientId); known != m_numbers.end()) {
    const Entry& entry = m_entries.at(known->second);
    const bool refused = entry.order.state == OrderState::Rejected;
    report(refused ? OrderReport::Kind::Rejected : OrderReport::Kind::Accepted, entry, entry.order.reason);
    return;
  }
  const std::uint64_t number = ++m_orders;
  Entry& entry = m_entries[number];
  entry.number = number;
  entry.order = request;
  entry.order.venueOrderId = m_options.prefix + "-" + std::to_string(number);
  entry.order.state = OrderState::Pending;
  entry.order.createdAt = m_now;
  entry.order.updatedAt = m_now;
  m_numbers[request.clientId] = number;
  std::string why;
  try {
    why = problem(entry.order);
    if (why.empty()) {
      const Money zero = Money::zero(m_options.instruments->get(request.instrument).settle);
      entry.order.filledNotional = zero;
      entry.order.fees = zero;
    }
  } catch (const ExactOverflow&) {
    why = "quantity.range: the value of the order does not fit";
  }
  if (!why.empty()) {
    // An unknown instrument has no symbol to write down.
    const bool writable = request.instrument.value < m_states.size();
    entry.order.state = OrderState::Rejected;
    entry.order.reason = why;
    report(OrderReport::Kind::Rejected, entry, why);
    if (writable) journalOrder(entry);
    m_ended.push_back(number);
    countersLine();
    forgetOld();
    return;
  }
  submit(entry);
  countersLine();
}

BookOrder VenueDesk::bookOrder(const Entry& entry) const {
  const Order& o = entry.order;
  const Instrument& i = m_options.instruments->get(o.instrument);
  BookOrder b;
  b.id = entry.number;
  b.owner = 1;
  b.side = o.side;
  b.type = entry.triggered ? OrderType::Market : o.type;
  b.tif = o.tif;
  b.postOnly = o.postOnly;
  b.guarded = o.reduceOnly;
  b.size = i.toLotsRounded(o.remaining(), Rounding::ToZero);
  if (o.limitPrice) {
    b.hasLimit = true;
    b.limit = i.toTicksRounded(*o.limitPrice, o.side == Side::Buy ? Rounding::Down : Rounding::Up);
  }
  if (o.triggerPrice) b.trigger = i.toTicksRounded(*o.triggerPrice, Rounding::HalfEven);
  return b;
}

void VenueDesk::submit(Entry& entry) {
  InstrumentState& state = m_states[entry.order.instrument.value];
  ++state.liveOrders;
  m_live.insert(entry.number);
  const std::uint64_t number = entry.number;
  state.backend->submit(bookOrder(entry));
  const auto it = m_entries.find(number);
  if (it != m_entries.end() && !isTerminal(it->second.order.state)) acknowledge(it->second);
}

void VenueDesk::acknowledge(Entry& entry) {
  if (entry.acknowledged) return;
  entry.acknowledged = true;
  entry.order.state = OrderState::Open;
  entry.order.updatedAt = m_now;
  report(OrderReport::Kind::Accepted, entry);
  journalOrder(entry);
}

void VenueDesk::finish(Entry& entry, OrderState state, const std::string& reason) {
  entry.order.state = state;
  entry.order.reason = reason;
  entry.order.updatedAt = m_now;
  journalOrder(entry);
  --m_states[entry.order.instrument.value].liveOrders;
  m_live.erase(entry.number);
  m_ended.push_back(entry.number);
}

void VenueDesk::forgetOld() {
  while (m_ended.size() > kKeptEnded) {
    const auto it = m_entries.find(m_ended.front());
    m_numbers.erase(it->second.order.clientId);
    m_entries.erase(it);
    m_ended.pop_front();
  }
}

void VenueDesk::arriveCancel(const Order& request) {
  const auto known = m_numbers.find(request.clientId);
  Entry none;
  none.order.clientId = request.clientId;
  none.order.instrument = request.instrument;
  if (known == m_numbers.end()) {
    report(OrderReport::Kind::CancelRejected, none, "order.absent");
    return;
  }
  Entry& entry = m_entries.at(known->second);
  if (isTerminal(entry.order.state) || entry.liquidation) {
    report(OrderReport::Kind::CancelRejected, entry, "order.done: " + std::string(toString(entry.order.state)));
    return;
  }
  m_states[entry.order.instrument.value].backend->cancel(entry.number);
}

void VenueDesk::cancelEverything(const std::string& reason) {
  const std::vector<std::uint64_t> live(m_live.begin(), m_live.end());
  for (const std::uint64_t number : live) {
    Entry& entry = m_entries.at(number);
    if (entry.liquidation) continue;
    entry.cancelReason = reason;
    m_states[entry.order.instrument.value].backend->cancel(number);
  }
}

void VenueDesk::onFill(std::uint64_t id, Ticks price, Lots size, bool maker) {
  Entry& entry = m_entries.at(id);
  acknowledge(entry);
  Order& o = entry.order;
  const Instrument& i = m_options.instruments->get(o.instrument);
  Fill fill;
  fill.venueTradeId = m_options.prefix + "T-" + std::to_string(++m_trades);
  fill.clientId = o.clientId;
  fill.venueOrderId = o.venueOrderId;
  fill.instrument = o.instrument;
  fill.side = o.side;
  fill.price = i.price(price);
  fill.quantity = i.quantity(size);
  const Money value = i.notional(fill.price, fill.quantity);
  fill.fee = of(value, maker ? i.makerFee : i.takerFee, Rounding::Up);
  fill.maker = maker;
  fill.liquidation = entry.liquidation;
  fill.venueTime = m_now;
  m_account.apply(fill, o.leverage);
  o.filled = o.filled + fill.quantity;
  o.filledNotional += value;
  o.fees += fill.fee;
  o.state = OrderState::PartiallyFilled;
  o.updatedAt = m_now;
  report(OrderReport::Kind::Filled, entry).fill = fill;
  m_writer.fill(fill);
  if (o.filled == o.quantity) {
    finish(entry, OrderState::Filled, "");
  } else {
    journalOrder(entry);
  }
  m_writer.position(m_now, *m_account.find(o.instrument));
  m_writer.balance(m_now, m_account.balance(i.settle));
  countersLine();
  m_fills.push_back(std::move(fill));
  if (m_fills.size() > kKeptFills) m_fills.pop_front();
  m_states[o.instrument.value].holding = !m_account.quantity(o.instrument).isZero();
  m_touched.push_back(o.instrument);
}

void VenueDesk::onTriggered(std::uint64_t id) {
  Entry& entry = m_entries.at(id);
  acknowledge(entry);
  entry.triggered = true;
  report(OrderReport::Kind::Triggered, entry);
  journalOrder(entry);
}

void VenueDesk::onDone(std::uint64_t id, DoneReason reason, Lots) {
  Entry& entry = m_entries.at(id);
  const std::string text(entry.cancelReason.empty() ? reasonText(reason) : std::string_view(entry.cancelReason));
  const bool atOnce = !entry.acknowledged && entry.order.filled.isZero();
  const bool refusal = reason == DoneReason::PostOnlyWouldTake || reason == DoneReason::StaleBook ||
                       reason == DoneReason::PriceTooFar || reason == DoneReason::ReduceOnly;
  if (atOnce && refusal) {
    finish(entry, OrderState::Rejected, text);
    report(OrderReport::Kind::Rejected, entry, text);
    return;
  }
  acknowledge(entry);
  const bool expired = reason == DoneReason::ImmediateRest || reason == DoneReason::FillOrKill;
  finish(entry, expired ? OrderState::Expired : OrderState::Cancelled, text);
  report(expired ? OrderReport::Kind::Expired : OrderReport::Kind::Cancelled, entry, text);
}

Lots VenueDesk::allowance(std::uint64_t id, Lots wanted) {
  const Order& o = m_entries.at(id).order;
  const Quantity held = m_account.quantity(o.instrument);
  if (!reducing(held, o.side)) return {};
  return std::min(wanted, m_options.instruments->get(o.instrument).toLotsRounded(held.abs(), Rounding::ToZero));
}

std::string VenueDesk::takeJournal() {
  return m_writer.take();
}

std::vector<OrderReport> VenueDesk::takeReports() {
  return std::exchange(m_reports, {});
}

}  // namespace bw::matching
