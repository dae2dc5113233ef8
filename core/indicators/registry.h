// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/indicators/bar.h"

namespace bw::indicators {

/// Any indicator behind one face, for charts and tools that choose at run time. Thread: owner only.
class Indicator {
 public:
  virtual ~Indicator() = default;
  /// Takes the next closed bar; returns the first line, NaN while it is not warm.
  virtual double update(const Bar& bar) = 0;
  virtual bool warm() const = 0;
  virtual void reset() = 0;
  /// Bars after which every line is valid.
  virtual int warmupBars() const = 0;
  /// Line number `index` of IndicatorInfo::lines; NaN while it is not valid.
  virtual double line(int index) const = 0;
};

/// One number that shapes an indicator.
struct IndicatorParameter {
  std::string_view key;  ///< "period"
  double fallback;
  double minimum;
  double maximum;
  bool whole;  ///< bars; false: any number in the range
};

/// Name, parameters, lines and factory of an indicator.
struct IndicatorInfo {
  std::string_view name;   ///< "EMA"
  std::string_view title;  ///< "Exponential moving average"
  bool overlay;            ///< drawn over prices; false: a pane of its own
  std::vector<IndicatorParameter> parameters;
  std::vector<std::string_view> lines;  ///< "macd", "signal", "histogram"
  /// One number per parameter, in range (asserted).
  std::unique_ptr<Indicator> (*make)(std::span<const double> values);
};

/// Every indicator there is, in the order they are offered. Thread: any.
const std::vector<IndicatorInfo>& allIndicators();
/// Null if there is none of that name.
const IndicatorInfo* findIndicator(std::string_view name);
/// With default parameters; null if there is none of that name.
std::unique_ptr<Indicator> makeIndicator(std::string_view name);

}  // namespace bw::indicators
