// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/lean_reader.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

constexpr std::size_t kMostFields = 11;

std::size_t fieldsOf(LeanKind::Rows rows) {
  switch (rows) {
    case LeanKind::Rows::TickTrades:
      return 6;
    case LeanKind::Rows::TickQuotes:
      return 8;
    case LeanKind::Rows::TradeBars:
      return 6;
    case LeanKind::Rows::QuoteBars:
      return 11;
    case LeanKind::Rows::LongBars:
      return 6;
    case LeanKind::Rows::None:
      break;
  }
  return 0;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string raised(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::vector<std::string> tokensOf(const std::string& stem) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at <= stem.size()) {
    const auto end = std::min(stem.find('_', at), stem.size());
    out.push_back(stem.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool allDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void nameMarket(LeanKind& kind, const std::string& symbol, const std::string& contract) {
  kind.symbol = raised(symbol) + (contract.empty() ? "" : "-" + contract);
  const bool crypto =
      symbol.size() >= 6 && (symbol.ends_with("usd") || symbol.ends_with("usdt") || symbol.ends_with("eur"));
  kind.venue = !contract.empty() ? "future" : crypto ? "crypto" : "us_equity";
  kind.scaled = kind.venue == "us_equity";
  kind.newYork = kind.venue != "crypto";
}

// Daily and hourly files: symbol.csv with rows that begin "yyyymmdd hh:mm".
LeanKind recogniseLong(std::string_view sample, const std::string& stem) {
  LeanKind kind;
  bool hourly = false;
  std::string_view rest = sample;
  for (int row = 0; row < 20 && !rest.empty(); ++row) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (line.size() == rest.size() && row > 0) break;
    Timestamp time;
    if (line.size() < 16 || line[8] != ' ' || line[14] != ',' || !allDigits(line.substr(0, 8)) ||
        !readCivilTime(line.substr(0, 14), time)) {
      return {};
    }
    hourly = hourly || line.substr(9, 5) != "00:00";
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  if (rest.size() == sample.size()) return {};
  kind.rows = LeanKind::Rows::LongBars;
  kind.interval = hourly ? Duration::minutes(60) : Duration::minutes(24 * 60);
  nameMarket(kind, tokensOf(stem).back(), "");
  return kind;
}

}  // namespace

LeanReader::LeanReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, LeanKind kind)
    : LineReader(std::move(bytes), symbols), m_kind(std::move(kind)) {}

LeanKind LeanReader::recognise(std::string_view sample, std::string_view partName, std::string_view path) {
  const std::string name = lowered(partName);
  const std::string stem = name.substr(0, name.find('.'));
  if (stem.empty() || sample.empty() || sample[0] < '0' || sample[0] > '9') return {};
  // 20131007_ibm_Quote_Tick · 20131004_spy_minute_quote · 20131007_es_minute_trade_201312
  const std::vector<std::string> tokens = tokensOf(stem);
  LeanKind kind;
  if (tokens.size() < 4 || tokens[0].size() != 8 || !allDigits(tokens[0])) {
    return path.find(".zip") == std::string_view::npos ? LeanKind{} : recogniseLong(sample, stem);
  }
  const auto has = [&](const char* token) {
    return std::find(tokens.begin() + 2, tokens.end(), token) != tokens.end();
  };
  if (!has("trade") && !has("quote")) return {};
  if (has("tick")) {
    kind.rows = has("quote") ? LeanKind::Rows::TickQuotes : LeanKind::Rows::TickTrades;
  } else if (has("minute") || has("second")) {
    kind.rows = has("quote") ? LeanKind::Rows::QuoteBars : LeanKind::Rows::TradeBars;
    kind.interval = has("minute") ? Duration::minutes(1) : Duration::seconds(1);
  } else {
    return {};
  }
  if (!readCivilTime(tokens[0], kind.day)) return {};
  const std::string& last = tokens.back();
  nameMarket(kind, tokens[1], last.size() == 6 && allDigits(last) ? last : std::string());
  std::string_view fields[1];
  const std::size_t count = splitCsv(sample.substr(0, std::min(sample.find('\n'), sample.find('\r'))), fields, 1);
  return count == fieldsOf(kind.rows) ? kind : LeanKind{};
}

LineReader::Head LeanReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  std::string_view fields[1];
  const std::size_t expected = fieldsOf(m_kind.rows);
  std::int64_t millis = 0;
  Timestamp local;
  bool fine = splitCsv(line, fields, 1) == expected;
  if (m_kind.rows == LeanKind::Rows::LongBars) {
    fine = fine && readCivilTime(fields[0], local);
  } else {
    // LEAN writes fractions of a millisecond in newer files.
    fine = fine && readInteger(fields[0].substr(0, fields[0].find('.')), millis) && millis >= 0 && millis <= 86'400'000;
    local = m_kind.day + Duration::millis(millis);
  }
  if (!fine) {
    m_why = "not " + std::to_string(expected) + " fields that begin with a time";
    return Head::Bad;
  }
  time = (m_kind.newYork ? newYorkToUtc(local) : local) + m_kind.interval;
  body = line;
  return Head::Record;
}

