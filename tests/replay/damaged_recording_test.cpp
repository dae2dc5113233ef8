// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "tests/replay/replay_support.h"

using namespace bw;
using namespace bw::test;

namespace {

std::string tickerLine(int index, const std::string& bid = "61800.20", const std::string& bidSize = "2.507") {
  return std::to_string(1723161255088169167 + index * 1'000'000LL) +
         R"( {"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":)" + std::to_string(5123107839020 + index) +
         R"(,"s":"BTCUSDT","b":")" + bid + R"(","B":")" + bidSize +
         R"(","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}})" + "\n";
}

std::string manyTickers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += tickerLine(i);
  return out;
}

struct Outcome {
  std::string error;
  FeedStats stats;
  std::vector<std::string> findings;
  BookCounters book;
};

Outcome replayText(const std::string& name, const std::string& content) {
  Outcome out;
  auto recording = openForTest(writeTemporary(name, content), knownBtcUsdm());
  out.error = recording->error;
  if (!recording->feed) return out;
  CollectingSink sink(recording->table);
  recording->feed->poll(Timestamp::never(), sink);
  out.stats = recording->feed->stats();
  out.findings = sink.findings;
  out.book = sink.counters();
  return out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One line of ten is bad; the rest is read, and the finding names the line.
void checkOneBadLine(const std::string& name, const std::string& badLine, const std::string& expectedText) {
  const Outcome out =
      replayText(name, manyTickers(5) + badLine + "\n" + manyTickers(9).substr(tickerLine(0).size() * 5));
  CAPTURE(name);
  REQUIRE_MESSAGE(out.error.empty(), out.error);
  CHECK(out.stats.events == 9);
  CHECK(out.stats.badLines == 1);
  CHECK(out.stats.firstBadLine == 6);
  CHECK_MESSAGE(contains(out.stats.firstBadText, expectedText), out.stats.firstBadText);
  REQUIRE(out.findings.size() == 1);
  CHECK(contains(out.findings[0], "line 6: "));
}

std::string withoutFeed(std::string line) {
  line.pop_back();
  return line;
}

}  // namespace

TEST_CASE("a bad line is named and passed over") {
  checkOneBadLine("malformed_json", R"(1723161255093169167 {"stream":"btcusdt@bookTicker","data":{"e":)", "");
  checkOneBadLine("no_json", "1723161255093169167 hello", "not a JSON object");
  checkOneBadLine("no_stamp", "yesterday {}", "receive time");
  checkOneBadLine("stamp_overflow", "99999999999999999999999 {}", "receive time");
  checkOneBadLine("price_nan", withoutFeed(tickerLine(5, "NaN")), "not a number");
  checkOneBadLine("price_1e400", withoutFeed(tickerLine(5, "1e400")), "not a number that fits");
  checkOneBadLine("price_off_tick", withoutFeed(tickerLine(5, "61800.25")), "not a multiple of 0.1");
  checkOneBadLine("price_huge", withoutFeed(tickerLine(5, "99999999999999999999")), "not a number that fits");
  checkOneBadLine("size_negative", withoutFeed(tickerLine(5, "61800.2", "-1")), "negative");
  checkOneBadLine("size_empty", withoutFeed(tickerLine(5, "61800.2", "")), "not a number");
  checkOneBadLine("zero_bytes", std::string("1723161255093169167 {\0\0}", 24), "");
  checkOneBadLine("ten_megabytes", "1723161255093169167 {\"" + std::string(10'000'000, 'x') + "\":1}", "longer than");
  checkOneBadLine(
      "depth_without_numbers",
      R"(1723161255093169167 {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","s":"BTCUSDT","b":[],"a":[]}})",
      "numbers U and u");
  checkOneBadLine(
      "level_without_size",
      R"(1723161255093169167 {"stream":"btcusdt@depth@0ms","data":{"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[["1.0"]],"a":[]}})",
      "without price or size");
}

