// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/kraken_reader.h"

#include "core/replay/json_text.h"
#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

namespace dom = simdjson::dom;
constexpr std::string_view kKraken = "kraken";

// The last quoted string before `end`; moves `end` to its opening quote.
std::string_view lastQuoted(std::string_view text, std::size_t& end) {
  const auto close = text.rfind('"', end);
  if (close == std::string_view::npos || close == 0) return {};
  const auto open = text.rfind('"', close - 1);
  if (open == std::string_view::npos || open == 0) return {};
  end = open - 1;
  return text.substr(open + 1, close - open - 1);
}

SymbolHint krakenHint(std::string_view pair) {
  SymbolHint hint;
  hint.kind = ContractKind::Spot;
  const auto slash = pair.find('/');
  if (slash != std::string_view::npos) {
    hint.base = pair.substr(0, slash);
    hint.quote = pair.substr(slash + 1);
  }
  return hint;
}

std::string_view nextQuoted(std::string_view text, std::size_t& at) {
  const auto open = text.find('"', at);
  if (open == std::string_view::npos) return {};
  const auto close = text.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  at = close + 1;
  return text.substr(open + 1, close - open - 1);
}

int decimalsWritten(std::string_view text) {
  const auto point = text.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

}  // namespace

struct KrakenReader::Parser {
  dom::parser parser;
};

KrakenReader::KrakenReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols)
    : LineReader(std::move(bytes), symbols), m_parser(std::make_unique<Parser>()) {}
KrakenReader::~KrakenReader() = default;

bool KrakenReader::recognises(std::string_view sample) {
  const std::string_view first = sample.substr(0, sample.find('\n'));
  if (first.find("kraken.com") != std::string_view::npos) return true;
  const auto colon = first.find(": ");
  Timestamp time;
  if (colon == std::string_view::npos || !readUnixSeconds(first.substr(0, colon), time)) return false;
  return sample.find("\"book-") != std::string_view::npos || sample.find("\"channelName\"") != std::string_view::npos ||
         sample.find(",\"trade\",") != std::string_view::npos || sample.find(",\"ticker\",") != std::string_view::npos;
}

LineReader::Head KrakenReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  if (line.substr(0, 15) == "configuration: ") return Head::Ignore;
  if (line.substr(0, 6) == "wss://" && line.find(" <") != std::string_view::npos) return Head::Ignore;
  if (line.substr(0, 4) == "http") {
    const auto arrow = line.find(" -> ");
    if (arrow == std::string_view::npos) return Head::Ignore;
    line.remove_prefix(arrow + 4);
  }
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos || colon > 24 || !readUnixSeconds(line.substr(0, colon), time)) {
    m_why = "does not begin with a receive time in seconds";
    return Head::Bad;
  }
  body = line.substr(colon + 2);
  return Head::Record;
}

bool KrakenReader::decode(std::string_view body, MarketSink& sink) {
  if (!body.empty() && body[0] == '{') return decodeObject(body);
  if (!body.empty() && body[0] == '[') return decodeChannel(body, sink);
  return bad("neither a message nor an answer");
}

// Events of the connection, and the AssetPairs answer, which names instruments with their steps.
bool KrakenReader::decodeObject(std::string_view body) {
  dom::element document;
  dom::object root;
  if (m_parser->parser.parse(body.data(), body.size(), false).get(document) != simdjson::SUCCESS ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return bad("not a JSON object");
  }
  dom::object result;
  const bool answer = root.at_key("result").get_object().get(result) == simdjson::SUCCESS;
  if (answer && m_symbols.scanning()) {
    for (auto field : result) {
      dom::object pair;
      if (field.value.get_object().get(pair) != simdjson::SUCCESS) return bad("an answer that is no valid JSON");
      std::string_view name;
      std::uint64_t priceDecimals = 0;
      std::uint64_t sizeDecimals = 0;
      if (pair.at_key("wsname").get_string().get(name) != simdjson::SUCCESS) continue;
      const std::string copy(name);
      if (pair.at_key("pair_decimals").get_uint64().get(priceDecimals) != simdjson::SUCCESS ||
          pair.at_key("lot_decimals").get_uint64().get(sizeDecimals) != simdjson::SUCCESS || priceDecimals > 12 ||
          sizeDecimals > 12) {
        continue;
      }
      SymbolEntry* entry = m_symbols.find(kKraken, copy, krakenHint(copy));
      Ticks ticks;
      Lots lots;
      entry->toTicks(Decimal(1, static_cast<int>(priceDecimals)).toString(), ticks);
      entry->toLots(Decimal(1, static_cast<int>(sizeDecimals)).toString(), lots);
    }
  } else if (!answer) {
    std::string_view event;
    if (root.at_key("event").get_string().get(event) != simdjson::SUCCESS) return bad("no event");
  }
  ++m_stats.other;
  return true;
}

