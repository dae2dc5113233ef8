// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace bw {

/// Tells how late messages come although the venue's clock and ours differ by an unknown amount: the smallest
/// difference of the last one to two minutes is taken as that amount, what exceeds it as delay. Thread: owner only.
class StampOffset {
 public:
  static constexpr Duration kWindow = Duration::minutes(1);

  /// Delay of a message beyond the quickest ones, >= 0.
  Duration delayOf(Timestamp venueTime, Timestamp receivedTime) {
    const std::int64_t difference = receivedTime.ns - venueTime.ns;
    if (!m_any || receivedTime.ns - m_windowBegin.ns >= kWindow.ns) {
      m_before = m_any ? m_least : difference;
      m_least = difference;
      m_windowBegin = receivedTime;
      m_any = true;
    }
    m_least = std::min(m_least, difference);
    return {difference - offset().ns};
  }
  /// Receive clock minus venue clock, as estimated.
  Duration offset() const { return {std::min(m_least, m_before)}; }
  void reset() { m_any = false; }

 private:
  bool m_any = false;
  Timestamp m_windowBegin;
  std::int64_t m_least = 0;
  std::int64_t m_before = 0;
};

}  // namespace bw
