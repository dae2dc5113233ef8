// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/domain/market.h"
#include "core/domain/messages/market_data.h"

namespace bw {

/// Takes decoded market data. Arguments are valid during the call only.
/// Thread: the feed's caller.
class MarketSink {
 public:
  virtual ~MarketSink() = default;
  virtual void onBook(const BookDelta& delta) = 0;
  virtual void onBbo(const BboUpdate& bbo) = 0;
  virtual void onTrade(const TradePrint& trade) = 0;
  virtual void onCandle(const Candle& candle) = 0;
  virtual void onStatus(const FeedStatus& status) = 0;
};

/// Counters of a feed; those of a recording are exact.
struct FeedStats {
  std::uint64_t events = 0;       ///< decoded input messages = book + bbo + trades + other
  std::uint64_t bookUpdates = 0;  ///< snapshots and deltas
  std::uint64_t bboUpdates = 0;
  std::uint64_t trades = 0;
  std::uint64_t other = 0;  ///< decoded, of no further use here (status, candles, subscriptions)
  std::uint64_t badLines = 0;
  std::uint64_t firstBadLine = 0;  ///< 1-based; 0 = none
  std::string firstBadText;        ///< what was wrong with it
  bool truncated = false;          ///< the compressed stream or last line ended early
};

/// A source of market data in time order: a recording, the simulated exchange, later live streams.
/// Thread: owner only (the data agent's host).
class MarketFeed {
 public:
  virtual ~MarketFeed() = default;
  /// When the next event is due; Timestamp::never() at the end.
  virtual Timestamp nextTime() = 0;
  /// Delivers every event due at or before `until`, in order.
  virtual void poll(Timestamp until, MarketSink& sink) = 0;
  virtual FeedStats stats() const = 0;
  /// Moves to the first event at or after `when`; later polls start with a fresh snapshot. Error "feed.no_seek".
  virtual Result<void> seek(Timestamp when) = 0;
};

}  // namespace bw
