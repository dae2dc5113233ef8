// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/guard/guard_message.h"
#include "core/net/local/local_socket.h"
#include "core/ports/emergency_stop.h"

namespace bw::guard {

/// The workstation's end of the line to its guard. beat() runs on the stop thread and never blocks: it says what the
/// stop is at, hears the guard's answer, and passes on presses and what the guard has done by itself.
/// Thread: beat(), farewell() one; the rest any.
class GuardLink {
 public:
  struct Ports {
    EmergencyStopPort* stop = nullptr;
    std::function<std::string()> gateLevel;
    /// Sequence and seal of what is durable; empty: none.
    std::function<std::pair<std::uint64_t, std::string>()> journalHead;
  };
  struct Health {
    bool connected = false;
    Duration silence = Duration::max();  ///< since the guard's last word
    std::string state;                   ///< of the guard's own stop
    std::string problem;                 ///< "version ..." or empty
  };

  /// `clock` and the ports outlive it.
  GuardLink(const Clock& clock, std::string socketPath, Ports ports);
  void beat();
  /// The workstation ends in order. After the last beat.
  void farewell();
  /// A person has reset stop `number`: the guard drops its copy.
  void noteCleared(std::uint64_t number) { m_cleared = number; }
  /// The guard's window is to come to the front. Any thread.
  void showGuard() { m_show = true; }
  Health health() const;

 private:
  void connectAgain(MonoTime now);
  void take(const GuardMessage& message, MonoTime now);

  const Clock& m_clock;
  const std::string m_path;
  const Ports m_ports;
  net::LocalChannel m_channel;
  MonoTime m_tryAt;
  bool m_greeted = false;
  std::uint64_t m_beats = 0;
  std::atomic<std::uint64_t> m_cleared{0};
  std::atomic<bool> m_show{false};
  std::string m_followed;  ///< what the guard did that we have taken over
  mutable Mutex m_mutex;
  bool m_heard BW_GUARDED_BY(m_mutex) = false;
  MonoTime m_heardAt BW_GUARDED_BY(m_mutex);
  bool m_connected BW_GUARDED_BY(m_mutex) = false;
  std::string m_state BW_GUARDED_BY(m_mutex);
  std::string m_problem BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::guard
