// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/json_rows_reader.h"

#include <algorithm>

#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

constexpr std::size_t kRowsBuffer = 128 * 1024;

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

std::string_view withoutSpaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

JsonRowsReader::JsonRowsReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, std::string symbol,
                               Duration interval)
    : m_bytes(std::move(bytes)),
      m_symbols(symbols),
      m_symbol(std::move(symbol)),
      m_interval(interval),
      m_buffer(kRowsBuffer) {}

bool JsonRowsReader::recognises(std::string_view sample, Duration& interval) {
  if (sample.substr(0, 2) != "[[") return false;
  std::int64_t last = 0;
  std::int64_t step = 0;
  std::size_t at = 1;
  for (int row = 0; row < 50; ++row) {
    const auto close = sample.find(']', at);
    if (close == std::string_view::npos) break;
    std::string_view fields[kMaxFields];
    const std::size_t count = splitCsv(sample.substr(at + 1, close - at - 1), fields, kMaxFields);
    std::int64_t millis = 0;
    if ((count != 6 && count != 7) || !readInteger(withoutSpaces(fields[0]), millis)) return row > 0;
    if (count == 6 && row > 0 && millis > last && (step == 0 || millis - last < step)) step = millis - last;
    last = millis;
    at = sample.find('[', close);
    if (at == std::string_view::npos) break;
  }
  interval = Duration::millis(step);
  return last > 0;
}

std::string JsonRowsReader::symbolFromName(std::string_view name) {
  name = name.substr(0, name.find('.'));
  const auto dash = name.rfind('-');
  if (dash != std::string_view::npos) name = name.substr(0, dash);
  std::string symbol(name.substr(0, 10) == "freqtrade_" ? name.substr(10) : name);
  std::replace(symbol.begin(), symbol.end(), '_', '/');
  return symbol;
}

int JsonRowsReader::nextByte() {
  if (m_at == m_end) {
    m_at = 0;
    m_end = m_bytes->read(m_buffer.data(), m_buffer.size());
    m_bytesRead += m_end;
    if (m_end == 0) return -1;
  }
  return static_cast<unsigned char>(m_buffer[m_at++]);
}

// The inside of the next inner array into m_row. False at the end.
bool JsonRowsReader::nextRow() {
  m_row.clear();
  int c = nextByte();
  while (c != -1 && (c == '[' || c == ',' || c == ' ' || c == '\n' || c == '\r')) {
    if (c == '[' && m_rowNumber > 0) break;
    if (c == '[' && m_rowNumber == 0) {
      // The outer bracket; the first row's follows.
      ++m_rowNumber;
    }
    c = nextByte();
  }
  if (c == ']') return false;
  for (c = c == '[' ? nextByte() : c; c != -1 && c != ']'; c = nextByte()) {
    if (m_row.size() < kMaxRow) m_row.push_back(static_cast<char>(c));
  }
  if (c == ']') return true;
  if (!m_row.empty() || !m_bytes->error().empty()) {
    noteTruncated("row " + std::to_string(m_rowNumber) + ": " +
                  (m_bytes->error().empty() ? "the file ends in its middle" : m_bytes->error()));
  } else {
    noteTruncated("after row " + std::to_string(m_rowNumber - 1) + ": the file ends without its closing bracket");
  }
  return false;
}

void JsonRowsReader::advance() {
  while (!m_ended && !m_have) {
    if (!nextRow()) {
      m_ended = true;
      return;
    }
    const std::uint64_t number = m_rowNumber++;
    m_fieldCount = splitCsv(m_row, m_fields, kMaxFields);
    for (std::string_view& field : m_fields) field = withoutSpaces(field);
    if ((m_fieldCount != 6 && m_fieldCount != 7) || !readInteger(m_fields[0], m_millis) || m_millis <= 0 ||
        m_millis > 9'000'000'000'000) {
      noteBad(number, "not a row of freqtrade trades or candles");
      continue;
    }
    const Timestamp time = Timestamp::fromMillis(m_millis) + (m_fieldCount == 6 ? m_interval : Duration{0});
    m_time = std::max(m_time, time);
    m_have = true;
  }
}

Timestamp JsonRowsReader::nextTime() {
  if (!m_have) advance();
  return m_have ? m_time : Timestamp::never();
}

void JsonRowsReader::deliver(MarketSink& sink) {
  BW_ASSERT(m_have);
  m_have = false;
  if (m_fieldCount == 7 ? decodeTrade(sink) : decodeCandle(sink)) {
    ++m_stats.events;
  } else {
    noteBad(m_rowNumber - 1, m_why);
  }
}

bool JsonRowsReader::decodeTrade(MarketSink& sink) {
  SymbolHint hint;
  hint.kind = ContractKind::Spot;
  const auto slash = m_symbol.find('/');
  if (slash != std::string::npos) {
    hint.base = m_symbol.substr(0, slash);
    hint.quote = m_symbol.substr(slash + 1);
  }
  SymbolEntry* symbol = m_symbols.find("recording", m_symbol, hint);
  if (symbol == nullptr) return bad("no symbol");
  TradePrint trade;
  if (!symbol->toTicks(m_fields[4], trade.price) || trade.price.value == 0)
    return bad(symbol->explain(m_fields[4], true));
  if (!symbol->toLots(m_fields[5], trade.size)) return bad(symbol->explain(m_fields[5], false));
  const std::string_view side = unquoted(m_fields[3]);
  if (side != "buy" && side != "sell") return bad("a trade without side");
  if (!readInteger(unquoted(m_fields[1]), trade.tradeId)) trade.tradeId = m_rowNumber;
  trade.aggressor = side == "buy" ? Side::Buy : Side::Sell;
  trade.instrument = symbol->id();
  trade.venueTime = Timestamp::fromMillis(m_millis);
  trade.receivedTime = m_time;
  ++m_stats.trades;
  sink.onTrade(trade);
  return true;
}

bool JsonRowsReader::decodeCandle(MarketSink& sink) {
  SymbolHint hint;
  hint.kind = ContractKind::Spot;
  SymbolEntry* symbol = m_symbols.find("recording", m_symbol, hint);
  if (symbol == nullptr) return bad("no symbol");
  Candle candle;
  Ticks* prices[] = {&candle.open, &candle.high, &candle.low, &candle.close};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!symbol->toTicks(m_fields[i + 1], *prices[i])) return bad(symbol->explain(m_fields[i + 1], true));
  }
  if (!symbol->toVolume(m_fields[5], candle.volume)) return bad(symbol->explain(m_fields[5], false));
  candle.instrument = symbol->id();
  candle.interval = m_interval;
  candle.openTime = Timestamp::fromMillis(m_millis);
  candle.closed = true;
  ++m_stats.other;
  sink.onCandle(candle);
  return true;
}

}  // namespace bw::replay
