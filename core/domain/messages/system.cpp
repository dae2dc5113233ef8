// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/messages/system.h"

namespace bw {

std::string_view toString(SessionState state) {
  switch (state) {
    case SessionState::Initializing:
      return "INITIALIZING";
    case SessionState::Ready:
      return "READY";
    case SessionState::Trading:
      return "TRADING";
    case SessionState::Paused:
      return "PAUSED";
    case SessionState::EmergencyStop:
      return "EMERGENCY_STOP";
    case SessionState::Shutdown:
      return "SHUTDOWN";
  }
  return "?";
}

std::string_view toString(StopState state) {
  switch (state) {
    case StopState::Ready:
      return "READY";
    case StopState::Latched:
      return "LATCHED";
    case StopState::Stopping:
      return "STOPPING";
    case StopState::Stopped:
      return "STOPPED";
    case StopState::Attention:
      return "ATTENTION";
    case StopState::Offline:
      return "OFFLINE";
  }
  return "?";
}

std::string_view toString(AgentHealth::State state) {
  switch (state) {
    case AgentHealth::State::Starting:
      return "Starting";
    case AgentHealth::State::Running:
      return "Running";
    case AgentHealth::State::Paused:
      return "Paused";
    case AgentHealth::State::Degraded:
      return "Degraded";
    case AgentHealth::State::Quarantined:
      return "Quarantined";
    case AgentHealth::State::Stopped:
      return "Stopped";
    case AgentHealth::State::Crashed:
      return "Crashed";
    case AgentHealth::State::NotInThisBuild:
      return "Not in this build";
  }
  return "?";
}

std::string_view toString(Metric::State state) {
  switch (state) {
    case Metric::State::NotMeasured:
      return "not measured";
    case Metric::State::Good:
      return "good";
    case Metric::State::BelowTarget:
      return "below target";
    case Metric::State::Critical:
      return "critical";
  }
  return "?";
}

}  // namespace bw
