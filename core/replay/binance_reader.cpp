// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/binance_reader.h"

#include "core/replay/binance_general.h"
#include "core/replay/json_cursor.h"
#include "core/replay/text_numbers.h"

namespace bw::replay {

/// The fields of a message that matter, as far as they have been seen.
struct BinanceReader::Fields {
  SymbolEntry* symbol = nullptr;
  std::uint64_t eventMillis = 0;
  std::uint64_t firstId = 0;
  std::uint64_t lastId = 0;
  std::uint64_t previousId = 0;
  std::uint64_t tradeId = 0;
  BboUpdate bbo;
  TradePrint trade;
  bool buyerIsMaker = false;
  unsigned seen = 0;
  enum : unsigned {
    Bid = 1,
    BidSize = 2,
    Ask = 4,
    AskSize = 8,
    Bids = 16,
    Asks = 32,
    Price = 64,
    Size = 128,
    Maker = 256,
    Last = 512,
    First = 1024
  };
};

struct BinanceReader::General : BinanceGeneral {};

BinanceReader::BinanceReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, std::string venue)
    : LineReader(std::move(bytes), symbols),
      m_venue(std::move(venue)),
      m_futures(m_venue == "binance_usdm"),
      m_general(std::make_unique<General>()) {}

BinanceReader::~BinanceReader() = default;

bool BinanceReader::recognises(std::string_view sample, std::string& venue) {
  std::size_t digits = 0;
  while (digits < sample.size() && sample[digits] >= '0' && sample[digits] <= '9') ++digits;
  if (digits < 16 || digits > 19 || sample.substr(digits, 2) != " {") return false;
  const auto has = [&](std::string_view what) { return sample.find(what) != std::string_view::npos; };
  if (!has("\"stream\":\"") && !has("\"lastUpdateId\":")) return false;
  venue = has("\"pu\":") || has("\"e\":\"bookTicker\"") || has("\"X\":\"") ? "binance_usdm" : "binance_spot";
  return true;
}

LineReader::Head BinanceReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
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

bool BinanceReader::decode(std::string_view body, MarketSink& sink) {
  if (!m_symbols.scanning() && !m_generalOnly && decodeFast(body, sink) == Fast::Done) return true;
  BinanceGeneral::Message message;
  if (!m_general->parse(body, m_venue, m_symbols, m_delta, message)) return bad(std::move(message.why));
  switch (message.kind) {
    case BinanceGeneral::Kind::Depth:
      if (message.symbol != nullptr) emitDepth(*message.symbol, sink);
      break;
    case BinanceGeneral::Kind::Bbo:
      emitBbo(*message.symbol, message.bbo, sink);
      break;
    case BinanceGeneral::Kind::Trade:
      emitTrade(*message.symbol, message.trade, sink);
      break;
    case BinanceGeneral::Kind::Other:
      ++m_stats.other;
      break;
  }
  return true;
}

void BinanceReader::emitDepth(const SymbolEntry& symbol, MarketSink& sink) {
  ++m_stats.bookUpdates;
  m_delta.instrument = symbol.id();
  m_delta.receivedTime = time();
  m_delta.rule = m_futures ? SequenceRule::PreviousLast : SequenceRule::FirstFollows;
  sink.onBook(m_delta);
}

void BinanceReader::emitBbo(const SymbolEntry& symbol, BboUpdate& bbo, MarketSink& sink) {
  ++m_stats.bboUpdates;
  bbo.instrument = symbol.id();
  bbo.receivedTime = time();
  sink.onBbo(bbo);
}

void BinanceReader::emitTrade(const SymbolEntry& symbol, TradePrint& trade, MarketSink& sink) {
  ++m_stats.trades;
  trade.instrument = symbol.id();
  trade.receivedTime = time();
  sink.onTrade(trade);
}

namespace {

bool readBinanceLevels(JsonCursor& cursor, const SymbolEntry& symbol, std::vector<Level>& out) {
  out.clear();
  if (!cursor.take('[')) return false;
  if (cursor.take(']')) return true;
  do {
    Level level;
    if (!cursor.take('[') || !cursor.quotedSteps(symbol.priceScale(), level.price.value) || !cursor.take(',') ||
        !cursor.quotedSteps(symbol.sizeScale(), level.size.value) || !cursor.take(']') || level.price.value == 0) {
      return false;
    }
    out.push_back(level);
  } while (cursor.take(','));
  return cursor.take(']');
}

}  // namespace

