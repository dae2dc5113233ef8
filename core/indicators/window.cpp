// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/window.h"

#include <algorithm>
#include <numeric>

namespace bw::indicators {

void Window::reset() {
  std::fill(m_values.begin(), m_values.end(), 0.0);
  m_next = 0;
  m_count = 0;
}

void WindowSum::reset() {
  m_window.reset();
  m_sum = 0;
}

void WindowSum::refresh() {
  m_sum = std::accumulate(m_window.slots().begin(), m_window.slots().end(), 0.0);
}

}  // namespace bw::indicators
