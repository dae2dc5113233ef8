// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/drill/drill.h"
#include "core/api/control_protocol.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/journal.h"

namespace bw::app {

struct StopAsked {
  StopLevel level = StopLevel::Flatten;
  StopScope scope;
};
/// Reads the arguments `level` (no-new, cancel-all, flatten, cut) and `scope` (all, venue:NAME, account:NAME,
/// agent:NAME, instrument:VENUE/SYMBOL). What cannot be read is a mistake of the person and is said: error "usage".
Result<StopAsked> stopAskedFor(const api::ControlRequest& request);
/// True once the stop of this scope is confirmed, or a person is needed.
bool isSettled(const StopProgress& progress, const StopAsked& asked);

/// Runs drills for a workstation, one at a time, on a thread of its own; the evidence goes into the journal. The
/// program's own orders and gate are not touched. Thread: any.
class DrillDesk {
 public:
  using Done = std::function<void(const DrillReport& report, const std::string& json)>;
  /// `journal` outlives it.
  DrillDesk(Journal& journal, std::string program, Done done);
  ~DrillDesk();
  /// Error "drill.busy".
  Result<void> start(int orders, int runs, bool freezeGui, bool freezeCpu);
  bool running() const;
  /// The last report; empty before the first.
  std::string lastJson() const;

 private:
  Journal& m_journal;
  const std::string m_program;
  const Done m_done;
  mutable Mutex m_mutex;
  bool m_running BW_GUARDED_BY(m_mutex) = false;
  std::string m_last BW_GUARDED_BY(m_mutex);
  std::atomic<bool> m_quit{false};
  std::unique_ptr<Thread> m_thread;
};

}  // namespace bw::app
