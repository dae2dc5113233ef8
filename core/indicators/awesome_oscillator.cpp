// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/awesome_oscillator.h"

namespace bw::indicators {

void AwesomeOscillator::reset() {
  m_fast.reset();
  m_slow.reset();
}

}  // namespace bw::indicators
