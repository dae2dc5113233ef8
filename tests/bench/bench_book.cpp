// SPDX-License-Identifier: GPL-3.0-or-later
// L2 update and best read after each, against a book on std::map; the recorded stream and a made one. Depth copy.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "core/base/rng.h"
#include "core/domain/l2_book.h"
#include "core/replay/recording.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/book_peer.h"

using namespace bw;
using namespace bw::bench;

namespace {

class ChangeCollector final : public MarketSink {
 public:
  void onBook(const BookDelta& delta) override {
    for (const Level& level : delta.bids) changes.push_back({Side::Buy, level});
    for (const Level& level : delta.asks) changes.push_back({Side::Sell, level});
  }
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  std::vector<LevelChange> changes;
};

std::vector<LevelChange> recordedChanges() {
  const char* folder = std::getenv("BW_TEST_DATA");
  const std::string path =
      std::string(folder == nullptr ? BW_TEST_DATA_DIR : folder) + "/ticks/hftbacktest_usdm_btcusdt_20240808.gz";
  if (!std::filesystem::exists(path)) {
    std::printf("SKIPPED: no recording %s\n", path.c_str());
    return {};
  }
  InstrumentTable table;
  replay::RecordingInfo info;
  auto feed = replay::openRecording(path, {}, table, info);
  if (!feed) return {};
  ChangeCollector collector;
  (*feed)->poll(Timestamp::never(), collector);
  return collector.changes;
}

// A busy book: most changes within 30 ticks of a touch that wanders, some far away.
std::vector<LevelChange> madeChanges(std::size_t count) {
  Rng rng(7);
  std::vector<LevelChange> out;
  std::int64_t mid = 600'000;
  while (out.size() < count) {
    if (rng.below(50) == 0) mid += rng.between(-2, 2);
    LevelChange change;
    change.side = rng.below(2) == 0 ? Side::Buy : Side::Sell;
    const std::int64_t away = rng.below(20) == 0 ? rng.between(0, 3000) : rng.between(0, 30);
    change.level.price = {change.side == Side::Buy ? mid - 1 - away : mid + 1 + away};
    change.level.size = {rng.below(3) == 0 ? 0 : rng.between(1, 5000)};
    out.push_back(change);
  }
  return out;
}

struct OurBook {
  BookSide bids{Side::Buy};
  BookSide asks{Side::Sell};
};

bool compare(const char* name, const std::vector<LevelChange>& changes, int rounds) {
  if (changes.empty()) return true;
  std::int64_t ourSum = 0;
  std::int64_t theirSum = 0;
  const double ours = bestOf(rounds, [&] {
    OurBook book;
    ourSum = 0;
    for (const LevelChange& change : changes) {
      (change.side == Side::Buy ? book.bids : book.asks).set(change.level.price, change.level.size);
      ourSum = ourSum * 31 + book.bids.best().price.value * 7 + book.asks.best().price.value;
    }
  });
  const double theirs = bestOf(rounds, [&] {
    MapBook book;
    theirSum = 0;
    for (const LevelChange& change : changes) {
      book.set(change);
      theirSum = theirSum * 31 + book.bestBid() * 7 + book.bestAsk();
    }
  });
  const auto count = static_cast<double>(changes.size());
  report(std::string("l2_update_best_") + name, ours / count, "ns/update",
         "std::map " + std::to_string(theirs / count).substr(0, 5) + " ns", theirs / ours);
  if (ourSum != theirSum) std::printf("results differ\n");
  return ourSum == theirSum;
}

void depthCopy() {
  Instrument instrument;
  instrument.symbol = "X";
  L2Book book(instrument);
  BookDelta delta;
  delta.snapshot = true;
  for (std::int64_t i = 0; i < 1000; ++i) {
    delta.bids.push_back({{100'000 - i * 2}, {i + 1}});
    delta.asks.push_back({{100'001 + i * 2}, {i + 1}});
  }
  book.apply(delta);
  auto depth = std::make_unique<BookDepth>();
  constexpr int kTimes = 20'000;
  const double time = bestOf(5, [&] {
    for (int i = 0; i < kTimes; ++i) book.copyDepth(*depth);
  });
  report("l2_depth_copy_50_50", time / kTimes, "ns", "", 0);
}

}  // namespace

int main() {
  const bool recorded = compare("recorded", recordedChanges(), 15);
  const bool made = compare("made", madeChanges(2'000'000), 3);
  depthCopy();
  return recorded && made ? 0 : 1;
}
