// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `limits …`: asks the running workstation, or works on the profile's files when there is none. 0 done, 1 refused,
/// 2 wrong arguments or values.
int runLimits(const Arguments& arguments);

}  // namespace bw::cli
