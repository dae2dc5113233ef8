// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>

#include "core/base/mutant.h"
#include "core/gate/stop_account.h"

namespace bw::gate {
namespace {

constexpr Duration kFirstPause = Duration::millis(250);
constexpr Duration kLastPause = Duration::seconds(5);

}  // namespace

// Largest position value first, by the last marks.
std::vector<const Position*> StopAccount::byRisk() const {
  std::vector<std::pair<Decimal, const Position*>> sorted;
  for (const Position& position : m_snapshot.positions) {
    if (position.flat() || !inScope(position.instrument)) continue;
    const Instrument& instrument = m_shared.instruments.get(position.instrument);
    Price price = position.averagePrice;
    if (m_shared.marks != nullptr) {
      if (const auto mark = m_shared.marks->get(position.instrument)) price = instrument.price(*mark);
    }
    Decimal value;
    try {
      value = multiply(price.decimal(), position.quantity.abs().decimal(), instrument.multiplier, 2, Rounding::Up);
    } catch (const ExactOverflow&) {
      value = Decimal::fromInteger(std::numeric_limits<std::int64_t>::max());
    }
    sorted.emplace_back(value, &position);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return b.first < a.first; });
  std::vector<const Position*> out;
  for (const auto& entry : sorted) out.push_back(entry.second);
  return out;
}

