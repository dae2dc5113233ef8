// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compose/workstation.h"
#include "ui/bridge/stop_ports.h"

namespace bw::window {

/// What the window may ask of a workstation's stop: levels, parts, tests, guard, drill and its own heartbeat.
/// `workstation` outlives what is returned. Thread: see ui::StopPorts.
ui::StopPorts stopPortsOf(app::Workstation& workstation);

/// The table of a drill from what `bellwether-cli drill --json` printed. Figures: RELIABILITY 3 (G7).
ui::DrillResult drillResultFrom(const std::string& json);

}  // namespace bw::window
