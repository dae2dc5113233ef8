// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/disk.h"

#include <cerrno>

#include "core/base/mutant.h"

namespace bw::journal {
namespace {

Result<void> unlessFailed(std::string_view operation, const std::string& path, DiskCode code) {
  if (code == 0) return {};
  return finalError("disk.write", diskText(operation, path, code));
}

Result<void> fillAndSync(FileSystem::Opened opened, const std::string& path, std::string_view bytes) {
  if (opened.code != 0)
    return finalError(opened.code == EEXIST ? "disk.exists" : "disk.write", diskText("create", path, opened.code));
  if (const DiskCode code = opened.file->writeAt(0, bytes); code != 0) return unlessFailed("write", path, code);
  return unlessFailed("sync", path, opened.file->sync());
}

}  // namespace

Result<void> syncDirectory(const std::string& directory, FileSystem& disk) {
  return unlessFailed("sync", directory, disk.syncDirectory(directory));
}

Result<void> writeNewFile(const std::string& path, std::string_view bytes, FileSystem& disk) {
  auto written = fillAndSync(disk.open(path, FileSystem::Open::New), path, bytes);
  if (!written || BW_MUTANT(45)) return written;
  return syncDirectory(parentDirectory(path), disk);
}

Result<void> replaceFile(const std::string& path, std::string_view bytes, FileSystem& disk) {
  const std::string temporary = path + ".new";
  auto written = fillAndSync(disk.open(temporary, FileSystem::Open::Truncate), temporary, bytes);
  if (!written) return written;
  if (const DiskCode code = disk.rename(temporary, path); code != 0) return unlessFailed("rename", temporary, code);
  return syncDirectory(parentDirectory(path), disk);
}

Result<void> removeFile(const std::string& path, FileSystem& disk) {
  if (const DiskCode code = disk.remove(path); code != 0 && code != ENOENT) return unlessFailed("remove", path, code);
  return syncDirectory(parentDirectory(path), disk);
}

Result<std::string> readFile(const std::string& path, FileSystem& disk) {
  std::string bytes;
  const DiskCode code = disk.read(path, bytes);
  if (code != 0) return finalError(code == ENOENT ? "disk.absent" : "disk.read", diskText("read", path, code));
  return bytes;
}

}  // namespace bw::journal
