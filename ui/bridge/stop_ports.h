// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/ports/emergency_stop.h"

namespace bw::ui {

/// The guard process as the workstation sees it.
struct GuardView {
  bool used = false;  ///< this session has one
  bool connected = false;
  Duration silence;     ///< since its last word
  std::string state;    ///< of the guard's own stop, in words
  std::string problem;  ///< why it is not to be relied on; empty: nothing known
};

/// One line of a self-test of the stop's path.
struct StopTest {
  std::string what;
  bool ok = false;
  std::string detail;
  Duration took;
};

/// One line of a drill's table: a figure, what it was, and what it has to be.
struct DrillFigure {
  std::string what;      ///< "gate closed, p99"
  std::string measured;  ///< "0.21 ms"
  std::string target;    ///< "1 ms"
  bool ok = false;
};
struct DrillResult {
  std::string problem;  ///< not empty: it could not be run
  bool ok = false;
  std::vector<DrillFigure> figures;
};

/// What the window can ask of the stop besides the press itself. Any may be empty: this session has it not.
struct StopPorts {
  /// A stop at a level and of a part; never blocks. Any thread.
  std::function<void(StopLevel, const StopScope&, const std::string& reason)> raise;
  /// Ends a stop of a part; empty text = done, else what is missing. May wait for the venue.
  std::function<std::string(const StopScope&, const std::string& phrase, const std::string& cause)> resetScope;
  /// A person has seen what ATTENTION lists.
  std::function<void()> acknowledge;
  /// Tests gate, latch and every venue's path without stopping anything. May wait for the venues.
  std::function<std::vector<StopTest>()> selfTest;
  /// Presses a stop of its own against fake venues in another process and measures. Takes seconds.
  std::function<DrillResult()> drill;
  /// Quick.
  std::function<GuardView()> guard;
  /// The window's thread goes on; called every 250 ms.
  std::function<void()> alive;
};

/// "venue kraken" → Venue, "kraken". Unknown words are the scope of everything.
StopScope stopScopeFrom(const std::string& text);

}  // namespace bw::ui
