// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/parameters.h"

namespace bw::strategies {

namespace {

Error parameterError(std::string_view key, const std::string& text) {
  return finalError("strategy.parameter", "parameter " + std::string(key) + ": " + text);
}

const Parameter* findParameter(const ParameterList& list, std::string_view key) {
  for (const Parameter& parameter : list) {
    if (parameter.key == key) return &parameter;
  }
  return nullptr;
}

Result<Decimal> readParameter(const Parameter& parameter, const std::string& text) {
  const auto value = Decimal::parse(text);
  if (!value) return parameterError(parameter.key, "\"" + text + "\" is not a number");
  if (*value < parameter.minimum || *value > parameter.maximum) {
    return parameterError(parameter.key, text + " is outside " + parameter.minimum.toString() + " to " +
                                             parameter.maximum.toString() + std::string(unitOf(parameter.kind)));
  }
  if (parameter.kind == Parameter::Kind::Whole && value->canonical().scale != 0) {
    return parameterError(parameter.key, text + " must be a whole number");
  }
  return *value;
}

}  // namespace

std::string_view unitOf(Parameter::Kind kind) {
  switch (kind) {
    case Parameter::Kind::Whole:
      return "";
    case Parameter::Kind::Percent:
      return "%";
    case Parameter::Kind::Seconds:
      return "s";
    case Parameter::Kind::Factor:
      return "×";
  }
  return "";
}

Result<Parameters> Parameters::resolve(const ParameterList& list, const std::map<std::string, std::string>& overrides) {
  Parameters result;
  for (const Parameter& parameter : list) result.m_values[std::string(parameter.key)] = parameter.fallback;
  for (const auto& [key, text] : overrides) {
    const Parameter* parameter = findParameter(list, key);
    if (parameter == nullptr) return parameterError(key, "this strategy has no such parameter");
    const auto value = readParameter(*parameter, text);
    if (!value) return value.error();
    result.m_values[key] = *value;
  }
  return result;
}

Decimal Parameters::decimal(std::string_view key) const {
  const auto found = m_values.find(key);
  BW_ASSERT(found != m_values.end());
  return found->second;
}

int Parameters::whole(std::string_view key) const {
  return static_cast<int>(decimal(key).rescaled(0, Rounding::ToZero).mantissa);
}

Duration Parameters::seconds(std::string_view key) const {
  return Duration::nanos(decimal(key).rescaled(9, Rounding::ToZero).mantissa);
}

}  // namespace bw::strategies
