// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_schema.h"

#include <array>

#include "core/base/hash.h"

namespace bw::limits {
namespace {

std::vector<std::string> wordsOf(std::string_view words) {
  std::vector<std::string> list;
  while (!words.empty()) {
    const std::size_t bar = words.find('|');
    list.emplace_back(words.substr(0, bar));
    words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
  }
  return list;
}

}  // namespace

std::vector<LimitField> fieldsOf(const risk::RiskLimits& limits) {
  constexpr std::array<std::string_view, 4> kTighter = {"lower", "higher", "neutral", "off"};
  std::vector<LimitField> fields;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    LimitField f;
    f.key = info.name;
    f.scope = info.scope;
    f.form = static_cast<LimitForm>(info.form);
    f.unit = info.unit;
    f.lowest = info.lowest;
    f.highest = info.highest;
    f.initial = info.initial;
    f.tighter = kTighter[static_cast<std::size_t>(info.tighter)];
    f.help = info.help;
    f.words = wordsOf(info.words);
    f.canBeOff = info.canBeOff;
    f.liveRequired = risk::isLiveRequired(info.key);
    f.value = limits.text(info.key);
    f.source = limits.source(info.key);
    fields.push_back(std::move(f));
  }
  return fields;
}

std::vector<LimitEdit> valuesOf(const risk::RiskLimits& limits) {
  std::vector<LimitEdit> values;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys)
    values.push_back({std::string(info.name), limits.text(info.key)});
  return values;
}

std::string hashOf(const risk::RiskLimits& limits) {
  std::string text;
  for (const LimitEdit& value : valuesOf(limits)) text += value.key + "=" + value.value + "\n";
  return toHex(sha256(text));
}

LimitDirection directionOf(risk::RiskKey key, const risk::RiskLimits& before, const risk::RiskLimits& after) {
  switch (risk::classify(key, before, after)) {
    case risk::LimitChange::Same:
      return LimitDirection::Same;
    case risk::LimitChange::Tighter:
      return LimitDirection::Tighter;
    case risk::LimitChange::Looser:
      break;
  }
  return LimitDirection::Looser;
}

}  // namespace bw::limits
