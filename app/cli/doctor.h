// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `doctor`: looks at settings, places, journal, latch, fonts and clock; one line each with the remedy. 0 if nothing is
/// wrong.
int runDoctor(const Arguments& arguments);

}  // namespace bw::cli
