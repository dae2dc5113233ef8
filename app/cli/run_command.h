// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `run`: the workstation without a window until the time is up, a stop, or an interrupt.
int runHeadless(const Arguments& arguments, int argc, char** argv);

}  // namespace bw::cli