bool KrakenReader::decodeChannel(std::string_view body, MarketSink& sink) {
  std::size_t end = body.size() - 1;
  if (body.size() < 8 || body[end] != ']') return bad("a message that does not end");
  const std::string_view pair = lastQuoted(body, end);
  const std::string_view channel = lastQuoted(body, end);
  if (pair.empty() || channel.empty()) return bad("a message without channel and pair");
  SymbolEntry* symbol = m_symbols.find(kKraken, pair, krakenHint(pair));
  if (symbol == nullptr) return bad("pair " + std::string(pair) + " appears too late in the file");
  if (channel.substr(0, 5) == "book-") {
    std::uint64_t depth = 0;
    if (!readInteger(channel.substr(5), depth) || depth == 0 || depth > 10'000) return bad("a book of no depth");
    return decodeBook(body, *symbol, depth, sink);
  }
  if (channel == "trade") return decodeTrades(body, *symbol, sink);
  if (channel == "ticker") return decodeTicker(body, *symbol, sink);
  ++m_stats.other;
  return true;
}

// How many decimals the venue writes (its checksum is over that form), and the venue's time, from the first level.
void KrakenReader::noteWireForm(std::string_view body, SymbolEntry& symbol) {
  std::size_t at = body.find("[[\"");
  if (at == std::string_view::npos) return;
  symbol.wirePriceDecimals = decimalsWritten(nextQuoted(body, at));
  symbol.wireSizeDecimals = decimalsWritten(nextQuoted(body, at));
  if (!readUnixSeconds(nextQuoted(body, at), m_wireTime)) m_wireTime = {};
}

bool KrakenReader::decodeBook(std::string_view body, SymbolEntry& symbol, std::uint64_t depth, MarketSink& sink) {
  noteWireForm(body, symbol);
  m_delta.bids.clear();
  m_delta.asks.clear();
  m_delta.checksum.reset();
  m_delta.snapshot = false;
  dom::element document;
  dom::array root;
  if (m_parser->parser.parse(body.data(), body.size(), false).get(document) != simdjson::SUCCESS ||
      document.get_array().get(root) != simdjson::SUCCESS) {
    return bad("not a JSON array");
  }
  bool any = false;
  for (auto element : root) {
    dom::object change;
    if (element.get_object().get(change) != simdjson::SUCCESS) continue;
    for (auto field : change) {
      const std::string_view key = field.key;
      if (key == "c") {
        std::string_view text;
        std::uint32_t sum = 0;
        if (field.value.get_string().get(text) != simdjson::SUCCESS || !readInteger(text, sum)) {
          return bad("a checksum that is no number");
        }
        m_delta.checksum = sum;
        continue;
      }
      const bool asks = key == "a" || key == "as";
      if (!asks && key != "b" && key != "bs") continue;
      if (key.size() == 2) m_delta.snapshot = true;
      dom::array rows;
      if (field.value.get_array().get(rows) != simdjson::SUCCESS) return bad("levels that are no array");
      if (!readLevels(rows, symbol, asks ? m_delta.asks : m_delta.bids, m_why)) return false;
      any = true;
    }
  }
  if (!any) return bad("a book message without levels");
  ++m_stats.bookUpdates;
  m_delta.instrument = symbol.id();
  m_delta.venueTime = m_delta.snapshot ? Timestamp{} : m_wireTime;
  m_delta.receivedTime = time();
  m_delta.checksumPriceDecimals = static_cast<std::uint8_t>(symbol.wirePriceDecimals);
  m_delta.checksumSizeDecimals = static_cast<std::uint8_t>(symbol.wireSizeDecimals);
  m_delta.depthLimit = static_cast<std::uint16_t>(depth);
  sink.onBook(m_delta);
  return true;
}

bool KrakenReader::decodeTrades(std::string_view body, SymbolEntry& symbol, MarketSink& sink) {
  // [337,[["5541.20000","0.15850568","1534614057.321597","s","l",""],…],"trade","XBT/USD"]
  std::vector<TradePrint> prints;
  std::size_t at = body.find("[[");
  while (at != std::string_view::npos) {
    at = body.find('"', at);
    const std::string_view price = nextQuoted(body, at);
    const std::string_view size = nextQuoted(body, at);
    const std::string_view stamp = nextQuoted(body, at);
    const std::string_view side = nextQuoted(body, at);
    TradePrint print;
    if (!symbol.toTicks(price, print.price) || print.price.value == 0) return bad(symbol.explain(price, true));
    if (!symbol.toLots(size, print.size)) return bad(symbol.explain(size, false));
    if (!readUnixSeconds(stamp, print.venueTime) || (side != "b" && side != "s"))
      return bad("a trade without time or side");
    print.aggressor = side == "b" ? Side::Buy : Side::Sell;
    prints.push_back(print);
    const auto close = body.find(']', at);
    at = close != std::string_view::npos && body.substr(close, 3) == "],[" ? close + 2 : std::string_view::npos;
  }
  if (prints.empty()) return bad("a trade message without trades");
  ++m_stats.trades;
  for (TradePrint& print : prints) {
    print.instrument = symbol.id();
    print.receivedTime = time();
    print.tradeId = ++m_tradeId;
    sink.onTrade(print);
  }
  return true;
}

bool KrakenReader::decodeTicker(std::string_view body, SymbolEntry& symbol, MarketSink& sink) {
  // {"a":["13.253900",35,"35.72892241"],"b":["13.232900",185,"185.18432037"],…}
  BboUpdate bbo;
  const auto side = [&](std::string_view key, Level& level) {
    std::size_t at = body.find(key);
    if (at == std::string_view::npos) return bad("a ticker without best prices");
    at += key.size() - 1;
    const std::string_view price = nextQuoted(body, at);
    const std::string_view size = nextQuoted(body, at);
    if (!symbol.toTicks(price, level.price)) return bad(symbol.explain(price, true));
    if (!symbol.toLots(size, level.size)) return bad(symbol.explain(size, false));
    return true;
  };
  if (!side("\"a\":[\"", bbo.ask) || !side("\"b\":[\"", bbo.bid)) return false;
  ++m_stats.bboUpdates;
  bbo.instrument = symbol.id();
  bbo.receivedTime = time();
  sink.onBbo(bbo);
  return true;
}

}  // namespace bw::replay
