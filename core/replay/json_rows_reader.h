// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// freqtrade's JSON, one array of rows without line breaks:
///   trades   [[1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866],…]   ms, id, type, side, price,
///   amount, cost candles  [[1570752000000,0.1,0.2,0.1,0.15,23.0],…]                                ms, open, high,
///   low, close, volume
/// Rows are taken one by one, whatever the size of the file; "line" numbers in findings are numbers of rows.
/// Thread: owner only.
class JsonRowsReader final : public RecordReader {
 public:
  JsonRowsReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, std::string symbol, Duration interval);
  /// `interval` becomes that of candles, 0 for trades.
  static bool recognises(std::string_view sample, Duration& interval);
  /// "freqtrade_XRP_ETH-trades.json" is XRP/ETH.
  static std::string symbolFromName(std::string_view name);

  Timestamp nextTime() override;
  void deliver(MarketSink& sink) override;
  std::uint64_t bytesRead() const override { return m_bytesRead; }

 private:
  static constexpr std::size_t kMaxRow = 64 * 1024;
  static constexpr std::size_t kMaxFields = 8;
  void advance();
  bool nextRow();
  int nextByte();
  bool decodeTrade(MarketSink& sink);
  bool decodeCandle(MarketSink& sink);
  bool bad(std::string why) {
    m_why = std::move(why);
    return false;
  }

  std::unique_ptr<ByteSource> m_bytes;
  SymbolMap& m_symbols;
  std::string m_symbol;
  Duration m_interval;
  std::vector<char> m_buffer;
  std::size_t m_at = 0;
  std::size_t m_end = 0;
  std::uint64_t m_bytesRead = 0;
  std::string m_row;
  std::string_view m_fields[kMaxFields];
  std::size_t m_fieldCount = 0;
  std::uint64_t m_rowNumber = 0;
  Timestamp m_time{INT64_MIN};
  std::int64_t m_millis = 0;
  bool m_have = false;
  bool m_ended = false;
  std::string m_why;
};

}  // namespace bw::replay