bool BinanceReader::readField(JsonCursor& cursor, char key, Fields& fields) {
  const auto price = [&](Level& level, unsigned bit) {
    fields.seen |= bit;
    return fields.symbol != nullptr && cursor.quotedSteps(fields.symbol->priceScale(), level.price.value);
  };
  const auto size = [&](Level& level, unsigned bit) {
    fields.seen |= bit;
    return fields.symbol != nullptr && cursor.quotedSteps(fields.symbol->sizeScale(), level.size.value);
  };
  std::string_view text;
  std::uint64_t ignored = 0;
  switch (key) {
    case 'e':
      return cursor.string(text);
    case 's':
      if (!cursor.string(text)) return false;
      fields.symbol = m_symbols.find(m_venue, text);
      return fields.symbol != nullptr;
    case 'E':
      return cursor.integer(fields.eventMillis);
    case 'T':
      return cursor.integer(ignored);
    case 'U':
      fields.seen |= Fields::First;
      return cursor.integer(fields.firstId);
    case 'u':
      fields.seen |= Fields::Last;
      return cursor.integer(fields.lastId);
    case 't':
      return cursor.integer(fields.tradeId);
    case 'b':
      if (cursor.peek() == '"') return price(fields.bbo.bid, Fields::Bid);
      fields.seen |= Fields::Bids;
      return fields.symbol != nullptr && readBinanceLevels(cursor, *fields.symbol, m_delta.bids);
    case 'a':
      if (cursor.peek() == '"') return price(fields.bbo.ask, Fields::Ask);
      fields.seen |= Fields::Asks;
      return fields.symbol != nullptr && readBinanceLevels(cursor, *fields.symbol, m_delta.asks);
    case 'B':
      return size(fields.bbo.bid, Fields::BidSize);
    case 'A':
      return size(fields.bbo.ask, Fields::AskSize);
    case 'p':
      fields.seen |= Fields::Price;
      return fields.symbol != nullptr && cursor.quotedSteps(fields.symbol->priceScale(), fields.trade.price.value);
    case 'q':
      fields.seen |= Fields::Size;
      return fields.symbol != nullptr && cursor.quotedSteps(fields.symbol->sizeScale(), fields.trade.size.value);
    case 'm':
      fields.seen |= Fields::Maker;
      return cursor.boolean(fields.buyerIsMaker);
    case 'M': {
      bool unused = false;
      return cursor.boolean(unused);
    }
    case 'X':
      return cursor.string(text) && text == "MARKET";
    default:
      return false;
  }
}

// The three hottest channels in one pass over the text. Anything unexpected is left to the general parser.
BinanceReader::Fast BinanceReader::decodeFast(std::string_view body, MarketSink& sink) {
  JsonCursor cursor(body);
  std::string_view stream;
  if (!cursor.take("{\"stream\":") || !cursor.string(stream) || !cursor.take(",\"data\":{")) return Fast::Unknown;
  Fields fields;
  do {
    if (!cursor.take('"')) return Fast::Unknown;
    const char key = cursor.peek();
    if (!cursor.take(key)) return Fast::Unknown;
    if (key == 'p' && cursor.take("u\":")) {
      if (!cursor.integer(fields.previousId)) return Fast::Unknown;
      continue;
    }
    if (!cursor.take("\":") || !readField(cursor, key, fields)) return Fast::Unknown;
  } while (cursor.take(','));
  if (!cursor.take("}}") || !cursor.atEnd() || fields.symbol == nullptr) return Fast::Unknown;
  return finishFast(fields, sink);
}

BinanceReader::Fast BinanceReader::finishFast(const Fields& fields, MarketSink& sink) {
  const Timestamp venueTime = Timestamp::fromMillis(static_cast<std::int64_t>(fields.eventMillis % 10'000'000'000'000));
  switch (fields.seen) {
    case Fields::Bid | Fields::BidSize | Fields::Ask | Fields::AskSize | Fields::Last: {
      BboUpdate bbo = fields.bbo;
      bbo.venueTime = venueTime;
      bbo.sequence = fields.lastId;
      emitBbo(*fields.symbol, bbo, sink);
      return Fast::Done;
    }
    case Fields::Price | Fields::Size | Fields::Maker: {
      TradePrint trade = fields.trade;
      if (trade.price.value == 0) return Fast::Unknown;
      trade.venueTime = venueTime;
      trade.tradeId = fields.tradeId;
      trade.aggressor = fields.buyerIsMaker ? Side::Sell : Side::Buy;
      emitTrade(*fields.symbol, trade, sink);
      return Fast::Done;
    }
    case Fields::First | Fields::Last | Fields::Bids | Fields::Asks:
      m_delta.snapshot = false;
      m_delta.venueTime = venueTime;
      m_delta.firstSequence = fields.firstId;
      m_delta.lastSequence = fields.lastId;
      m_delta.previousSequence = fields.previousId;
      emitDepth(*fields.symbol, sink);
      return Fast::Done;
    default:
      return Fast::Unknown;
  }
}

}  // namespace bw::replay
