// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/wire_market.h"

#include <algorithm>

#include "app/drill/emulator_process.h"
#include "core/emulator/fake_exchange.h"
#include "core/gate/trouble_watch.h"

namespace bw::app {
namespace {

constexpr Duration kQuoteEvery = Duration::millis(250);
constexpr int kLevels = 12;
/// What one connection of ours does at a round trip of 20 ms with eight requests under way, with room to spare.
constexpr int kRequestsPerSecond = 100;

/// A book of a few levels around each mark, said anew four times a second. Thread: the data host.
class StandingQuotes final : public MarketFeed {
 public:
  StandingQuotes(Instruments instruments, Timestamp start) : m_instruments(std::move(instruments)), m_next(start) {}
  Timestamp nextTime() override { return m_next; }
  void poll(Timestamp until, MarketSink& sink) override {
    for (; m_next <= until; m_next = m_next + kQuoteEvery) {
      for (const Instrument& instrument : *m_instruments) sink.onBook(bookOf(instrument));
      m_stats.events += m_instruments->size();
      m_stats.bookUpdates += m_instruments->size();
    }
  }
  FeedStats stats() const override { return m_stats; }
  Result<void> seek(Timestamp) override { return finalError("feed.no_seek", "a fake venue has no past"); }

 private:
  BookDelta bookOf(const Instrument& instrument) const {
    BookDelta book;
    book.instrument = instrument.id;
    book.venueTime = book.receivedTime = m_next;
    book.snapshot = true;
    for (const emulator::FakeSymbol& symbol : emulator::fakeSymbols()) {
      if (symbol.symbol != instrument.symbol) continue;
      const Ticks mid = instrument.toTicksRounded(Price(symbol.price), Rounding::Down);
      for (int i = 0; i < kLevels; ++i) {
        book.bids.push_back({mid - Ticks{i}, Lots{1'000}});
        book.asks.push_back({mid + Ticks{i + 1}, Lots{1'000}});
      }
    }
    return book;
  }
  Instruments m_instruments;
  Timestamp m_next;
  FeedStats m_stats;
};

Result<EmulatedVenue> addressOf(const MarketRequest& request) {
  auto venues = readEmulatorFile(request.venueFile);
  if (!venues) return venues.error();
  const auto found = std::find_if(venues->begin(), venues->end(),
                                  [&](const EmulatedVenue& venue) { return venue.name == request.venue; });
  if (found == venues->end())
    return finalError("venue.unknown", "there is no venue '" + request.venue + "' in " + request.venueFile);
  return *found;
}

}  // namespace

Result<MarketPlan> planWireMarket(MarketRequest request) {
  auto address = addressOf(request);
  if (!address) return address.error();
  MarketPlan plan;
  auto table = std::make_shared<InstrumentTable>();
  const Instruments known = emulatedInstruments({*address});
  for (Instrument instrument : *known) table->add(std::move(instrument));
  plan.table = std::move(table);
  plan.start = SystemClock().now();
  plan.request = std::move(request);
  return plan;
}

Result<Market> makeWireMarket(MarketPlan plan, const Clock&) {
  auto address = addressOf(plan.request);
  if (!address) return address.error();
  // Nonces are of real time, whatever time the market is at.
  const auto clock = std::make_shared<SystemClock>();
  Market market;
  market.instruments = plan.table;
  market.feed = std::make_shared<StandingQuotes>(plan.table, plan.start);
  market.venue = connectEmulated(*clock, *address, plan.table, false);
  market.keep = {clock};
  market.start = plan.start;
  market.overWire = true;
  if (const emulator::VenueShape* shape = emulator::shapeOf(address->name)) {
    VenueCapabilities cancels;
    cancels.cancelAll = shape->cancelAll;
    cancels.cancelBatch = shape->cancelBatch;
    market.openOrderCap = gate::openOrderCap(cancels, kRequestsPerSecond, shape->maxOpen);
  }
  market.description = address->name + " at " + address->url;
  return market;
}

}  // namespace bw::app
