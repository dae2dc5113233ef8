// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/domain/messages/system.h"

namespace bw::agents {

/// Rows of the table of targets (SPEC 13). Pure.
/// Good below `target`, critical from `critical` on.
Metric metricBelow(std::string name, double value, const char* unit, double target, double critical);
/// Good above `target`, critical up to `critical`.
Metric metricAbove(std::string name, double value, const char* unit, double target, double critical);
/// Not measured yet; the targets are told all the same. `above`: good is above.
Metric metricUnknown(std::string name, const char* unit, double target, double critical, bool above = false);
/// A figure without targets.
Metric metricPlain(std::string name, double value, const char* unit);

}  // namespace bw::agents
