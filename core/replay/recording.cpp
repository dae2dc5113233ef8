// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/recording.h"

#include "core/replay/recording_feed.h"

namespace bw::replay {
namespace {

// How much is looked at first when every symbol is known: enough for a book to show up, or to say there is none.
constexpr std::uint64_t kLookWithBook = 1024 * 1024;
constexpr std::uint64_t kLookAtMost = 8 * 1024 * 1024;

class FirstLook final : public MarketSink {
 public:
  void onBook(const BookDelta&) override {}
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override { candles = true; }
  void onStatus(const FeedStatus&) override {}
  bool candles = false;
};

struct Look {
  std::uint64_t events = 0;
  std::string wrong;  ///< the first thing that could not be read
};

bool seenEnough(const RecordReader& reader, const SymbolMap& symbols) {
  if (symbols.anyUnknown() || symbols.size() == 0) return false;
  return reader.bytesRead() >= (reader.stats().bookUpdates != 0 ? kLookWithBook : kLookAtMost);
}

Look lookThrough(OpenedParts& parts, SymbolMap& symbols, RecordingInfo& info) {
  Look look;
  FirstLook sink;
  info.start = Timestamp::never();
  for (const auto& reader : parts.readers) {
    if (const Timestamp first = reader->nextTime(); first < info.start) info.start = first;
    while (reader->nextTime() != Timestamp::never() && !seenEnough(*reader, symbols)) reader->deliver(sink);
    const FeedStats& stats = reader->stats();
    look.events += stats.events;
    info.hasBook = info.hasBook || stats.bookUpdates != 0;
    info.hasBbo = info.hasBbo || stats.bboUpdates != 0;
    info.hasTrades = info.hasTrades || stats.trades != 0;
    std::vector<std::string> findings;
    reader->takeFindings(findings);
    if (look.wrong.empty() && !findings.empty()) look.wrong = findings.front();
  }
  info.hasCandles = sink.candles;
  return look;
}

std::string whyNoBook(const RecordingInfo& info, const std::string& formatReason) {
  if (!formatReason.empty()) return formatReason;
  std::string held;
  if (info.hasTrades) held += "trades";
  if (info.hasBbo) held += held.empty() ? "best bid and offer" : ", best bid and offer";
  if (info.hasCandles) held += held.empty() ? "candles" : ", candles";
  return "the recording holds no order book" + (held.empty() ? std::string(" and no market data") : ", only " + held);
}

}  // namespace

Result<std::unique_ptr<MarketFeed>> openRecording(const std::string& path, const std::vector<Instrument>& known,
                                                  InstrumentTable& table, RecordingInfo& info) {
  auto symbols = std::make_unique<SymbolMap>(known);
  auto first = openReaders(path, *symbols);
  if (!first) return first.error();
  const Look look = lookThrough(*first, *symbols, info);
  if (look.events == 0) {
    return finalError("recording.nothing",
                      path + ": nothing could be read" + (look.wrong.empty() ? "" : ": " + look.wrong));
  }
  symbols->finishScan(table);
  info.format = first->format;
  for (const SymbolEntry& entry : symbols->entries()) {
    info.instruments.push_back(entry.id());
    info.symbols.push_back(entry.symbol());
    info.derived = info.derived || table.get(entry.id()).derived;
  }
  if (!info.hasBook) info.noBookReason = whyNoBook(info, first->noBookReason);
  auto parts = openReaders(path, *symbols);
  if (!parts) return parts.error();
  std::vector<Instrument> instruments(table.begin(), table.end());
  return Result<std::unique_ptr<MarketFeed>>(
      std::make_unique<RecordingFeed>(path, std::move(instruments), std::move(symbols), std::move(*parts)));
}

}  // namespace bw::replay
