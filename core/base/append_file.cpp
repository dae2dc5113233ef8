// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace bw {

AppendFile::~AppendFile() {
  if (m_file >= 0) ::close(m_file);
}

Result<void> AppendFile::open(const std::string& path, std::uint64_t length) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return finalError("file.open", "cannot open " + path + " for writing: " + std::strerror(errno));
  if (::ftruncate(file, static_cast<off_t>(length)) != 0) {
    const Error error = finalError("file.truncate", "cannot cut " + path + ": " + std::strerror(errno));
    ::close(file);
    return error;
  }
  if (m_file >= 0) ::close(m_file);
  m_file = file;
  return {};
}

bool AppendFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<std::string> readWholeFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::string();
    return finalError("file.read", "cannot read " + path + ": " + std::strerror(errno));
  }
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const Error error = finalError("file.read", "cannot read " + path + ": " + std::strerror(errno));
      ::close(file);
      return error;
    }
    if (got == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return text;
}

}  // namespace bw