TEST_CASE("blank lines, unknown streams, other key orders and scientific notation are fine") {
  const Outcome out = replayText(
      "odd_but_right",
      manyTickers(2) + "\n\r\n" +
          R"(1723161255093169167 {"stream":"btcusdt@markPrice","data":{"e":"markPriceUpdate","p":"1.0"}})" + "\n" +
          R"(1723161255093169168 {"data":{"A":"2.510","a":"6.18003e4","B":"2","b":"61800.2","s":"BTCUSDT","u":7,"e":"bookTicker"},"stream":"btcusdt@bookTicker"})" +
          "\n");
  REQUIRE_MESSAGE(out.error.empty(), out.error);
  CHECK_MESSAGE(out.stats.badLines == 0, out.stats.firstBadText);
  CHECK(out.stats.bboUpdates == 3);
  CHECK(out.stats.other == 1);
}

TEST_CASE("cut-off gz: what came before is read, and it is said where it ends") {
  const std::string whole = gzipped(manyTickers(3'000));
  const Outcome out = replayText("truncated.gz", whole.substr(0, whole.size() / 2));
  REQUIRE_MESSAGE(out.error.empty(), out.error);
  CHECK(out.stats.events > 100);
  CHECK(out.stats.events < 3'000);
  CHECK(out.stats.truncated);
  REQUIRE_FALSE(out.findings.empty());
  CHECK_MESSAGE(contains(out.findings.back(), "cut off"), out.findings.back());
  CHECK_MESSAGE(contains(out.findings.back(), "byte " + std::to_string(whole.size() / 2)), out.findings.back());
}

TEST_CASE("flipped byte in a gz is found and named, never fatal") {
  const std::string whole = gzipped(manyTickers(3'000));
  for (const std::size_t at : {whole.size() / 3, whole.size() / 2, whole.size() - 6}) {
    CAPTURE(at);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const Outcome out = replayText("flipped.gz", damaged);
    REQUIRE_MESSAGE(out.error.empty(), out.error);
    CHECK(out.stats.events > 0);
    CHECK((out.stats.truncated || out.stats.badLines > 0));
    CHECK_FALSE(out.findings.empty());
  }
}

TEST_CASE("plain file that ends in the middle of a line says so") {
  const std::string whole = manyTickers(20);
  const Outcome out = replayText("cut.txt", whole.substr(0, whole.size() - 40));
  REQUIRE_MESSAGE(out.error.empty(), out.error);
  CHECK(out.stats.events == 19);
  CHECK(out.stats.firstBadLine == 20);
  CHECK(out.stats.truncated);
}

TEST_CASE("nothing readable is an error that says what") {
  CHECK(contains(replayText("empty.gz", "").error, "recording.format"));
  CHECK(contains(replayText("noise.bin", "hello\nworld\n").error, "of no known format"));
  CHECK(contains(replayText("header_only.gz", gzipped(manyTickers(500)).substr(0, 12)).error, "cut off"));
  CHECK(contains(replayText("only_bad.txt", "1723161255088169167 {\"stream\":\"x@bookTicker\",\"data\":{}}\n").error,
                 "recording.nothing"));
  CHECK(contains(openForTest("/nonexistent/file.gz")->error, "recording.open"));
  CHECK(contains(openForTest("/tmp")->error, "recording.open"));
  CHECK(contains(replayText("broken.zip", std::string("PK\3\4") + std::string(100, 'x')).error, "recording.zip"));
}

TEST_CASE("missing, repeated and old deltas in a recording") {
  const auto depth = [](int index, int first, int last, int previous) {
    return std::to_string(1723161255088169167 + index * 1'000'000LL) +
           R"( {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":)" +
           std::to_string(first) + ",\"u\":" + std::to_string(last) + ",\"pu\":" + std::to_string(previous) +
           R"(,"b":[["100.0","1.000"]],"a":[["100.1","1.000"]]}})" + "\n";
  };
  const std::string snapshot =
      "1723161255089169167 "
      R"({"lastUpdateId":15,"E":1,"T":1,"bids":[["100.0","2.0"]],"asks":[["100.2","2.0"]]})"
      "\n";
  const Outcome out = replayText("gaps.txt", depth(0, 1, 9, 0) + snapshot + depth(2, 10, 20, 9) + depth(3, 10, 20, 9) +
                                                 depth(4, 21, 25, 20) + depth(5, 40, 45, 39) + depth(6, 46, 47, 45));
  REQUIRE_MESSAGE(out.error.empty(), out.error);
  CHECK(out.stats.bookUpdates == 7);
  CHECK(out.book.staleUpdates == 2);
  CHECK(out.book.gaps == 1);
  CHECK(out.book.deltas == 2);
}
