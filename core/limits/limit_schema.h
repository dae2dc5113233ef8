// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/domain/messages/limits.h"
#include "core/risk/risk_limits.h"

namespace bw::limits {

/// The one schema (core/risk/risk_keys) as forms want it, with the values in force. In the schema's order.
std::vector<LimitField> fieldsOf(const risk::RiskLimits& limits);
/// Every key with its value, as a LimitCommand carries them.
std::vector<LimitEdit> valuesOf(const risk::RiskLimits& limits);
/// SHA-256 in hexadecimal over "KEY=VALUE" lines of all keys: what an audit record names a configuration by.
std::string hashOf(const risk::RiskLimits& limits);
LimitDirection directionOf(risk::RiskKey key, const risk::RiskLimits& before, const risk::RiskLimits& after);

}  // namespace bw::limits
