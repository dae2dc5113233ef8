// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace bw::journal {
namespace {

Error diskError(const char* key, const char* operation, const std::string& path, int code) {
  return finalError(key, std::string("cannot ") + operation + " " + path + ": " + std::strerror(code));
}

std::string parentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

Result<void> writeAndClose(int file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      const int code = done < 0 ? errno : ENOSPC;
      ::close(file);
      return diskError("disk.write", "write", path, code);
    }
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  const int synced = ::fsync(file);
  const int code = errno;
  ::close(file);
  if (synced != 0) return diskError("disk.write", "sync", path, code);
  return {};
}

}  // namespace

Result<void> syncDirectory(const std::string& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return diskError("disk.write", "open", directory, errno);
  const int synced = ::fsync(file);
  const int code = errno;
  ::close(file);
  if (synced != 0) return diskError("disk.write", "sync", directory, code);
  return {};
}

Result<void> writeNewFile(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return diskError(errno == EEXIST ? "disk.exists" : "disk.write", "create", path, errno);
  auto written = writeAndClose(file, path, bytes);
  if (!written) return written;
  return syncDirectory(parentOf(path));
}

Result<void> replaceFile(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return diskError("disk.write", "create", temporary, errno);
  auto written = writeAndClose(file, temporary, bytes);
  if (!written) return written;
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return diskError("disk.write", "rename", temporary, errno);
  return syncDirectory(parentOf(path));
}

Result<std::string> readFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return diskError(errno == ENOENT ? "disk.absent" : "disk.read", "open", path, errno);
  std::string bytes;
  char buffer[4096];
  while (true) {
    const ssize_t got = ::read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int code = errno;
      ::close(file);
      return diskError("disk.read", "read", path, code);
    }
    if (got == 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(file);
  return bytes;
}

}  // namespace bw::journal
