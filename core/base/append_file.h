// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/file_system.h"
#include "core/base/result.h"

namespace bw {

/// A file that only grows, written with one write() per piece and never synced: what was written survives the death of
/// this process (kill -9) because it is in the kernel, not the loss of power. Thread: owner only.
class AppendFile {
 public:
  /// Creates the file (mode 0600) or opens it, cut to `length` bytes first. `disk` must outlive it. Errors "file.open",
  /// "file.truncate".
  Result<void> open(const std::string& path, std::uint64_t length, FileSystem& disk = realFileSystem());
  /// False if not all of it could be written; a part may be then.
  bool append(std::string_view bytes) { return m_file != nullptr && m_file->append(bytes) == 0; }
  bool isOpen() const { return m_file != nullptr; }

 private:
  std::unique_ptr<DiskFile> m_file;
};

/// The whole file; empty if there is none. Error "file.read".
Result<std::string> readWholeFile(const std::string& path, FileSystem& disk = realFileSystem());

}  // namespace bw
