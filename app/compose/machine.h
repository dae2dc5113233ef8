// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/sentinel/resource_watch.h"

namespace bw::app {

/// What this process uses now and what is left; zero where the system does not tell. Any thread.
sentinel::Resources readResources(const std::string& dataDir);

/// "ann (uid 1000), pid 4711". Any thread.
std::string whoRunsThis();

/// What was appended to a file since it was asked last; begins at the file's end, goes on after a rotation.
/// Thread: owner only.
class FileTail {
 public:
  explicit FileTail(std::string path);
  /// At most 1 MB a call; the rest comes with the next.
  std::string take();

 private:
  const std::string m_path;
  std::uint64_t m_offset = 0;
  std::uint64_t m_inode = 0;
};

}  // namespace bw::app
