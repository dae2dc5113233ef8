// SPDX-License-Identifier: GPL-3.0-or-later
// Decode of recorded depth messages against QJsonDocument; reader throughput over the whole recording.
#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/replay/binance_reader.h"
#include "core/replay/recording.h"
#include "tests/bench/bench_report.h"

using namespace bw;
using namespace bw::bench;

namespace {

// Sums what was decoded, so that both ways can be compared.
class SumSink final : public MarketSink {
 public:
  void onBook(const BookDelta& delta) override {
    add(static_cast<std::int64_t>(delta.lastSequence));
    for (const Level& level : delta.bids) add(level.price.value * 3 + level.size.value);
    for (const Level& level : delta.asks) add(level.price.value * 3 + level.size.value);
  }
  void onBbo(const BboUpdate& bbo) override { add(bbo.bid.price.value + bbo.ask.size.value); }
  void onTrade(const TradePrint& trade) override { add(trade.price.value + trade.size.value); }
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
  void add(std::int64_t value) { sum = sum * 1'000'003 + static_cast<std::uint64_t>(value); }
  std::uint64_t sum = 0;
};

std::string allText(const std::string& path) {
  auto parts = replay::openParts(path);
  if (!parts) return {};
  std::string out;
  std::vector<char> block(1 << 20);
  while (const std::size_t got = parts->front().bytes->read(block.data(), block.size())) out.append(block.data(), got);
  return out;
}

std::vector<std::string> depthLines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.find("@depth") != std::string::npos) out.push_back(std::move(line));
    at = end + 1;
  }
  return out;
}

std::vector<Instrument> knownInstrument() {
  Instrument out;
  out.venue = "binance_usdm";
  out.symbol = "BTCUSDT";
  out.tickSize = Decimal(1, 1);
  out.lotSize = Decimal(1, 3);
  return {out};
}

std::uint64_t decodeOurs(const std::string& text, replay::SymbolMap& symbols, std::uint64_t& events) {
  replay::BinanceReader reader(replay::bytesFromMemory(text), symbols, "binance_usdm");
  SumSink sink;
  while (reader.nextTime() != Timestamp::never()) reader.deliver(sink);
  events = reader.stats().events;
  return sink.sum;
}

std::int64_t scaled(const QJsonValue& value, double scale) {
  return static_cast<std::int64_t>(std::llround(value.toString().toDouble() * scale));
}

std::uint64_t decodeQt(const std::vector<std::string>& lines) {
  SumSink sink;
  for (const std::string& line : lines) {
    const auto space = line.find(' ');
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(line.data() + space + 1, static_cast<qsizetype>(line.size() - space - 1)));
    const QJsonObject data = document.object().value(QLatin1String("data")).toObject();
    sink.add(static_cast<std::int64_t>(data.value(QLatin1String("u")).toDouble()));
    for (const char* side : {"b", "a"}) {
      const QJsonArray levels = data.value(QLatin1String(side)).toArray();
      for (const QJsonValue& level : levels) {
        const QJsonArray pair = level.toArray();
        sink.add(scaled(pair.at(0), 10) * 3 + scaled(pair.at(1), 1000));
      }
    }
  }
  return sink.sum;
}

}  // namespace

int main() {
  const char* folder = std::getenv("BW_TEST_DATA");
  const std::string path =
      std::string(folder == nullptr ? BW_TEST_DATA_DIR : folder) + "/ticks/hftbacktest_usdm_btcusdt_20240808.gz";
  if (!std::filesystem::exists(path)) {
    std::printf("SKIPPED: no recording %s\n", path.c_str());
    return 0;
  }
  replay::SymbolMap symbols(knownInstrument());
  symbols.find("binance_usdm", "BTCUSDT");
  InstrumentTable table;
  symbols.finishScan(table);

  const std::string text = allText(path);
  const std::vector<std::string> lines = depthLines(text);
  std::string depthText;
  for (const std::string& line : lines) depthText += line + "\n";
  std::uint64_t ourSum = 0;
  std::uint64_t theirSum = 0;
  std::uint64_t events = 0;
  const double ours = bestOf(5, [&] { ourSum = decodeOurs(depthText, symbols, events); });
  const double theirs = bestOf(2, [&] { theirSum = decodeQt(lines); });
  const auto count = static_cast<double>(lines.size());
  report("decode_depth", ours / count / 1000, "us/message",
         "QJsonDocument " + std::to_string(theirs / count / 1000).substr(0, 5) + " us", theirs / ours);
  if (ourSum != theirSum || events != lines.size()) {
    std::printf("results differ\n");
    return 1;
  }
  const double unpacked = bestOf(5, [&] { decodeOurs(text, symbols, events); });
  report("replay_decode_unpacked", unpacked / static_cast<double>(events), "ns/event", "", 0);
  const double inflate = bestOf(3, [&] { allText(path); });
  report("replay_inflate", inflate / static_cast<double>(events), "ns/event", "", 0);
  SumSink sink;
  const double whole = bestOf(3, [&] {
    InstrumentTable fresh;
    replay::RecordingInfo info;
    auto feed = replay::openRecording(path, knownInstrument(), fresh, info);
    if (feed) (*feed)->poll(Timestamp::never(), sink);
  });
  report("replay_open_and_read_gz", static_cast<double>(events) / whole * 1e9, "events/s", "", 0);
  return 0;
}
