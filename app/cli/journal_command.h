// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `journal verify|dump|rebuild` and `audit verify`: reads the journals of a data directory, whether a workstation runs
/// there or not, and changes none of them. Returns the exit code: 1 for a damaged journal, 4 if there is none.
int runJournal(const Arguments& arguments);

}  // namespace bw::cli
