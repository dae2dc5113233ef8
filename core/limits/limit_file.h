// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/domain/messages/limits.h"
#include "core/risk/risk_limits.h"

namespace bw::limits {

/// Reads a risk.yaml strictly into `into`: what config::parseYaml refuses, unknown keys ("did you mean"), values that
/// the schema does not allow, and one key in two spellings. Error "config.syntax" or "config.invalid" with every
/// finding, a line each, with file and line; `into` may then hold some of the values. Values between keys are not
/// compared: see RiskLimits::validate().
Result<void> readLimits(const std::string& text, const std::string& name, risk::RiskLimits& into);

/// `text` with the named values replaced where they stand and everything else, comments and line ends included, left
/// byte for byte; keys that are not there are added at the end in a section of their own, with unit and range. The
/// result is read again and compared with what was meant. Error "limits.splice" when a value cannot be replaced in
/// place, naming line and remedy.
Result<std::string> spliced(const std::string& text, const std::string& name, const std::vector<LimitEdit>& edits);

/// What a file that only holds a person's own limits begins with.
std::string emptyUserFile();

}  // namespace bw::limits
