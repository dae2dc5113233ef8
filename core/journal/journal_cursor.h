// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/journal/records.h"

namespace bw::journal {

/// Reads a journal from its start while another thread may write it, piece by piece, verifying as it goes. For readers
/// that follow behind (projections). Thread: owner only.
class JournalCursor {
 public:
  /// `disk` must outlive it.
  explicit JournalCursor(std::string directory, FileSystem& disk = realFileSystem());
  /// The next records, at most `limit`, none beyond `durable` (what the writer says is on disk). Errors
  /// "journal.corrupt" with file and byte, "journal.read"; the cursor stays where it is.
  Result<std::vector<JournalRecord>> read(std::uint64_t durable, std::size_t limit);
  std::uint64_t sequence() const { return m_sequence; }

 private:
  Result<bool> enterSegment();
  Result<void> readSome(std::uint64_t durable, std::size_t limit, std::vector<JournalRecord>& out, bool& ended);
  std::string path(std::uint32_t number) const;

  std::string m_directory;
  FileSystem* m_disk;
  std::uint32_t m_number = 0;
  std::int64_t m_offset = 0;
  std::uint64_t m_sequence = 0;
  Sha256Digest m_hash{};
};

}  // namespace bw::journal
