// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// Recordings of Binance streams, spot and USD-M futures: `⟨receive stamp in ns⟩ ⟨JSON of the venue⟩` per line.
///   {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":…,"T":…,"s":"BTCUSDT","U":…,"u":…,"pu":…,"b":[["61650.0","1.2"]],"a":[]}}
///   {"stream":"btcusdt@bookTicker","data":{"u":…,"s":"BTCUSDT","b":"61800.20","B":"2.5","a":"61800.30","A":"2.5"}}
///   {"stream":"btcusdt@trade","data":{"e":"trade","E":…,"s":"BTCUSDT","t":…,"p":"61800.3","q":"0.006","T":…,"m":false}}
///   {"lastUpdateId":…,"bids":[…],"asks":[…]}          a REST depth snapshot; it names no symbol
/// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams and .../spot
/// Thread: owner only.
class BinanceReader final : public LineReader {
 public:
  BinanceReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, std::string venue);
  ~BinanceReader() override;
  /// True if the first lines of a file look like this; `venue` becomes "binance_usdm" or "binance_spot".
  static bool recognises(std::string_view sample, std::string& venue);
  /// Decodes by the general parser alone; for the test that compares both ways.
  void useGeneralParserOnly() { m_generalOnly = true; }

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  Duration longestStep() const override { return Duration::minutes(60); }
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  struct General;
  enum class Fast : std::uint8_t { Done, Unknown };
  struct Fields;
  Fast decodeFast(std::string_view body, MarketSink& sink);
  bool readField(class JsonCursor& cursor, char key, Fields& fields);
  Fast finishFast(const Fields& fields, MarketSink& sink);
  void emitDepth(const SymbolEntry& symbol, MarketSink& sink);
  void emitBbo(const SymbolEntry& symbol, BboUpdate& bbo, MarketSink& sink);
  void emitTrade(const SymbolEntry& symbol, TradePrint& trade, MarketSink& sink);

  std::string m_venue;
  bool m_futures;
  bool m_generalOnly = false;
  BookDelta m_delta;  ///< its lists are used again and again
  std::unique_ptr<General> m_general;
};

}  // namespace bw::replay