SymbolEntry* LeanReader::symbol() {
  SymbolHint hint;
  hint.kind = m_kind.venue == "us_equity" ? ContractKind::Equity
              : m_kind.venue == "crypto"  ? ContractKind::Spot
                                          : ContractKind::Linear;
  if (m_kind.venue == "crypto") hint.base = m_kind.symbol.substr(0, m_kind.symbol.size() - 3);
  hint.quote = "USD";
  return m_symbols.find(m_kind.venue, m_kind.symbol, hint);
}

// Equities: an integer of ten thousandths of a dollar.
bool LeanReader::price(std::string_view text, SymbolEntry& symbol, Ticks& out) {
  if (m_kind.scaled && allDigits(text) && text.size() <= 15) {
    m_text.assign(text.size() < 5 ? 5 - text.size() : 0, '0');
    m_text.append(text);
    m_text.insert(m_text.size() - 4, 1, '.');
    text = m_text;
  }
  if (symbol.toTicks(text, out)) return true;
  return bad(symbol.explain(text, true));
}

bool LeanReader::side(std::string_view priceText, std::string_view sizeText, SymbolEntry& symbol, Level& out) {
  if (!price(priceText, symbol, out.price)) return false;
  if (!symbol.toLots(sizeText, out.size)) return bad(symbol.explain(sizeText, false));
  return true;
}

bool LeanReader::decode(std::string_view body, MarketSink& sink) {
  std::string_view fields[kMostFields];
  splitCsv(body, fields, kMostFields);
  SymbolEntry* entry = symbol();
  if (entry == nullptr) return bad("no symbol");
  switch (m_kind.rows) {
    case LeanKind::Rows::TickTrades:
      return decodeTrade(fields, *entry, sink);
    case LeanKind::Rows::TickQuotes:
      return decodeQuote(fields, *entry, sink);
    case LeanKind::Rows::TradeBars:
    case LeanKind::Rows::LongBars:
      return decodeBar(fields, *entry, sink);
    case LeanKind::Rows::QuoteBars:
      return decodeQuoteBar(fields, *entry, sink);
    case LeanKind::Rows::None:
      break;
  }
  return false;
}

bool LeanReader::decodeTrade(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink) {
  Level level;
  if (!side(fields[1], fields[2], symbol, level)) return false;
  if (level.price.value == 0) return bad("a trade at price 0");
  if (fields[5] != "0") {
    ++m_stats.other;
    return true;
  }
  TradePrint trade;
  trade.instrument = symbol.id();
  trade.venueTime = trade.receivedTime = time();
  trade.tradeId = ++m_tradeId;
  trade.price = level.price;
  trade.size = level.size;
  if (level.price > m_lastPrice) m_lastSide = Side::Buy;
  if (level.price < m_lastPrice) m_lastSide = Side::Sell;
  m_lastPrice = level.price;
  trade.aggressor = m_lastSide;
  ++m_stats.trades;
  sink.onTrade(trade);
  return true;
}

bool LeanReader::decodeQuote(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink) {
  Level bid;
  Level ask;
  if (!side(fields[1], fields[2], symbol, bid) || !side(fields[3], fields[4], symbol, ask)) return false;
  if (fields[7] != "0") {
    ++m_stats.other;
    return true;
  }
  const bool hasBid = bid.price.value != 0;
  const bool hasAsk = ask.price.value != 0;
  if (hasBid) m_bbo.bid = bid;
  if (hasAsk) m_bbo.ask = ask;
  if (m_bbo.bid.price.value != 0 && m_bbo.ask.price.value != 0 && m_bbo.bid.price >= m_bbo.ask.price) {
    if (!hasAsk) m_bbo.ask = {};
    if (!hasBid) m_bbo.bid = {};
  }
  m_bbo.instrument = symbol.id();
  m_bbo.venueTime = m_bbo.receivedTime = time();
  ++m_stats.bboUpdates;
  sink.onBbo(m_bbo);
  return true;
}

bool LeanReader::decodeBar(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink) {
  Candle candle;
  if (!price(fields[1], symbol, candle.open) || !price(fields[2], symbol, candle.high) ||
      !price(fields[3], symbol, candle.low) || !price(fields[4], symbol, candle.close)) {
    return false;
  }
  if (!symbol.toVolume(fields[5], candle.volume)) return bad(symbol.explain(fields[5], false));
  candle.instrument = symbol.id();
  candle.interval = m_kind.interval;
  candle.openTime = time() - m_kind.interval;
  candle.closed = true;
  ++m_stats.other;
  sink.onCandle(candle);
  return true;
}

bool LeanReader::decodeQuoteBar(const std::string_view* fields, SymbolEntry& symbol, MarketSink& sink) {
  BboUpdate bbo;
  if (!fields[4].empty() && !side(fields[4], fields[5], symbol, bbo.bid)) return false;
  if (!fields[9].empty() && !side(fields[9], fields[10], symbol, bbo.ask)) return false;
  bbo.instrument = symbol.id();
  bbo.venueTime = bbo.receivedTime = time();
  ++m_stats.bboUpdates;
  sink.onBbo(bbo);
  return true;
}

}  // namespace bw::replay
