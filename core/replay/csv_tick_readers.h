// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// Binance USD-M depth as CSV (bulk download): symbol,timestamp,first_update_id,last_update_id,side,update_type,price,
/// qty,pu. Rows of one update id are one message; "snap" rows are a snapshot, "set" rows a delta. The stamp is in
/// milliseconds and the venue's own; there is no receive stamp.
/// Thread: owner only.
class DepthCsvReader final : public LineReader {
 public:
  DepthCsvReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols) : LineReader(std::move(bytes), symbols) {}
  static bool recognises(std::string_view sample);
  void deliver(MarketSink& sink) override;

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  std::string_view groupOf(std::string_view body) const;
  BookDelta m_delta;
  bool m_any = false;
};

/// Tardis CSV: exchange,symbol,timestamp,local_timestamp,… in microseconds, with a header that tells trades, quotes and
/// book snapshots apart. https://docs.tardis.dev/downloadable-csv-files
/// Thread: owner only.
class TardisReader final : public LineReader {
 public:
  enum class Kind : std::uint8_t { None, Trades, Quotes, Book };
  TardisReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, Kind kind, std::size_t depth)
      : LineReader(std::move(bytes), symbols), m_kind(kind), m_depth(depth) {}
  /// `depth` becomes the levels a side of a book snapshot.
  static Kind recognise(std::string_view sample, std::size_t& depth);

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  bool decodeTrade(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime, MarketSink& sink);
  bool decodeQuote(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime, MarketSink& sink);
  bool decodeBook(const std::string_view* fields, SymbolEntry& symbol, Timestamp venueTime, MarketSink& sink);
  bool readLevel(std::string_view price, std::string_view size, SymbolEntry& symbol, Level& out);

  Kind m_kind;
  std::size_t m_depth;
  BookDelta m_delta;
  std::uint64_t m_tradeId = 0;
};

}  // namespace bw::replay
