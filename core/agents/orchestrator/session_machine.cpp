// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/orchestrator/session_machine.h"

namespace bw::orchestrator {

bool isLegal(SessionState from, SessionState to) {
  using S = SessionState;
  switch (from) {
    case S::Initializing:
      return to == S::Ready || to == S::EmergencyStop || to == S::Shutdown;
    case S::Ready:
      return to == S::Trading || to == S::EmergencyStop || to == S::Shutdown;
    case S::Trading:
      return to == S::Paused || to == S::Ready || to == S::EmergencyStop;
    case S::Paused:
      return to == S::Trading || to == S::Ready || to == S::EmergencyStop;
    case S::EmergencyStop:
      return to == S::Ready || to == S::Shutdown;
    case S::Shutdown:
      return false;
  }
  return false;
}

Result<void> SessionMachine::moveTo(SessionState to) {
  if (!isLegal(m_state, to)) {
    return finalError("session.illegal_transition", "the session is " + std::string(toString(m_state)) +
                                                        " and cannot go to " + std::string(toString(to)) +
                                                        " from there");
  }
  m_state = to;
  return {};
}

}  // namespace bw::orchestrator
