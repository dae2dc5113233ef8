// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw::emulator {

/// An object of texts, numbers (kept as their digits), flags ("true", "false") and lists of texts; nothing deeper. What
/// the emulator understands of JSON. Thread: value type.
struct FlatJson {
  std::map<std::string, std::string> values;
  std::map<std::string, std::vector<std::string>> lists;
  std::string text(const std::string& key) const;
  bool flag(const std::string& key) const { return text(key) == "true"; }
  long long number(const std::string& key, long long otherwise) const;
};

/// Nothing for anything that is not such an object.
std::optional<FlatJson> parseFlat(std::string_view text);
/// With quotes and escapes.
std::string quoted(std::string_view text);

}  // namespace bw::emulator
