// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/matching/account_file.h"
#include "core/matching/desk_host.h"
#include "core/ports/market_feed.h"
#include "core/ports/venue.h"
#include "core/venues/simulated/fair_price.h"
#include "core/venues/simulated/sim_market.h"

namespace bw::simulated {

struct SimulatedOptions {
  std::string name = "simulated";
  Instruments instruments;           ///< never null
  std::vector<InstrumentId> active;  ///< empty = all of the table whose venue is `name`
  Decimal startBalance{10'000, 0};
  Duration latency = Duration::millis(50);
  Duration jitter = Duration::millis(10);
  std::uint64_t seed = 1;
  Timestamp start;          ///< of market time; a stored account that is later wins
  std::string accountFile;  ///< the account's own journal; empty = none
};

/// The embedded exchange: market data and venue in one. It lives on market time alone: nothing happens but in poll().
/// The same seed and the same requests at the same times give the same market on every machine; the latent fair prices
/// depend on the seed only.
///
/// After a restart with an account file, account, resting orders, seed and market time come back; the market starts
/// anew around the stored middle prices (stored every 30 s of market time), with a stream of randomness of its own, and
/// our orders enter it at the back of their queues. Funding of 0.01 % is charged every 8 hours (00, 08, 16 UTC).
/// Thread: connections and account questions from any thread; feed functions from the feed's host.
class SimulatedExchange final : public Venue, public MarketFeed {
 public:
  /// `clock` gives market time and must outlive the exchange. Errors: "venue.journal", "file.*".
  static Result<std::unique_ptr<SimulatedExchange>> open(const Clock& clock, SimulatedOptions options);
  /// Market time that an account file was left at; nothing if there is none or it cannot be read. Start the clock
  /// there.
  static std::optional<Timestamp> storedTime(const std::string& accountFile, const InstrumentTable& instruments,
                                             std::string_view name = "simulated");

  std::string_view name() const override { return m_options.name; }
  /// The exchange must outlive its connections.
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override;

  Timestamp nextTime() override;
  void poll(Timestamp until, MarketSink& sink) override;
  FeedStats stats() const override { return m_stats; }
  /// Always "feed.no_seek": the market has no other past than history().
  Result<void> seek(Timestamp when) override;
  /// Called from a placing thread when something becomes due earlier than nextTime() said.
  void setWake(std::function<void(Timestamp)> wake) { m_host.setWake(std::move(wake)); }

  /// Closed candles before the session's start, oldest first, the last one closing at its first price. `interval` in
  /// whole seconds; different intervals show the same past.
  std::vector<Candle> history(InstrumentId id, Duration interval, int bars) const;
  Timestamp startTime() const { return m_start; }

 private:
  SimulatedExchange(const Clock& clock, SimulatedOptions options, const matching::AccountImage& image);
  void stepGrid(matching::VenueDesk& desk);
  void stepOnce(Timestamp time);
  void deliver(MarketSink& sink);

  SimulatedOptions m_options;
  matching::AccountFile m_file;
  matching::DeskHost m_host;
  Timestamp m_start;
  std::uint64_t m_session = 0;
  std::vector<double> m_startTicks;  ///< by position in `active`
  std::unique_ptr<FairPrices> m_fair;
  std::vector<std::unique_ptr<SimMarket>> m_markets;  ///< by position in `active`; used under the host's lock
  Timestamp m_grid;                                   ///< next step of the fair prices
  Timestamp m_nextNote;                               ///< next record of the middle prices
  Timestamp m_nextFlow;
  MarketOutput m_output;
  FeedStats m_stats;
};

}  // namespace bw::simulated
