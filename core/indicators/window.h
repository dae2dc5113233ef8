// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/assert.h"

namespace bw::indicators {

/// The last `size` numbers, oldest overwritten first. Thread: owner only.
class Window {
 public:
  /// `size` > 0.
  explicit Window(int size) : m_values(static_cast<std::size_t>(size), 0.0) { BW_ASSERT(size > 0); }
  /// Returns what falls out; 0 while the window is filling.
  double push(double value) {
    const double old = m_values[m_next];
    m_values[m_next] = value;
    if (++m_next == m_values.size()) m_next = 0;
    if (m_count < m_values.size()) ++m_count;
    return old;
  }
  bool full() const { return m_count == m_values.size(); }
  /// True right after the push that filled the last slot: once every size() pushes.
  bool wrapped() const { return m_next == 0; }
  std::size_t count() const { return m_count; }
  std::size_t size() const { return m_values.size(); }
  /// The value `back` pushes ago, 0 = newest; back < count().
  double at(std::size_t back) const {
    const std::size_t newest = m_next + m_values.size() - 1 - back;
    return m_values[newest < m_values.size() ? newest : newest - m_values.size()];
  }
  /// How many pushes ago slot `index` of a full window was written.
  std::size_t ageOf(std::size_t index) const {
    const std::size_t age = m_next + m_values.size() - 1 - index;
    return age < m_values.size() ? age : age - m_values.size();
  }
  /// The oldest of a full window.
  double oldest() const { return m_values[m_next]; }
  /// The slots in storage order; all of them are set when full().
  const std::vector<double>& slots() const { return m_values; }
  void reset();

 private:
  std::vector<double> m_values;
  std::size_t m_next = 0;
  std::size_t m_count = 0;
};

/// The running sum of the last `size` numbers. It is added up anew once per turn of the window, so that rounding
/// errors do not pile up; one step is O(1) on average. Thread: owner only.
class WindowSum {
 public:
  explicit WindowSum(int size) : m_window(size) {}
  void push(double value) {
    m_sum += value - m_window.push(value);
    if (m_window.wrapped()) refresh();
  }
  bool full() const { return m_window.full(); }
  double sum() const { return m_sum; }
  void reset();

 private:
  void refresh();
  Window m_window;
  double m_sum = 0;
};

/// The largest (or smallest) of the last `size` numbers. It remembers where the extreme is and looks again only when
/// that one leaves the window. Thread: owner only.
template <bool kLargest>
class WindowExtreme {
 public:
  explicit WindowExtreme(int size) : m_window(size) {}
  void push(double value) {
    m_window.push(value);
    ++m_age;
    if (m_window.count() == 1 || !better(m_best, value)) {
      m_best = value;
      m_age = 0;
    } else if (m_age == m_window.size()) {
      search();
    }
  }
  bool full() const { return m_window.full(); }
  double value() const { return m_best; }
  void reset() {
    m_window.reset();
    m_age = 0;
    m_best = 0;
  }

 private:
  static bool better(double a, double b) { return kLargest ? a > b : a < b; }
  void search() {
    const double* slots = m_window.slots().data();
    const std::size_t size = m_window.size();
    std::size_t best = 0;
    for (std::size_t i = 1; i < size; ++i) best = better(slots[i], slots[best]) ? i : best;
    m_best = slots[best];
    m_age = m_window.ageOf(best);
  }
  Window m_window;
  double m_best = 0;
  std::size_t m_age = 0;
};
using WindowMaximum = WindowExtreme<true>;
using WindowMinimum = WindowExtreme<false>;

}  // namespace bw::indicators
