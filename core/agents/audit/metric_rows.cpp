// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/metric_rows.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace bw::agents {
namespace {

std::string number(double value, const char* unit) {
  std::array<char, 64> text{};
  const double size = std::fabs(value);
  const char* format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
  std::snprintf(text.data(), text.size(), format, value);
  std::string out = text.data();
  return *unit == '\0' ? out : out + " " + unit;
}

Metric row(std::string name, const char* unit, double target, double critical, bool above) {
  Metric metric;
  metric.name = std::move(name);
  const std::string sign = above ? "> " : "< ";
  metric.target = sign + number(target, unit);
  metric.critical = sign + number(critical, unit);
  return metric;
}

}  // namespace

Metric metricUnknown(std::string name, const char* unit, double target, double critical, bool above) {
  return row(std::move(name), unit, target, critical, above);
}

Metric metricBelow(std::string name, double value, const char* unit, double target, double critical) {
  Metric metric = row(std::move(name), unit, target, critical, false);
  metric.value = number(value, unit);
  metric.state = value < target     ? Metric::State::Good
                 : value < critical ? Metric::State::BelowTarget
                                    : Metric::State::Critical;
  return metric;
}

Metric metricAbove(std::string name, double value, const char* unit, double target, double critical) {
  Metric metric = row(std::move(name), unit, target, critical, true);
  metric.value = number(value, unit);
  metric.state = value > target     ? Metric::State::Good
                 : value > critical ? Metric::State::BelowTarget
                                    : Metric::State::Critical;
  return metric;
}

Metric metricPlain(std::string name, double value, const char* unit) {
  Metric metric;
  metric.name = std::move(name);
  metric.value = number(value, unit);
  metric.state = Metric::State::Good;
  return metric;
}

}  // namespace bw::agents
