// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/time.h"

namespace bw::gate {

/// Wakes one thread from any other without a lock (an eventfd). Thread: post() any, wait() one.
class WakeEvent {
 public:
  WakeEvent();
  ~WakeEvent();
  WakeEvent(const WakeEvent&) = delete;
  WakeEvent& operator=(const WakeEvent&) = delete;
  void post() noexcept;
  /// True if posted since the last wait; false after `timeout` of real time.
  bool wait(Duration timeout) noexcept;

 private:
  int m_file = -1;
};

}  // namespace bw::gate
