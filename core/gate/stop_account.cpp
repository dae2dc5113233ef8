// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_account.h"

#include <algorithm>

#include "core/base/hash.h"

namespace bw::gate {
namespace {

constexpr Duration kFirstBackoff = Duration::millis(250);
constexpr Duration kLastBackoff = Duration::seconds(5);

bool isTerminalReport(const Order& order) {
  return isTerminal(order.state);
}

std::uint64_t bigEndian(const Sha256Digest& digest, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | digest[at + i];
  return value;
}

}  // namespace

ClientOrderId closeId(std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t slice) {
  const Sha256Digest digest = sha256("bellwether stop|" + std::to_string(stopNumber) + "|" + instrument.venue + "|" +
                                     instrument.symbol + "|" + std::to_string(slice));
  Uuid id{bigEndian(digest, 0), bigEndian(digest, 8)};
  id.high = (id.high & ~0xf000ULL) | 0x8000ULL;
  id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
  return id;
}

StopAccount::StopAccount(Shared shared, std::unique_ptr<VenueConnection> connection, StepSink sink)
    : m_shared(shared), m_connection(std::move(connection)), m_sink(std::move(sink)) {
  BW_ASSERT(m_connection != nullptr && m_sink);
}

void StopAccount::begin(std::uint64_t stopNumber, bool resumed) {
  const MonoTime now = m_shared.clock.mono();
  m_stopNumber = stopNumber;
  m_resumed = resumed;
  m_done = m_holds = false;
  m_rounds = 0;
  m_startedAt = m_nextAt = m_lastAction = now;
  m_backoff = kFirstBackoff;
  m_firstCancel = m_lastCancel = m_cleanSince = m_bulkAt = std::nullopt;
  m_problem.clear();
  m_known.clear();
  m_closes.clear();
}

MonoTime StopAccount::step() {
  const MonoTime now = m_shared.clock.mono();
  if (now < m_nextAt) return m_nextAt;
  m_rounds += 1;
  if (!readAccount(now)) {
    m_cleanSince.reset();
    m_nextAt = now + m_backoff;
    m_backoff = std::min(m_backoff * 2, kLastBackoff);
    return m_nextAt;
  }
  m_backoff = kFirstBackoff;
  notePositions(now);
  noteOrders();
  cancelRisk(now);
  proveMissing(now);
  closePositions(now);
  if (!clean()) {
    m_done = false;
    m_cleanSince.reset();
    return m_nextAt = now + m_shared.policy.pollGap;
  }
  if (!m_cleanSince || *m_cleanSince < m_lastAction) m_cleanSince = now;
  if (m_done || now - *m_cleanSince >= m_shared.policy.verifyGap) {
    m_done = true;
    return m_nextAt = now + m_shared.policy.watchGap;
  }
  return m_nextAt = *m_cleanSince + m_shared.policy.verifyGap;
}

bool StopAccount::readAccount(MonoTime now) {
  auto snapshot = m_connection->account();
  m_holds = false;
  if (!snapshot) {
    m_problem = "no answer: " + snapshot.error().detail;
    m_sink("read account", "", m_problem, m_shared.clock.mono() - now);
    // Nothing is known, so everything that may rest is cancelled blindly; protective stops go too rather than entries
    // stay.
    if (!m_firstCancel && m_connection->capabilities().cancelAll) {
      m_connection->cancelAll();
      m_firstCancel = m_lastCancel = m_lastAction = m_shared.clock.mono();
      m_sink("cancel all", "", "sent without a list", *m_firstCancel - m_startedAt);
    }
    return false;
  }
  if (snapshot->venueTime < m_venueTime) {
    m_problem = "the venue answered with an old account";
    return false;
  }
  m_venueTime = snapshot->venueTime;
  m_snapshot = std::move(*snapshot);
  m_problem.clear();
  m_holds = true;
  return true;
}

bool StopAccount::isOwnClose(ClientOrderId id) const {
  return std::any_of(m_closes.begin(), m_closes.end(),
                     [&](const auto& entry) { return entry.second.outstanding == id; });
}

void StopAccount::notePositions(MonoTime now) {
  for (const Position& position : m_snapshot.positions) {
    if (position.flat()) continue;
    const auto [entry, isNew] = m_closes.try_emplace(position.instrument);
    if (!isNew) continue;
    entry->second.startedAt = entry->second.notBefore = now;
    if (m_resumed) resumeSlices(m_shared.instruments.get(position.instrument), entry->second);
  }
}

void StopAccount::noteOrders() {
  for (auto& entry : m_known) entry.second.listed = false;
  const bool keepsStops = m_connection->capabilities().reduceOnly;
  for (const Order& order : m_snapshot.openOrders) {
    if (isOwnClose(order.clientId)) continue;
    Known& known = m_known[order.clientId];
    known.instrument = order.instrument;
    known.listed = true;
    known.confirmed = false;
    known.absences = 0;
    const bool held = std::any_of(m_snapshot.positions.begin(), m_snapshot.positions.end(),
                                  [&](const Position& p) { return p.instrument == order.instrument && !p.flat(); });
    known.protective = keepsStops && held && order.reduceOnly && order.type == OrderType::StopMarket;
  }
  // What was sent and never answered may land at any time: it is hunted by its client id.
  for (const Gate::InFlight& sent : m_shared.gate.inFlight()) {
    if (sent.instrument.value >= m_shared.instruments.size()) continue;
    if (m_shared.instruments.get(sent.instrument).venue != m_connection->venue()) continue;
    if (const auto [entry, isNew] = m_known.try_emplace(sent.clientId); isNew)
      entry->second.instrument = sent.instrument;
  }
}

void StopAccount::cancelOne(ClientOrderId id, Known& known, MonoTime now) {
  if (known.cancelledAt && now - *known.cancelledAt < m_shared.policy.retryCancel) return;
  m_connection->cancel(id, known.instrument);
  known.cancelledAt = now;
  m_lastCancel = m_lastAction = m_shared.clock.mono();
  if (!m_firstCancel) m_firstCancel = m_lastCancel;
  m_sink("cancel", m_shared.instruments.get(known.instrument).symbol, "sent " + toString(id),
         *m_lastCancel - m_startedAt);
}

void StopAccount::cancelRisk(MonoTime now) {
  const bool anyKept =
      std::any_of(m_known.begin(), m_known.end(), [](const auto& e) { return e.second.listed && e.second.protective; });
  const bool anyRisk = std::any_of(m_known.begin(), m_known.end(),
                                   [](const auto& e) { return e.second.listed && !e.second.protective; });
  const bool closing =
      std::any_of(m_closes.begin(), m_closes.end(), [](const auto& e) { return e.second.outstanding.has_value(); });
  if (anyRisk && !anyKept && !closing && !m_bulkAt && m_connection->capabilities().cancelAll) {
    m_connection->cancelAll();
    m_bulkAt = m_lastCancel = m_lastAction = m_shared.clock.mono();
    if (!m_firstCancel) m_firstCancel = m_lastCancel;
    for (auto& entry : m_known) {
      if (entry.second.listed) entry.second.cancelledAt = now;
    }
    m_sink("cancel all", "", "sent for " + std::to_string(m_snapshot.openOrders.size()) + " orders",
           *m_lastCancel - m_startedAt);
  }
  for (auto& [id, known] : m_known) {
    if (known.listed ? !known.protective : !known.confirmed) cancelOne(id, known, now);
  }
}

bool StopAccount::absentTwice(int& absences, std::optional<MonoTime>& last, MonoTime now) const {
  if (!last || now - *last >= m_shared.policy.verifyGap) {
    absences += 1;
    last = now;
  }
  return absences >= 2;
}

void StopAccount::proveMissing(MonoTime now) {
  for (auto& [id, known] : m_known) {
    if (known.listed || known.confirmed) continue;
    auto order = m_connection->order(id);
    const std::string& symbol = m_shared.instruments.get(known.instrument).symbol;
    if (order && isTerminalReport(*order)) {
      known.confirmed = true;
      known.outcome = std::string(toString(order->state));
      m_shared.gate.settle(id);
      m_sink("order ended", symbol, known.outcome + " " + toString(id), m_shared.clock.mono() - m_startedAt);
    } else if (order) {
      known.absences = 0;
    } else if (order.error().userKey == "venue.order_absent" && absentTwice(known.absences, known.lastAbsence, now)) {
      known.confirmed = true;
      known.outcome = "never arrived";
      m_shared.gate.settle(id);
      m_sink("order ended", symbol, "never arrived, " + toString(id), m_shared.clock.mono() - m_startedAt);
    }
  }
}

bool StopAccount::cancelsProven() const {
  return std::all_of(m_known.begin(), m_known.end(),
                     [](const auto& e) { return e.second.listed ? e.second.protective : e.second.confirmed; });
}

void StopAccount::closePositions(MonoTime now) {
  for (auto& entry : m_closes) entry.second.flat = true;
  const bool ready = cancelsProven() || now - m_startedAt >= m_shared.policy.cancelGrace;
  for (const Position& position : m_snapshot.positions) {
    if (position.flat()) continue;
    Close& close = m_closes.at(position.instrument);
    close.flat = false;
    close.remaining = position.quantity;
    if (ready) closeOne(position, close, now);
  }
  for (auto& [instrument, close] : m_closes) {
    if (close.flat && close.outstanding) settleSlice(m_shared.instruments.get(instrument), close, now);
    if (close.flat && !close.remaining.isZero()) {
      close.remaining = Quantity{};
      close.problem.clear();
      m_sink("flat", m_shared.instruments.get(instrument).symbol, "confirmed by the venue",
             m_shared.clock.mono() - m_startedAt);
    }
  }
}

void StopAccount::resumeSlices(const Instrument& instrument, Close& close) {
  constexpr std::uint32_t kMost = 10'000;
  while (close.slice < kMost) {
    const ClientOrderId id = closeId(m_stopNumber, instrument, close.slice + 1);
    auto order = m_connection->order(id);
    if (!order && order.error().userKey == "venue.order_absent") return;
    close.slice += 1;
    if (order && isTerminalReport(*order)) continue;
    close.outstanding = id;
    close.sentAt = m_shared.clock.mono();
    return;
  }
}

void StopAccount::closeOne(const Position& position, Close& close, MonoTime now) {
  if (close.outstanding) {
    // Whatever became of it, the position is read anew before the next slice: in the next round.
    settleSlice(m_shared.instruments.get(position.instrument), close, now);
    return;
  }
  if (now >= close.notBefore) sendSlice(position, close, now);
}

void StopAccount::settleSlice(const Instrument& instrument, Close& close, MonoTime now) {
  auto order = m_connection->order(*close.outstanding);
  if (order && isTerminalReport(*order)) {
    const bool helped = !order->filled.isZero();
    m_sink("close", instrument.symbol, std::string(toString(order->state)) + ", filled " + order->filled.toString(),
           m_shared.clock.mono() - close.sentAt);
    close.outstanding.reset();
    close.absences = 0;
    close.lastAbsence.reset();
    close.failures = helped ? 0 : close.failures + 1;
    close.problem =
        helped ? std::string()
               : "close " + std::string(toString(order->state)) + (order->reason.empty() ? "" : ": " + order->reason);
    const Duration wait = std::min(kFirstBackoff * (std::int64_t{1} << std::min(close.failures, 5)), kLastBackoff);
    close.notBefore = helped ? now : now + wait;
    m_lastAction = now;
    return;
  }
  if (order) return;
  if (order.error().userKey != "venue.order_absent") {
    close.problem = "close UNKNOWN: " + order.error().detail;
    return;
  }
  if (!absentTwice(close.absences, close.lastAbsence, now)) return;
  m_sink("close", instrument.symbol, "never arrived", m_shared.clock.mono() - close.sentAt);
  close.outstanding.reset();
  close.absences = 0;
  close.lastAbsence.reset();
}

std::optional<Price> StopAccount::collarPrice(const Position& position, const Instrument& instrument, Side side,
                                              Duration elapsed) const {
  Price reference = position.averagePrice;
  if (m_shared.marks != nullptr) {
    if (const auto mark = m_shared.marks->get(instrument.id)) reference = instrument.price(*mark);
  }
  if (reference.sign() <= 0) return std::nullopt;
  const StopPolicy& policy = m_shared.policy;
  const std::int64_t steps = elapsed.ns / policy.collarEvery.ns;
  Ratio collar = policy.collar + Ratio::fraction(policy.collarStep.decimal() *
                                                 Decimal::fromInteger(std::min<std::int64_t>(steps, 1000)));
  if (collar > policy.collarMax) collar = policy.collarMax;
  const Decimal factor =
      side == Side::Buy ? Decimal::fromInteger(1) + collar.decimal() : Decimal::fromInteger(1) - collar.decimal();
  const Rounding outwards = side == Side::Buy ? Rounding::Up : Rounding::Down;
  const Price price(multiply(reference.decimal(), factor, 12, outwards));
  const Ticks ticks = std::max(instrument.toTicksRounded(price, outwards), Ticks{1});
  return instrument.price(ticks);
}

void StopAccount::sendSlice(const Position& position, Close& close, MonoTime now) {
  const Instrument& instrument = m_shared.instruments.get(position.instrument);
  PlaceRequest request;
  request.instrument = position.instrument;
  request.side = position.quantity.sign() > 0 ? Side::Sell : Side::Buy;
  request.type = OrderType::Market;
  request.tif = TimeInForce::Ioc;
  request.reduceOnly = m_connection->capabilities().reduceOnly;
  request.leverage = position.leverage;
  try {
    request.quantity = instrument.quantity(instrument.toLotsRounded(position.quantity.abs(), Rounding::Down));
    request.limitPrice = collarPrice(position, instrument, request.side, now - close.startedAt);
  } catch (const ExactOverflow&) {
    request.quantity = Quantity{};
  }
  if (request.quantity.isZero() || !request.limitPrice) {
    close.problem = request.quantity.isZero() ? "the rest is smaller than one lot" : "no price known for the collar";
    close.notBefore = now + kLastBackoff;
    return;
  }
  close.slice += 1;
  request.clientId = closeId(m_stopNumber, instrument, close.slice);
  // Counted as sent before it is: if the answer is lost, nothing is sent twice.
  close.outstanding = request.clientId;
  close.sentAt = m_lastAction = m_shared.clock.mono();
  const Verdict verdict =
      m_shared.gate.passEmergencyClose(m_shared.authority, request, position.quantity, *m_connection);
  if (verdict.passed()) {
    m_sink("close", instrument.symbol,
           "sent " + std::string(toString(request.side)) + " " + request.quantity.toString() + " to " +
               request.limitPrice->toString(),
           m_shared.clock.mono() - m_startedAt);
    return;
  }
  close.outstanding.reset();
  close.problem = verdict.text;
  close.notBefore = now + kFirstBackoff;
  m_sink("close", instrument.symbol, "not sent: " + verdict.text, m_shared.clock.mono() - m_startedAt);
}

bool StopAccount::clean() const {
  if (!m_holds || !m_snapshot.openOrders.empty() || !cancelsProven()) return false;
  for (const Position& position : m_snapshot.positions) {
    if (!position.flat()) return false;
  }
  return std::none_of(m_closes.begin(), m_closes.end(), [](const auto& e) { return e.second.outstanding.has_value(); });
}

bool StopAccount::confirmClean() {
  if (!readAccount(m_shared.clock.mono())) return false;
  return clean();
}

StopAccount::Counts StopAccount::counts() const {
  Counts counts;
  for (const auto& [id, known] : m_known) {
    counts.ordersTotal += 1;
    if (known.confirmed) counts.ordersCancelled += 1;
    if (!known.confirmed && !known.listed) counts.ordersUnknown += 1;
  }
  for (const auto& [instrument, close] : m_closes) {
    counts.positionsTotal += 1;
    if (close.flat && !close.outstanding) counts.positionsFlat += 1;
  }
  return counts;
}

std::string StopAccount::residual() const {
  if (m_done) return {};
  if (!m_problem.empty()) return venue() + ": " + m_problem;
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  int open = 0;
  int unknown = 0;
  for (const auto& [id, known] : m_known) {
    if (known.listed) open += 1;
    if (!known.listed && !known.confirmed) unknown += 1;
  }
  if (open > 0) add(std::to_string(open) + " orders still open");
  if (unknown > 0) add(std::to_string(unknown) + " orders UNKNOWN");
  for (const auto& [instrument, close] : m_closes) {
    if (close.flat && !close.outstanding) continue;
    add(m_shared.instruments.get(instrument).symbol + " " + close.remaining.toString() + " left" +
        (close.problem.empty() ? "" : " (" + close.problem + ")"));
  }
  if (text.empty()) text = "waiting for the second confirmation";
  return venue() + ": " + text;
}

}  // namespace bw::gate
