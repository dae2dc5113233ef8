// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/ui_data.h"

#include <algorithm>

namespace bw::ui {

namespace {

template <class Row, class Same>
void replaceOrAdd(std::vector<Row>& rows, const Row& row, Same same) {
  const auto found = std::find_if(rows.begin(), rows.end(), same);
  if (found == rows.end()) {
    rows.push_back(row);
  } else {
    *found = row;
  }
}

template <class T>
void trim(std::deque<T>& ring, std::size_t most) {
  while (ring.size() > most) ring.pop_front();
}

double quantile(std::vector<double> sorted, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank), sorted.end());
  return sorted[rank];
}

/// Receive stamps of several streams may cross by less than this without the market having been moved back.
constexpr Duration kCrossing = Duration::seconds(2);

}  // namespace

UiData::~UiData() = default;

void UiData::apply(const Payload& payload, Timestamp time) {
  std::visit(
      [this, time](const auto& message) {
        // What has no handler here is shown through another message.
        if constexpr (requires { this->on(message, time); }) this->on(message, time);
      },
      payload);
}

const MarketView& UiData::market(InstrumentId id) const {
  static const MarketView kNone;
  const auto found = m_markets.find(id.value);
  return found == m_markets.end() ? kNone : found->second;
}

const std::deque<TradePrint>& UiData::trades(InstrumentId id) const {
  static const std::deque<TradePrint> kNone;
  const auto found = m_trades.find(id.value);
  return found == m_trades.end() ? kNone : found->second;
}

const std::vector<Candle>& UiData::candles(InstrumentId id, Duration interval) const {
  static const std::vector<Candle> kNone;
  const auto found = m_candles.find({id.value, interval.ns});
  return found == m_candles.end() ? kNone : found->second;
}

std::vector<Duration> UiData::intervals(InstrumentId id) const {
  std::vector<Duration> result;
  for (const auto& [key, candles] : m_candles) {
    if (key.first == id.value && !candles.empty()) result.push_back({key.second});
  }
  return result;
}

const SignalGenerated* UiData::signal(InstrumentId id) const {
  const auto found = m_signals.find(id.value);
  return found == m_signals.end() ? nullptr : &found->second;
}

const std::deque<std::pair<Timestamp, double>>& UiData::scores(InstrumentId id) const {
  static const std::deque<std::pair<Timestamp, double>> kNone;
  const auto found = m_scores.find(id.value);
  return found == m_scores.end() ? kNone : found->second;
}

const PositionUpdate* UiData::position(InstrumentId id) const {
  for (const auto& row : m_positions) {
    if (row.position.instrument == id) return &row;
  }
  return nullptr;
}

Freshness UiData::freshness(InstrumentId id) const {
  const auto& view = market(id);
  if (!view.book && !view.bbo && !view.last) return Freshness::Waiting;
  const std::string& venue = instruments().get(id).venue;
  for (const auto& feed : m_feeds) {
    if (feed.venue != venue && m_feeds.size() > 1) continue;
    if (feed.state == FeedStatus::State::Dead) return Freshness::Dead;
    if (feed.state == FeedStatus::State::Stale) return Freshness::Stale;
    if (feed.state == FeedStatus::State::Ended) return Freshness::Ended;
    if (feed.state == FeedStatus::State::Lagging) return Freshness::Lagging;
  }
  if (view.book && view.book->stale == StaleReason::Disconnected) return Freshness::Dead;
  if (view.book && view.book->stale != StaleReason::None) return Freshness::Stale;
  return Freshness::Live;
}

void UiData::acknowledge(std::uint64_t eventNumber) {
  for (auto& row : m_events) {
    if (row.number == eventNumber) row.acknowledged = true;
  }
  touch(Part::Events);
}

void UiData::acknowledgeAll() {
  for (auto& row : m_events) row.acknowledged = true;
  touch(Part::Events);
}

void UiData::setProcessFigures(double memoryMb, double cpuPercent) {
  m_counters.memoryMb = memoryMb;
  if (cpuPercent >= 0) m_counters.cpuPercent = cpuPercent;
  touch(Part::Counters);
}

