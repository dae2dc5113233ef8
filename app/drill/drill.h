// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/drill/emulator_process.h"
#include "core/gate/stop_executor.h"

namespace bw::app {

/// What a drill of the emergency stop does.
struct DrillOptions {
  std::string program;  ///< bellwether-cli, which serves the fake venues in another process
  int orders = 1'000;   ///< over the five venues, in their proportions
  int runs = 1;
  bool freezeGui = false;  ///< the pressing thread hangs during the stop
  bool freezeCpu = false;  ///< four busy threads per core
  bool positions = true;   ///< one position to be closed on each venue
  int roundTripMs = 20;
  bool preferred = false;                       ///< ask the system to prefer the stop's threads; the claim is without
  std::function<bool()> cancelled;              ///< asked between runs; empty: never
  std::function<void(const std::string&)> say;  ///< progress, for a person; empty: silent
};

/// One venue in one run; times in milliseconds from the press, by our clock and by the venue's.
struct DrillVenue {
  std::string venue;
  int orders = 0;
  double firstCancelMs = -1;
  double lastCancelMs = -1;
  double confirmedMs = -1;
  double venueFirstCancelMs = -1;
  double venueLastCancelMs = -1;
  int venueCancelRequests = 0;
  int placementsAfter = 0;  ///< arrived at the venue after the gate was closed and not on their way before
  int openAtEnd = -1;       ///< as the venue says; -1: no answer
  int positionsAtEnd = -1;
};
struct DrillRun {
  std::string state;  ///< of the stop at its end
  double gateClosedUs = -1;
  double confirmedMs = -1;
  int placed = 0;
  int refusedAtEnd = 0;  ///< placements that were tried on after the press and went nowhere
  int unknown = 0;
  bool latched = false;
  bool preferred = false;  ///< the system raised the stop thread's priority
  std::vector<DrillVenue> venues;
};
struct DrillReport {
  std::string problem;  ///< not empty: it could not be run
  std::vector<DrillRun> runs;
  bool ok() const;
  /// 99th percentile over venues and runs of what `figure` picks.
  double percentile99(double DrillVenue::*figure) const;
  double worst(double DrillVenue::*figure) const;
  double percentile99(double DrillRun::*figure) const;
  int placementsAfter() const;
  int unconfirmed() const;
};

/// Starts the venues in another process, fills them through order lanes with approvals of a risk engine, presses, and
/// measures at both ends. Touches nothing but a temporary directory. Blocks; own threads.
DrillReport runDrill(const DrillOptions& options);
/// The report as one JSON object. `perVenue`: with every run's venues.
std::string drillJson(const DrillReport& report, const DrillOptions& options, bool perVenue);

}  // namespace bw::app
