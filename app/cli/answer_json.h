// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace bw::cli {

/// Reading the answers of a workstation: what is absent or of another type reads as nothing.
inline std::string textOf(const simdjson::dom::element& object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

inline std::int64_t numberOf(const simdjson::dom::element& object, const char* key) {
  std::int64_t number = 0;
  return object[key].get(number) == simdjson::SUCCESS ? number : 0;
}

/// Calls `row` for each element of the array behind `key`.
template <class Row>
void forEach(const simdjson::dom::element& object, const char* key, Row row) {
  simdjson::dom::array list;
  if (object[key].get(list) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element item : list) row(item);
}

}  // namespace bw::cli
