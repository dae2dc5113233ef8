// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// 0, or the errno that says why the disk refused.
using DiskCode = int;

/// A file opened for writing; closed when destroyed, which makes nothing durable.
/// Thread: one at a time.
class DiskFile {
 public:
  virtual ~DiskFile() = default;
  /// All bytes at `offset`, growing the file if need be; after an error a part may be there.
  [[nodiscard]] virtual DiskCode writeAt(std::int64_t offset, std::string_view bytes) = 0;
  /// All bytes at the end, for files opened with Open::Append; after an error a part may be there.
  [[nodiscard]] virtual DiskCode append(std::string_view bytes) = 0;
  /// Cuts the file, or grows it with zeros that occupy no space yet.
  [[nodiscard]] virtual DiskCode resize(std::int64_t size) = 0;
  /// Grows the file to `size` with zeros and takes the space for it, so that writing there cannot fail for want of
  /// space.
  [[nodiscard]] virtual DiskCode preallocate(std::int64_t size) = 0;
  /// Makes content and size durable. After an error nothing is known about what was not durable before: do not retry.
  [[nodiscard]] virtual DiskCode sync() = 0;
};

/// The disk, as every durable part of the program sees it: real, or in memory with faults (core/disk/memory_disk.h).
/// Paths are compared as they are written; give absolute ones. Thread: any.
class FileSystem {
 public:
  enum class Open : std::uint8_t {
    New,       ///< must not exist: EEXIST
    Truncate,  ///< made, or cut to nothing
    Existing,  ///< must exist: ENOENT
    Append,    ///< made or kept
  };
  struct Opened {
    std::unique_ptr<DiskFile> file;  ///< null with a code
    DiskCode code = 0;
  };

  virtual ~FileSystem() = default;
  /// New files get mode 0600.
  [[nodiscard]] virtual Opened open(const std::string& path, Open how) = 0;
  /// The whole file, replacing `bytes`.
  [[nodiscard]] virtual DiskCode read(const std::string& path, std::string& bytes) = 0;
  /// At most `count` bytes from `offset`, fewer at the end of the file.
  [[nodiscard]] virtual DiskCode readAt(const std::string& path, std::int64_t offset, std::int64_t count,
                                        std::string& bytes) = 0;
  /// Names of files and folders in a directory, sorted.
  [[nodiscard]] virtual DiskCode list(const std::string& directory, std::vector<std::string>& names) = 0;
  /// ENOENT if there is nothing of that name.
  [[nodiscard]] virtual DiskCode look(const std::string& path, std::int64_t& size) = 0;
  [[nodiscard]] virtual DiskCode makeDirectories(const std::string& directory) = 0;
  /// Replaces `to`. Both in one directory.
  [[nodiscard]] virtual DiskCode rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual DiskCode remove(const std::string& path) = 0;
  /// Makes names that were created, renamed or removed in it durable.
  [[nodiscard]] virtual DiskCode syncDirectory(const std::string& directory) = 0;
  /// Bytes that may still be written by this user; -1 if it cannot be told.
  virtual std::int64_t freeBytes(const std::string& directory) = 0;
};

/// The machine's own.
FileSystem& realFileSystem();

/// "/a/b" of "/a/b/c"; "." of "c".
std::string parentDirectory(const std::string& path);

/// "cannot write /x: No space left on device".
std::string diskText(std::string_view operation, const std::string& path, DiskCode code);

}  // namespace bw
