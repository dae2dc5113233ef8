// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw {

/// A file that only grows, written with one write() per piece and never synced: what was written survives the death of
/// this process (kill -9) because it is in the kernel, not the loss of power. Thread: owner only.
class AppendFile {
 public:
  AppendFile() = default;
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  /// Creates the file (mode 0600) or opens it, cut to `length` bytes first. Errors "file.open", "file.truncate".
  Result<void> open(const std::string& path, std::uint64_t length);
  /// False if not all of it could be written; a part may be then.
  bool append(std::string_view bytes);
  bool isOpen() const { return m_file >= 0; }

 private:
  int m_file = -1;
};

/// The whole file; empty if there is none. Error "file.read".
Result<std::string> readWholeFile(const std::string& path);

}  // namespace bw
