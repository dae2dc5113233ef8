// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/paper/paper_feed.h"

#include <algorithm>

namespace bw::paper {
namespace {

class VenueFirst final : public MarketSink {
 public:
  VenueFirst(PaperVenue& venue, MarketSink& sink) : m_venue(venue), m_sink(sink) {}
  void onBook(const BookDelta& delta) override {
    m_venue.onBook(delta);
    m_sink.onBook(delta);
  }
  void onBbo(const BboUpdate& bbo) override {
    m_venue.onBbo(bbo);
    m_sink.onBbo(bbo);
  }
  void onTrade(const TradePrint& trade) override {
    m_venue.onTrade(trade);
    m_sink.onTrade(trade);
  }
  void onCandle(const Candle& candle) override { m_sink.onCandle(candle); }
  void onStatus(const FeedStatus& status) override {
    if (status.state == FeedStatus::State::Stale) m_venue.marketLost(StaleReason::Silent, {});
    if (status.state == FeedStatus::State::Dead) m_venue.marketLost(StaleReason::Disconnected, {});
    m_sink.onStatus(status);
  }

 private:
  PaperVenue& m_venue;
  MarketSink& m_sink;
};

}  // namespace

Timestamp PaperFeed::nextTime() {
  return std::min(m_inner.nextTime(), m_venue.nextDue());
}

void PaperFeed::poll(Timestamp until, MarketSink& sink) {
  VenueFirst both(m_venue, sink);
  m_inner.poll(until, both);
  if (m_venue.nextDue() <= until) m_venue.advance(until);
}

Result<void> PaperFeed::seek(Timestamp when) {
  auto moved = m_inner.seek(when);
  if (moved) m_venue.marketLost(StaleReason::NoSnapshot, when);
  return moved;
}

}  // namespace bw::paper
