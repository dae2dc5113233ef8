// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::net {

/// One end of a local connection that carries whole messages (AF_UNIX, SOCK_SEQPACKET). Never blocks.
/// Thread: owner only.
class LocalChannel {
 public:
  /// A message that is longer is refused at both ends.
  static constexpr std::size_t kMaxMessage = 4096;
  LocalChannel() = default;
  explicit LocalChannel(int file) : m_file(file) {}
  LocalChannel(LocalChannel&& other) noexcept : m_file(other.m_file) { other.m_file = -1; }
  LocalChannel& operator=(LocalChannel&& other) noexcept;
  LocalChannel(const LocalChannel&) = delete;
  LocalChannel& operator=(const LocalChannel&) = delete;
  ~LocalChannel() { close(); }

  /// Error "local.nobody": nobody listens there; "local.socket": path unusable.
  static Result<LocalChannel> connect(const std::string& path);
  bool open() const { return m_file >= 0; }
  int file() const { return m_file; }
  /// False if the peer does not read (its buffer is full) or has gone; in the latter case the channel closes.
  bool send(std::string_view message) noexcept;
  /// The next message, if one has come. Closes the channel when the peer has gone.
  std::optional<std::string> receive();
  void close() noexcept;

 private:
  int m_file = -1;
};

/// Takes local connections of the same user only; the socket file has mode 0600. Thread: owner only.
class LocalListener {
 public:
  LocalListener() = default;
  ~LocalListener() { close(); }
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;
  /// Replaces a file that a dead process left there. Error "local.socket".
  Result<void> listen(const std::string& path);
  /// The next connection that waits, if any. Never blocks.
  std::optional<LocalChannel> accept();
  /// Waits until something can be accepted or read on one of `channels`, at most `timeout`.
  void wait(const std::vector<const LocalChannel*>& channels, Duration timeout) const;
  void close();

 private:
  std::string m_path;
  int m_file = -1;
};

}  // namespace bw::net
