// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/domain/market.h"
#include "core/replay/symbol_map.h"

namespace bw::replay {

/// Any Binance message by a full JSON parser, whatever the order of its keys. Used for what the quick way of
/// BinanceReader does not know, and to say what is wrong with a line.
/// Thread: owner only.
class BinanceGeneral {
 public:
  enum class Kind : std::uint8_t { Depth, Bbo, Trade, Other };
  struct Message {
    Kind kind = Kind::Other;
    SymbolEntry* symbol = nullptr;  ///< null: a snapshot before any symbol was met (first look only)
    BboUpdate bbo;
    TradePrint trade;
    std::string why;  ///< what is wrong, when parse() is false
  };
  BinanceGeneral();
  ~BinanceGeneral();
  BinanceGeneral(const BinanceGeneral&) = delete;
  BinanceGeneral& operator=(const BinanceGeneral&) = delete;
  /// `body` has LineSource::kPadding readable bytes behind it. Depth goes to `delta` without instrument and times.
  bool parse(std::string_view body, std::string_view venue, SymbolMap& symbols, BookDelta& delta, Message& out);

 private:
  struct Parser;
  std::unique_ptr<Parser> m_parser;
};

}  // namespace bw::replay
