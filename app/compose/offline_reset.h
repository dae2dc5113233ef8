// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/compose/settings.h"

namespace bw::app {

/// What a person types to end a stop.
struct ResetRequest {
  std::string phrase;
  std::string cause;
  std::string input;  ///< the recording of a paper account; empty otherwise
};

/// Ends a latched stop while no workstation runs: takes the data lock, brings the venue back from its own account file,
/// lets the stop executor finish what is left there and verify it, then resets as the running workstation would.
/// Errors: "not_stopped", "data.locked", "reset.input", those of the stop executor's reset (phrase, cause, kill switch,
/// too soon, residual) and of market and journal. Thread: any, alone.
Result<void> resetOffline(const Settings& settings, const Places& places, const ResetRequest& request);

}  // namespace bw::app
