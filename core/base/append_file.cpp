// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/append_file.h"

#include <cerrno>

namespace bw {

Result<void> AppendFile::open(const std::string& path, std::uint64_t length, FileSystem& disk) {
  FileSystem::Opened opened = disk.open(path, FileSystem::Open::Append);
  if (opened.code != 0) return finalError("file.open", diskText("open for writing", path, opened.code));
  if (const DiskCode code = opened.file->resize(static_cast<std::int64_t>(length)); code != 0)
    return finalError("file.truncate", diskText("cut", path, code));
  m_file = std::move(opened.file);
  return {};
}

Result<std::string> readWholeFile(const std::string& path, FileSystem& disk) {
  std::string bytes;
  const DiskCode code = disk.read(path, bytes);
  if (code != 0 && code != ENOENT) return finalError("file.read", diskText("read", path, code));
  if (code != 0) bytes.clear();
  return bytes;
}

}  // namespace bw
