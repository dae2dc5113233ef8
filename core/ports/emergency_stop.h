// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/domain/messages/system.h"

namespace bw {

/// The emergency stop as everything that may press it sees it. Nobody can reset through this port.
class EmergencyStopPort {
 public:
  virtual ~EmergencyStopPort() = default;
  /// Closes the gate and wakes the stop thread. Any thread, any number of times; never blocks, never throws.
  virtual void trigger(std::string_view channel, std::string_view reason) noexcept = 0;
  /// The stop's truth, as last confirmed. Any thread.
  virtual StopProgress progress() const = 0;
};

}  // namespace bw
