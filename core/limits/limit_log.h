// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/base/result.h"
#include "core/domain/messages/limits.h"

namespace bw::limits {

/// The audit trail of limits on disk: one line per changed key, each with the SHA-256 of itself and the line before, so
/// that a removed or edited line shows. Only appended to. Thread: one at a time.
class LimitLog {
 public:
  /// Reads and verifies what is there. Error "limits.history" names the first line that does not follow from the one
  /// before; "disk.read".
  static Result<LimitLog> open(FileSystem& disk, std::string path);
  /// Durable when it returns. Error "limits.write".
  Result<void> append(const std::vector<LimitChange>& changes);
  /// Oldest first.
  const std::vector<LimitChange>& changes() const { return m_changes; }
  std::uint64_t lastVersion() const { return m_lastVersion; }

 private:
  LimitLog(FileSystem& disk, std::string path) : m_disk(&disk), m_path(std::move(path)) {}
  FileSystem* m_disk;
  std::string m_path;
  std::string m_lastHash;
  std::uint64_t m_lastVersion = 0;
  std::vector<LimitChange> m_changes;
};

/// One change as a line's content; also the payload of a RecordKind::LimitChange record.
std::string encodeChange(const LimitChange& change);
/// Error "limits.history".
Result<LimitChange> decodeChange(std::string_view text);

}  // namespace bw::limits
