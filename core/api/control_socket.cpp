// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/control_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bw::api {
namespace {

constexpr int kClientTimeoutMs = 2000;
constexpr std::size_t kMaxRequest = 64 * 1024;

Error socketError(const std::string& path, const char* what) {
  return finalError("control.socket", path + ": " + what + " (" + std::strerror(errno) + ")");
}

bool fillAddress(const std::string& path, sockaddr_un& address) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

bool waitReadable(int fd, int timeoutMs) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, timeoutMs) > 0;
}

// Reads up to the first newline; false on time-out, end or too much.
bool readLine(int fd, std::string& line, int timeoutMs) {
  char buffer[4096];
  while (line.size() < kMaxRequest * 64) {
    if (!waitReadable(fd, timeoutMs)) return false;
    const ssize_t got = ::recv(fd, buffer, sizeof(buffer), 0);
    if (got <= 0) return false;
    line.append(buffer, static_cast<std::size_t>(got));
    if (line.back() == '\n') return true;
  }
  return false;
}

bool writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool sameUser(int client) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return ::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::getuid();
}

bool somebodyAnswers(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool alive = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(probe);
  return alive;
}

}  // namespace

ControlSocket::~ControlSocket() {
  stop();
}

Result<void> ControlSocket::start(const std::string& path, Handler handler) {
  sockaddr_un address{};
  if (!fillAddress(path, address))
    return finalError("control.socket", path + ": longer than 100 bytes; choose a shorter --data-dir");
  if (somebodyAnswers(address))
    return finalError("control.socket", path + ": another workstation of this profile is running");
  ::unlink(path.c_str());
  m_listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (m_listener < 0) return socketError(path, "cannot make a socket");
  if (::bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return socketError(path, "cannot bind");
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(m_listener, 16) != 0) return socketError(path, "cannot listen");
  if (::pipe2(m_wake, O_CLOEXEC) != 0) return socketError(path, "cannot make a pipe");
  m_path = path;
  m_handler = std::move(handler);
  m_thread.start("control-socket", [this] { serve(); });
  return {};
}

void ControlSocket::stop() {
  if (m_listener < 0) return;
  m_stopping = true;
  (void)!::write(m_wake[1], "x", 1);
  m_thread.join();
  ::close(m_listener);
  ::close(m_wake[0]);
  ::close(m_wake[1]);
  ::unlink(m_path.c_str());
  m_listener = -1;
}

void ControlSocket::serve() {
  while (!m_stopping) {
    pollfd waiting[2] = {{m_listener, POLLIN, 0}, {m_wake[0], POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 || (waiting[0].revents & POLLIN) == 0) continue;
    const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    if (sameUser(client)) serveOne(client);
    ::close(client);
  }
}

void ControlSocket::serveOne(int client) {
  std::string line;
  if (!readLine(client, line, kClientTimeoutMs)) return;
  const auto request = decodeRequest(line);
  writeAll(client, (request ? m_handler(*request) : R"({"ok":false,"reason":"syntax"})") + "\n");
}

Result<std::string> askWorkstation(const std::string& path, const ControlRequest& request, Duration timeout) {
  sockaddr_un address{};
  const Error nobody = finalError(
      "control.nobody", "no workstation answers on " + path + ": start one with 'bellwether' or 'bellwether-cli run'");
  if (!fillAddress(path, address)) return nobody;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return nobody;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(fd);
    return nobody;
  }
  std::string answer;
  const bool ok = writeAll(fd, encodeRequest(request)) && readLine(fd, answer, static_cast<int>(timeout.toMillis()));
  ::close(fd);
  if (!ok)
    return finalError("control.timeout", "the workstation on " + path + " did not answer '" + request.verb +
                                             "' within " + std::to_string(timeout.toMillis()) + " ms");
  answer.pop_back();
  return answer;
}

std::string controlSocketPath(const std::string& runtimeDir, const std::string& profile, const std::string& dataDir,
                              bool dataDirGiven) {
  std::string inRuntime = runtimeDir + "/bellwether/" + profile + ".sock";
  if (!dataDirGiven && !runtimeDir.empty() && inRuntime.size() <= 100) return inRuntime;
  return dataDir + "/control.sock";
}

}  // namespace bw::api
