// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// Captures of Kraken's WebSocket v1 and of its AssetPairs answer, as cryptofeed writes them:
///   ⟨unix seconds⟩: ⟨message received⟩
///   ⟨url⟩ <- ⟨unix seconds⟩: ⟨message sent⟩         passed over
///   ⟨url⟩ -> ⟨unix seconds⟩: ⟨HTTP body⟩
/// Messages: [464,{"as":[["56218.30000","0.15000000","1618678117.243818"]],"bs":[…]},"book-1000","XBT/CHF"], changes
/// with "a", "b" and the checksum "c"; "trade"; "ticker"; {"event":…}. https://docs.kraken.com/websockets/
/// Thread: owner only.
class KrakenReader final : public LineReader {
 public:
  KrakenReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols);
  ~KrakenReader() override;
  static bool recognises(std::string_view sample);

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  Duration longestStep() const override { return Duration::minutes(60); }
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  struct Parser;
  bool decodeChannel(std::string_view body, MarketSink& sink);
  bool decodeBook(std::string_view body, SymbolEntry& symbol, std::uint64_t depth, MarketSink& sink);
  bool decodeTrades(std::string_view body, SymbolEntry& symbol, MarketSink& sink);
  bool decodeTicker(std::string_view body, SymbolEntry& symbol, MarketSink& sink);
  bool decodeObject(std::string_view body);
  void noteWireForm(std::string_view body, SymbolEntry& symbol);

  std::unique_ptr<Parser> m_parser;
  BookDelta m_delta;
  Timestamp m_wireTime;
  std::uint64_t m_tradeId = 0;
};

}  // namespace bw::replay
