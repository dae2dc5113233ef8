// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/csv_tick_readers.h"

#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

constexpr std::string_view kDepthHeader =
    "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu";
constexpr std::size_t kDepthFields = 9;
constexpr std::size_t kMaxTardisDepth = 100;
constexpr std::size_t kTardisFields = 4 + kMaxTardisDepth * 4;

std::string_view firstLine(std::string_view sample) {
  std::string_view line = sample.substr(0, sample.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

bool DepthCsvReader::recognises(std::string_view sample) {
  return firstLine(sample) == kDepthHeader;
}

LineReader::Head DepthCsvReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  if (line == kDepthHeader) return Head::Ignore;
  std::string_view fields[kDepthFields];
  std::int64_t millis = 0;
  if (splitCsv(line, fields, kDepthFields) != kDepthFields || !readInteger(fields[1], millis) || millis <= 0 ||
      millis > 9'000'000'000'000) {
    m_why = "not nine fields with a time in milliseconds";
    return Head::Bad;
  }
  time = Timestamp::fromMillis(millis);
  body = line;
  return Head::Record;
}

// Symbol, time and both ids.
std::string_view DepthCsvReader::groupOf(std::string_view body) const {
  std::size_t at = 0;
  for (int i = 0; i < 4; ++i) at = body.find(',', at) + 1;
  return body.substr(0, at);
}

void DepthCsvReader::deliver(MarketSink& sink) {
  const std::string group(groupOf(body()));
  m_delta.bids.clear();
  m_delta.asks.clear();
  m_any = false;
  const Timestamp received = time();
  const std::uint64_t before = m_stats.events;
  do {
    decodeCurrent(sink);
    consumed();
  } while (nextTime() != Timestamp::never() && groupOf(body()) == group);
  m_stats.events = before;
  if (!m_any) return;
  ++m_stats.events;
  ++m_stats.bookUpdates;
  m_delta.receivedTime = received;
  sink.onBook(m_delta);
}

bool DepthCsvReader::decode(std::string_view body, MarketSink&) {
  std::string_view fields[kDepthFields];
  splitCsv(body, fields, kDepthFields);
  SymbolEntry* symbol = m_symbols.find("binance_usdm", fields[0], {});
  if (symbol == nullptr) return bad("symbol " + std::string(fields[0]) + " appears too late in the file");
  std::int64_t previous = 0;
  Level level;
  const bool snapshot = fields[5] == "snap";
  if (!snapshot && fields[5] != "set") return bad("update_type is neither snap nor set");
  if (!readInteger(fields[2], m_delta.firstSequence) || !readInteger(fields[3], m_delta.lastSequence) ||
      !readInteger(fields[8], previous)) {
    return bad("update ids that are no numbers");
  }
  if (!symbol->toTicks(fields[6], level.price) || level.price.value == 0) return bad(symbol->explain(fields[6], true));
  if (!symbol->toLots(fields[7], level.size)) return bad(symbol->explain(fields[7], false));
  if (fields[4] != "a" && fields[4] != "b") return bad("side is neither a nor b");
  (fields[4] == "b" ? m_delta.bids : m_delta.asks).push_back(level);
  m_delta.instrument = symbol->id();
  m_delta.snapshot = snapshot;
  m_delta.rule = SequenceRule::PreviousLast;
  m_delta.previousSequence = previous < 0 ? 0 : static_cast<std::uint64_t>(previous);
  m_delta.venueTime = time();
  m_any = true;
  return true;
}

TardisReader::Kind TardisReader::recognise(std::string_view sample, std::size_t& depth) {
  const std::string_view header = firstLine(sample);
  if (header.substr(0, 42) != "exchange,symbol,timestamp,local_timestamp,") return Kind::None;
  const std::string_view rest = header.substr(42);
  depth = 0;
  if (rest == "id,side,price,amount") return Kind::Trades;
  if (rest == "ask_amount,ask_price,bid_price,bid_amount") return Kind::Quotes;
  if (rest.substr(0, 13) != "asks[0].price") return Kind::None;
  std::string_view fields[1];
  const std::size_t count = splitCsv(rest, fields, 1);
  depth = count / 4;
  return count % 4 == 0 && depth <= kMaxTardisDepth ? Kind::Book : Kind::None;
}

LineReader::Head TardisReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  if (lineNumber() == 1) return Head::Ignore;
  std::string_view fields[4];
  const std::size_t count = splitCsv(line, fields, 4);
  const std::size_t expected = m_kind == Kind::Book ? 4 + m_depth * 4 : 8;
  std::int64_t micros = 0;
  if (count != expected || !readInteger(fields[3], micros) || micros <= 0 || micros > 9'000'000'000'000'000) {
    m_why = "not " + std::to_string(expected) + " fields with a local time in microseconds";
    return Head::Bad;
  }
  time = Timestamp::fromMicros(micros);
  body = line;
  return Head::Record;
}

