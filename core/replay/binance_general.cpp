// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/binance_general.h"

#include "core/replay/json_text.h"

namespace bw::replay {
namespace {

namespace dom = simdjson::dom;

bool refuseBinance(BinanceGeneral::Message& out, std::string why) {
  out.why = std::move(why);
  return false;
}

bool readBinanceSide(dom::object& data, const char* key, SymbolEntry& symbol, std::vector<Level>& out,
                     std::string& why) {
  dom::array rows;
  if (data.at_key(key).get_array().get(rows) != simdjson::SUCCESS) {
    why = std::string("no array \"") + key + "\"";
    return false;
  }
  return readLevels(rows, symbol, out, why);
}

std::uint64_t integerOr(dom::object& data, const char* key, std::uint64_t fallback) {
  std::uint64_t value = 0;
  return data.at_key(key).get_uint64().get(value) == simdjson::SUCCESS ? value : fallback;
}

Timestamp eventTime(dom::object& data) {
  return Timestamp::fromMillis(static_cast<std::int64_t>(integerOr(data, "E", 0) % 10'000'000'000'000));
}

bool readBinanceDelta(dom::object& data, SymbolEntry& symbol, BookDelta& delta, BinanceGeneral::Message& out) {
  out.kind = BinanceGeneral::Kind::Depth;
  delta.snapshot = false;
  delta.venueTime = eventTime(data);
  delta.firstSequence = integerOr(data, "U", 0);
  delta.lastSequence = integerOr(data, "u", 0);
  delta.previousSequence = integerOr(data, "pu", 0);
  if (delta.firstSequence == 0 || delta.lastSequence < delta.firstSequence) {
    return refuseBinance(out, "a depth update without its numbers U and u");
  }
  return readBinanceSide(data, "b", symbol, delta.bids, out.why) &&
         readBinanceSide(data, "a", symbol, delta.asks, out.why);
}

bool readSteps(dom::object& data, const char* key, SymbolEntry& symbol, bool price, std::int64_t& steps,
               std::string& why) {
  dom::element value;
  if (data.at_key(key).get(value) != simdjson::SUCCESS) {
    why = std::string("no \"") + key + "\"";
    return false;
  }
  std::string scratch;
  const std::string_view text = numberText(value, scratch);
  Ticks ticks;
  Lots lots;
  const bool fine = price ? symbol.toTicks(text, ticks) : symbol.toLots(text, lots);
  if (!fine) why = symbol.explain(text, price);
  steps = price ? ticks.value : lots.value;
  return fine;
}

bool readBinanceBbo(dom::object& data, SymbolEntry& symbol, BinanceGeneral::Message& out) {
  out.kind = BinanceGeneral::Kind::Bbo;
  out.bbo.venueTime = eventTime(data);
  out.bbo.sequence = integerOr(data, "u", 0);
  if (out.bbo.sequence == 0) return refuseBinance(out, "a book ticker without its number u");
  return readSteps(data, "b", symbol, true, out.bbo.bid.price.value, out.why) &&
         readSteps(data, "B", symbol, false, out.bbo.bid.size.value, out.why) &&
         readSteps(data, "a", symbol, true, out.bbo.ask.price.value, out.why) &&
         readSteps(data, "A", symbol, false, out.bbo.ask.size.value, out.why);
}

bool readBinanceTrade(dom::object& data, SymbolEntry& symbol, BinanceGeneral::Message& out) {
  // "X" other than MARKET (insurance fund, ADL) is no print of the book.
  std::string_view origin;
  if (data.at_key("X").get_string().get(origin) == simdjson::SUCCESS && origin != "MARKET") return true;
  out.kind = BinanceGeneral::Kind::Trade;
  out.trade.venueTime = eventTime(data);
  out.trade.tradeId = integerOr(data, "t", integerOr(data, "a", 0));
  bool buyerIsMaker = false;
  if (data.at_key("m").get_bool().get(buyerIsMaker) != simdjson::SUCCESS) {
    return refuseBinance(out, "a trade without \"m\"");
  }
  out.trade.aggressor = buyerIsMaker ? Side::Sell : Side::Buy;
  if (!readSteps(data, "p", symbol, true, out.trade.price.value, out.why) ||
      !readSteps(data, "q", symbol, false, out.trade.size.value, out.why)) {
    return false;
  }
  return out.trade.price.value > 0 || refuseBinance(out, "a trade at price 0");
}

}  // namespace

struct BinanceGeneral::Parser {
  dom::parser parser;
};

BinanceGeneral::BinanceGeneral() : m_parser(std::make_unique<Parser>()) {}
BinanceGeneral::~BinanceGeneral() = default;

bool BinanceGeneral::parse(std::string_view body, std::string_view venue, SymbolMap& symbols, BookDelta& delta,
                           Message& out) {
  delta.bids.clear();
  delta.asks.clear();
  dom::element document;
  dom::object root;
  if (m_parser->parser.parse(body.data(), body.size(), false).get(document) != simdjson::SUCCESS ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return refuseBinance(out, "not a JSON object");
  }
  std::uint64_t snapshotId = 0;
  if (root.at_key("lastUpdateId").get_uint64().get(snapshotId) == simdjson::SUCCESS) {
    out.kind = Kind::Depth;
    out.symbol = symbols.first();
    if (out.symbol == nullptr) return symbols.scanning() || refuseBinance(out, "a snapshot, and nothing says of what");
    delta.snapshot = true;
    delta.venueTime = eventTime(root);
    delta.firstSequence = delta.lastSequence = delta.previousSequence = snapshotId;
    return readBinanceSide(root, "bids", *out.symbol, delta.bids, out.why) &&
           readBinanceSide(root, "asks", *out.symbol, delta.asks, out.why);
  }
  std::string_view streamView;
  if (root.at_key("stream").get_string().get(streamView) != simdjson::SUCCESS) {
    // Answers to subscriptions: {"result":null,"id":1}
    dom::element id;
    return root.at_key("id").get(id) == simdjson::SUCCESS || refuseBinance(out, "neither stream nor snapshot");
  }
  const std::string stream(streamView);
  dom::object data;
  if (root.at_key("data").get_object().get(data) != simdjson::SUCCESS) return refuseBinance(out, "no \"data\"");
  const auto isStream = [&](const char* name) { return stream.find(name) != std::string::npos; };
  const bool depth = isStream("@depth");
  const bool ticker = isStream("@bookTicker");
  const bool trade = isStream("@trade") || isStream("@aggTrade");
  if (!depth && !ticker && !trade) return true;
  std::string_view symbol;
  if (data.at_key("s").get_string().get(symbol) != simdjson::SUCCESS) return refuseBinance(out, "no symbol");
  out.symbol = symbols.find(venue, symbol);
  if (out.symbol == nullptr)
    return refuseBinance(out, "symbol " + std::string(symbol) + " appears too late in the file");
  if (depth) return readBinanceDelta(data, *out.symbol, delta, out);
  return ticker ? readBinanceBbo(data, *out.symbol, out) : readBinanceTrade(data, *out.symbol, out);
}

}  // namespace bw::replay
