// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// Runs the drill here, on a temporary directory, and keeps its evidence in the journal `drill` of the profile.
int runDrillCommand(const Arguments& arguments);
/// Serves fake venues until told to end.
int runEmulator(const Arguments& arguments);

}  // namespace bw::cli
