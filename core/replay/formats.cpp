// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/formats.h"

#include "core/replay/binance_reader.h"
#include "core/replay/candle_csv_reader.h"
#include "core/replay/csv_tick_readers.h"
#include "core/replay/hyperliquid_reader.h"
#include "core/replay/json_rows_reader.h"
#include "core/replay/kraken_reader.h"
#include "core/replay/lean_reader.h"

namespace bw::replay {
namespace {

using Bytes = std::unique_ptr<ByteSource>;
using Reader = std::unique_ptr<RecordReader>;

bool isBinance(const Sample& sample) {
  std::string venue;
  return BinanceReader::recognises(sample.head, venue);
}

Reader makeBinance(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  std::string venue;
  BinanceReader::recognises(sample.head, venue);
  return std::make_unique<BinanceReader>(std::move(bytes), symbols, venue);
}

Reader makeHyperliquid(Bytes bytes, SymbolMap& symbols, const Sample&) {
  return std::make_unique<HyperliquidReader>(std::move(bytes), symbols);
}

Reader makeKraken(Bytes bytes, SymbolMap& symbols, const Sample&) {
  return std::make_unique<KrakenReader>(std::move(bytes), symbols);
}

Reader makeDepthCsv(Bytes bytes, SymbolMap& symbols, const Sample&) {
  return std::make_unique<DepthCsvReader>(std::move(bytes), symbols);
}

bool isTardis(const Sample& sample) {
  std::size_t depth = 0;
  return TardisReader::recognise(sample.head, depth) != TardisReader::Kind::None;
}

Reader makeTardis(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  std::size_t depth = 0;
  const TardisReader::Kind kind = TardisReader::recognise(sample.head, depth);
  return std::make_unique<TardisReader>(std::move(bytes), symbols, kind, depth);
}

bool isJsonRows(const Sample& sample) {
  Duration interval;
  return JsonRowsReader::recognises(sample.head, interval);
}

Reader makeJsonRows(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  Duration interval;
  JsonRowsReader::recognises(sample.head, interval);
  return std::make_unique<JsonRowsReader>(std::move(bytes), symbols, JsonRowsReader::symbolFromName(sample.partName),
                                          interval);
}

bool isLean(const Sample& sample) {
  return LeanReader::recognise(sample.head, sample.partName, sample.path).rows != LeanKind::Rows::None;
}

Reader makeLean(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  return std::make_unique<LeanReader>(std::move(bytes), symbols,
                                      LeanReader::recognise(sample.head, sample.partName, sample.path));
}

bool isCandleCsv(const Sample& sample) {
  return CandleCsvReader::recognise(sample.head).found();
}

Reader makeCandleCsv(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  return std::make_unique<CandleCsvReader>(std::move(bytes), symbols, CandleCsvReader::recognise(sample.head),
                                           CandleCsvReader::symbolFromName(sample.partName));
}

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> list = {
      {"binance", isBinance, makeBinance, ""},
      {"kraken-v1", [](const Sample& sample) { return KrakenReader::recognises(sample.head); }, makeKraken, ""},
      {"hyperliquid", [](const Sample& sample) { return HyperliquidReader::recognises(sample.head); }, makeHyperliquid,
       ""},
      {"depth-csv", [](const Sample& sample) { return DepthCsvReader::recognises(sample.head); }, makeDepthCsv, ""},
      {"tardis", isTardis, makeTardis, ""},
      {"freqtrade-json", isJsonRows, makeJsonRows, "freqtrade files hold trades or candles, no order book"},
      {"lean", isLean, makeLean, "LEAN files hold trades, quotes or candles, no order book"},
      {"candle-csv", isCandleCsv, makeCandleCsv, "the file holds candles only, no order book"},
  };
  return list;
}

const Format* recognise(const Sample& sample) {
  for (const Format& format : formats()) {
    if (format.recognises(sample)) return &format;
  }
  return nullptr;
}

}  // namespace bw::replay