void StopAccount::closePositions(MonoTime now) {
  for (auto& entry : m_closes) entry.second.flat = true;
  const bool ready = closesAllowed(now);
  for (const Position* position : byRisk()) {
    Close& close = m_closes.at(position->instrument);
    close.remaining = closable(*position, close);
    close.flat = close.remaining.isZero();
    if (ready && !close.flat) closeOne(*position, close, now);
  }
  for (auto& [instrument, close] : m_closes) {
    if (close.flat && close.outstanding) settleSlice(m_shared.instruments.get(instrument), close, now);
    if (m_exchanging == instrument && close.flat && !close.outstanding) m_exchanging.reset();
    const bool held = std::any_of(m_snapshot.positions.begin(), m_snapshot.positions.end(),
                                  [&, id = instrument](const Position& p) { return p.instrument == id && !p.flat(); });
    if (close.flat && !held && !close.remaining.isZero()) {
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
    const ClientOrderId id = closeId(m_work.stopNumber, instrument, close.slice + 1);
    auto order = m_connection->order(id);
    if (!order && order.error().userKey == "venue.order_absent") return;
    close.slice += 1;
    if (order && isTerminal(order->state)) continue;
    close.outstanding = id;
    close.sentAt = m_shared.clock.mono();
    return;
  }
}

void StopAccount::closeOne(const Position& position, Close& close, MonoTime now) {
  if (close.outstanding) {
    // Whatever became of it, the position is read anew before the next slice: in the next round.
    settleSlice(m_shared.instruments.get(position.instrument), close, now);
    if (!BW_MUTANT(50)) return;
  }
  if (const auto opens = closedUntil(position.instrument)) {
    if (close.madeRoom) putStopBack(position, close, now);
    close.problem = "CANNOT CLOSE UNTIL " + toIso8601(*opens);
    return;
  }
  if (close.problem.rfind("CANNOT CLOSE", 0) == 0) close.problem.clear();
  if (!exchangeStop(position, close, now)) return;
  if (now >= close.notBefore) sendSlice(position, close, now);
}

// Where a resting stop locks the quantity: true once there is room for the close. One position at a time.
bool StopAccount::exchangeStop(const Position& position, Close& close, MonoTime now) {
  if (!m_connection->capabilities().stopLocks) return true;
  if (close.madeRoom && !close.accepted && now - close.roomSince >= m_shared.policy.closeAccept) {
    putStopBack(position, close, now);
    return false;
  }
  bool locked = false;
  for (auto& [id, known] : m_known) {
    if (known.instrument != position.instrument || !known.listed || !known.protective) continue;
    locked = true;
    if ((m_exchanging && *m_exchanging != position.instrument) || now < close.notBefore) return false;
    m_exchanging = position.instrument;
    if (!known.makesRoom) {
      known.makesRoom = true;
      close.madeRoom = known.order;
      close.roomSince = now;
      close.accepted = false;
    }
  }
  if (!locked) return true;
  std::vector<ClientOrderId> ids;
  for (const auto& [id, known] : m_known) {
    if (known.instrument == position.instrument && known.listed && known.makesRoom) ids.push_back(id);
  }
  cancelThese(ids, now);
  return false;
}

void StopAccount::putStopBack(const Position& position, Close& close, MonoTime now) {
  const Instrument& instrument = m_shared.instruments.get(position.instrument);
  PlaceRequest request = requestFor(*close.madeRoom);
  const Quantity left = closable(position, close);
  if (request.quantity > left) request.quantity = left;
  request.clientId = restoredStopId(m_work.stopNumber, instrument, ++close.restores);
  close.madeRoom.reset();
  close.restored = request.clientId;
  close.notBefore = now + kLastPause;
  m_exchanging.reset();
  m_lastAction = m_shared.clock.mono();
  const Verdict verdict = m_shared.gate.passRestoredStop(m_shared.authority, request, position.quantity, *m_connection);
  m_sink("stop put back", instrument.symbol,
         verdict.passed() ? "the close was not accepted; protected again by " + toString(request.clientId)
                          : "UNPROTECTED POSITION: " + verdict.text,
         m_shared.clock.mono() - m_startedAt);
}

void StopAccount::settleSlice(const Instrument& instrument, Close& close, MonoTime now) {
  auto order = m_connection->order(*close.outstanding);
  if (order && isTerminal(order->state)) {
    const bool helped = !order->filled.isZero();
    m_sink("close", instrument.symbol, std::string(toString(order->state)) + ", filled " + order->filled.toString(),
           m_shared.clock.mono() - close.sentAt);
    close.outstanding.reset();
    close.absences = 0;
    close.lastAbsence.reset();
    close.sold = close.sold + order->filled;
    close.accepted = close.accepted || helped;
    close.failures = helped ? 0 : close.failures + 1;
    close.problem =
        helped ? std::string()
               : "close " + std::string(toString(order->state)) + (order->reason.empty() ? "" : ": " + order->reason);
    const Duration wait = std::min(kFirstPause * (std::int64_t{1} << std::min(close.failures, 5)), kLastPause);
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
  const Quantity wanted = closable(position, close);
  PlaceRequest request;
  request.instrument = position.instrument;
  request.side = (position.quantity.sign() > 0) != BW_MUTANT(49) ? Side::Sell : Side::Buy;
  request.type = OrderType::Market;
  request.tif = TimeInForce::Ioc;
  request.reduceOnly = m_connection->capabilities().reduceOnly;
  request.leverage = position.leverage;
  try {
    request.quantity = instrument.quantity(instrument.toLotsRounded(wanted.abs(), Rounding::Down));
    request.limitPrice = collarPrice(position, instrument, request.side, now - close.startedAt);
  } catch (const ExactOverflow&) {
    request.quantity = Quantity{};
  }
  if (request.quantity.isZero() || !request.limitPrice) {
    close.problem = request.quantity.isZero() ? "the rest is smaller than one lot" : "no price known for the collar";
    close.notBefore = now + kLastPause;
    return;
  }
  close.slice += 1;
  request.clientId = closeId(m_work.stopNumber, instrument, close.slice);
  // Counted as sent before it is: if the answer is lost, nothing is sent twice.
  close.outstanding = request.clientId;
  close.sentAt = m_lastAction = m_shared.clock.mono();
  const Verdict verdict = m_shared.gate.passEmergencyClose(m_shared.authority, request, wanted, *m_connection);
  if (verdict.passed()) {
    m_sink("close", instrument.symbol,
           "sent " + std::string(toString(request.side)) + " " + request.quantity.toString() + " to " +
               request.limitPrice->toString(),
           m_shared.clock.mono() - m_startedAt);
    return;
  }
  close.outstanding.reset();
  close.problem = verdict.text;
  close.notBefore = now + kFirstPause;
  m_sink("close", instrument.symbol, "not sent: " + verdict.text, m_shared.clock.mono() - m_startedAt);
}

}  // namespace bw::gate
