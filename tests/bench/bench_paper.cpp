// SPDX-License-Identifier: GPL-3.0-or-later
// Paper matching on a recorded market against a map and list book that keeps the same rules; fills and ends of both
// are hashed and compared.
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/matching/paper_book.h"
#include "core/replay/recording.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/paper_peer.h"

namespace {

using namespace bw;

/// What happens, in order; each kind has its own list, so that reading them costs little beside the work.
struct Steps {
  enum class Kind : std::uint8_t { Book, Bbo, Trade, Order, Cancel };
  std::vector<Kind> kinds;
  std::vector<BookDelta> books;
  std::vector<BboUpdate> bbos;
  std::vector<TradePrint> trades;
  std::vector<matching::BookOrder> orders;
  std::vector<std::uint64_t> cancels;

  void add(BookDelta delta) {
    kinds.push_back(Kind::Book);
    books.push_back(std::move(delta));
  }
  void add(const BboUpdate& bbo) {
    kinds.push_back(Kind::Bbo);
    bbos.push_back(bbo);
  }
  void add(const TradePrint& trade) {
    kinds.push_back(Kind::Trade);
    trades.push_back(trade);
  }
  void add(const matching::BookOrder& order) {
    kinds.push_back(Kind::Order);
    orders.push_back(order);
  }
  void cancel(std::uint64_t id) {
    kinds.push_back(Kind::Cancel);
    cancels.push_back(id);
  }
};

/// Keeps a recording from its snapshot on, and puts orders of ours between its events: one resting order after the
/// other on both sides at 1 to 40 levels from the touch, the oldest withdrawn when `resting` are out, and now and then
/// one that takes.
class Script final : public MarketSink {
 public:
  Script(const Instrument& instrument, std::size_t resting) : m_book(instrument), m_resting(resting) {}
  void onBook(const BookDelta& delta) override {
    if (m_book.apply(delta) != BookOutcome::Applied) return;
    // What waited for the snapshot was applied with it.
    steps.add(delta.snapshot ? m_book.toSnapshot() : delta);
    ++events;
    if (events % 8 == 0) order();
  }
  void onBbo(const BboUpdate& bbo) override { market(bbo); }
  void onTrade(const TradePrint& trade) override { market(trade); }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}

  Steps steps;
  std::size_t events = 0;

 private:
  template <class Event>
  void market(const Event& event) {
    if (!m_book.tradable()) return;
    steps.add(event);
    ++events;
    if (events % 8 == 0) order();
  }
  void order() {
    matching::BookOrder order;
    order.id = ++m_id;
    order.side = m_id % 2 == 0 ? Side::Buy : Side::Sell;
    order.hasLimit = true;
    const bool takes = m_id % 50 == 0;
    order.tif = takes ? TimeInForce::Ioc : TimeInForce::Gtc;
    order.size = Lots{takes ? 900 : static_cast<std::int64_t>(1 + m_id * 7 % 60)};
    Level level;
    const Side at = takes ? opposite(order.side) : order.side;
    if (!m_book.side(at).nth(takes ? 3 : 1 + m_id * 13 % 40, level)) return;
    order.limit = level.price;
    steps.add(order);
    if (!takes) m_live.push_back(order.id);
    if (m_live.size() - m_withdrawn > m_resting) steps.cancel(m_live[m_withdrawn++]);
  }

  L2Book m_book;
  std::size_t m_resting;
  std::uint64_t m_id = 0;
  std::vector<std::uint64_t> m_live;
  std::size_t m_withdrawn = 0;
};

class HashingListener final : public matching::BookListener {
 public:
  void onFill(std::uint64_t id, Ticks price, Lots size, bool maker) override {
    ++fills;
    mix(id * 2 + (maker ? 1 : 0));
    mix(static_cast<std::uint64_t>(price.value));
    mix(static_cast<std::uint64_t>(size.value));
  }
  void onTriggered(std::uint64_t id) override { mix(id); }
  void onDone(std::uint64_t id, matching::DoneReason reason, Lots left) override {
    mix(id * 16 + static_cast<std::uint64_t>(reason));
    mix(static_cast<std::uint64_t>(left.value));
  }
  Lots allowance(std::uint64_t, Lots wanted) override { return wanted; }
  std::uint64_t hash = 1469598103934665603ULL;
  std::uint64_t fills = 0;

 private:
  void mix(std::uint64_t v) { hash = std::rotl(hash, 9) + v * 0x9e3779b97f4a7c15ULL; }
};

template <class Book>
void play(const Steps& steps, Book& book) {
  auto delta = steps.books.begin();
  auto bbo = steps.bbos.begin();
  auto trade = steps.trades.begin();
  auto order = steps.orders.begin();
  auto cancelled = steps.cancels.begin();
  for (const Steps::Kind kind : steps.kinds) {
    switch (kind) {
      case Steps::Kind::Book:
        book.onBook(*delta++);
        break;
      case Steps::Kind::Bbo:
        book.onBbo(*bbo++);
        break;
      case Steps::Kind::Trade:
        book.onTrade(*trade++);
        break;
      case Steps::Kind::Order:
        book.submit(*order++);
        break;
      case Steps::Kind::Cancel:
        book.cancel(*cancelled++);
        break;
    }
  }
}

bool compare(const std::string& input, std::size_t resting) {
  InstrumentTable table;
  replay::RecordingInfo info;
  auto feed = replay::openRecording(input, {}, table, info);
  if (!feed || table.size() != 1) return false;
  Script script(*table.begin(), resting);
  while ((*feed)->nextTime() != Timestamp::never()) (*feed)->poll((*feed)->nextTime(), script);
  bench::Spent ours;
  bench::Spent peer;
  for (int round = 0; round < 5; ++round) {
    HashingListener a;
    HashingListener b;
    ours = bench::leastOf(ours, [&] {
      matching::PaperBook book(*table.begin(), a);
      play(script.steps, book);
    });
    peer = bench::leastOf(peer, [&] {
      bench::PaperPeer book(b);
      play(script.steps, book);
    });
    if (a.hash != b.hash || a.fills == 0) {
      std::fprintf(stderr, "the two books disagree: %llu and %llu fills\n", static_cast<unsigned long long>(a.fills),
                   static_cast<unsigned long long>(b.fills));
      return false;
    }
  }
  const double n = static_cast<double>(script.steps.kinds.size());
  std::printf(
      "{\"name\":\"paper_matching_%zu_resting\",\"value\":%.1f,\"unit\":\"ns/event\",\"baseline\":\"std::map "
      "and std::list %.1f ns/event\",\"ratio\":%.2f,\"wall\":%.1f,\"wall_baseline\":%.1f,\"events\":%.0f}\n",
      resting, ours.cpuNs / n, peer.cpuNs / n, peer.cpuNs / ours.cpuNs, ours.wallNs / n, peer.wallNs / n, n);
  return true;
}

}  // namespace

int main() {
  const char* data = std::getenv("BW_TEST_DATA");
  const std::string input =
      std::string(data != nullptr ? data : BW_TEST_DATA_DIR) + "/ticks/hftbacktest_usdm_btcusdt_20240808.gz";
  if (!std::filesystem::exists(input)) {
    std::printf("SKIPPED: %s is not there\n", input.c_str());
    return 0;
  }
  return compare(input, 4) && compare(input, 40) ? 0 : 1;
}
