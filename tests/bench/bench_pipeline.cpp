// SPDX-License-Identifier: GPL-3.0-or-later
// A recording through the whole workstation on virtual time: decode, book, bus, signal, strategy, risk, execution,
// gate, journal, audit, status, paper matching, with the trace hash on. The baseline is the decoding alone with the
// same reader, so that the ratio says what the rest costs. Every run must give the same orders, fills and hashes, and
// the final book must equal the one that decoding alone leads to.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/compose/replay_session.h"
#include "core/domain/l2_book.h"
#include "core/replay/byte_source.h"
#include "tests/bench/bench_report.h"

namespace {

using namespace bw;

struct Outcome {
  std::string bookHash;
  std::string traceHash;
  std::uint64_t events = 0;
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t messages = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class BookSink final : public MarketSink {
 public:
  explicit BookSink(const Instrument& instrument) : m_book(instrument) {}
  void onBook(const BookDelta& delta) override { m_book.apply(delta); }
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  std::string hash() const { return toHex(m_book.hash()); }

 private:
  L2Book m_book;
};

class DeafSink final : public MarketSink {
 public:
  void onBook(const BookDelta& delta) override { levels += delta.bids.size() + delta.asks.size(); }
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  std::size_t levels = 0;
};

std::unique_ptr<MarketFeed> openFeed(const std::string& input, const app::Settings& settings, InstrumentTable& table) {
  replay::RecordingInfo info;
  auto feed = replay::openRecording(input, settings.instruments, table, info);
  return feed ? std::move(*feed) : nullptr;
}

std::string bookByDecoding(const std::string& input, const app::Settings& settings) {
  InstrumentTable table;
  const auto feed = openFeed(input, settings, table);
  if (feed == nullptr || table.size() != 1) return {};
  BookSink sink(*table.begin());
  while (feed->nextTime() != Timestamp::never()) feed->poll(feed->nextTime(), sink);
  return sink.hash();
}

// The reader alone, polled event by event as the data agent does.
bench::Spent decode(const bench::Spent& soFar, const std::string& input, const app::Settings& settings) {
  InstrumentTable table;
  const auto feed = openFeed(input, settings, table);
  DeafSink sink;
  return bench::leastOf(soFar, [&] {
    while (feed->nextTime() != Timestamp::never()) feed->poll(feed->nextTime(), sink);
  });
}

bool run(const std::string& input, const app::Settings& settings, bench::Spent& spent, Outcome& outcome) {
  auto places = app::temporaryPlaces();
  if (!places) return false;
  app::EngineOptions options;
  options.mode = "replay";
  options.input = input;
  options.strategies = {"ninth-level-demo"};
  auto session = app::ReplaySession::make(options, settings, *places);
  if (!session) {
    std::fprintf(stderr, "%s\n", session.error().detail.c_str());
    return false;
  }
  app::ReplayResult result;
  spent = bench::leastOf(spent, [&] { result = (*session)->run({}); });
  outcome = {result.data.finalBookHash, result.traceHash,      result.data.feed.events,
             result.counters.orders,    result.counters.fills, result.messages};
  return true;
}

std::string unpacked(const std::string& input) {
  auto parts = replay::openParts(input);
  if (!parts) return {};
  std::string path = (std::filesystem::temp_directory_path() / "bellwether-bench-pipeline.txt").string();
  std::ofstream out(path, std::ios::binary);
  std::vector<char> block(1 << 20);
  while (const std::size_t got = parts->front().bytes->read(block.data(), block.size())) {
    out.write(block.data(), static_cast<std::streamsize>(got));
  }
  return path;
}

bool measure(const std::string& name, const std::string& input, const app::Settings& settings,
             const std::string& bookHash, Outcome& first) {
  constexpr int kRounds = 7;
  bench::Spent whole;
  bench::Spent alone;
  for (int round = 0; round < kRounds; ++round) {
    Outcome outcome;
    if (!run(input, settings, whole, outcome)) return false;
    if (first.events == 0) first = outcome;
    if (!(outcome == first) || outcome.bookHash != bookHash || outcome.orders == 0) {
      std::fprintf(stderr, "two runs differ, or the final book is not the recording's\n");
      return false;
    }
    alone = decode(alone, input, settings);
  }
  const double events = static_cast<double>(first.events);
  std::printf(
      "{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"events/s\",\"baseline\":\"decoding alone %.0f events/s\","
      "\"ratio\":%.3f,\"wall\":%.0f,\"wall_baseline\":%.0f,\"events\":%.0f,\"messages\":%llu,"
      "\"trace_hash\":\"%s\"}\n",
      name.c_str(), events / whole.cpuNs * 1e9, events / alone.cpuNs * 1e9, alone.cpuNs / whole.cpuNs,
      events / whole.wallNs * 1e9, events / alone.wallNs * 1e9, events, static_cast<unsigned long long>(first.messages),
      first.traceHash.c_str());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const char* data = std::getenv("BW_TEST_DATA");
  const std::string input =
      argc > 1 ? argv[1]
               : std::string(data != nullptr ? data : BW_TEST_DATA_DIR) + "/ticks/hftbacktest_usdm_btcusdt_20240808.gz";
  if (!std::filesystem::exists(input)) {
    std::printf("SKIPPED: %s is not there\n", input.c_str());
    return 0;
  }
  auto settings = app::loadSettings(BW_SOURCE_DIR "/config", "");
  if (!settings) {
    std::fprintf(stderr, "%s\n", settings.error().detail.c_str());
    return 1;
  }
  const std::string plain = unpacked(input);
  const std::string bookHash = bookByDecoding(input, *settings);
  Outcome outcome;
  const bool fine = measure("replay_pipeline_gzip", input, *settings, bookHash, outcome) &&
                    measure("replay_pipeline_unpacked", plain, *settings, bookHash, outcome);
  std::filesystem::remove(plain);
  return fine ? 0 : 1;
}
