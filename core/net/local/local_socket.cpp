// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/local/local_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace bw::net {
namespace {

std::optional<sockaddr_un> addressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Error socketError(const std::string& path, const std::string& why) {
  return finalError("local.socket", path + ": " + why);
}

}  // namespace

LocalChannel& LocalChannel::operator=(LocalChannel&& other) noexcept {
  if (this == &other) return *this;
  close();
  m_file = other.m_file;
  other.m_file = -1;
  return *this;
}

Result<LocalChannel> LocalChannel::connect(const std::string& path) {
  const auto address = addressOf(path);
  if (!address) return socketError(path, "the path is longer than a socket's may be");
  LocalChannel channel(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!channel.open()) return socketError(path, std::strerror(errno));
  if (::connect(channel.m_file, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return finalError("local.nobody", path + ": nobody listens");
    return socketError(path, std::strerror(errno));
  }
  return channel;
}

bool LocalChannel::send(std::string_view message) noexcept {
  if (m_file < 0 || message.size() > kMaxMessage) return false;
  if (::send(m_file, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ENOBUFS) close();
  return false;
}

std::optional<std::string> LocalChannel::receive() {
  if (m_file < 0) return std::nullopt;
  std::array<char, kMaxMessage> buffer;
  ssize_t size = ::recv(m_file, buffer.data(), buffer.size(), MSG_DONTWAIT);
  // A peer that went with our words unread: the system says so before it gives the peer's last words.
  if (size < 0 && errno == ECONNRESET) size = ::recv(m_file, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) return std::string(buffer.data(), static_cast<std::size_t>(size));
  if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) close();
  return std::nullopt;
}

void LocalChannel::close() noexcept {
  if (m_file >= 0) ::close(m_file);
  m_file = -1;
}

Result<void> LocalListener::listen(const std::string& path) {
  const auto address = addressOf(path);
  if (!address) return socketError(path, "the path is longer than a socket's may be");
  close();
  if (auto other = LocalChannel::connect(path); other) return socketError(path, "somebody listens there already");
  ::unlink(path.c_str());
  m_file = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (m_file < 0) return socketError(path, std::strerror(errno));
  // No other user can connect between bind and chmod: the listener does not listen yet.
  if (::bind(m_file, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(m_file, 8) != 0) {
    const Error error = socketError(path, std::strerror(errno));
    ::close(m_file);
    m_file = -1;
    return error;
  }
  m_path = path;
  return {};
}

std::optional<LocalChannel> LocalListener::accept() {
  if (m_file < 0) return std::nullopt;
  LocalChannel channel(::accept4(m_file, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!channel.open()) return std::nullopt;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(channel.file(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::getuid())
    return std::nullopt;
  return channel;
}

void LocalListener::wait(const std::vector<const LocalChannel*>& channels, Duration timeout) const {
  std::vector<pollfd> files;
  if (m_file >= 0) files.push_back({m_file, POLLIN, 0});
  for (const LocalChannel* channel : channels) {
    if (channel->open()) files.push_back({channel->file(), POLLIN, 0});
  }
  const std::int64_t millis = std::clamp<std::int64_t>((timeout.ns + 999'999) / 1'000'000, 0, 60'000);
  static_cast<void>(::poll(files.data(), files.size(), static_cast<int>(millis)));
}

void LocalListener::close() {
  if (m_file < 0) return;
  ::close(m_file);
  ::unlink(m_path.c_str());
  m_file = -1;
}

}  // namespace bw::net
