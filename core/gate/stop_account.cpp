// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_account.h"

#include <algorithm>
#include <set>

#include "core/base/hash.h"
#include "core/base/mutant.h"

namespace bw::gate {
namespace {

constexpr Duration kFirstBackoff = Duration::millis(250);
constexpr Duration kLastBackoff = Duration::seconds(5);

std::uint64_t bigEndian(const Sha256Digest& digest, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | digest[at + i];
  return value;
}

ClientOrderId derivedId(const char* what, std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t count) {
  const Sha256Digest digest = sha256(std::string(what) + "|" + std::to_string(stopNumber) + "|" + instrument.venue +
                                     "|" + instrument.symbol + "|" + std::to_string(count));
  Uuid id{bigEndian(digest, 0), bigEndian(digest, 8)};
  id.high = (id.high & ~0xf000ULL) | 0x8000ULL;
  id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
  return id;
}

}  // namespace

ClientOrderId closeId(std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t slice) {
  return derivedId("bellwether stop", stopNumber, instrument, slice);
}

ClientOrderId restoredStopId(std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t count) {
  return derivedId("bellwether stop put back", stopNumber, instrument, count);
}

class StopAccount::Tap final : public VenueListener {
 public:
  explicit Tap(VenueListener& outer) : m_outer(outer) {}
  void onReport(const OrderReport& report) override {
    if (report.kind == OrderReport::Kind::Cancelled) {
      const Lock lock(m_mutex);
      m_cancelled.insert(report.clientId);
    }
    m_outer.onReport(report);
  }
  bool cancelled(ClientOrderId id) const {
    const Lock lock(m_mutex);
    return m_cancelled.count(id) != 0;
  }
  void clear() {
    const Lock lock(m_mutex);
    m_cancelled.clear();
  }

