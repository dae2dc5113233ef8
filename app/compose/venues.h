// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/compose/settings.h"
#include "core/base/clock.h"
#include "core/domain/instrument.h"
#include "core/ports/market_feed.h"
#include "core/ports/venue.h"
#include "core/replay/recording.h"

namespace bw::app {

/// Where market data comes from and orders go: an in-process venue and the feed that drives it. Everything in it
/// outlives the agents.
struct Market {
  Instruments instruments;
  std::shared_ptr<MarketFeed> feed;
  std::shared_ptr<Venue> venue;
  std::vector<std::shared_ptr<void>> keep;  ///< what the two refer to
  std::function<void(std::function<void(Timestamp)>)> setWake;
  std::vector<Candle> history;  ///< before the start, for warm-up; empty in replay
  /// Makes `history` when the data agent is built: a window is painted before that is waited for. May be empty.
  std::function<std::vector<Candle>()> makeHistory;
  Timestamp start;               ///< of market time
  std::string description;       ///< "simulated exchange, 8 instruments, seed 1"
  bool overWire = false;         ///< the venue is another process: the stop tests its path all the time
  std::size_t openOrderCap = 0;  ///< most orders that may rest there, by how fast they can be cancelled; 0: no limit
  std::string noOrders;          ///< not empty: why no order can be worked on this market
  std::optional<replay::RecordingInfo> recording;
};

struct MarketRequest {
  std::string mode;   ///< "sim", "replay", "paper"
  std::string input;  ///< recording
  std::uint64_t seed = 1;
  std::vector<std::string> fees;  ///< "maker=…", "taker=…"
  std::string accountFile;        ///< the venue's own; empty: none
  std::string venueFile = {};     ///< addresses and keys of fake venues in another process; empty: none
  std::string venue = {};         ///< which of them
};

/// What is known before the market can be made: its instruments and where market time starts. Clocks are made from it.
struct MarketPlan {
  MarketRequest request;
  std::shared_ptr<InstrumentTable> table;
  std::unique_ptr<MarketFeed> recordingFeed;
  std::optional<replay::RecordingInfo> recording;
  Timestamp start;
  /// Not empty: makes the market, whatever the mode; for simulations that bring their own venue.
  std::function<Result<Market>()> make;
};

/// The one list of venues: picks by mode. Errors name the input and why.
Result<MarketPlan> planMarket(const Settings& settings, MarketRequest request);
/// `clock` gives market time and must outlive the market.
Result<Market> makeMarket(const Settings& settings, MarketPlan plan, const Clock& clock);

}  // namespace bw::app
