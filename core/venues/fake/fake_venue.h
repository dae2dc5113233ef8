// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string_view>

#include "core/base/clock.h"
#include "core/ports/market_feed.h"
#include "core/ports/venue.h"
#include "core/venues/fake/fake_exchange.h"

namespace bw::fake {

/// One workstation's way to a FakeExchange: its venue port and its market feed. Ends with the workstation; the exchange
/// lives on. Thread: one.
class FakeVenue final : public Venue, public MarketFeed {
 public:
  /// `exchange` and `clock` (the workstation's, which may jump) must outlive it.
  FakeVenue(FakeExchange& exchange, const Clock& clock);
  ~FakeVenue() override;
  FakeVenue(const FakeVenue&) = delete;
  FakeVenue& operator=(const FakeVenue&) = delete;

  std::string_view name() const override { return m_exchange.options().name; }
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override;
  /// From now on nothing leaves and nothing comes: the power is off.
  void cut();
  bool isCut() const { return m_cut; }
  /// Called before a placement's bytes leave.
  void setOnSend(std::function<void(const PlaceRequest&)> onSend) { m_onSend = std::move(onSend); }

  Timestamp nextTime() override;
  void poll(Timestamp until, MarketSink& sink) override;
  FeedStats stats() const override { return m_stats; }
  Result<void> seek(Timestamp) override { return finalError("feed.no_seek", "a fake venue has no past"); }
  void setWake(std::function<void(Timestamp)> wake) { m_wake = std::move(wake); }

  /// True while what was handed over has a hole that no snapshot has closed.
  bool streamBroken(InstrumentId instrument) const { return m_streams[instrument.value].broken; }
  /// Updates handed over so far.
  std::uint64_t delivered() const { return m_stats.events; }

 private:
  friend class FakeConnection;
  struct Stream {
    bool broken = true;
    std::uint64_t last = 0;
  };
  FakeExchange& m_exchange;
  const Clock& m_clock;
  bool m_cut = false;
  std::function<void(const PlaceRequest&)> m_onSend;
  std::function<void(Timestamp)> m_wake;
  std::deque<FakeExchange::FeedItem> m_queue;
  std::vector<Stream> m_streams;
  FeedStats m_stats;
};

}  // namespace bw::fake
