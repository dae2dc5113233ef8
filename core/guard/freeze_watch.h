// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/clock.h"
#include "core/base/thread.h"
#include "core/gate/wake_event.h"

namespace bw::guard {

/// Watches that the window's thread goes on: it calls alive() every 250 ms, a thread of this class notices when it does
/// not. Thread: alive() any, lock-free; start(), stop() the owner; the steps are called on the watch's own thread.
class FreezeWatch {
 public:
  struct Steps {
    Duration lagAfter = Duration::seconds(1);
    Duration alarmAfter = Duration::seconds(2);
    Duration guardAfter = Duration::seconds(3);
    Duration pauseAfter = Duration::seconds(10);
    Duration stopAfter{0};  ///< 0: never
  };
  enum class Step : std::uint8_t { Fine, Lag, Alarm, Guard, Pause, Stop };
  using Report = std::function<void(Step step, Duration frozen)>;

  /// `report` hears each step once a freeze, in order, and Fine with the whole time when it is over.
  FreezeWatch(const Clock& real, Steps steps, Report report);
  ~FreezeWatch() { stop(); }
  void alive() noexcept;
  void start();
  void stop();
  /// One look; what the thread does ten times a second.
  void look();

 private:
  Step stepFor(Duration frozen) const;
  const Clock& m_clock;
  const Steps m_steps;
  const Report m_report;
  std::atomic<std::int64_t> m_aliveAt;
  Step m_at = Step::Fine;
  Duration m_longest{0};
  std::atomic<bool> m_quit{false};
  gate::WakeEvent m_event;
  Thread m_thread;
};

}  // namespace bw::guard
