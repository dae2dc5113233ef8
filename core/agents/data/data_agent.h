// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/agents/data/stamp_offset.h"
#include "core/bus/agent.h"
#include "core/domain/candle_builder.h"
#include "core/domain/l2_book.h"
#include "core/ports/market_feed.h"

namespace bw {

struct DataAgentOptions {
  std::string venue = "feed";  ///< named in FeedStatus
  std::vector<Duration> candleIntervals = {Duration::seconds(1), Duration::seconds(5), Duration::minutes(1)};
  Duration runningCandleEvery = Duration::millis(100);  ///< least time between two messages of one running candle
  /// A book without any update for this long, or ten times its usual pause if that is more, is silent; 0 = never.
  Duration silentAfter = Duration::seconds(3);
  std::vector<Candle> history;        ///< closed candles from before the start, published before anything else
  std::uint32_t eventsPerTurn = 512;  ///< delivered before other messages get their turn
};

/// What the data agent has seen, for the command line's JSON and for tests.
struct DataAgentStats {
  FeedStats feed;
  std::uint64_t staleUpdates = 0;
  std::uint64_t gaps = 0;
  std::uint64_t checksums = 0;
  std::uint64_t checksumsOk = 0;
  std::uint64_t crossed = 0;
  struct Best {
    InstrumentId instrument;
    std::string symbol;
    Level bid;  ///< of the book; of the last quote where there is no book
    Level ask;
    bool fromBook = false;
    StaleReason stale = StaleReason::None;
    std::uint64_t revision = 0;
  };
  std::vector<Best> best;  ///< by instrument id; only those with data
  std::string
      finalBookHash;  ///< SHA-256 over all books, instruments in order of id (L2Book::addHashLines); empty without
  bool ended = false;
};

/// Turns a feed into market data on the bus: keeps one book per instrument, publishes BookUpdate, BboUpdate,
/// TradePrint, closed and running candles, FeedStatus, and findings as SystemEvent. Keyed by instrument id. Where an
/// instrument has a book and no quotes of its own, its best bid and offer come from the book. Thread: host `data`;
/// wake() and requestSeek() from any thread.
class DataAgent final : public Agent, private MarketSink {
 public:
  DataAgent(std::unique_ptr<MarketFeed> feed, Instruments instruments, DataAgentOptions options = {});
  ~DataAgent() override;

  std::string_view name() const override { return "data"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  void onWake() override;
  void onStop() override;
  std::string selfTest() override;

  /// From any thread: the feed has something due at `when`. For venues in this process whose next event comes nearer.
  void wake(Timestamp when);
  /// From any thread, after the host's clock has been moved to `when`: the feed follows soon, see seek(). A failure
  /// comes as a SystemEvent.
  void requestSeek(Timestamp when);
  /// Moves the feed to `when`; books and candles start anew. Owner thread.
  Result<void> seek(Timestamp when);
  /// Owner thread, or after the host has stopped.
  DataAgentStats stats() const;
  /// The feed has said its last. Owner thread.
  bool ended() const { return m_ended.load(); }
  /// The book as it stands; null if the instrument has none. Owner thread.
  const L2Book* book(InstrumentId id) const;

 private:
  struct Track;
  static constexpr std::int64_t kNoSeek = INT64_MIN;

  void onBook(const BookDelta& delta) override;
  void onBbo(const BboUpdate& bbo) override;
  void onTrade(const TradePrint& trade) override;
  void onCandle(const Candle& candle) override;
  void onStatus(const FeedStatus& status) override;

  Track& track(InstrumentId id);
  void turn();
  void armFeedTimer();
  void armCandleTimer();
  void publishBook(Track& track);
  void publishBookBbo(Track& track);
  void publishClosedCandles();
  void publishRunningCandles(Track& track);
  void checkSilence();
  void tellLatency();
  void publishFeed(FeedStatus::State state, std::string detail);
  void noteLatency(Timestamp venueTime, Timestamp receivedTime);
  void event(int priority, std::string code, std::string text);
  void clearState();

  std::unique_ptr<MarketFeed> m_feed;
  Instruments m_instruments;
  DataAgentOptions m_options;
  AgentContext* m_context = nullptr;
  std::atomic<AgentContext*> m_wakeContext{nullptr};
  std::atomic<std::int64_t> m_seekTo{kNoSeek};
  std::vector<std::unique_ptr<Track>> m_tracks;  ///< by instrument id
  std::vector<Candle> m_closed;
  StampOffset m_offset;
  Duration m_delaySum;  ///< of this second
  std::int64_t m_delays = 0;
  TimerId m_feedTimer = 0;
  Timestamp m_feedTimerAt = Timestamp::never();
  TimerId m_secondTimer = 0;
  TimerId m_candleTimer = 0;
  Timestamp m_candleTimerAt = Timestamp::never();
  Timestamp m_candleEnd = Timestamp::never();  ///< the earliest end of a running candle, if known
  bool m_candleEndKnown = true;
  FeedStatus::State m_state = FeedStatus::State::Connecting;
  Timestamp m_now;  ///< of this turn
  std::atomic<bool> m_ended{false};
};

}  // namespace bw
