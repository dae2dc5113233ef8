// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"
#include "core/ports/emergency_stop.h"

namespace bw::guard {

/// Decides when the guard acts by itself. Pure: told what was heard and when, asked what is due. Thread: owner only.
class GuardBrain {
 public:
  struct Options {
    Duration cancelAfter = Duration::seconds(1);  ///< silence of the workstation
    Duration closeAfter = Duration::seconds(5);
    bool keepPositions = false;  ///< guard.on_death: positions and their stops stay, only orders are cancelled
  };
  explicit GuardBrain(Options options) : m_options(options) {}

  /// A workstation has said hello or a beat.
  void heard(MonoTime now);
  /// Its socket closed without a farewell: it is dead, or as good as.
  void gone(MonoTime now);
  /// It ended in order.
  void farewell();
  /// What is due by silence, each once until the workstation is heard again.
  std::optional<StopLevel> due(MonoTime now);
  /// True from the first beat to a farewell.
  bool watching() const { return m_watching; }
  /// True while beats come.
  bool alive(MonoTime now) const { return m_watching && !m_gone && silence(now) < m_options.cancelAfter; }
  Duration silence(MonoTime now) const { return m_watching ? now - m_heardAt : Duration{0}; }
  /// "workstation silent for 1.2 s", "workstation gone for 0.3 s".
  std::string why(MonoTime now) const;

 private:
  const Options m_options;
  bool m_watching = false;
  bool m_gone = false;
  MonoTime m_heardAt;
  bool m_cancelled = false;
  bool m_closed = false;
};

}  // namespace bw::guard
