// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/ports/emergency_stop.h"
#include "ui/bridge/ui_commands.h"
#include "ui/bridge/ui_data.h"

namespace bw::window {

/// What the command line of the window asks for.
struct WindowOptions {
  std::string mode = "sim";  ///< sim, replay, paper
  std::string input;         ///< recording; needed by replay and paper
  std::string speed = "1";   ///< market seconds per wall second, or "max"
  std::string workspace = "Monitor";
  std::string theme;       ///< dark, light; empty: as last time
  std::string screenshot;  ///< PNG to write; empty: none
  double after = 0;        ///< wall seconds from the first painted frame to the screenshot
  bool quit = false;       ///< leave after the screenshot, or after `after`
  bool announce = false;   ///< a line on standard output once the first frame is painted
  int width = 1920;
  int height = 1080;
  std::string dataDir;
  std::string configDir;  ///< empty: the shipped settings beside the program
  std::string profile = "default";
  std::uint64_t seed = 1;
  bool animations = true;
  bool resetLayout = false;
  bool demo = false;  ///< a frozen, rich state: the same picture every time
};

/// Everything behind the window, built and owned in one place.
/// Thread: GUI.
class Workstation {
 public:
  virtual ~Workstation() = default;
  virtual ui::UiData& data() = 0;
  virtual ui::UiCommands& commands() = 0;
  virtual EmergencyStopPort& stop() = 0;
  /// Starts agents and feeds; called when the window has been built.
  /// Error: the control socket could not be opened; the rest runs.
  virtual Result<void> start() = 0;
};

/// The one function that decides what stands behind the window. Errors name file, key and remedy.
Result<std::unique_ptr<Workstation>> makeWorkstation(const WindowOptions& options);

}  // namespace bw::window
