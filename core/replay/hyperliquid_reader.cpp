// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/hyperliquid_reader.h"

#include "core/replay/json_text.h"
#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

namespace dom = simdjson::dom;
constexpr std::string_view kHyperliquid = "hyperliquid";

}  // namespace

struct HyperliquidReader::Parser {
  dom::parser parser;
  dom::element document;
  dom::object root;
};

HyperliquidReader::HyperliquidReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols)
    : LineReader(std::move(bytes), symbols), m_parser(std::make_unique<Parser>()) {}
HyperliquidReader::~HyperliquidReader() = default;

bool HyperliquidReader::recognises(std::string_view sample) {
  std::size_t digits = 0;
  while (digits < sample.size() && sample[digits] >= '0' && sample[digits] <= '9') ++digits;
  return digits >= 16 && digits <= 19 && sample.substr(digits, 2) == " {" &&
         sample.substr(0, 512).find("\"channel\":\"") != std::string_view::npos;
}

LineReader::Head HyperliquidReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  const auto space = line.find(' ');
  std::int64_t nanos = 0;
  if (space == std::string_view::npos || !readInteger(line.substr(0, space), nanos) || nanos <= 0) {
    m_why = "does not begin with a receive time in nanoseconds and a space";
    return Head::Bad;
  }
  time = {nanos};
  body = line.substr(space + 1);
  return Head::Record;
}

bool HyperliquidReader::decode(std::string_view body, MarketSink& sink) {
  if (m_parser->parser.parse(body.data(), body.size(), false).get(m_parser->document) != simdjson::SUCCESS ||
      m_parser->document.get_object().get(m_parser->root) != simdjson::SUCCESS) {
    return bad("not a JSON object");
  }
  std::string_view channel;
  if (m_parser->root.at_key("channel").get_string().get(channel) != simdjson::SUCCESS) return bad("no channel");
  if (channel == "l2Book") return decodeBook(sink);
  if (channel == "trades") return decodeTrades(sink);
  ++m_stats.other;
  return true;
}

SymbolEntry* HyperliquidReader::symbolOf(std::string_view coin) {
  SymbolHint hint;
  hint.base = coin;
  hint.quote = "USDC";
  SymbolEntry* symbol = m_symbols.find(kHyperliquid, coin, hint);
  if (symbol == nullptr) m_why = "coin " + std::string(coin) + " appears too late in the file";
  return symbol;
}

bool HyperliquidReader::decodeBook(MarketSink& sink) {
  dom::object data;
  std::string_view coin;
  if (m_parser->root.at_key("data").get_object().get(data) != simdjson::SUCCESS ||
      data.at_key("coin").get_string().get(coin) != simdjson::SUCCESS) {
    return bad("a book without coin");
  }
  SymbolEntry* symbol = symbolOf(coin);
  if (symbol == nullptr) return false;
  m_delta.bids.clear();
  m_delta.asks.clear();
  dom::array sides;
  if (data.at_key("levels").get_array().get(sides) != simdjson::SUCCESS) return bad("a book without levels");
  int side = 0;
  std::string scratch;
  for (auto element : sides) {
    dom::array rows;
    if (side > 1 || element.get_array().get(rows) != simdjson::SUCCESS) return bad("a book that has not two sides");
    for (auto row : rows) {
      dom::object cells;
      dom::element price;
      dom::element size;
      Level level;
      if (row.get_object().get(cells) != simdjson::SUCCESS) return bad("a level that is no object");
      if (cells.at_key("px").get(price) != simdjson::SUCCESS) return bad("a level without price");
      std::string_view text = numberText(price, scratch);
      if (!symbol->toTicks(text, level.price) || level.price.value == 0) return bad(symbol->explain(text, true));
      if (cells.at_key("sz").get(size) != simdjson::SUCCESS) return bad("a level without size");
      text = numberText(size, scratch);
      if (!symbol->toLots(text, level.size)) return bad(symbol->explain(text, false));
      (side == 0 ? m_delta.bids : m_delta.asks).push_back(level);
    }
    ++side;
  }
  if (side != 2) return bad("a book that has not two sides");
  std::uint64_t millis = 0;
  if (data.at_key("time").get_uint64().get(millis) != simdjson::SUCCESS || millis > 9'000'000'000'000) {
    return bad("a book without time");
  }
  ++m_stats.bookUpdates;
  m_delta.snapshot = true;
  m_delta.instrument = symbol->id();
  m_delta.venueTime = Timestamp::fromMillis(static_cast<std::int64_t>(millis));
  m_delta.receivedTime = time();
  sink.onBook(m_delta);
  return true;
}

bool HyperliquidReader::decodeTrades(MarketSink& sink) {
  dom::array rows;
  if (m_parser->root.at_key("data").get_array().get(rows) != simdjson::SUCCESS) return bad("no trades");
  std::vector<TradePrint> prints;
  for (auto row : rows) {
    dom::object trade;
    std::string_view coin;
    if (row.get_object().get(trade) != simdjson::SUCCESS ||
        trade.at_key("coin").get_string().get(coin) != simdjson::SUCCESS) {
      return bad("a trade without coin");
    }
    SymbolEntry* symbol = symbolOf(coin);
    if (symbol == nullptr) return false;
    TradePrint print;
    std::string_view text;
    if (trade.at_key("px").get_string().get(text) != simdjson::SUCCESS) return bad("a trade without price");
    if (!symbol->toTicks(text, print.price) || print.price.value == 0) return bad(symbol->explain(text, true));
    if (trade.at_key("sz").get_string().get(text) != simdjson::SUCCESS) return bad("a trade without size");
    if (!symbol->toLots(text, print.size)) return bad(symbol->explain(text, false));
    std::uint64_t millis = 0;
    if (trade.at_key("side").get_string().get(text) != simdjson::SUCCESS || (text != "A" && text != "B") ||
        trade.at_key("tid").get_uint64().get(print.tradeId) != simdjson::SUCCESS ||
        trade.at_key("time").get_uint64().get(millis) != simdjson::SUCCESS || millis > 9'000'000'000'000) {
      return bad("a trade without side, number or time");
    }
    print.aggressor = text == "B" ? Side::Buy : Side::Sell;
    print.instrument = symbol->id();
    print.venueTime = Timestamp::fromMillis(static_cast<std::int64_t>(millis));
    print.receivedTime = time();
    prints.push_back(print);
  }
  ++m_stats.trades;
  for (const TradePrint& print : prints) sink.onTrade(print);
  return true;
}

}  // namespace bw::replay
