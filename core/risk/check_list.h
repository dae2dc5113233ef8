// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "core/risk/check.h"

namespace bw::risk {

/// One registered check.
struct CheckEntry {
  std::string_view key;  ///< the reason of a refusal
  Finding (*run)(const CheckInput& in);
  bool always;  ///< also for what provably reduces risk; all others never hold that back
};

/// Every check, in SPEC §6.1's order: the first that fails is the reason. One more check = its pair of files and a
/// line.
extern const std::array<CheckEntry, 33> kChecks;

}  // namespace bw::risk
