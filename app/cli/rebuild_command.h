// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `journal rebuild`: makes the tables of each mode again from its journal and says whether they were equal. Refused
/// while a workstation runs there. Returns the exit code.
int runRebuild(const Arguments& arguments);

}  // namespace bw::cli
