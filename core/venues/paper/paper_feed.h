// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/market_feed.h"
#include "core/venues/paper/paper_venue.h"

namespace bw::paper {

/// Any market feed with a paper venue listening in: every event goes to the venue's book first, then to the sink, and
/// what is under way to the venue arrives between events at its own time.
/// Thread: owner only (the data agent's host).
class PaperFeed final : public MarketFeed {
 public:
  /// Both must outlive this feed.
  PaperFeed(MarketFeed& inner, PaperVenue& venue) : m_inner(inner), m_venue(venue) {}
  Timestamp nextTime() override;
  void poll(Timestamp until, MarketSink& sink) override;
  FeedStats stats() const override { return m_inner.stats(); }
  Result<void> seek(Timestamp when) override;

 private:
  MarketFeed& m_inner;
  PaperVenue& m_venue;
};

}  // namespace bw::paper