 private:
  VenueListener& m_outer;
  mutable Mutex m_mutex;
  std::set<ClientOrderId> m_cancelled BW_GUARDED_BY(m_mutex);
};

StopAccount::StopAccount(Shared shared, Venue& venue, VenueListener& outer, StepSink sink)
    : m_shared(shared),
      m_tap(std::make_unique<Tap>(outer)),
      m_connection(venue.connect(*m_tap)),
      m_sink(std::move(sink)) {
  BW_ASSERT(m_connection != nullptr && m_sink);
}

StopAccount::~StopAccount() = default;

void StopAccount::begin(const StopWork& work) {
  const MonoTime now = m_shared.clock.mono();
  m_work = work;
  m_done = m_holds = m_unprotected = m_answered = false;
  m_rounds = 0;
  m_startedAt = m_nextAt = m_lastAction = now;
  m_backoff = kFirstBackoff;
  m_firstCancel = m_lastCancel = m_cleanSince = m_bulkAt = std::nullopt;
  m_exchanging.reset();
  m_problem.clear();
  m_known.clear();
  m_closes.clear();
  m_tap->clear();
}

void StopAccount::widen(Level level, const std::vector<InstrumentId>& more) {
  const MonoTime now = m_shared.clock.mono();
  bool wider = level > m_work.level;
  m_work.level = std::max(m_work.level, level);
  if (more.empty() && !m_work.only.empty()) {
    m_work.only.clear();
    wider = true;
  }
  for (const InstrumentId id : more) {
    if (inScope(id)) continue;
    m_work.only.push_back(id);
    wider = true;
  }
  if (!wider) return;
  m_done = false;
  m_cleanSince.reset();
  m_bulkAt.reset();
  m_nextAt = m_lastAction = now;
}

MonoTime StopAccount::step() {
  const MonoTime now = m_shared.clock.mono();
  if (now < m_nextAt) return m_nextAt;
  if (m_work.level == Level::Cut) {
    if (m_problem.empty()) m_connection->close();
    m_problem = "cut: nothing is sent from this process any more";
    return m_nextAt = now + kLastBackoff;
  }
  if (m_rounds == 0) cancelFromLastList(now);
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
  if (m_done || BW_MUTANT(47) || now - *m_cleanSince >= m_shared.policy.verifyGap) {
    m_done = true;
    return m_nextAt = now + m_shared.policy.watchGap;
  }
  return m_nextAt = *m_cleanSince + m_shared.policy.verifyGap;
}

Result<void> StopAccount::probe() {
  m_lastList.reset();
  if (auto open = m_connection->probe(); !open) return open;
  auto listed = m_connection->account();
  if (!listed) return listed.error();
  m_lastList = std::move(*listed);
  m_listedAt = m_shared.clock.mono();
  return {};
}

// What the venue listed a moment ago is cancelled before it is asked again: that saves the first round trip.
void StopAccount::cancelFromLastList(MonoTime now) {
  if (!m_lastList || now - m_listedAt > m_shared.policy.listLife) return;
  m_snapshot = std::move(*m_lastList);
  m_lastList.reset();
  noteOrders();
  cancelRisk(now);
}

// Nothing is known, so everything that may rest is cancelled blindly; protective stops go too rather than entries stay.
void StopAccount::blindCancel() {
  if (m_firstCancel || !m_work.only.empty() || !m_connection->capabilities().cancelAll) return;
  m_firstCancel = m_lastCancel = m_lastAction = m_shared.clock.mono();
  m_connection->cancelAll();
  m_sink("cancel all", "", "sent without a list", *m_firstCancel - m_startedAt);
}

bool StopAccount::readAccount(MonoTime now) {
  auto snapshot = m_connection->account();
  m_holds = false;
  if (!snapshot) {
    m_problem = "no answer: " + snapshot.error().detail;
    m_sink("read account", "", m_problem, m_shared.clock.mono() - now);
    blindCancel();
    return false;
  }
  if (snapshot->venueTime < m_venueTime) {
    m_problem = "the venue answered with an old account";
    return false;
  }
  m_venueTime = snapshot->venueTime;
  m_snapshot = std::move(*snapshot);
  m_problem.clear();
  m_holds = m_answered = true;
  return true;
}

bool StopAccount::isOwnClose(ClientOrderId id) const {
  return std::any_of(m_closes.begin(), m_closes.end(),
                     [&](const auto& entry) { return entry.second.outstanding == id; });
}

void StopAccount::notePositions(MonoTime now) {
  for (const Position& position : m_snapshot.positions) {
    if (position.flat() || !inScope(position.instrument)) continue;
    const auto [entry, isNew] = m_closes.try_emplace(position.instrument);
    if (!isNew) continue;
    Close& close = entry->second;
    close.startedAt = close.notBefore = now;
    const Instrument& instrument = m_shared.instruments.get(position.instrument);
    if (m_connection->capabilities().spot) {
      const auto lots = m_shared.owned != nullptr ? m_shared.owned->get(position.instrument) : std::nullopt;
      close.ours = lots ? instrument.quantity(Lots{lots->value}) : Quantity{};
    }
    if (m_work.resumed) resumeSlices(instrument, close);
  }
}

Quantity StopAccount::closable(const Position& position, const Close& close) const {
  if (!close.ours) return position.quantity;
  const Quantity left = *close.ours - close.sold;
  if (left.sign() <= 0 || position.quantity.sign() <= 0) return {};
  return std::min(left, position.quantity);
}

std::optional<Timestamp> StopAccount::closedUntil(InstrumentId id) const {
  for (const MarketClosure& closure : m_snapshot.closures) {
    if (closure.instrument == id) return closure.opensAt;
  }
  return std::nullopt;
}

void StopAccount::noteOrders() {
  for (auto& entry : m_known) entry.second.listed = false;
  const VenueCapabilities caps = m_connection->capabilities();
  for (const Order& order : m_snapshot.openOrders) {
    if (isOwnClose(order.clientId) || !inScope(order.instrument)) continue;
    Known& known = m_known[order.clientId];
    known.instrument = order.instrument;
    known.listed = true;
    known.confirmed = false;
    known.absences = 0;
    known.order = order;
    const auto held = std::find_if(m_snapshot.positions.begin(), m_snapshot.positions.end(),
                                   [&](const Position& p) { return p.instrument == order.instrument && !p.flat(); });
    const bool reduces = held != m_snapshot.positions.end() && signOf(order.side) != held->quantity.sign();
    known.protective = reduces && order.type == OrderType::StopMarket && (order.reduceOnly || caps.spot);
    if (!known.protective) known.makesRoom = false;
  }
  // What was sent and never answered may land at any time: it is hunted by its client id.
  for (const Gate::InFlight& sent : m_shared.gate.inFlight()) {
    if (BW_MUTANT(48)) break;
    if (sent.instrument.value >= m_shared.instruments.size() || !inScope(sent.instrument)) continue;
    if (m_shared.instruments.get(sent.instrument).venue != m_connection->venue()) continue;
    if (const auto [entry, isNew] = m_known.try_emplace(sent.clientId); isNew)
      entry->second.instrument = sent.instrument;
  }
}

void StopAccount::cancelThese(const std::vector<ClientOrderId>& ids, MonoTime now) {
  std::vector<CancelTarget> targets;
  for (const ClientOrderId& id : ids) {
    Known& known = m_known.at(id);
    if (known.cancelledAt && now - *known.cancelledAt < m_shared.policy.retryCancel) continue;
    known.cancelledAt = now;
    targets.push_back({id, known.instrument});
  }
  if (targets.empty()) return;
  const auto written = [this] {
    m_lastCancel = m_lastAction = m_shared.clock.mono();
    if (!m_firstCancel) m_firstCancel = m_lastCancel;
  };
  m_connection->cancelMany(targets, written);
  for (const CancelTarget& target : targets) {
    m_sink("cancel", m_shared.instruments.get(target.instrument).symbol, "sent " + toString(target.clientId),
           m_shared.clock.mono() - m_startedAt);
  }
}

void StopAccount::cancelRisk(MonoTime now) {
  const bool anyKept =
      std::any_of(m_known.begin(), m_known.end(), [](const auto& e) { return e.second.listed && e.second.protective; });
  const bool anyRisk = std::any_of(m_known.begin(), m_known.end(),
                                   [](const auto& e) { return e.second.listed && !e.second.protective; });
  const bool closing =
      std::any_of(m_closes.begin(), m_closes.end(), [](const auto& e) { return e.second.outstanding.has_value(); });
  const bool bulk = m_connection->capabilities().cancelAll && m_work.only.empty();
  if (anyRisk && !anyKept && !closing && !m_bulkAt && bulk) {
    m_bulkAt = m_lastCancel = m_lastAction = m_shared.clock.mono();
    if (!m_firstCancel) m_firstCancel = m_lastCancel;
    m_connection->cancelAll();
    for (auto& entry : m_known) {
      if (entry.second.listed) entry.second.cancelledAt = now;
    }
    m_sink("cancel all", "", "sent for " + std::to_string(m_snapshot.openOrders.size()) + " orders",
           *m_lastCancel - m_startedAt);
  }
  std::vector<ClientOrderId> ids;
  for (const auto& [id, known] : m_known) {
    if (known.listed ? (!known.protective || known.makesRoom) : !known.confirmed) ids.push_back(id);
  }
  cancelThese(ids, now);
  if (anyRisk && anyKept && bulk) bulkDespiteStops(now);
}

// Selective cancels did not help for 2 s: an entry that may fill is worse than a stop that goes.
void StopAccount::bulkDespiteStops(MonoTime now) {
  if (m_unprotected || now - m_startedAt < m_shared.policy.cancelGrace) return;
  m_unprotected = true;
  m_lastCancel = m_lastAction = m_shared.clock.mono();
  m_connection->cancelAll();
  m_sink("UNPROTECTED POSITION", "", "single cancels had no effect for 2 s; the bulk cancel takes protective stops too",
         *m_lastCancel - m_startedAt);
}

bool StopAccount::absentTwice(int& absences, std::optional<MonoTime>& last, MonoTime now) const {
  if (!last || now - *last >= m_shared.policy.verifyGap) {
    absences += 1;
    last = now;
  }
  return absences >= 2;
}

void StopAccount::proveMissing(MonoTime now) {
  std::vector<ClientOrderId> ask;
  const auto end = [&](ClientOrderId id, Known& known, const std::string& outcome) {
    known.confirmed = true;
    known.outcome = outcome;
    m_shared.gate.settle(id);
    m_sink("order ended", m_shared.instruments.get(known.instrument).symbol, outcome + " " + toString(id),
           m_shared.clock.mono() - m_startedAt);
  };
  for (auto& [id, known] : m_known) {
    if (known.listed || known.confirmed) continue;
    if (m_tap->cancelled(id))
      end(id, known, "CANCELLED");
    else if (ask.size() < m_shared.policy.mostQueries)
      ask.push_back(id);
  }
  if (ask.empty()) return;
  const std::vector<Result<Order>> answers = m_connection->orders(ask);
  for (std::size_t i = 0; i < ask.size(); ++i) {
    Known& known = m_known.at(ask[i]);
    const Result<Order>& order = answers[i];
    if (order && isTerminal(order->state)) {
      end(ask[i], known, std::string(toString(order->state)));
    } else if (order) {
      known.absences = 0;
    } else if (order.error().userKey == "venue.order_absent" && absentTwice(known.absences, known.lastAbsence, now)) {
      end(ask[i], known, "never arrived,");
    }
  }
}

bool StopAccount::cancelsProven() const {
  return std::all_of(m_known.begin(), m_known.end(),
                     [](const auto& e) { return e.second.listed ? e.second.protective : e.second.confirmed; });
}

bool StopAccount::closesAllowed(MonoTime now) const {
  return m_work.level >= Level::Flatten && (cancelsProven() || now - m_startedAt >= m_shared.policy.cancelGrace);
}

bool StopAccount::clean() const {
  if (!m_holds || !cancelsProven()) return false;
  const bool flatten = m_work.level >= Level::Flatten;
  for (const auto& [id, known] : m_known) {
    // A protective stop may stay at CancelAll, and on spot for holdings that are not ours to sell.
    if (!known.listed) continue;
    if (!known.protective) return false;
    const auto close = m_closes.find(known.instrument);
    const bool oursToSell = close == m_closes.end() || !close->second.ours || !close->second.ours->isZero();
    if (flatten && oursToSell) return false;
  }
  if (!flatten) return true;
  for (const Position& position : m_snapshot.positions) {
    if (position.flat() || !inScope(position.instrument)) continue;
    if (!closable(position, m_closes.at(position.instrument)).isZero()) return false;
  }
  return std::none_of(m_closes.begin(), m_closes.end(), [](const auto& e) { return e.second.outstanding.has_value(); });
}

bool StopAccount::confirmClean() {
  const MonoTime now = m_shared.clock.mono();
  if (m_work.level == Level::Cut || !readAccount(now)) return false;
  notePositions(now);
  noteOrders();
  return clean();
}

StopAccount::Counts StopAccount::counts() const {
  Counts counts;
  for (const auto& [id, known] : m_known) {
    counts.ordersTotal += 1;
    if (known.confirmed) counts.ordersCancelled += 1;
    if (known.listed && known.protective) counts.stopsKept += 1;
    if (!known.confirmed && !known.listed) counts.ordersUnknown += 1;
  }
  if (m_work.level < Level::Flatten) return counts;
  for (const auto& [instrument, close] : m_closes) {
    counts.positionsTotal += 1;
    if (close.flat && !close.outstanding) counts.positionsFlat += 1;
  }
  return counts;
}

std::vector<std::string> StopAccount::kept() const {
  std::vector<std::string> lines;
  for (const Position& position : m_snapshot.positions) {
    const auto close = m_closes.find(position.instrument);
    if (position.flat() || close == m_closes.end() || !close->second.ours) continue;
    const Quantity rest = position.quantity - closable(position, close->second);
    if (!rest.isZero())
      lines.push_back(m_shared.instruments.get(position.instrument).symbol + " " + rest.toString() + " KEPT");
  }
  return lines;
}

std::string StopAccount::residual() const {
  if (m_done) return {};
  if (!m_problem.empty()) return venue() + ": " + m_problem;
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  int open = 0;
  int unknown = 0;
  for (const auto& [id, known] : m_known) {
    if (known.listed && !known.protective) open += 1;
    if (!known.listed && !known.confirmed) unknown += 1;
  }
  if (open > 0) add(std::to_string(open) + " orders still open");
  if (unknown > 0) add(std::to_string(unknown) + " orders UNKNOWN");
  for (const auto& [instrument, close] : m_closes) {
    if (m_work.level < Level::Flatten || (close.flat && !close.outstanding)) continue;
    add(m_shared.instruments.get(instrument).symbol + " " + close.remaining.toString() + " left" +
        (close.problem.empty() ? "" : " (" + close.problem + ")"));
  }
  if (m_unprotected) add("UNPROTECTED POSITION: protective stops went with the bulk cancel");
  if (text.empty()) text = "waiting for the second confirmation";
  return venue() + ": " + text;
}

}  // namespace bw::gate
