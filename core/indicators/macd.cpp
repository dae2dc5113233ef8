// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/macd.h"

namespace bw::indicators {

Macd::Macd(int fast, int slow, int signal) : m_fast(fast), m_slow(slow), m_signal(signal), m_skip(slow - fast) {
  BW_ASSERT(fast < slow);
}

void Macd::reset() {
  m_fast.reset();
  m_slow.reset();
  m_signal.reset();
  m_line = 0;
  m_skipped = 0;
}

}  // namespace bw::indicators
