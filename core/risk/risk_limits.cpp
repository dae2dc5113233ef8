// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_limits.h"

#include <algorithm>
#include <utility>

#include "core/domain/calendar.h"

namespace bw::risk {
namespace {

constexpr std::size_t kZoneAt = 6;  // in "HH:00 ZONE"
constexpr std::array<std::string_view, 8> kSuffixes = {"bps", "min", "ms", "%", "s", "x", "×", "σ"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view suffixOf(std::string_view text) {
  for (const std::string_view suffix : kSuffixes) {
    if (text.size() > suffix.size() && text.substr(text.size() - suffix.size()) == suffix) return suffix;
  }
  return {};
}

std::string_view unitOf(const RiskKeyInfo& info) {
  if (info.unit.substr(0, 1) == "%") return "%";
  if (info.unit.substr(0, 3) == "bps") return "bps";
  if (info.unit.substr(0, 2) == "×") return "×";
  return info.unit;
}

Error badValue(const RiskKeyInfo& info, std::string_view text, std::string_view what, const char* key) {
  std::string detail = std::string(info.name) + ": '" + std::string(text.substr(0, 64)) + "' " + std::string(what);
  if (!info.lowest.empty()) {
    detail +=
        "; allowed: " + std::string(info.lowest) + " to " + std::string(info.highest) + " " + std::string(info.unit);
  }
  if (info.canBeOff) detail += ", or off";
  return finalError(key, detail);
}

// The number in the key's unit, from text with or without a suffix.
Result<Decimal> readNumber(const RiskKeyInfo& info, std::string_view text) {
  const std::string_view suffix = suffixOf(text);
  const std::string_view unit = unitOf(info);
  const std::string_view digits = trimmed(text.substr(0, text.size() - suffix.size()));
  // No exponents, no plus sign: nothing that two readers could take in two ways.
  const bool plain = digits.find_first_not_of("0123456789.", digits.substr(0, 1) == "-" ? 1 : 0) == digits.npos;
  auto number = Decimal::parse(digits);
  if (!plain || !number) return badValue(info, text, "is not a decimal number", "risk.value");
  Decimal value = *number;
  const bool same = suffix.empty() || suffix == unit || (unit == "×" && suffix == "x");
  if (!same && suffix == "bps" && unit == "%") {
    value = multiply(value, Decimal(1, 2), Decimal::kMaxScale > value.scale + 2 ? value.scale + 2 : Decimal::kMaxScale,
                     Rounding::HalfEven);
  } else if (!same && suffix == "%" && unit == "bps") {
    value = value * Decimal::fromInteger(100);
  } else if (!same) {
    return badValue(info, text, "has the unit " + std::string(suffix) + ", not " + std::string(info.unit), "risk.unit");
  }
  const Decimal low = *Decimal::parse(info.lowest);
  const Decimal high = *Decimal::parse(info.highest);
  if (value < low || value > high) return badValue(info, text, "is out of range", "risk.range");
  if (info.form == KeyForm::Count && value.canonical().scale != 0) {
    return badValue(info, text, "is not a whole number", "risk.value");
  }
  return value.canonical();
}

Result<Decimal> readWord(const RiskKeyInfo& info, std::string_view text) {
  std::string_view rest = info.words;
  for (std::int64_t index = 0; !rest.empty(); ++index) {
    const std::size_t bar = rest.find('|');
    if (rest.substr(0, bar) == text) return Decimal::fromInteger(index);
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  return badValue(info, text, "is none of " + std::string(info.words), "risk.value");
}

std::string_view wordAt(std::string_view words, std::int64_t index) {
  for (; index > 0; --index) words = words.substr(words.find('|') + 1);
  return words.substr(0, words.find('|'));
}

// "0.5:1, 1:0.5, above:0.1": bounds rise, factors fall, the last row is "above".
Result<std::vector<VolatilityStep>> readTable(const RiskKeyInfo& info, std::string_view text) {
  std::vector<VolatilityStep> steps;
  const auto bad = [&](std::string_view what) { return badValue(info, text, what, "risk.value"); };
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view row = trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t colon = row.find(':');
    if (colon == std::string_view::npos) return bad("has a row without ':'");
    const auto factor = Decimal::parse(trimmed(row.substr(colon + 1)));
    if (!factor || factor->sign() <= 0 || *factor > Decimal(1, 0)) return bad("has a factor outside 0 to 1");
    if (!steps.empty() && *factor > steps.back().factor) return bad("has a factor that rises with volatility");
    if (!steps.empty() && !steps.back().below) return bad("has a row after 'above'");
    const std::string_view bound = trimmed(row.substr(0, colon));
    VolatilityStep step{std::nullopt, *factor};
    if (bound != "above") {
      const auto below = Decimal::parse(bound);
      if (!below || below->sign() <= 0) return bad("has a bound that is no positive percent");
      step.below = Ratio::percent(*below);
      if (!steps.empty() && *step.below <= *steps.back().below) return bad("has bounds that do not rise");
    }
    steps.push_back(step);
  }
  if (steps.empty() || steps.back().below) return bad("does not end with 'above:factor'");
  return steps;
}

// "HH:00 ZONE" as the hour; the zone is what follows the space.
Result<Decimal> readHour(const RiskKeyInfo& info, std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() < 7 || !digit(0) || !digit(1) || text.substr(2, 4) != ":00 ") {
    return badValue(info, text, "is not an hour and a zone such as 00:00 UTC or 17:00 America/New_York", "risk.value");
  }
  const std::int64_t hour = (text[0] - '0') * 10 + (text[1] - '0');
  if (hour > 23) return badValue(info, text, "is no hour of a day", "risk.range");
  if (const auto day = localDay({}, text.substr(kZoneAt)); !day) {
    return badValue(info, text, "names no time zone such as UTC or America/New_York", "risk.value");
  }
  return Decimal::fromInteger(hour);
}

}  // namespace

RiskLimits::RiskLimits() {
  for (const RiskKeyInfo& info : kRiskKeys) {
    const auto stored = set(info.key, info.initial, "default");
    BW_ASSERT(stored.ok());
  }
}

Result<void> RiskLimits::set(std::string_view name, std::string_view text, std::string source) {
  const RiskKeyInfo* info = findRiskKey(name);
  if (info != nullptr) return set(info->key, text, std::move(source));
  const std::string_view near = nearestRiskKey(name);
  return finalError("risk.unknown_key",
                    "'" + std::string(name.substr(0, 64)) + "' is not a limit" +
                        (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?"));
}

Result<void> RiskLimits::set(RiskKey key, std::string_view text, std::string source) {
  const RiskKeyInfo& info = risk::infoOf(key);
  text = trimmed(text);
  Value value;
  value.source = std::move(source);
  if (text == "off" && info.canBeOff) {
    value.off = true;
    m_values[static_cast<std::size_t>(key)] = std::move(value);
    return {};
  }
  Result<Decimal> number = Decimal{};
  switch (info.form) {
    case KeyForm::Number:
    case KeyForm::Count:
      number = readNumber(info, text);
      break;
    case KeyForm::Word:
      number = readWord(info, text);
      break;
    case KeyForm::HourZone:
      number = readHour(info, text);
      if (number) m_zone = text.substr(kZoneAt);
      break;
    case KeyForm::Switch:
      if (text != "on" && text != "off" && text != "true" && text != "false") {
        number = badValue(info, text, "is neither on nor off", "risk.value");
      } else {
        number = Decimal::fromInteger(text == "on" || text == "true" ? 1 : 0);
      }
      break;
    default: {  // Table
      auto table = readTable(info, text);
      if (!table) return table.error();
      m_table = std::move(*table);
      break;
    }
  }
  if (!number) return number.error();
  value.number = *number;
  m_values[static_cast<std::size_t>(key)] = std::move(value);
  return {};
}

bool isLiveRequired(RiskKey key) {
  const RiskKeyInfo& info = infoOf(key);
  return !info.lowest.empty() && (info.tighter == Tighter::Lower || info.tighter == Tighter::Higher);
}

RiskLimits RiskLimits::forLive() const {
  RiskLimits live = *this;
  for (const RiskKeyInfo& info : kRiskKeys) {
    Value& value = live.m_values[static_cast<std::size_t>(info.key)];
    if (value.source != "default" || !isLiveRequired(info.key)) continue;
    value.off = false;
    value.number = info.tighter == Tighter::Higher ? *Decimal::parse(info.highest) : Decimal{};
    value.source = "missing, zero in live";
  }
  return live;
}

Result<void> RiskLimits::validate() const {
  const auto cross = [this](RiskKey low, RiskKey high) {
    return finalError("risk.cross", std::string(risk::infoOf(low).name) + " " + text(low) + " is above " +
                                        std::string(risk::infoOf(high).name) + " " + text(high));
  };
  if (number(RiskKey::LeverageDefault) > number(RiskKey::MaxLeverage)) {
    return cross(RiskKey::LeverageDefault, RiskKey::MaxLeverage);
  }
  if (number(RiskKey::MaxDailyDrawdown) > number(RiskKey::MaxWeeklyDrawdown)) {
    return cross(RiskKey::MaxDailyDrawdown, RiskKey::MaxWeeklyDrawdown);
  }
  if (!isOff(RiskKey::UiFreezeStop) && number(RiskKey::UiFreezePause) > number(RiskKey::UiFreezeStop)) {
    return cross(RiskKey::UiFreezePause, RiskKey::UiFreezeStop);
  }
  return {};
}

const Decimal& RiskLimits::number(RiskKey key) const {
  BW_ASSERT(!at(key).off);
  return at(key).number;
}

Ratio RiskLimits::ratio(RiskKey key) const {
  const std::string_view unit = unitOf(risk::infoOf(key));
  BW_ASSERT(unit == "%" || unit == "bps");
  return unit == "%" ? Ratio::percent(number(key)) : Ratio::bps(number(key));
}

Duration RiskLimits::duration(RiskKey key) const {
  const std::string_view unit = risk::infoOf(key).unit;
  const std::int64_t unitNs = unit == "min" ? 60'000'000'000 : unit == "s" ? 1'000'000'000 : 1'000'000;
  BW_ASSERT(unit == "min" || unit == "s" || unit == "ms");
  return Duration::nanos(multiply(number(key), Decimal::fromInteger(unitNs), 0, Rounding::Up).mantissa);
}

std::string_view RiskLimits::word(RiskKey key) const {
  return wordAt(risk::infoOf(key).words, number(key).mantissa);
}

std::string RiskLimits::text(RiskKey key) const {
  const RiskKeyInfo& info = risk::infoOf(key);
  if (isOff(key)) return "off";
  switch (info.form) {
    case KeyForm::Word:
      return std::string(word(key));
    case KeyForm::Switch:
      return isOn(key) ? "on" : "off";
    case KeyForm::HourZone:
      return (number(key).mantissa < 10 ? "0" : "") + number(key).toString() + ":00 " + m_zone;
    case KeyForm::Table: {
      std::string rows;
      for (const VolatilityStep& step : m_table) {
        if (!rows.empty()) rows += ", ";
        rows += (step.below ? step.below->asPercent().toString() : "above") + ":" + step.factor.toString();
      }
      return rows;
    }
    default:
      return number(key).toString();
  }
}

Decimal RiskLimits::leverageAllowed(const std::optional<Ratio>& volatility) const {
  const Decimal& highest = number(RiskKey::MaxLeverage);
  const auto row = std::find_if(m_table.begin(), m_table.end(), [&](const VolatilityStep& step) {
    return !step.below || (volatility && *volatility < *step.below);
  });
  BW_ASSERT(row != m_table.end());
  return std::max(highest * row->factor, std::min(highest, Decimal(1, 0)));
}

LimitChange classify(RiskKey key, const RiskLimits& before, const RiskLimits& after) {
  if (before.text(key) == after.text(key)) return LimitChange::Same;
  const Tighter tighter = infoOf(key).tighter;
  if (tighter == Tighter::Neutral || after.isOff(key)) return LimitChange::Looser;
  if (before.isOff(key)) return LimitChange::Tighter;
  const bool lower = after.number(key) < before.number(key);
  return lower == (tighter != Tighter::Higher) ? LimitChange::Tighter : LimitChange::Looser;
}

namespace {

std::string yamlEntry(const RiskKeyInfo& info, const RiskLimits& limits) {
  std::string text = "\n# " + std::string(info.help) + "\n# unit: " + std::string(info.unit);
  if (!info.lowest.empty()) text += " · range: " + std::string(info.lowest) + " to " + std::string(info.highest);
  if (!info.words.empty()) text += " · one of: " + std::string(info.words);
  if (info.form == KeyForm::Switch) text += " · on or off";
  if (info.canBeOff) text += " · or off";
  if (info.tighter == Tighter::Higher) text += " · tighter: higher";
  if (info.tighter == Tighter::Lower) text += " · tighter: lower";
  if (info.tighter == Tighter::Off) text += " · tighter: off";
  return text + "\n" + std::string(info.name) + ": \"" + limits.text(info.key) + "\"\n";
}

}  // namespace

std::string riskYaml(const RiskLimits& limits) {
  std::string yaml =
      "# SPDX-License-Identifier: GPL-3.0-or-later\n"
      "# Limits every order is checked against. Each value has the unit and range of the comment above it; a suffix "
      "that\n"
      "# says the same is accepted (0.5%, 50bps, 250ms). Tightening applies at once; loosening is reviewed first.\n";
  std::vector<std::string_view> scopes;
  for (const RiskKeyInfo& info : kRiskKeys) {
    if (std::find(scopes.begin(), scopes.end(), info.scope) == scopes.end()) scopes.push_back(info.scope);
  }
  for (const std::string_view scope : scopes) {
    yaml += "\n# --- " + std::string(scope) + " ---\n";
    for (const RiskKeyInfo& info : kRiskKeys) {
      if (info.scope == scope) yaml += yamlEntry(info, limits);
    }
  }
  return yaml;
}

}  // namespace bw::risk
