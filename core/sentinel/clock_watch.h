// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/sentinel/finding.h"

namespace bw::sentinel {

/// Compares the machine's clocks with one another: the wall clock may not jump against the time since boot, and the
/// time since boot may not run ahead of the monotonic clock, which stands still while the machine sleeps.
/// Pure. Thread: owner only.
class ClockWatch {
 public:
  /// More than this is a jump or a sleep.
  static constexpr Duration kJump = Duration::seconds(2);
  /// After a jump the clocks must have agreed for so long (time since boot) before anybody may resume.
  static constexpr Duration kSettle = Duration::seconds(30);

  /// What happened since the sample before; call at least once a second.
  Findings sample(const MachineTimes& times);
  /// True from a jump or a sleep until the clocks have settled.
  bool unsettled() const { return m_unsettled; }

 private:
  std::optional<MachineTimes> m_last;
  Duration m_jumpedAt;  ///< since boot
  bool m_unsettled = false;
};

}  // namespace bw::sentinel
