// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace bw {
namespace {

class PosixFile final : public DiskFile {
 public:
  explicit PosixFile(int file) : m_file(file) {}
  ~PosixFile() override { ::close(m_file); }

  DiskCode writeAt(std::int64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t done = ::pwrite(m_file, bytes.data(), bytes.size(), offset);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return done < 0 ? errno : ENOSPC;
      offset += done;
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return 0;
  }

  DiskCode append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t done = ::write(m_file, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return done < 0 ? errno : ENOSPC;
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return 0;
  }

  DiskCode resize(std::int64_t size) override { return ::ftruncate(m_file, size) == 0 ? 0 : errno; }

  DiskCode preallocate(std::int64_t size) override {
    while (true) {
      const int code = ::posix_fallocate(m_file, 0, size);
      if (code != EINTR) return code;
    }
  }

  DiskCode sync() override { return ::fdatasync(m_file) == 0 ? 0 : errno; }

 private:
  int m_file;
};

int openFlags(FileSystem::Open how) {
  switch (how) {
    case FileSystem::Open::New:
      return O_RDWR | O_CREAT | O_EXCL;
    case FileSystem::Open::Truncate:
      return O_RDWR | O_CREAT | O_TRUNC;
    case FileSystem::Open::Existing:
      return O_RDWR;
    case FileSystem::Open::Append:
      break;
  }
  return O_RDWR | O_CREAT | O_APPEND;
}

class PosixFileSystem final : public FileSystem {
 public:
  Opened open(const std::string& path, Open how) override {
    const int file = ::open(path.c_str(), openFlags(how) | O_CLOEXEC, 0600);
    if (file < 0) return {nullptr, errno};
    return {std::make_unique<PosixFile>(file), 0};
  }

  DiskCode read(const std::string& path, std::string& bytes) override {
    bytes.clear();
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    struct stat status {};
    if (::fstat(file, &status) == 0 && status.st_size > 0) bytes.reserve(static_cast<std::size_t>(status.st_size));
    std::array<char, 65536> buffer{};
    DiskCode code = 0;
    while (true) {
      const ssize_t got = ::read(file, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) code = errno;
      if (got <= 0) break;
      bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(file);
    return code;
  }

  DiskCode readAt(const std::string& path, std::int64_t offset, std::int64_t count, std::string& bytes) override {
    bytes.clear();
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    bytes.resize(static_cast<std::size_t>(count));
    std::size_t have = 0;
    DiskCode code = 0;
    while (have < bytes.size()) {
      const ssize_t got = ::pread(file, bytes.data() + have, bytes.size() - have, offset + static_cast<off_t>(have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) code = errno;
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    ::close(file);
    bytes.resize(have);
    return code;
  }

  DiskCode list(const std::string& directory, std::vector<std::string>& names) override {
    names.clear();
    DIR* folder = ::opendir(directory.c_str());
    if (folder == nullptr) return errno;
    DiskCode code = 0;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(folder);
      if (entry == nullptr) {
        code = errno;
        break;
      }
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(folder);
    std::sort(names.begin(), names.end());
    return code;
  }

  DiskCode look(const std::string& path, std::int64_t& size) override {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errno;
    size = status.st_size;
    return 0;
  }

  DiskCode makeDirectories(const std::string& directory) override {
    for (std::size_t at = 1; at <= directory.size(); ++at) {
      if (at != directory.size() && directory[at] != '/') continue;
      const std::string part = directory.substr(0, at);
      if (::mkdir(part.c_str(), 0700) == 0 || errno == EEXIST) continue;
      const int code = errno;
      struct stat status {};
      if (::stat(part.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return code;
    }
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) return errno;
    return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
  }

  DiskCode rename(const std::string& from, const std::string& to) override {
    return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
  }

  DiskCode remove(const std::string& path) override { return ::unlink(path.c_str()) == 0 ? 0 : errno; }

  DiskCode syncDirectory(const std::string& directory) override {
    const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return errno;
    const DiskCode code = ::fsync(file) == 0 ? 0 : errno;
    ::close(file);
    return code;
  }

  std::int64_t freeBytes(const std::string& directory) override {
    struct statvfs status {};
    if (::statvfs(directory.c_str(), &status) != 0) return -1;
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
  }
};

}  // namespace

FileSystem& realFileSystem() {
  static PosixFileSystem files;
  return files;
}

std::string parentDirectory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string diskText(std::string_view operation, const std::string& path, DiskCode code) {
  return "cannot " + std::string(operation) + " " + path + ": " + std::strerror(code);
}

}  // namespace bw
