// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>

#include "core/replay/record_reader.h"

namespace bw::replay {

/// Recordings of Hyperliquid streams: `⟨receive stamp in ns⟩ ⟨JSON of the venue⟩` per line.
///   {"channel":"l2Book","data":{"coin":"BTC","levels":[[{"n":5,"px":"105055.0","sz":"3.03622"}],[…]],"time":…}}
///   {"channel":"trades","data":[{"coin":"BTC","px":"105056.0","side":"B","sz":"0.002","tid":…,"time":…}]}
/// A book message is a whole one of 20 levels.
/// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket
/// Thread: owner only.
class HyperliquidReader final : public LineReader {
 public:
  HyperliquidReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols);
  ~HyperliquidReader() override;
  static bool recognises(std::string_view sample);

 protected:
  Head head(std::string_view line, Timestamp& time, std::string_view& body) override;
  Duration longestStep() const override { return Duration::minutes(60); }
  bool decode(std::string_view body, MarketSink& sink) override;

 private:
  struct Parser;
  SymbolEntry* symbolOf(std::string_view coin);
  bool decodeBook(MarketSink& sink);
  bool decodeTrades(MarketSink& sink);

  std::unique_ptr<Parser> m_parser;
  BookDelta m_delta;
};

}  // namespace bw::replay
