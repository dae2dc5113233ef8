// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/machine.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace bw::app {
namespace {

constexpr std::uint64_t kMostTaken = 1'000'000;

std::uint64_t residentBytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(in >> total >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t openDescriptors() {
  DIR* dir = ::opendir("/proc/self/fd");
  if (dir == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(dir)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(dir);
  return count > 0 ? count - 1 : 0;  // without the one that read the folder
}

Duration timeOf(const timeval& time) {
  return Duration{static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 +
                  static_cast<std::int64_t>(time.tv_usec) * 1'000};
}

}  // namespace

sentinel::Resources readResources(const std::string& dataDir) {
  sentinel::Resources r;
  r.memoryBytes = residentBytes();
  struct statvfs disk {};
  if (::statvfs(dataDir.c_str(), &disk) == 0) {
    r.diskFreeBytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    r.diskTotalBytes = static_cast<std::uint64_t>(disk.f_blocks) * disk.f_frsize;
  }
  r.openFiles = openDescriptors();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) r.openFilesMost = limit.rlim_cur;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) r.cpuTime = timeOf(usage.ru_utime) + timeOf(usage.ru_stime);
  return r;
}

std::string whoRunsThis() {
  const char* user = std::getenv("USER");
  return std::string(user != nullptr && *user != '\0' ? user : "unnamed") + " (uid " + std::to_string(::getuid()) +
         "), pid " + std::to_string(::getpid());
}

FileTail::FileTail(std::string path) : m_path(std::move(path)) {
  struct stat info {};
  if (::stat(m_path.c_str(), &info) != 0) return;
  m_inode = info.st_ino;
  m_offset = static_cast<std::uint64_t>(info.st_size);
}

std::string FileTail::take() {
  struct stat info {};
  if (::stat(m_path.c_str(), &info) != 0) return {};
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (info.st_ino != m_inode || size < m_offset) {
    m_inode = info.st_ino;
    m_offset = 0;
  }
  if (size <= m_offset) return {};
  std::ifstream in(m_path, std::ios::binary);
  if (!in.seekg(static_cast<std::streamoff>(m_offset))) return {};
  std::string text(static_cast<std::size_t>(std::min(size - m_offset, kMostTaken)), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  m_offset += text.size();
  return text;
}

}  // namespace bw::app
