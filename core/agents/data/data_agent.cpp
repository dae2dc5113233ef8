// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/data/data_agent.h"

#include <algorithm>
#include <utility>

namespace bw {
namespace {

constexpr Duration kHealthEvery = Duration::seconds(1);
constexpr std::int64_t kPausesUntilSilent = 10;

}  // namespace

/// All there is of one instrument.
struct DataAgent::Track {
  Track(const Instrument& which, const std::vector<Duration>& intervals) : instrument(which), book(which) {
    for (const Duration interval : intervals) candles.push_back({CandleBuilder(which.id, interval), {}});
  }
  struct Series {
    CandleBuilder builder;
    Timestamp publishedAt;  ///< of the running candle
  };
  const Instrument& instrument;
  L2Book book;
  bool hasBook = false;
  bool hasQuotes = false;
  BboUpdate lastBbo;
  std::vector<Series> candles;
  Timestamp lastUpdate;
  std::int64_t usualPause = 0;  ///< smoothed time between book updates, ns
};

DataAgent::DataAgent(std::unique_ptr<MarketFeed> feed, Instruments instruments, DataAgentOptions options)
    : m_feed(std::move(feed)), m_instruments(std::move(instruments)), m_options(std::move(options)) {
  BW_ASSERT(m_feed != nullptr && m_instruments != nullptr && m_options.eventsPerTurn > 0);
  m_tracks.resize(m_instruments->size());
}

DataAgent::~DataAgent() = default;

DataAgent::Track& DataAgent::track(InstrumentId id) {
  BW_ASSERT(id.value < m_tracks.size());
  auto& track = m_tracks[id.value];
  if (!track) track = std::make_unique<Track>(m_instruments->get(id), m_options.candleIntervals);
  return *track;
}

void DataAgent::onStart(AgentContext& context) {
  m_context = &context;
  m_now = context.clock().now();
  publishFeed(FeedStatus::State::Connecting, "waiting for the first event");
  for (const Candle& candle : std::exchange(m_options.history, {})) {
    PublishOptions options;
    options.key = candle.instrument.value;
    context.publish(Topic::MarketCandle, candle, options);
  }
  m_secondTimer = context.startTimer(m_now + kHealthEvery);
  m_wakeContext.store(&context, std::memory_order_release);
  armFeedTimer();
}

void DataAgent::onStop() {
  m_wakeContext.store(nullptr, std::memory_order_release);
  m_context->cancelTimer(m_feedTimer);
  m_context->cancelTimer(m_secondTimer);
  m_context->cancelTimer(m_candleTimer);
  m_feedTimerAt = m_candleTimerAt = Timestamp::never();
}

void DataAgent::wake(Timestamp when) {
  if (AgentContext* context = m_wakeContext.load(std::memory_order_acquire)) context->requestWake(when);
}

void DataAgent::requestSeek(Timestamp when) {
  m_seekTo.store(when.ns, std::memory_order_release);
  wake({});
}

void DataAgent::onMessage(const Message&) {}

void DataAgent::onWake() {
  const std::int64_t target = m_seekTo.exchange(kNoSeek, std::memory_order_acq_rel);
  if (target != kNoSeek) {
    const auto moved = seek({target});
    if (!moved) event(2, moved.error().userKey, moved.error().detail);
  }
  turn();
}

void DataAgent::onTimer(TimerId id) {
  if (id == m_feedTimer) {
    m_feedTimerAt = Timestamp::never();
    turn();
  } else if (id == m_candleTimer) {
    m_candleTimerAt = Timestamp::never();
    // What is due at this very instant belongs before the close of the interval that ends now.
    turn();
  } else if (id == m_secondTimer) {
    m_now = m_context->clock().now();
    checkSilence();
    tellLatency();
    if (!m_ended) m_secondTimer = m_context->startTimer(m_now + kHealthEvery);
  }
}

// Delivers what is due, at most a batch of it, and says when to come back.
void DataAgent::turn() {
  m_now = m_context->clock().now();
  std::uint32_t left = m_options.eventsPerTurn;
  Timestamp next = m_feed->nextTime();
  while (next <= m_now && next != Timestamp::never() && left-- > 0) {
    m_feed->poll(next, *this);
    next = m_feed->nextTime();
  }
  // Candles are closed no further than the events are delivered.
  const Timestamp upTo = next <= m_now ? next : m_now;
  if (upTo >= m_candleEnd) {
    for (const auto& held : m_tracks) {
      if (!held) continue;
      for (Track::Series& series : held->candles) series.builder.advance(upTo, m_closed);
    }
    publishClosedCandles();
    m_candleEndKnown = false;
  }
  if (next == Timestamp::never() && !m_ended) {
    // Findings at the very end come with this last poll.
    m_feed->poll(m_now, *this);
    m_ended = true;
    publishFeed(FeedStatus::State::Ended, "the feed has ended");
  }
  armFeedTimer();
  armCandleTimer();
}

void DataAgent::armFeedTimer() {
  const Timestamp next = m_feed->nextTime();
  if (next == Timestamp::never()) {
    if (!m_ended && m_feedTimerAt == Timestamp::never()) {
      // An empty or finished feed: one more turn says so.
      m_feedTimer = m_context->startTimer(m_context->clock().now());
      m_feedTimerAt = m_context->clock().now();
    }
    return;
  }
  if (m_feedTimerAt != Timestamp::never()) {
    if (m_feedTimerAt <= next) return;
    m_context->cancelTimer(m_feedTimer);
  }
  m_feedTimer = m_context->startTimer(next);
  m_feedTimerAt = next;
}

void DataAgent::armCandleTimer() {
  if (m_ended) return;
  if (!m_candleEndKnown) {
    m_candleEnd = Timestamp::never();
    for (const auto& held : m_tracks) {
      if (!held) continue;
      for (const Track::Series& series : held->candles) m_candleEnd = std::min(m_candleEnd, series.builder.endsAt());
    }
    m_candleEndKnown = true;
  }
  if (m_candleEnd == m_candleTimerAt) return;
  if (m_candleTimerAt != Timestamp::never()) m_context->cancelTimer(m_candleTimer);
  m_candleTimerAt = m_candleEnd;
  if (m_candleEnd != Timestamp::never()) m_candleTimer = m_context->startTimer(m_candleEnd);
}

void DataAgent::onBook(const BookDelta& delta) {
  Track& track = this->track(delta.instrument);
  track.hasBook = true;
  if (track.lastUpdate.ns != 0) {
    const std::int64_t pause = std::max<std::int64_t>(delta.receivedTime.ns - track.lastUpdate.ns, 0);
    track.usualPause += (pause - track.usualPause) / 16;
  }
  track.lastUpdate = delta.receivedTime;
  noteLatency(delta.venueTime, delta.receivedTime);
  const StaleReason before = track.book.stale();
  const BookOutcome outcome = track.book.apply(delta);
  if (outcome == BookOutcome::Gap) {
    event(2, "data.gap",
          track.instrument.symbol + ": updates are missing before number " + std::to_string(delta.firstSequence) +
              "; the book is stale until a fresh snapshot");
  } else if (outcome == BookOutcome::ChecksumFailed) {
    event(2, "data.checksum",
          track.instrument.symbol + ": the venue's checksum does not match; the book is stale until a fresh snapshot");
  } else if (outcome == BookOutcome::Buffered || outcome == BookOutcome::Old) {
    return;
  }
  if (before != track.book.stale() && track.book.stale() == StaleReason::Gap && outcome == BookOutcome::Applied) {
    event(2, "data.gap", track.instrument.symbol + ": the snapshot is older than the updates that wait for it");
  }
  publishBook(track);
  if (!track.hasQuotes) publishBookBbo(track);
}

void DataAgent::publishBook(Track& track) {
  auto depth = std::make_shared<BookDepth>();
  track.book.copyDepth(*depth);
  PublishOptions options;
  options.key = track.instrument.id.value;
  m_context->publish(Topic::MarketBook, BookUpdate{std::move(depth)}, options);
}

void DataAgent::publishBookBbo(Track& track) {
  if (track.book.stale() != StaleReason::None) return;
  const BboUpdate bbo = track.book.bbo();
  if (bbo.bid == track.lastBbo.bid && bbo.ask == track.lastBbo.ask) return;
  track.lastBbo = bbo;
  PublishOptions options;
  options.key = track.instrument.id.value;
  m_context->publish(Topic::MarketBbo, bbo, options);
}

void DataAgent::onBbo(const BboUpdate& bbo) {
  Track& track = this->track(bbo.instrument);
  track.hasQuotes = true;
  track.lastBbo = bbo;
  noteLatency(bbo.venueTime, bbo.receivedTime);
  PublishOptions options;
  options.key = bbo.instrument.value;
  m_context->publish(Topic::MarketBbo, bbo, options);
}

void DataAgent::onTrade(const TradePrint& trade) {
  Track& track = this->track(trade.instrument);
  noteLatency(trade.venueTime, trade.receivedTime);
  const Timestamp endBefore = track.candles.empty() ? Timestamp{} : track.candles.front().builder.endsAt();
  for (Track::Series& series : track.candles) series.builder.onTrade(trade, m_closed);
  if (!m_closed.empty() || endBefore == Timestamp::never()) m_candleEndKnown = false;
  publishClosedCandles();
  PublishOptions options;
  options.key = trade.instrument.value;
  m_context->publish(Topic::MarketTrade, trade, options);
  publishRunningCandles(track);
}

void DataAgent::onCandle(const Candle& candle) {
  track(candle.instrument);
  if (m_state != FeedStatus::State::Live) publishFeed(FeedStatus::State::Live, "candles arrive");
  PublishOptions options;
  options.key = candle.instrument.value;
  m_context->publish(Topic::MarketCandle, candle, options);
}

void DataAgent::publishClosedCandles() {
  for (const Candle& candle : m_closed) {
    PublishOptions options;
    options.key = candle.instrument.value;
    m_context->publish(Topic::MarketCandle, candle, options);
  }
  m_closed.clear();
}

void DataAgent::publishRunningCandles(Track& track) {
  for (Track::Series& series : track.candles) {
    if (m_now - series.publishedAt < m_options.runningCandleEvery && m_now >= series.publishedAt) continue;
    series.publishedAt = m_now;
    if (const Candle* running = series.builder.running()) {
      PublishOptions options;
      options.key = track.instrument.id.value;
      m_context->publish(Topic::MarketCandle, *running, options);
    }
  }
}

void DataAgent::onStatus(const FeedStatus& status) {
  m_context->publish(Topic::Feed, status);
  if (!status.detail.empty()) event(1, "data.finding", status.detail);
}

void DataAgent::noteLatency(Timestamp venueTime, Timestamp receivedTime) {
  if (venueTime.ns != 0) {
    m_delaySum = m_delaySum + m_offset.delayOf(venueTime, receivedTime);
    ++m_delays;
  }
  if (m_state != FeedStatus::State::Live) publishFeed(FeedStatus::State::Live, "data arrives");
}

// Once a second: which books have fallen silent.
void DataAgent::checkSilence() {
  if (m_options.silentAfter.ns == 0 || m_ended) return;
  for (const auto& held : m_tracks) {
    if (!held || !held->hasBook || held->lastUpdate.ns == 0) continue;
    const std::int64_t allowed = std::max(m_options.silentAfter.ns, held->usualPause * kPausesUntilSilent);
    if (held->book.stale() != StaleReason::None || m_now.ns - held->lastUpdate.ns <= allowed) continue;
    held->book.markStale(StaleReason::Silent, m_now);
    event(1, "data.silent",
          held->instrument.symbol + ": no book update for " +
              std::to_string((m_now.ns - held->lastUpdate.ns) / 1'000'000) + " ms");
    publishBook(*held);
    publishFeed(FeedStatus::State::Stale, held->instrument.symbol + " is silent");
  }
}

// Once a second, if anything came: the mean delay of that second.
void DataAgent::tellLatency() {
  if (m_delays == 0 || m_state != FeedStatus::State::Live) return;
  FeedStatus status;
  status.venue = m_options.venue;
  status.state = m_state;
  status.latencyMs = static_cast<double>((m_delaySum / m_delays).ns) / 1e6;
  m_delaySum = {};
  m_delays = 0;
  m_context->publish(Topic::Feed, std::move(status));
}

void DataAgent::publishFeed(FeedStatus::State state, std::string detail) {
  m_state = state;
  FeedStatus status;
  status.venue = m_options.venue;
  status.state = state;
  status.detail = std::move(detail);
  m_context->publish(Topic::Feed, status);
}

void DataAgent::event(int priority, std::string code, std::string text) {
  SystemEvent event;
  event.priority = priority;
  event.source = "data";
  event.code = std::move(code);
  event.text = std::move(text);
  m_context->publish(Topic::Event, std::move(event));
}

void DataAgent::clearState() {
  const Timestamp now = m_context->clock().now();
  for (const auto& held : m_tracks) {
    if (!held) continue;
    held->book.reset(now);
    held->lastUpdate = {};
    held->usualPause = 0;
    held->lastBbo = {};
    for (Track::Series& series : held->candles) {
      series.builder.reset();
      series.publishedAt = {};
    }
    if (held->hasBook) publishBook(*held);
  }
  m_closed.clear();
  m_candleEnd = Timestamp::never();
  m_candleEndKnown = true;
  m_offset.reset();
  m_delaySum = {};
  m_delays = 0;
}

Result<void> DataAgent::seek(Timestamp when) {
  auto moved = m_feed->seek(when);
  if (!moved) return moved;
  if (m_feedTimerAt != Timestamp::never()) m_context->cancelTimer(m_feedTimer);
  if (m_candleTimerAt != Timestamp::never()) m_context->cancelTimer(m_candleTimer);
  m_feedTimerAt = m_candleTimerAt = Timestamp::never();
  clearState();
  m_now = m_context->clock().now();
  m_context->cancelTimer(m_secondTimer);
  m_secondTimer = m_context->startTimer(m_now + kHealthEvery);
  m_ended = false;
  publishFeed(FeedStatus::State::Connecting, "moved to " + toIso8601(when));
  armFeedTimer();
  return {};
}

DataAgentStats DataAgent::stats() const {
  DataAgentStats out;
  out.feed = m_feed->stats();
  out.ended = m_ended;
  Sha256 hash;
  bool anyBook = false;
  for (const auto& held : m_tracks) {
    if (!held) continue;
    const BookCounters& counters = held->book.counters();
    out.staleUpdates += counters.staleUpdates;
    out.gaps += counters.gaps;
    out.checksums += counters.checksums;
    out.checksumsOk += counters.checksumsOk;
    out.crossed += counters.crossed;
    DataAgentStats::Best best;
    best.instrument = held->instrument.id;
    best.symbol = held->instrument.symbol;
    best.fromBook = held->hasBook;
    best.bid = held->hasBook ? held->book.bestBid() : held->lastBbo.bid;
    best.ask = held->hasBook ? held->book.bestAsk() : held->lastBbo.ask;
    best.stale = held->hasBook ? held->book.stale() : StaleReason::None;
    best.revision = held->book.revision();
    out.best.push_back(std::move(best));
    if (held->hasBook) {
      held->book.addHashLines(hash);
      anyBook = true;
    }
  }
  if (anyBook) out.finalBookHash = toHex(hash.digest());
  return out;
}

const L2Book* DataAgent::book(InstrumentId id) const {
  const auto* held = id.value < m_tracks.size() ? m_tracks[id.value].get() : nullptr;
  return held != nullptr && held->hasBook ? &held->book : nullptr;
}

std::string DataAgent::selfTest() {
  for (const auto& held : m_tracks) {
    if (held && !(held->book.bids().consistent() && held->book.asks().consistent())) {
      return held->instrument.symbol + ": the book contradicts itself";
    }
  }
  return {};
}

}  // namespace bw
