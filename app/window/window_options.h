// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/window/workstation.h"

namespace bw::window {

/// How the command line ended before a window came: leave with `code` and print `text`.
struct EarlyExit {
  int code = 0;
  std::string text;
};

/// Reads the command line. Empty optional: go on with `options`. Exit 2 for what cannot be understood.
std::optional<EarlyExit> parseOptions(int argc, const char* const* argv, WindowOptions& options);

}  // namespace bw::window
