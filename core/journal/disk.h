// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/base/file_system.h"
#include "core/base/result.h"

namespace bw::journal {

/// Makes a change of directory entries durable. Error "disk.write".
Result<void> syncDirectory(const std::string& directory, FileSystem& disk = realFileSystem());
/// Writes a new file that must not exist yet, and makes it and its name durable. Errors "disk.exists", "disk.write".
Result<void> writeNewFile(const std::string& path, std::string_view bytes, FileSystem& disk = realFileSystem());
/// Replaces a file by way of a temporary one: afterwards it holds the old or the new bytes, never a mix. Error
/// "disk.write".
Result<void> replaceFile(const std::string& path, std::string_view bytes, FileSystem& disk = realFileSystem());
/// Removes a file if it is there, durably. Error "disk.write".
Result<void> removeFile(const std::string& path, FileSystem& disk = realFileSystem());
/// The whole file. Errors "disk.absent", "disk.read".
Result<std::string> readFile(const std::string& path, FileSystem& disk = realFileSystem());

}  // namespace bw::journal
