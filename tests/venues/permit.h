// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/venue.h"

namespace bw::gate {

/// Stands where the real gate stands, so that venues are tested without it. Never link bw_gate beside it.
class Gate {
 public:
  static PlacementPermit permit() { return {}; }
};

}  // namespace bw::gate
