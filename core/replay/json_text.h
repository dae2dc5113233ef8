// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "core/domain/market.h"
#include "core/replay/line_source.h"
#include "core/replay/symbol_map.h"

// Small helpers over simdjson's tree parser, which checks a whole line before anything of it is used; included by the
// .cpp files of readers only.
namespace bw::replay {

static_assert(simdjson::SIMDJSON_PADDING <= LineSource::kPadding);

/// Text of a quoted number, or of an integer without quotes (by way of `scratch`); empty for anything else. Fractions
/// without quotes are refused: the parser has made binary fractions of them.
inline std::string_view numberText(simdjson::dom::element value, std::string& scratch) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return text;
  std::int64_t integer = 0;
  if (value.get_int64().get(integer) != simdjson::SUCCESS) return {};
  scratch = std::to_string(integer);
  return scratch;
}

/// [["price","size",…],…] of any array rows. False with `why` set if a row is none.
inline bool readLevels(simdjson::dom::array rows, SymbolEntry& symbol, std::vector<Level>& out, std::string& why) {
  std::string scratch;
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::array cells;
    if (row.get_array().get(cells) != simdjson::SUCCESS) {
      why = "a level is no array";
      return false;
    }
    Level level;
    int index = 0;
    for (const simdjson::dom::element cell : cells) {
      if (index >= 2) break;
      const std::string_view text = numberText(cell, scratch);
      const bool fine =
          index == 0 ? symbol.toTicks(text, level.price) && level.price.value > 0 : symbol.toLots(text, level.size);
      if (!fine) {
        why = symbol.explain(text, index == 0);
        return false;
      }
      ++index;
    }
    if (index < 2) {
      why = "a level without price or size";
      return false;
    }
    out.push_back(level);
  }
  return true;
}

}  // namespace bw::replay
