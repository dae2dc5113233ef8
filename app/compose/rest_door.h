// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/api/rest_server.h"
#include "core/api/status_agent.h"
#include "core/ports/emergency_stop.h"

namespace bw::app {

/// The REST address of a workstation: POST and GET of the emergency stop, GET of the status, behind the token in
/// `rest_token` of the data directory; where it listens stands in `rest_address`. Needs neither bus nor agents to
/// press. Thread: owner; answers on the server's own.
class RestDoor {
 public:
  struct Parts {
    EmergencyStopPort* stop = nullptr;
    std::function<std::string()> statusJson;
  };
  RestDoor(const Clock& clock, Parts parts);
  /// Errors "rest.token", "rest.listen".
  Result<void> open(const std::string& dataDirectory, std::uint16_t port);
  void close() { m_server.stop(); }
  std::uint16_t port() const { return m_server.port(); }

 private:
  api::RestAnswer answer(const api::RestRequest& request);
  Parts m_parts;
  api::RestServer m_server;
};

/// The stop's state as JSON members, for REST and command line.
void writeStopState(api::JsonWriter& json, const StopProgress& progress);

}  // namespace bw::app
