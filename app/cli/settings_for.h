// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "app/compose/settings.h"

namespace bw::cli {

/// The settings with what the command line changes. Error "usage" for wrong amounts.
Result<app::Settings> settingsFor(const Arguments& arguments, const app::Places& places);

}  // namespace bw::cli
