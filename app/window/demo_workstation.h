// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/workstation.h"

namespace bw::window {

/// A rich, deterministic state without an engine, for pictures and for trying the window's controls.
std::unique_ptr<Workstation> makeDemoWorkstation(bool moving);

}  // namespace bw::window
