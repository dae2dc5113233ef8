// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/exact.h"
#include "core/base/result.h"
#include "core/config/yaml_file.h"

namespace bw::config {

enum class ValueKind : std::uint8_t { Text, Bool, Integer, Number, Percent, Bps, Choice };

/// What one key may hold. Percent and Bps keys accept "0.5%", "50bps" or a bare number in their own unit.
struct KeySpec {
  std::string key;
  ValueKind kind = ValueKind::Text;
  std::string unit;      ///< shown in messages
  std::string fallback;  ///< default, written as in a file; empty: the key must be given
  Decimal low{0, 0};     ///< inclusive, for numbers
  Decimal high{0, 0};    ///< inclusive; low == high: unbounded
  std::vector<std::string> choices;
  bool canBeOff = false;  ///< "off" is allowed
};

/// Where an effective value comes from.
struct SettingSource {
  std::string text;  ///< the value as written
  std::string file;  ///< empty: the default
  int line = 0;
  bool off = false;
  std::string where() const { return file.empty() ? "default" : file + ":" + std::to_string(line); }
};

/// The validated settings of one file and its overlay. Asking for a key that the schema lacks is an assertion failure.
/// Thread: immutable after loading.
class Section {
 public:
  const SettingSource& source(std::string_view key) const;
  bool isOff(std::string_view key) const { return source(key).off; }
  std::string text(std::string_view key) const { return source(key).text; }
  bool boolean(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  Decimal number(std::string_view key) const;
  /// Percent and Bps keys.
  Ratio ratio(std::string_view key) const;
  /// In the key's own unit, whatever unit was written.
  Decimal inOwnUnit(std::string_view key) const;
  const std::map<std::string, SettingSource, std::less<>>& all() const { return m_values; }

 private:
  friend Result<Section> loadSection(const std::vector<std::string>& files, const std::vector<KeySpec>& schema);
  friend Result<Section> readSection(const std::vector<YamlFile>& files, const std::vector<KeySpec>& schema);
  std::map<std::string, SettingSource, std::less<>> m_values;
  std::map<std::string, KeySpec, std::less<>> m_specs;
};

/// Reads the files (the first must exist, later ones are overlays that may be absent) against the schema. All findings
/// are in one error, a line each, with file, line, key and remedy: unknown keys ("did you mean"), wrong kind, range,
/// unit.
Result<Section> loadSection(const std::vector<std::string>& files, const std::vector<KeySpec>& schema);
Result<Section> readSection(const std::vector<YamlFile>& files, const std::vector<KeySpec>& schema);

/// The word of `candidates` nearest to `word` by edit distance, if near enough; else empty.
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);

/// Replaces ${NAME} by the environment's value. Error names the missing variable. Never use it for secrets.
Result<std::string> expandEnvironment(std::string_view text);

}  // namespace bw::config
