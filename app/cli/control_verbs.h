// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// status, pause, resume, emergency-stop, reset, explain: asks the running workstation; prints its answer as JSON or in
/// words. Exit codes as SPEC 14; 5 when no workstation answers (emergency-stop then still leaves `.kill_switch`, which
/// blocks the next start, and says so).
int runControlVerb(const Arguments& arguments);

}  // namespace bw::cli
