// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// What a CSV of QuantConnect's LEAN layout holds; there is no header, the name and the first row tell.
struct LeanKind {
  enum class Rows : std::uint8_t {
    None,
    TickTrades,  ///< ms of day, price, size, exchange, sale condition, suspicious
    TickQuotes,  ///< ms of day, bid, bid size, ask, ask size, exchange, quote condition, suspicious
    TradeBars,   ///< ms of day, open, high, low, close, volume
    QuoteBars,   ///< ms of day, bid open high low close size, ask open high low close size
    LongBars,    ///< yyyymmdd hh:mm, open, high, low, close, volume
  };
  Rows rows = Rows::None;
  std::string symbol;    ///< "SPY", "BTCUSD", "ES-201312"
  std::string venue;     ///< "us_equity", "crypto", "future"
  bool scaled = false;   ///< prices are ten thousandths (equities)
  bool newYork = false;  ///< times are New York's (equities, futures), else UTC
  Timestamp day;         ///< midnight of the file's day, local
  Duration interval;     ///< of bars
};

/// Reads LEAN's CSVs, which come zipped. Quotes name one exchange and often one side: the other side stays as it was,
/// unless the new quote crosses it, then it is absent until its next quote. Trades name no aggressor: an uptick counts
/// as bought, a downtick as sold. Prints marked suspicious are counted as other.
/// https://github.com/QuantConnect/Lean/tree/master/Data
/// Thread: owner only.
class LeanReader final : public LineReader {
 public:
  LeanReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, LeanKind kind);
  static LeanKind recognise(std::string_view sample, std::string_view partName, std::string_view path);

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  SymbolEntry* symbol();
  bool price(std::string_view text, SymbolEntry& symbol, Ticks& out);
  bool side(std::string_view price, std::string_view size, SymbolEntry& symbol, Level& out);
  bool decodeTrade(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink);
  bool decodeQuote(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink);
  bool decodeBar(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink);
  bool decodeQuoteBar(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink);

  LeanKind m_kind;
  std::string m_text;
  BboUpdate m_bbo;
  Ticks m_lastPrice;
  Side m_lastSide = Side::Buy;
  std::uint64_t m_tradeId = 0;
};

}  // namespace bw::replay
