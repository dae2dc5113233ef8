// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `bellwether-cli simulate`: the whole workstation with seeded faults, judged after every event. Exit code 0 without
/// a violation, 1 with one.
int runSimulate(const Arguments& arguments);

}  // namespace bw::cli
