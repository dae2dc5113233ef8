// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/journal/records.h"

namespace bw::journal {

/// All good records of a journal, from the start, and where and why reading ended.
struct JournalContents {
  std::vector<JournalRecord> records;
  std::uint64_t lastSequence = 0;
  Sha256Digest lastHash{};
  std::vector<std::string> segments;  ///< paths, in order
  std::uint32_t lastNumber = 0;       ///< of the last segment; 0 = none
  std::int64_t lastOffset = 0;        ///< end of the good records in it
  bool torn = false;                  ///< bytes of an unfinished write follow; nobody relied on them
  std::string tornText;               ///< names file, byte offset and what was found
};

/// Reads and verifies every segment of `directory` (none: empty contents). Changes nothing.
/// Errors: "journal.corrupt" when records are damaged that were reported durable (names file and byte offset),
/// "journal.read" when the disk refuses.
Result<JournalContents> readJournal(const std::string& directory);

/// Name of segment `number`: "journal-000001.bwj".
std::string segmentName(std::uint32_t number);

}  // namespace bw::journal
