// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/domain/messages/system.h"

namespace bw::orchestrator {

/// True for the transitions of SPEC 3.1 and no others.
bool isLegal(SessionState from, SessionState to);

/// The session's state; refuses illegal transitions. Pure. Thread: owner only.
class SessionMachine {
 public:
  SessionState state() const { return m_state; }
  /// Error "session.illegal_transition" names both states; the state then stays.
  Result<void> moveTo(SessionState to);

 private:
  SessionState m_state = SessionState::Initializing;
};

}  // namespace bw::orchestrator
