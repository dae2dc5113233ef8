// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

namespace bw::cli {

/// `replay`: a recording through the whole workstation on virtual time; prints one JSON object or a report in words.
int runReplay(const Arguments& arguments);

}  // namespace bw::cli
