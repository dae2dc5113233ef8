// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/exact.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::strategies {

/// One number that shapes a strategy. Forms, the wizard and the optimiser are built from these.
struct Parameter {
  enum class Kind : std::uint8_t {
    Whole,    ///< a count: levels, bars
    Percent,  ///< of what `help` says
    Seconds,  ///< of market time
    Factor,   ///< a pure number
  };
  std::string_view key;    ///< "size_percent"
  std::string_view title;  ///< "Size"
  Kind kind = Kind::Whole;
  Decimal fallback;
  Decimal minimum;
  Decimal maximum;
  Decimal step;  ///< of forms and sweeps
  std::string_view help;
};
using ParameterList = std::vector<Parameter>;

/// The unit of a kind as shown: "", "%", "s", "×".
std::string_view unitOf(Parameter::Kind kind);

/// The values a strategy runs with: every parameter of its list, each in range. Immutable.
class Parameters {
 public:
  /// Defaults overlaid by `overrides` (key → decimal text). Error "strategy.parameter" naming key, value and range.
  static Result<Parameters> resolve(const ParameterList& list, const std::map<std::string, std::string>& overrides);
  /// The value of a key of the list (asserted).
  Decimal decimal(std::string_view key) const;
  int whole(std::string_view key) const;
  Ratio percent(std::string_view key) const { return Ratio::percent(decimal(key)); }
  Duration seconds(std::string_view key) const;
  const std::map<std::string, Decimal, std::less<>>& all() const { return m_values; }

 private:
  std::map<std::string, Decimal, std::less<>> m_values;
};

}  // namespace bw::strategies
