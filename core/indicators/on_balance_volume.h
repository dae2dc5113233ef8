// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/bar.h"

namespace bw::indicators {

/// On-balance volume (Granville 1963): volume added on a rising close, taken off on a falling one; begun with the first
/// bar's volume (TA-Lib's convention). In base units. Thread: owner only.
class OnBalanceVolume {
 public:
  double update(const Bar& bar) {
    if (!m_warm || bar.close > m_previous) {
      m_value += bar.volume;
    } else if (bar.close < m_previous) {
      m_value -= bar.volume;
    }
    m_previous = bar.close;
    m_warm = true;
    return m_value;
  }
  double value() const { return m_warm ? m_value : kNotWarm; }
  bool warm() const { return m_warm; }
  int warmupBars() const { return 1; }
  void reset();

 private:
  double m_value = 0;
  double m_previous = 0;
  bool m_warm = false;
};

}  // namespace bw::indicators
