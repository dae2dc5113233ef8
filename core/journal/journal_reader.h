// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_system.h"
#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/journal/records.h"

namespace bw::journal {

/// A record's place in the chain: who keeps a copy of it elsewhere can prove that nothing before it was changed.
struct JournalHead {
  std::uint64_t sequence = 0;
  Sha256Digest hash{};
  Timestamp time;
};

/// The bytes of a head file, and back; nothing if they are damaged.
std::string encodeHeadFile(const JournalHead& head);
std::optional<JournalHead> decodeHeadFile(const std::string& bytes);

/// Something in a journal that no crash explains.
struct JournalDamage {
  std::string segment;         ///< path of the file
  std::int64_t offset = 0;     ///< byte in it
  std::uint64_t sequence = 0;  ///< of the record that should be there
  std::string problem;
  std::string remedy;
  bool newer = false;  ///< not damaged: written by a newer version in a format this one cannot read
};

/// All good records of a journal, from the start, and where and why reading ended.
struct JournalContents {
  std::vector<JournalRecord> records;
  std::uint64_t lastSequence = 0;
  Sha256Digest lastHash{};
  std::vector<std::string> segments;  ///< paths, in order
  std::uint32_t lastNumber = 0;       ///< of the last segment; 0 = none
  std::int64_t lastOffset = 0;        ///< end of the good records in it
  std::uint32_t formatVersion = 0;    ///< the newest of its segments; above kFormatVersion it may be read, not written
  bool torn = false;                  ///< bytes of an unfinished write follow; nobody relied on them
  std::string tornText;               ///< names file, byte offset and what was found
  std::string headText;               ///< not empty: what is wrong with the sealed head, which is left aside then
};

/// What reading found. With damage, `contents` holds what comes before it.
struct JournalInspection {
  JournalContents contents;
  std::optional<JournalDamage> damage;
};

/// Reads and verifies every segment of `directory` (none: empty contents), the sealed head beside them, and `known`, a
/// copy of a head kept elsewhere. Changes nothing. Error "journal.read" when the disk refuses.
Result<JournalInspection> inspectJournal(const std::string& directory, FileSystem& disk = realFileSystem(),
                                         const std::optional<JournalHead>& known = std::nullopt);

/// The same where damage is an error: "journal.corrupt" when records are damaged or gone that were reported durable
/// (names file, byte offset, record and remedy), "journal.newer", "journal.read".
Result<JournalContents> readJournal(const std::string& directory, FileSystem& disk = realFileSystem());

/// The damage as one sentence.
std::string damageText(const JournalDamage& damage);

/// Name of segment `number`: "journal-000001.bwj".
std::string segmentName(std::uint32_t number);
/// The file that holds the sealed head.
std::string headPath(const std::string& directory);

}  // namespace bw::journal
