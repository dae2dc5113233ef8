// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_file.h"

#include <map>

#include "core/config/yaml_file.h"

namespace bw::limits {
namespace {

constexpr std::string_view kMark = "# --- Changed in the limit forms ---";

// Start and length of line `number` (from 1) without its line end.
std::pair<std::size_t, std::size_t> lineOf(const std::string& text, int number) {
  std::size_t start = 0;
  for (int line = 1; line < number; ++line) {
    start = text.find('\n', start);
    if (start == std::string::npos) return {text.size(), 0};
    ++start;
  }
  std::size_t end = text.find('\n', start);
  if (end == std::string::npos) end = text.size();
  if (end > start && text[end - 1] == '\r') --end;
  return {start, end - start};
}

std::string lastPart(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

// Where the value of `scalar` stands: "KEY: value", quoted or not, on one line. Length 0: not found so.
std::pair<std::size_t, std::size_t> placeOf(const std::string& text, const config::YamlScalar& scalar) {
  const auto [start, length] = lineOf(text, scalar.line);
  const std::string line = text.substr(start, length);
  for (const std::string& key : {scalar.path, lastPart(scalar.path)}) {
    const std::size_t at = line.find_first_not_of(' ');
    if (at == std::string::npos || line.compare(at, key.size() + 1, key + ":") != 0) continue;
    const std::size_t value = line.find_first_not_of(" \t", at + key.size() + 1);
    if (value == std::string::npos) return {0, 0};
    const char quote = line[value];
    std::string written = scalar.text;
    if (quote == '"' || quote == '\'') written = quote + written + quote;
    if (line.compare(value, written.size(), written) != 0) return {0, 0};
    const std::size_t rest = line.find_first_not_of(" \t", value + written.size());
    if (rest != std::string::npos && (line[rest] != '#' || rest == value + written.size())) return {0, 0};
    return {start + value, written.size()};
  }
  return {0, 0};
}

std::string quotedLike(const std::string& text, std::size_t at, const std::string& value) {
  const char quote = text[at] == '\'' ? '\'' : '"';
  return quote + value + quote;
}

std::string entryFor(const LimitEdit& edit, const std::string& newline) {
  const risk::RiskKeyInfo& info = *risk::findRiskKey(edit.key);
  std::string entry = newline + "# " + std::string(info.help) + newline + "# unit: " + std::string(info.unit);
  if (!info.lowest.empty()) entry += " · range: " + std::string(info.lowest) + " to " + std::string(info.highest);
  if (info.canBeOff) entry += " · or off";
  return entry + newline + edit.key + ": \"" + edit.value + "\"" + newline;
}

std::map<std::string, std::string> valuesIn(const config::YamlFile& file) {
  std::map<std::string, std::string> values;
  for (const config::YamlScalar& scalar : file.scalars) values[scalar.path] = scalar.text;
  return values;
}

}  // namespace

Result<void> readLimits(const std::string& text, const std::string& name, risk::RiskLimits& into) {
  const auto file = config::parseYaml(text, name);
  if (!file) return file.error();
  std::string findings;
  std::map<std::string, int> seen;
  for (const config::YamlScalar& scalar : file->scalars) {
    const std::string place = name + ":" + std::to_string(scalar.line);
    std::string finding;
    if (const auto [first, fresh] = seen.emplace(scalar.path, scalar.line); !fresh) {
      finding = "the key '" + scalar.path + "' stands in line " + std::to_string(first->second) +
                " already: remove one of them";
    } else if (auto set = into.set(std::string_view(scalar.path), scalar.text, place); !set) {
      finding = set.error().detail;
    }
    if (!finding.empty()) findings += (findings.empty() ? "" : "\n") + place + ": " + finding;
  }
  if (!findings.empty()) return finalError("config.invalid", findings);
  return {};
}

Result<std::string> spliced(const std::string& text, const std::string& name, const std::vector<LimitEdit>& edits) {
  const auto before = config::parseYaml(text, name);
  if (!before) return before.error();
  std::map<std::string, std::string> meant = valuesIn(*before);
  const std::string newline = text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  std::map<std::size_t, std::pair<std::size_t, std::string>> changes;  // offset -> length, new text
  std::string added;
  for (const LimitEdit& edit : edits) {
    BW_ASSERT(risk::findRiskKey(edit.key) != nullptr);
    meant[edit.key] = edit.value;
    const config::YamlScalar* scalar = before->find(edit.key);
    if (scalar == nullptr) {
      added += entryFor(edit, newline);
      continue;
    }
    const auto [at, length] = placeOf(text, *scalar);
    if (length == 0) {
      return finalError("limits.splice", name + ":" + std::to_string(scalar->line) + ": " + edit.key +
                                             " cannot be replaced where it stands; write it as '" + edit.key +
                                             ": \"value\"' on a line of its own");
    }
    changes[at] = {length, quotedLike(text, at, edit.value)};
  }
  std::string out = text;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change)
    out.replace(change->first, change->second.first, change->second.second);
  if (!added.empty()) {
    if (!out.empty() && out.back() != '\n') out += newline;
    if (out.find(kMark) == std::string::npos) out += newline + std::string(kMark) + newline;
    out += added;
  }
  const auto after = config::parseYaml(out, name);
  if (!after || valuesIn(*after) != meant)
    return finalError("limits.splice", name + ": the changed file would not read back as meant; nothing was written");
  return out;
}

std::string emptyUserFile() {
  return "# Limits of this profile. What stands here wins over the shipped risk.yaml.\n";
}

}  // namespace bw::limits
