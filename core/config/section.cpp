// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/section.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace bw::config {
namespace {

std::string_view trimmedView(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool endsWithText(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

// A number with an optional unit, in the key's own unit.
Result<Decimal> valueInOwnUnit(std::string_view text, ValueKind kind) {
  std::string_view digits = trimmedView(text);
  ValueKind written = kind;
  if (endsWithText(digits, "%")) {
    written = ValueKind::Percent;
    digits = trimmedView(digits.substr(0, digits.size() - 1));
  } else if (endsWithText(digits, "bps")) {
    written = ValueKind::Bps;
    digits = trimmedView(digits.substr(0, digits.size() - 3));
  }
  const bool ratioKey = kind == ValueKind::Percent || kind == ValueKind::Bps;
  if (written != kind && !ratioKey) return finalError("config.unit", "takes a plain number without a unit");
  auto value = Decimal::parse(digits);
  if (!value) return finalError("config.number", "'" + std::string(text) + "' is not a number");
  if (written == kind) return *value;
  return written == ValueKind::Percent ? *value * Decimal::fromInteger(100) : *value * Decimal(1, 2);
}

std::string rangeText(const KeySpec& spec) {
  return spec.low.toString() + " to " + spec.high.toString() + (spec.unit.empty() ? "" : " " + spec.unit);
}

// What is wrong with a value; empty if nothing.
std::string findingAbout(const KeySpec& spec, const SettingSource& value) {
  if (value.off) return spec.canBeOff ? "" : "cannot be off";
  switch (spec.kind) {
    case ValueKind::Text:
      return value.text.empty() ? "is empty" : "";
    case ValueKind::Bool:
      return value.text == "true" || value.text == "false" ? "" : "must be true or false, not '" + value.text + "'";
    case ValueKind::Choice: {
      if (std::find(spec.choices.begin(), spec.choices.end(), value.text) != spec.choices.end()) return "";
      std::string list;
      for (const std::string& c : spec.choices) list += (list.empty() ? "" : ", ") + c;
      return "must be one of " + list + ", not '" + value.text + "'";
    }
    default:
      break;
  }
  const auto number = valueInOwnUnit(value.text, spec.kind);
  if (!number) return number.error().detail;
  if (spec.kind == ValueKind::Integer && number->canonical().scale != 0)
    return "must be a whole number, not " + value.text;
  if (!(spec.low == spec.high) && (*number < spec.low || *number > spec.high)) {
    return "is " + number->toString() + ", allowed is " + rangeText(spec);
  }
  return "";
}

}  // namespace

const SettingSource& Section::source(std::string_view key) const {
  const auto it = m_values.find(key);
  BW_ASSERT(it != m_values.end());
  return it->second;
}

bool Section::boolean(std::string_view key) const {
  return source(key).text == "true";
}

std::int64_t Section::integer(std::string_view key) const {
  return number(key).canonical().mantissa;
}

Decimal Section::number(std::string_view key) const {
  return inOwnUnit(key);
}

Decimal Section::inOwnUnit(std::string_view key) const {
  const SettingSource& value = source(key);
  BW_ASSERT(!value.off);
  return valueInOwnUnit(value.text, m_specs.find(key)->second.kind).value();
}

Ratio Section::ratio(std::string_view key) const {
  const ValueKind kind = m_specs.find(key)->second.kind;
  BW_ASSERT(kind == ValueKind::Percent || kind == ValueKind::Bps);
  return kind == ValueKind::Percent ? Ratio::percent(inOwnUnit(key)) : Ratio::bps(inOwnUnit(key));
}

std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t bestDistance = word.size() / 3 + 2;
  for (const std::string& candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t substituted = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    if (row.back() < bestDistance) {
      bestDistance = row.back();
      best = candidate;
    }
  }
  return best;
}

Result<Section> readSection(const std::vector<YamlFile>& files, const std::vector<KeySpec>& schema) {
  Section section;
  std::vector<std::string> keys;
  for (const KeySpec& spec : schema) {
    keys.push_back(spec.key);
    section.m_specs.emplace(spec.key, spec);
    if (!spec.fallback.empty()) section.m_values[spec.key] = {spec.fallback, "", 0, spec.fallback == "off"};
  }
  std::string findings;
  const auto add = [&findings](const std::string& line) { findings += (findings.empty() ? "" : "\n") + line; };
  for (const YamlFile& file : files) {
    for (const YamlScalar& scalar : file.scalars) {
      const std::string place = file.name + ":" + std::to_string(scalar.line) + ": ";
      const auto spec = section.m_specs.find(scalar.path);
      if (spec == section.m_specs.end()) {
        const std::string near = nearestWord(scalar.path, keys);
        add(place + "unknown key '" + scalar.path + "'" +
            (near.empty() ? ": remove it" : ": did you mean '" + near + "'?"));
        continue;
      }
      auto text = expandEnvironment(scalar.text);
      if (!text) {
        add(place + scalar.path + " " + text.error().detail);
        continue;
      }
      const SettingSource value{*text, file.name, scalar.line, *text == "off"};
      const std::string finding = findingAbout(spec->second, value);
      if (!finding.empty()) add(place + scalar.path + " " + finding);
      section.m_values[scalar.path] = value;
    }
  }
  for (const std::string& key : keys) {
    if (section.m_values.find(key) == section.m_values.end()) {
      add((files.empty() ? std::string("settings") : files.front().name) + ": the key '" + key + "' is missing");
    }
  }
  if (!findings.empty()) return finalError("config.invalid", findings);
  return section;
}

Result<Section> loadSection(const std::vector<std::string>& files, const std::vector<KeySpec>& schema) {
  std::vector<YamlFile> read;
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::error_code ignored;
    if (i > 0 && !std::filesystem::exists(files[i], ignored)) continue;
    auto file = readYamlFile(files[i]);
    if (!file) return file.error();
    read.push_back(std::move(*file));
  }
  return readSection(read, schema);
}

Result<std::string> expandEnvironment(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = text.find("${");
    if (start == std::string_view::npos) return out.append(text);
    const std::size_t end = text.find('}', start);
    if (end == std::string_view::npos) return finalError("config.environment", "has '${' without '}'");
    const std::string name(text.substr(start + 2, end - start - 2));
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      return finalError("config.environment", "needs the environment variable " + name + ", which is not set");
    out.append(text.substr(0, start)).append(value);
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace bw::config
