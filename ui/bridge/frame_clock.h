// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <array>
#include <cstdint>
#include <functional>

#include "core/base/clock.h"

namespace bw::ui {

/// The window's one heartbeat: 16 ms, precise. Measures what each beat costs and how many came late.
/// Thread: GUI.
class FrameClock : public QObject {
 public:
  /// `clock` outlives this; only its monotonic time is read.
  explicit FrameClock(const Clock& clock, QObject* parent = nullptr);
  /// `beat(frame)` is called on each beat; frame counts from 1.
  void start(std::function<void(std::uint64_t)> beat);
  void stop() { m_timer.stop(); }
  std::uint64_t frame() const { return m_frame; }
  /// Work of a beat, 95th percentile of the last 256, in ms.
  double workP95Ms() const;
  /// Beats that came more than 33 ms after the one before.
  std::uint64_t dropped() const { return m_dropped; }
  /// True on the beats of a view of `hz` (1 … 60).
  static bool due(std::uint64_t frame, int hz);

 private:
  void beat();
  const Clock& m_clock;
  QTimer m_timer;
  std::function<void(std::uint64_t)> m_beat;
  std::uint64_t m_frame = 0;
  std::uint64_t m_dropped = 0;
  MonoTime m_last;
  std::array<float, 256> m_work{};
};

}  // namespace bw::ui