void UiData::setFrameFigures(double p95Ms, std::uint64_t dropped) {
  m_counters.frameP95Ms = p95Ms;
  m_counters.droppedFrames = dropped;
  touch(Part::Counters);
}

void UiData::addEvent(const SystemEvent& event, Timestamp time) {
  if (!m_events.empty() && event.priority < 3) {
    EventRow& last = m_events.back();
    const bool same = last.event.code == event.code && last.event.source == event.source &&
                      last.event.text == event.text && !last.acknowledged && last.event.priority == event.priority;
    if (same) {
      ++last.count;
      last.time = time;
      touch(Part::Events);
      return;
    }
  }
  m_events.push_back({++m_eventCount, time, event, 1, false});
  trim(m_events, kHistory);
  touch(Part::Events);
}

void UiData::noteMarketTime(InstrumentId id, Timestamp time) {
  MarketView& view = m_markets[id.value];
  if (time + kCrossing < view.newest) rewind(id, time);
  view.newest = std::max(view.newest, time);
}

void UiData::rewind(InstrumentId id, Timestamp to) {
  m_markets[id.value].newest = to;
  ++m_rewinds;
  ++m_candleRewrites;
  for (auto& [key, rows] : m_candles) {
    if (key.first == id.value) std::erase_if(rows, [to](const Candle& row) { return row.openTime > to; });
  }
  std::erase_if(m_trades[id.value], [to](const TradePrint& trade) { return trade.receivedTime > to; });
  std::erase_if(m_scores[id.value], [to](const auto& score) { return score.first > to; });
  for (const Part part : {Part::Candles, Part::Trades, Part::Signals, Part::Market}) touch(part);
}

void UiData::on(const BookUpdate& m, Timestamp) {
  noteMarketTime(m.depth->instrument, m.depth->receivedTime);
  auto& view = m_markets[m.depth->instrument.value];
  view.book = m.depth;
  ++view.revision;
  touch(Part::Market);
}

void UiData::on(const BboUpdate& m, Timestamp) {
  noteMarketTime(m.instrument, m.receivedTime);
  auto& view = m_markets[m.instrument.value];
  view.bbo = m;
  ++view.revision;
  touch(Part::Market);
}

void UiData::on(const TradePrint& m, Timestamp) {
  noteMarketTime(m.instrument, m.receivedTime);
  auto& view = m_markets[m.instrument.value];
  view.last = m;
  if (!view.first) view.first = m.price;
  view.lotsTraded += m.size.value;
  const Instrument& instrument = instruments().get(m.instrument);
  view.volumeQuote += instrument.price(m.price).toDouble() * instrument.quantity(m.size).toDouble();
  ++view.tradesSeen;
  ++view.revision;
  auto& ring = m_trades[m.instrument.value];
  ring.push_back(m);
  trim(ring, kTrades);
  touch(Part::Trades);
  touch(Part::Market);
}

void UiData::on(const Candle& m, Timestamp) {
  auto& rows = m_candles[{m.instrument.value, m.interval.ns}];
  if (!rows.empty() && rows.back().openTime == m.openTime) {
    rows.back() = m;
  } else if (rows.empty() || rows.back().openTime < m.openTime) {
    rows.push_back(m);
    if (rows.size() > kCandles + kCandles / 4) {
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(kCandles / 4));
    }
  } else if (m.closed) {  // a late correction of an older one
    ++m_candleRewrites;
    for (auto& row : rows) {
      if (row.openTime == m.openTime) row = m;
    }
  } else {  // it runs now: those after it belong to a time that has not come again yet
    ++m_candleRewrites;
    std::erase_if(rows, [&m](const Candle& row) { return row.openTime >= m.openTime; });
    rows.push_back(m);
  }
  touch(Part::Candles);
}

void UiData::on(const FeedStatus& m, Timestamp) {
  replaceOrAdd(m_feeds, m, [&m](const FeedStatus& row) { return row.venue == m.venue; });
  touch(Part::Feeds);
}

void UiData::on(const SignalGenerated& m, Timestamp) {
  m_signals[m.instrument.value] = m;
  if (m.warm) {
    auto& ring = m_scores[m.instrument.value];
    ring.emplace_back(m.time, m.score);
    trim(ring, 2000);
  }
  touch(Part::Signals);
}

