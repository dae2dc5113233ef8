// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/fake/fake_exchange.h"

#include <algorithm>

namespace bw::fake {
namespace {

constexpr std::uint64_t kMarketStream = 0xfa4e0000;
constexpr std::size_t kMaxFeedQueue = 4096;

/// Makes the event that comes first the heap's front.
struct LaterFirst {
  template <class Event>
  bool operator()(const Event& a, const Event& b) const {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }
};

}  // namespace

FakeExchange::FakeExchange(ExchangeOptions options)
    : m_options(std::move(options)),
      m_rng(Rng(m_options.seed).fork(kMarketStream)),
      m_faultsRng(Rng(m_options.seed).fork(kMarketStream + 1)),
      m_now(m_options.start),
      m_lastReport(m_options.start),
      m_lastLie(m_options.start),
      m_lastLag(m_options.start) {
  BW_ASSERT(m_options.instruments && m_options.startBids.size() == m_options.instruments->size());
  std::uint64_t stream = kMarketStream + 16;
  for (const Instrument& instrument : *m_options.instruments) {
    m_states.push_back(
        {FakeMarket(instrument.id, m_options.startBids[instrument.id.value], Rng(m_options.seed).fork(stream++)),
         0,
         0,
         0,
         {},
         false,
         false,
         {}});
  }
  BW_ASSERT(!m_states.empty());
  m_fees = Money::zero(m_options.instruments->get({0}).settle);
  at(m_now + m_options.marketGap, Kind::Market, 0);
}

void FakeExchange::at(Timestamp time, Kind kind, std::uint32_t index) {
  m_events.push_back({time, ++m_eventOrder, kind, index});
  std::push_heap(m_events.begin(), m_events.end(), LaterFirst());
}

bool FakeExchange::fails(Fault fault) {
  const std::uint32_t chance = m_options.faults.chance(fault);
  if (chance == 0 || m_faultsRng.below(100'000) >= chance) return false;
  m_faultCounts[static_cast<std::size_t>(fault)] += 1;
  return true;
}

Duration FakeExchange::draw(Duration low, Duration high) {
  return {m_rng.between(low.ns, high.ns)};
}

bool FakeExchange::step(Timestamp now) {
  if (m_events.front().time > now) return false;
  const Event event = m_events.front();
  std::pop_heap(m_events.begin(), m_events.end(), LaterFirst());
  m_events.pop_back();
  m_now = std::max(m_now, event.time);
  switch (event.kind) {
    case Kind::Market:
      at(m_now + draw(Duration{1000}, m_options.marketGap * 2), Kind::Market, 0);
      marketEvent(static_cast<std::uint32_t>(m_rng.below(m_states.size())));
      break;
    case Kind::Arrive:
      arrive(event.index);
      break;
    case Kind::Lose: {
      Request& request = m_requests[event.index];
      Order lost = orderOf(request.place);
      leaveTheWay(lost.clientId);
      if (m_onTheWay.count(lost.clientId) == 0 && m_numbers.count(lost.clientId) == 0)
        log(LogEntry::What::Lost, lost, {}, {});
      m_freeRequests.push_back(event.index);
      break;
    }
    case Kind::Cancel:
      arriveCancel(event.index);
      break;
    case Kind::CancelAll:
      for (std::uint32_t i = 0; i < m_states.size(); ++i) {
        const std::vector<std::uint32_t> live = m_states[i].live;
        for (const std::uint32_t number : live) cancelHeld(m_held[number]);
      }
      break;
    case Kind::Report:
      deliver(event.index);
      break;
    case Kind::Resnapshot:
      resnapshot(event.index);
      break;
    case Kind::Uncross: {
      State& state = m_states[event.index];
      state.crossed = false;
      resnapshot(event.index);
      break;
    }
    case Kind::Resume:
      m_states[event.index].silent = false;
      resnapshot(event.index);
      break;
  }
  return true;
}

void FakeExchange::endFaults() {
  m_options.faults = FaultPlan::none();
  m_options.marketGap = m_options.marketGap * 20;
  const Timestamp latest = m_now + Duration::seconds(2);
  for (Event& event : m_events) event.time = std::min(event.time, latest);
  std::make_heap(m_events.begin(), m_events.end(), LaterFirst());
}

void FakeExchange::dropReports() {
  m_reportEpoch += 1;
}

std::vector<LogEntry> FakeExchange::takeLog() {
  std::vector<LogEntry> taken;
  taken.swap(m_log);
  return taken;
}

void FakeExchange::startFeed(std::deque<FeedItem>* feed, std::function<void()> wake) {
  m_feed = feed;
  m_feedWake = std::move(wake);
  if (m_feed == nullptr) return;
  for (std::uint32_t i = 0; i < m_states.size(); ++i) {
    if (!m_states[i].silent) resnapshot(i);
  }
}

void FakeExchange::marketEvent(std::uint32_t index) {
  State& state = m_states[index];
  FeedItem item;
  if (fails(Fault::Wick)) {
    const std::int64_t away = m_faultsRng.between(20, 500) * (m_faultsRng.below(2) == 0 ? 1 : -1);
    state.market.jump(away, m_now, item.delta);
    publish(index, std::move(item.delta));
    matchAll(index);
    return;
  }
  const bool traded = state.market.move(m_now, item.delta, item.trade);
  if (!state.silent && fails(Fault::StreamSilent)) {
    state.silent = true;
    at(m_now + draw(Duration::seconds(4), Duration::seconds(9)), Kind::Resume, index);
  }
  if (traded) publishTrade(index, item.trade);
  publish(index, std::move(item.delta));
  matchAll(index);
}

void FakeExchange::publish(std::uint32_t index, BookDelta delta) {
  State& state = m_states[index];
  if (m_feed == nullptr || state.silent) return;
  if (fails(Fault::BookGap)) {
    at(m_now + draw(Duration::millis(100), Duration::millis(800)), Kind::Resnapshot, index);
    return;
  }
  if (!state.crossed && fails(Fault::BookCrossed)) {
    state.crossed = true;
    delta.bids.push_back({state.market.ask() + Ticks{2}, {7}});
    at(m_now + draw(Duration::millis(50), Duration::millis(600)), Kind::Uncross, index);
  }
  if (fails(Fault::BookDuplicate)) push({false, delta, {}});
  push({false, std::move(delta), {}});
}

void FakeExchange::publishTrade(std::uint32_t index, const TradePrint& trade) {
  if (m_feed == nullptr || m_states[index].silent) return;
  push({true, {}, trade});
}

// A workstation that does not fetch loses its stream and gets a fresh snapshot, as from a real venue.
void FakeExchange::push(FeedItem item) {
  if (m_feed->size() >= kMaxFeedQueue) {
    m_feed->clear();
    for (const State& state : m_states) m_feed->push_back({false, state.market.snapshot(m_now), {}});
    return;
  }
  m_feed->push_back(std::move(item));
  if (m_feed->size() == 1 && m_feedWake) m_feedWake();
}

void FakeExchange::resnapshot(std::uint32_t index) {
  if (m_feed == nullptr || m_states[index].silent) return;
  push({false, m_states[index].market.snapshot(m_now), {}});
}

void FakeExchange::attach(VenueListener* listener) {
  m_listeners.push_back(listener);
}

void FakeExchange::detach(VenueListener* listener) {
  const auto found = std::find(m_listeners.begin(), m_listeners.end(), listener);
  BW_ASSERT(found != m_listeners.end());
  m_listeners.erase(found);
}

OrderReport FakeExchange::reportOf(OrderReport::Kind kind, const Order& order) const {
  OrderReport report;
  report.kind = kind;
  report.venue = m_options.name;
  report.clientId = order.clientId;
  report.venueOrderId = order.venueOrderId;
  report.instrument = order.instrument;
  report.reason = order.reason;
  report.venueTime = m_now;
  if (kind == OrderReport::Kind::Cancelled) report.filledInAll = order.filled;
  return report;
}

// Reports keep their order unless a fault changes it.
void FakeExchange::send(OrderReport report) {
  if (fails(Fault::ReportDrop)) return;
  if (fails(Fault::ReportDelay)) return sendAfter(std::move(report), draw(Duration::millis(50), Duration::seconds(5)));
  if (fails(Fault::ReportReorder)) return sendAfter(std::move(report), draw(Duration{1}, Duration::millis(40)));
  const Duration usual = draw(Duration::micros(200), Duration::millis(4));
  m_lastReport = std::max(m_lastReport, m_now + usual);
  if (fails(Fault::ReportDuplicate)) sendAfter(report, m_lastReport - m_now + draw(Duration{1}, Duration::millis(300)));
  sendAfter(std::move(report), m_lastReport - m_now);
}

void FakeExchange::sendAfter(OrderReport report, Duration delay) {
  std::uint32_t index = 0;
  if (m_freeReports.empty()) {
    index = static_cast<std::uint32_t>(m_reports.size());
    m_reports.push_back(std::move(report));
    m_reportEpochs.push_back(m_reportEpoch);
  } else {
    index = m_freeReports.back();
    m_freeReports.pop_back();
    m_reports[index] = std::move(report);
    m_reportEpochs[index] = m_reportEpoch;
  }
  at(m_now + delay, Kind::Report, index);
}

void FakeExchange::deliver(std::uint32_t index) {
  const OrderReport report = std::move(m_reports[index]);
  const bool gone = m_reportEpochs[index] != m_reportEpoch;
  m_freeReports.push_back(index);
  if (gone) return;
  for (VenueListener* listener : m_listeners) listener->onReport(report);
}

}  // namespace bw::fake
