// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/market.h"

namespace bw {

/// market_data/book: the top of a book after a change, or its turning stale. Key: instrument.
struct BookUpdate {
  BookDepthPtr depth;  ///< never null
};

/// market_data/bbo carries BboUpdate, market_data/trade TradePrint, market_data/candle Candle (core/domain/market.h).

/// system/feed: a feed's connection state or a finding (gap, malformed line), for health and event log. Key: venue.
struct FeedStatus {
  enum class State : std::uint8_t { Connecting, Live, Lagging, Stale, Dead, Ended };
  std::string venue;
  State state = State::Connecting;
  std::string detail;    ///< plain English, names file line or stream
  double latencyMs = 0;  ///< receive minus venue stamp after offset removal; 0 = unknown
};

}  // namespace bw
