// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/candle_csv_reader.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/replay/text_numbers.h"

namespace bw::replay {
namespace {

constexpr std::size_t kMaxColumns = 32;
constexpr std::size_t kMostReversed = 64 * 1024 * 1024;

std::string plainName(std::string_view field) {
  std::string out;
  for (const char c : field) {
    if (c == '"' || c == '\r' || c == ' ') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

bool takeColumns(std::string_view line, CandleColumns& out) {
  std::string_view fields[kMaxColumns];
  out.count = splitCsv(line, fields, kMaxColumns);
  if (out.count > kMaxColumns) return false;
  for (std::size_t i = 0; i < out.count; ++i) {
    const std::string name = plainName(fields[i]);
    const auto first = [&](std::size_t& column) {
      if (column == CandleColumns::kNone) column = i;
    };
    if (name == "open") first(out.open);
    if (name == "high") first(out.high);
    if (name == "low") first(out.low);
    if (name == "close") first(out.close);
    if (name.substr(0, 6) == "volume") first(out.volume);
    if (name == "symbol" || name == "ticker") first(out.symbol);
    if (name == "timestamp_ms") out.millis = true;
    if (name == "timestamp_ms" || name == "timestamp" || name == "date" || name == "datetime" || name == "time" ||
        (name.empty() && i == 0)) {
      first(out.time);
    }
  }
  const auto has = [](std::size_t column) { return column != CandleColumns::kNone; };
  return has(out.open) && has(out.high) && has(out.low) && has(out.close) && has(out.time);
}

bool readRowTime(std::string_view line, const CandleColumns& columns, Timestamp& out) {
  std::string_view fields[kMaxColumns];
  if (splitCsv(line, fields, kMaxColumns) != columns.count + (columns.timeApart ? 1 : 0)) return false;
  if (columns.millis) {
    std::int64_t millis = 0;
    if (!readInteger(fields[columns.time], millis) || millis <= 0 || millis > 9'000'000'000'000) return false;
    out = Timestamp::fromMillis(millis);
    return true;
  }
  if (!columns.timeApart) return readCivilTime(fields[columns.time], out);
  std::string both(fields[columns.time]);
  both += ' ';
  both += fields[columns.time + 1];
  return readCivilTime(both, out);
}

// Gives the lines of another source from the last to the first, headings first.
std::unique_ptr<ByteSource> turnedRound(ByteSource& bytes, std::size_t headings) {
  std::string all;
  std::vector<char> block(256 * 1024);
  while (all.size() < kMostReversed) {
    const std::size_t got = bytes.read(block.data(), block.size());
    if (got == 0) break;
    all.append(block.data(), got);
  }
  if (!all.empty() && all.back() != '\n') all.push_back('\n');
  std::size_t body = 0;
  for (std::size_t i = 0; i < headings; ++i) body = all.find('\n', body) + 1;
  std::string out = all.substr(0, body);
  out.reserve(all.size());
  std::size_t end = all.size();
  while (end > body) {
    const auto before = end >= 2 ? all.rfind('\n', end - 2) : std::string::npos;
    const std::size_t begin = before == std::string::npos || before + 1 < body ? body : before + 1;
    out.append(all, begin, end - begin);
    end = begin;
  }
  return bytesFromMemory(std::move(out));
}

bool isInterval(std::string_view token) {
  return token.size() >= 2 && token.size() <= 4 && token[0] >= '1' && token[0] <= '9' &&
         std::string_view("smhdwM").find(token.back()) != std::string_view::npos;
}

}  // namespace

CandleCsvReader::CandleCsvReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, CandleColumns columns,
                                 std::string symbol)
    : LineReader(columns.newestFirst ? turnedRound(*bytes, columns.headerLine) : std::move(bytes), symbols),
      m_columns(columns),
      m_symbol(std::move(symbol)) {}

CandleColumns CandleCsvReader::recognise(std::string_view sample) {
  CandleColumns out;
  std::size_t number = 0;
  Timestamp last;
  bool any = false;
  for (std::size_t at = 0; at < sample.size() && number < 200;) {
    const auto feed = sample.find('\n', at);
    if (feed == std::string_view::npos && any) break;
    std::string_view line = sample.substr(at, feed == std::string_view::npos ? feed : feed - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    at = feed == std::string_view::npos ? sample.size() : feed + 1;
    ++number;
    if (!out.found()) {
      CandleColumns columns;
      if (number > 3) return {};
      if (takeColumns(line, columns)) {
        out = columns;
        out.headerLine = number;
      }
      continue;
    }
    Timestamp time;
    std::string_view fields[1];
    if (!any) out.timeApart = splitCsv(line, fields, 1) == out.count + 1;
    if (!readRowTime(line, out, time)) continue;
    const std::int64_t step = time.ns - last.ns;
    if (any && step < 0) out.newestFirst = true;
    if (any && step != 0 && (out.interval.ns == 0 || std::abs(step) < out.interval.ns)) out.interval = {std::abs(step)};
    last = time;
    any = true;
  }
  return any ? out : CandleColumns{};
}

std::string CandleCsvReader::symbolFromName(std::string_view name) {
  name = name.substr(0, name.find('.'));
  auto cut = name.rfind('_');
  if (cut != std::string_view::npos && isInterval(name.substr(cut + 1))) {
    name = name.substr(0, cut);
    cut = name.rfind('_');
  }
  if (cut != std::string_view::npos && cut + 1 < name.size() && name[cut + 1] >= 'A' && name[cut + 1] <= 'Z') {
    name = name.substr(cut + 1);
  }
  return std::string(name);
}

LineReader::Head CandleCsvReader::head(std::string_view line, Timestamp& time, std::string_view& body) {
  if (lineNumber() <= m_columns.headerLine) return Head::Ignore;
  if (!readRowTime(line, m_columns, time)) {
    m_why = "not " + std::to_string(m_columns.count + (m_columns.timeApart ? 1 : 0)) + " fields with a time";
    return Head::Bad;
  }
  time = time + m_columns.interval;
  body = line;
  return Head::Record;
}

bool CandleCsvReader::decode(std::string_view body, MarketSink& sink) {
  std::string_view fields[kMaxColumns];
  splitCsv(body, fields, kMaxColumns);
  const std::size_t shift = m_columns.timeApart ? 1 : 0;
  const auto field = [&](std::size_t column) { return fields[column > m_columns.time ? column + shift : column]; };
  SymbolHint hint;
  hint.kind = ContractKind::Spot;
  const std::string_view name =
      m_columns.symbol == CandleColumns::kNone ? std::string_view(m_symbol) : field(m_columns.symbol);
  SymbolEntry* symbol = m_symbols.find("recording", name, hint);
  if (symbol == nullptr) return bad("symbol " + std::string(name) + " appears too late in the file");
  Timestamp openTime;
  if (!readRowTime(body, m_columns, openTime)) return bad("no time");
  if (openTime <= m_lastOpen)
    return bad("a candle of " + toIso8601(openTime) + " after that of " + toIso8601(m_lastOpen));
  Candle candle;
  const std::size_t columns[] = {m_columns.open, m_columns.high, m_columns.low, m_columns.close};
  Ticks* prices[] = {&candle.open, &candle.high, &candle.low, &candle.close};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!symbol->toTicks(field(columns[i]), *prices[i])) return bad(symbol->explain(field(columns[i]), true));
  }
  if (m_columns.volume != CandleColumns::kNone && !symbol->toVolume(field(m_columns.volume), candle.volume)) {
    return bad(symbol->explain(field(m_columns.volume), false));
  }
  candle.instrument = symbol->id();
  candle.interval = m_columns.interval;
  candle.openTime = m_lastOpen = openTime;
  candle.closed = true;
  ++m_stats.other;
  sink.onCandle(candle);
  return true;
}

}  // namespace bw::replay
