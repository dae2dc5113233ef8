// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/compose/stop_verbs.h"
#include "core/api/control_socket.h"
#include "core/api/status_agent.h"
#include "core/base/clock.h"
#include "core/bus/message_bus.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/limit_desk.h"
#include "core/ports/venue.h"

namespace bw::app {

/// Answers the verbs of the control socket (SPEC 14) in JSON. Pressing the stop needs neither bus nor agents.
/// Thread: the control socket's.
class ControlServer {
 public:
  struct Parts {
    MessageBus* bus = nullptr;
    /// The one in use: a replaced host has a new one.
    std::function<api::StatusAgent&()> status;
    EmergencyStopPort* stop = nullptr;
    const Clock* realClock = nullptr;
    /// The venue's own account, read through a connection that nobody else uses.
    std::function<Result<AccountSnapshot>()> venueAccount;
    std::function<void()> requestShutdown;
    std::function<void()> resumed;  ///< a person goes on: with or without what was lost meanwhile; may be empty
    DrillDesk* drill = nullptr;     ///< null: none here
    /// A person ends the stop of a part.
    std::function<Result<void>(const StopScope&, std::string_view phrase, std::string_view cause)> resetScope;
    LimitDesk* limits = nullptr;  ///< null: there is none
    std::function<void(api::JsonWriter&)> moreStatus;
  };
  explicit ControlServer(Parts parts);
  std::string answer(const api::ControlRequest& request);

 private:
  std::string command(ControlCommand command);
  std::string emergencyStop(const api::ControlRequest& request);
  std::string reconcile(const api::ControlRequest& request);
  std::string awaitAnswer(const Uuid& commandId, const char* whose);
  std::string drill(const api::ControlRequest& request);
  std::string resetScope(const api::ControlRequest& request);
  std::string explain(const std::string& id);
  std::string refusal(const std::string& reason, const std::string& text) const;

  Parts m_parts;
  std::unique_ptr<Publisher> m_publisher;
};

/// The story of one correlation id or client order id from the bus's memory: sequence, time, host, topic, sender, type
/// and content, in words.
void writeStory(api::JsonWriter& json, const MessageBus& bus, const Uuid& id);

}  // namespace bw::app
