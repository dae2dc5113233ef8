// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/fake/fake_venue.h"

namespace bw::fake {

/// A connection of one listener. Thread: one.
class FakeConnection final : public VenueConnection, private VenueListener {
 public:
  FakeConnection(FakeVenue& venue, VenueListener& listener) : m_venue(venue), m_listener(listener) {
    m_venue.m_exchange.attach(this);
  }
  ~FakeConnection() override { m_venue.m_exchange.detach(this); }
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;

  std::string_view venue() const override { return m_venue.name(); }
  VenueCapabilities capabilities() const override {
    VenueCapabilities can;
    can.stopOrders = can.takeProfitOrders = can.postOnly = can.reduceOnly = true;
    can.cancelAll = can.shortSelling = true;
    can.landsWithin = m_venue.m_exchange.options().landsWithin;
    return can;
  }
  void place(const PlacementPermit&, const PlaceRequest& request) override {
    if (m_venue.m_cut) return;
    if (m_venue.m_onSend) m_venue.m_onSend(request);
    m_venue.m_exchange.place(request);
  }
  void cancel(ClientOrderId clientId, InstrumentId) override {
    if (!m_venue.m_cut) m_venue.m_exchange.cancel(clientId);
  }
  void cancelAll() override {
    if (!m_venue.m_cut) m_venue.m_exchange.cancelAll();
  }
  Result<AccountSnapshot> account() override {
    if (m_venue.m_cut) return finalError("venue.no_answer", "the connection is cut");
    return m_venue.m_exchange.account();
  }
  Result<Order> order(ClientOrderId clientId) override {
    if (m_venue.m_cut) return finalError("venue.no_answer", "the connection is cut");
    return m_venue.m_exchange.order(clientId);
  }

 private:
  void onReport(const OrderReport& report) override {
    if (!m_venue.m_cut) m_listener.onReport(report);
  }

  FakeVenue& m_venue;
  VenueListener& m_listener;
};

FakeVenue::FakeVenue(FakeExchange& exchange, const Clock& clock)
    : m_exchange(exchange), m_clock(clock), m_streams(exchange.options().instruments->size()) {
  m_exchange.startFeed(&m_queue, [this] {
    if (m_wake) m_wake(m_clock.now());
  });
}

FakeVenue::~FakeVenue() {
  cut();
}

std::unique_ptr<VenueConnection> FakeVenue::connect(VenueListener& listener) {
  return std::make_unique<FakeConnection>(*this, listener);
}

void FakeVenue::cut() {
  if (m_cut) return;
  m_cut = true;
  m_exchange.startFeed(nullptr, {});
  m_exchange.dropReports();
}

// The queue holds what has arrived; it is always due, whatever the workstation's clock shows.
Timestamp FakeVenue::nextTime() {
  if (!m_queue.empty()) return m_clock.now();
  return {Timestamp::never().ns - 1};
}

void FakeVenue::poll(Timestamp, MarketSink& sink) {
  const Timestamp received = m_clock.now();
  while (!m_queue.empty()) {
    FakeExchange::FeedItem item = std::move(m_queue.front());
    m_queue.pop_front();
    m_stats.events += 1;
    if (item.isTrade) {
      m_stats.trades += 1;
      item.trade.receivedTime = received;
      sink.onTrade(item.trade);
      continue;
    }
    m_stats.bookUpdates += 1;
    Stream& stream = m_streams[item.delta.instrument.value];
    if (item.delta.snapshot) {
      stream.broken = false;
      stream.last = item.delta.lastSequence;
    } else if (item.delta.lastSequence > stream.last) {
      stream.broken = stream.broken || item.delta.previousSequence != stream.last;
      stream.last = item.delta.lastSequence;
    }
    item.delta.receivedTime = received;
    sink.onBook(item.delta);
  }
}

}  // namespace bw::fake
