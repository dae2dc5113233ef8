// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/checks/session_state.h"

namespace bw::risk {

Finding checkSessionState(const CheckInput& in) {
  if (in.state.session == SessionState::Trading) {
    Finding f;
    f.text = "the session is TRADING";
    return f;
  }
  return Finding::failed("the session is " + std::string(toString(in.state.session)) + ", entries need TRADING");
}

}  // namespace bw::risk
