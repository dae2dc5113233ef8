// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/drill/emulator_process.h"
#include "core/base/clock.h"
#include "core/guard/guard_core.h"
#include "core/risk/approval_authority.h"

namespace bw::guard_app {

/// What the guard is started with.
struct GuardOptions {
  std::string dataDirectory;
  std::string venueFile;  ///< addresses and keys of fake venues; of each, the guard's key is used
  std::string venue;      ///< only this one of the file; empty: all
  std::string mode = "SIM";
  bool headless = false;
  bool keepPositions = false;  ///< guard.on_death: keep
};

/// Empty on success, else what is wrong.
std::string parseGuardOptions(int argc, char** argv, GuardOptions& out);

/// Everything the guard is made of. Thread: owner only.
class GuardProgram {
 public:
  /// Errors "emulator.file", "data.locked", "local.socket".
  static Result<std::unique_ptr<GuardProgram>> make(const GuardOptions& options);
  guard::GuardCore& core() { return *m_core; }

 private:
  SystemClock m_clock;
  std::vector<app::EmulatedVenue> m_addresses;
  Instruments m_instruments;
  std::vector<std::unique_ptr<wire_fake::WireVenue>> m_venues;
  std::vector<std::unique_ptr<risk::ApprovalAuthority>> m_authorities;
  std::unique_ptr<guard::GuardCore> m_core;
};

}  // namespace bw::guard_app