bool TardisReader::decode(std::string_view body, MarketSink& sink) {
  std::string_view fields[kTardisFields];
  splitCsv(body, fields, kTardisFields);
  SymbolHint hint;
  const auto dash = fields[1].find('-');
  if (dash != std::string_view::npos) {
    hint.base = fields[1].substr(0, dash);
    hint.quote = fields[1].substr(dash + 1);
  }
  SymbolEntry* symbol = m_symbols.find(fields[0], fields[1], hint);
  if (symbol == nullptr) return bad("symbol " + std::string(fields[1]) + " appears too late in the file");
  std::int64_t micros = 0;
  if (!readInteger(fields[2], micros) || micros <= 0 || micros > 9'000'000'000'000'000)
    return bad("a time that is none");
  const Timestamp venueTime = Timestamp::fromMicros(micros);
  switch (m_kind) {
    case Kind::Trades:
      return decodeTrade(fields + 4, *symbol, venueTime, sink);
    case Kind::Quotes:
      return decodeQuote(fields + 4, *symbol, venueTime, sink);
    case Kind::Book:
      return decodeBook(fields + 4, *symbol, venueTime, sink);
    case Kind::None:
      break;
  }
  return false;
}

bool TardisReader::readLevel(std::string_view price, std::string_view size, SymbolEntry& symbol, Level& out) {
  if (!symbol.toTicks(price, out.price)) return bad(symbol.explain(price, true));
  if (!symbol.toLots(size, out.size)) return bad(symbol.explain(size, false));
  return true;
}

bool TardisReader::decodeTrade(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime,
                               MarketSink& sink) {
  TradePrint trade;
  Level level;
  if (!readLevel(fields[2], fields[3], symbol, level)) return false;
  if (level.price.value == 0) return bad("a trade at price 0");
  if (fields[1] != "buy" && fields[1] != "sell" && fields[1] != "unknown") return bad("a trade without side");
  trade.instrument = symbol.id();
  trade.venueTime = venueTime;
  trade.receivedTime = time();
  trade.tradeId = ++m_tradeId;
  trade.price = level.price;
  trade.size = level.size;
  trade.aggressor = fields[1] == "sell" ? Side::Sell : Side::Buy;
  ++m_stats.trades;
  sink.onTrade(trade);
  return true;
}

bool TardisReader::decodeQuote(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime,
                               MarketSink& sink) {
  BboUpdate bbo;
  // An empty pair is a side without a quote.
  if (!fields[1].empty() && !readLevel(fields[1], fields[0], symbol, bbo.ask)) return false;
  if (!fields[2].empty() && !readLevel(fields[2], fields[3], symbol, bbo.bid)) return false;
  bbo.instrument = symbol.id();
  bbo.venueTime = venueTime;
  bbo.receivedTime = time();
  ++m_stats.bboUpdates;
  sink.onBbo(bbo);
  return true;
}

bool TardisReader::decodeBook(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime,
                              MarketSink& sink) {
  m_delta.bids.clear();
  m_delta.asks.clear();
  for (std::size_t i = 0; i < m_depth; ++i) {
    const std::string_view* cells = fields + i * 4;
    Level level;
    if (!cells[0].empty()) {
      if (!readLevel(cells[0], cells[1], symbol, level)) return false;
      m_delta.asks.push_back(level);
    }
    if (!cells[2].empty()) {
      if (!readLevel(cells[2], cells[3], symbol, level)) return false;
      m_delta.bids.push_back(level);
    }
  }
  m_delta.snapshot = true;
  m_delta.instrument = symbol.id();
  m_delta.venueTime = venueTime;
  m_delta.receivedTime = time();
  ++m_stats.bookUpdates;
  sink.onBook(m_delta);
  return true;
}

}  // namespace bw::replay
