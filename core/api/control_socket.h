// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "core/api/control_protocol.h"
#include "core/base/clock.h"
#include "core/base/thread.h"

namespace bw::api {

/// The local socket by which the command line reaches a running workstation: AF_UNIX, mode 0600, the peer must be of
/// the same user. One request a connection, answered in the order they come; a slow or silent client is dropped after 2
/// s. Thread: own thread; the handler runs on it and may block for its answer at most some seconds.
class ControlSocket {
 public:
  /// Answers one request with one line of JSON (without newline).
  using Handler = std::function<std::string(const ControlRequest&)>;
  ControlSocket() = default;
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  /// Error "control.socket" names the path and why. A stale socket file of a dead process is replaced.
  Result<void> start(const std::string& path, Handler handler);
  void stop();

 private:
  void serve();
  void serveOne(int client);

  std::string m_path;
  Handler m_handler;
  int m_listener = -1;
  int m_wake[2] = {-1, -1};
  std::atomic<bool> m_stopping{false};
  Thread m_thread;
};

/// Asks a running workstation. Error "control.nobody": no workstation answers on that path; "control.timeout".
Result<std::string> askWorkstation(const std::string& path, const ControlRequest& request, Duration timeout);

/// Where the socket of a profile is: $XDG_RUNTIME_DIR/bellwether/<profile>.sock when no data directory was named and
/// the path is at most 100 bytes, else <dataDir>/control.sock.
std::string controlSocketPath(const std::string& runtimeDir, const std::string& profile, const std::string& dataDir,
                              bool dataDirGiven);

}  // namespace bw::api
