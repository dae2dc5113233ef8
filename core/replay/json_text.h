// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "core/domain/market.h"
#include "core/replay/line_source.h"
#include "core/replay/symbol_map.h"

// Small helpers over simdjson's on-demand parser; included by the .cpp files of readers only.
namespace bw::replay {

static_assert(simdjson::SIMDJSON_PADDING <= LineSource::kPadding);

/// Digits of a number, quoted or not; empty for anything else.
inline std::string_view numberText(simdjson::ondemand::value value) {
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return {};
  std::string_view text;
  if (type == simdjson::ondemand::json_type::string) {
    if (value.get_string().get(text) != simdjson::SUCCESS) return {};
    return text;
  }
  if (type != simdjson::ondemand::json_type::number) return {};
  text = value.raw_json_token();
  const auto end = text.find_last_not_of(" \t\r\n,]}");
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

/// [["price","size",…],…] of any array rows. False with `why` set if a row is none.
inline bool readLevels(simdjson::ondemand::array rows, SymbolEntry& symbol, std::vector<Level>& out, std::string& why) {
  for (auto row : rows) {
    simdjson::ondemand::array cells;
    if (row.get_array().get(cells) != simdjson::SUCCESS) {
      why = "a level is no array";
      return false;
    }
    Level level;
    int index = 0;
    for (auto cell : cells) {
      simdjson::ondemand::value value;
      if (cell.get(value) != simdjson::SUCCESS) {
        why = "a level is no valid JSON";
        return false;
      }
      if (index >= 2) break;
      const std::string_view text = numberText(value);
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