void UiData::on(const StrategyStatus& m, Timestamp) {
  replaceOrAdd(m_strategies, m, [&m](const StrategyStatus& row) { return row.strategy == m.strategy; });
  touch(Part::Strategies);
}

void UiData::on(const RiskRefused& m, Timestamp time) {
  addEvent({1, "risk", m.reason, "Refused: " + m.text, {}}, time);
}

void UiData::on(const RiskStatus& m, Timestamp time) {
  m_risk = m;
  noteGauges(m, time);
  touch(Part::Risk);
}

void UiData::on(const LimitAlert& m, Timestamp time) {
  const std::string figures = m.gauge.used.toString() + " of " + m.gauge.limit.toString() + " " + m.gauge.unit;
  SystemEvent event{m.breached ? 2 : 1, "risk", m.gauge.key, (m.breached ? "Breached: " : "Near: ") + figures, {}};
  if (m.breached) event.action = m.gauge.action.empty() ? "Review the limit" : m.gauge.action;
  noteBreach(m.gauge, m.breached, time);
  addEvent(event, time);
}

void UiData::storeOrder(const Order& order) {
  const auto found = std::find_if(m_working.begin(), m_working.end(),
                                  [&order](const Order& row) { return row.clientId == order.clientId; });
  if (!isTerminal(order.state)) {
    if (found == m_working.end()) {
      m_working.push_back(order);
    } else {
      *found = order;
    }
  } else {
    if (found != m_working.end()) m_working.erase(found);
    const auto old = std::find_if(m_history.rbegin(), m_history.rend(),
                                  [&order](const Order& row) { return row.clientId == order.clientId; });
    if (old != m_history.rend()) {
      *old = order;
    } else {
      m_history.push_back(order);
      trim(m_history, kHistory);
    }
  }
  touch(Part::Orders);
}

void UiData::noteRoundTrip(const Order& order) {
  if (order.sentAt.ns == 0 || order.updatedAt < order.sentAt) return;
  m_roundTrips.push_back(static_cast<double>((order.updatedAt - order.sentAt).ns) / 1e6);
  trim(m_roundTrips, 500);
  const std::vector<double> sample(m_roundTrips.begin(), m_roundTrips.end());
  m_counters.roundTripP50Ms = quantile(sample, 0.5);
  m_counters.roundTripP99Ms = quantile(sample, 0.99);
  touch(Part::Counters);
}

void UiData::on(const OrderUpdate& m, Timestamp time) {
  const auto known = std::find_if(m_working.begin(), m_working.end(),
                                  [&m](const Order& row) { return row.clientId == m.order.clientId; });
  // A fill brings the whole order too, so an update may find its own state here already.
  if (known != m_working.end() && known->state != m.previous && known->state != m.order.state) {
    ++m_counters.resyncs;
    addEvent({1,
              "window",
              "window.resync",
              "Resynchronised order " + bw::toString(m.order.clientId) + ": expected " +
                  std::string(bw::toString(known->state)) + ", heard of " + std::string(bw::toString(m.previous)),
              {}},
             time);
  }
  if (m.previous == OrderState::Pending && m.order.state != OrderState::Pending &&
      m.order.state != OrderState::Unknown) {
    noteRoundTrip(m.order);
  }
  storeOrder(m.order);
}

void UiData::on(const OrderFilled& m, Timestamp) {
  m_fills.push_back({m.fill, m.order.role, m.strategy.empty() ? m.order.strategy : m.strategy, m.owner});
  trim(m_fills, kHistory);
  touch(Part::Fills);
  storeOrder(m.order);
}

void UiData::on(const ReconciliationResult& m, Timestamp time) {
  if (m.clean) return;
  for (const auto& difference : m.differences) {
    addEvent({2, "execution", "execution.reconciled", difference, "Compare with the venue"}, time);
  }
}

void UiData::on(const PositionUpdate& m, Timestamp) {
  const auto same = [&m](const PositionUpdate& row) { return row.position.instrument == m.position.instrument; };
  if (m.position.flat()) {
    m_positions.erase(std::remove_if(m_positions.begin(), m_positions.end(), same), m_positions.end());
  } else {
    replaceOrAdd(m_positions, m, same);
  }
  touch(Part::Positions);
}

