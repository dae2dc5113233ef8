// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// How the columns of a candle CSV lie.
struct CandleColumns {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t headerLine = 0;  ///< 1-based
  std::size_t count = 0;
  std::size_t time = kNone;
  std::size_t open = kNone;
  std::size_t high = kNone;
  std::size_t low = kNone;
  std::size_t close = kNone;
  std::size_t volume = kNone;
  std::size_t symbol = kNone;
  bool millis = false;     ///< time is unix milliseconds, else a date as people write it, taken as UTC
  bool timeApart = false;  ///< rows have one field more than the header: date and time apart
  bool newestFirst = false;
  Duration interval;  ///< the smallest step between the first rows
  bool found() const { return headerLine != 0; }
};

/// Candles as CSV with a header that names open, high, low and close: `timestamp_ms` files, backtesting.py, backtrader,
/// yfinance, CryptoDataDownload and the like. Files that begin with the newest row are turned round in memory (at most
/// 64 MiB; line numbers in findings then count from the end). A candle is due when it closes;
/// one that is not later than the one before it is a bad line.
/// Thread: owner only.
class CandleCsvReader final : public LineReader {
 public:
  CandleCsvReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, CandleColumns columns, std::string symbol);
  static CandleColumns recognise(std::string_view sample);
  /// "backtestingpy_EURUSD_1h.csv" is EURUSD, "BTC_15m.csv" is BTC.
  static std::string symbolFromName(std::string_view name);

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  CandleColumns m_columns;
  std::string m_symbol;
  Timestamp m_lastOpen{INT64_MIN};
};

}  // namespace bw::replay