void UiData::on(const AccountUpdate& m, Timestamp) {
  replaceOrAdd(m_accounts, m, [&m](const AccountUpdate& row) { return row.venue == m.venue; });
  touch(Part::Account);
}

void UiData::on(const StateChanged& m, Timestamp time) {
  m_sessionState = m.to;
  m_sessionCause = m.cause;
  m_stateSince = time;
  touch(Part::Session);
  addEvent({0,
            "orchestrator",
            "session.state",
            std::string(bw::toString(m.from)) + " → " + std::string(bw::toString(m.to)) +
                (m.cause.empty() ? std::string() : ": " + m.cause),
            {}},
           time);
}

void UiData::on(const StartupStep& m, Timestamp) {
  replaceOrAdd(m_steps, m, [&m](const StartupStep& row) { return row.index == m.index; });
  std::sort(m_steps.begin(), m_steps.end(),
            [](const StartupStep& a, const StartupStep& b) { return a.index < b.index; });
  touch(Part::Session);
}

void UiData::setControl(ControlPlaces places) {
  m_control = std::move(places);
  touch(Part::Stop);
}

void UiData::on(const EmergencyStopRaised& m, Timestamp time) {
  m_stopTriggers[m.trigger] = m.time.ns != 0 ? m.time : time;
  addEvent({3, "stop", "emergency.stop",
            "Emergency stop " + std::to_string(m.stopNumber) + " by " + m.trigger +
                (m.reason.empty() ? std::string() : ": " + m.reason),
            "Find the cause, then reset in the Emergency stop dock"},
           time);
}

void UiData::on(const StopProgress& m, Timestamp) {
  m_stop = m;
  touch(Part::Stop);
}

void UiData::on(const AgentHealth& m, Timestamp) {
  replaceOrAdd(m_agents, m, [&m](const AgentHealth& row) { return row.agent == m.agent; });
  touch(Part::Agents);
}

void UiData::on(const SystemEvent& m, Timestamp time) {
  addEvent(m, time);
}

void UiData::on(const AuditStatus& m, Timestamp) {
  m_audit = m;
  touch(Part::Audit);
}

int UiData::openDifferences() const {
  return static_cast<int>(std::count_if(m_inbox.begin(), m_inbox.end(), [](const ReconciliationItem& row) {
    return row.state == ReconciliationItem::State::Open;
  }));
}

const ReconciliationItem* UiData::lockOn(InstrumentId id) const {
  const std::string& venue = instruments().get(id).venue;
  for (const ReconciliationItem& row : m_inbox) {
    if (!row.locked || row.state == ReconciliationItem::State::Settled) continue;
    if (row.instrument ? *row.instrument == id : row.venue == venue) return &row;
  }
  return nullptr;
}

const ReconciliationItem* UiData::differenceOf(InstrumentId id) const {
  for (const ReconciliationItem& row : m_inbox) {
    if (row.instrument == id && row.state != ReconciliationItem::State::Settled) return &row;
  }
  return nullptr;
}

const InboxReply* UiData::replyTo(const std::string& item) const {
  const auto found = m_replies.find(item);
  return found == m_replies.end() ? nullptr : &found->second;
}

void UiData::noteReply(const std::string& item, InboxReply reply) {
  m_replies[item] = std::move(reply);
  touch(Part::Inbox);
}

void UiData::on(const ReconciliationItem& m, Timestamp) {
  replaceOrAdd(m_inbox, m, [&m](const ReconciliationItem& row) { return row.id == m.id; });
  const auto closed = [](const ReconciliationItem& row) { return row.state != ReconciliationItem::State::Open; };
  if (static_cast<std::size_t>(std::count_if(m_inbox.begin(), m_inbox.end(), closed)) > kHistory) {
    const auto oldest = std::find_if(m_inbox.begin(), m_inbox.end(), closed);
    m_replies.erase(oldest->id);
    m_inbox.erase(oldest);
  }
  touch(Part::Inbox);
}

}  // namespace bw::ui
