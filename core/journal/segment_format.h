// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/hash.h"
#include "core/journal/records.h"

namespace bw::journal {

/// The bytes of a journal on disk. A segment file is a 64-byte head and records one after the other, then zeros up to
/// the preallocated size.
/// | head: | magic "BWJRNL01", segment number u32, CRC-32 u32 of the rest, first sequence u64, previous chain hash 32,
/// format version u32, 0 u32 |
/// | record: | length u32, CRC-32 u32 of all but these two, kind u16, 0 u16, sequence u64, durable u64, time i64, hash
/// 32, payload | hash = SHA-256(previous hash, then every other byte of the record but the CRC), so nothing can be
/// changed, removed or swapped unseen. durable = what was known to be on disk when the record was written: it tells a
/// torn batch, which nobody relied on, from damage to records somebody did.
/// A segment of a higher version may be read (the framing is the magic's) but not written by this program.
inline constexpr std::uint32_t kFormatVersion = 1;

struct SegmentHead {
  static constexpr std::size_t kBytes = 64;
  std::uint32_t number = 1;
  std::uint64_t firstSequence = 1;
  Sha256Digest previousHash{};
  std::uint32_t formatVersion = kFormatVersion;
};

struct RecordHead {
  static constexpr std::size_t kBytes = 68;
  static constexpr std::uint32_t kMaxPayload = 16u * 1024 * 1024;
  std::uint32_t length = 0;
  std::uint32_t crc = 0;
  RecordKind kind = RecordKind::SessionStart;
  std::uint64_t sequence = 0;
  std::uint64_t durable = 0;
  Timestamp time;
  Sha256Digest hash{};
};

std::string encodeHead(const SegmentHead& head);
/// Nothing if the bytes are no head.
std::optional<SegmentHead> decodeHead(std::string_view bytes);
/// True for a segment whose framing itself is of a later program: not damaged, but nothing here can read it.
bool newerLayout(std::string_view bytes);

/// Appends the record to `out` and returns its chain hash. The payload is at most RecordHead::kMaxPayload.
Sha256Digest appendRecord(std::string& out, RecordKind kind, std::uint64_t sequence, std::uint64_t durable,
                          Timestamp time, std::string_view payload, const Sha256Digest& previous);

/// What stands at an offset of a segment.
struct ParsedRecord {
  enum class Outcome : std::uint8_t { Good, End, Bad };
  Outcome outcome = Outcome::Bad;
  RecordHead head;
  std::string_view payload;
  std::size_t bytes = 0;
  const char* problem = "";
};
/// Checks length, CRC, sequence and chain. `bytes` starts at the record.
ParsedRecord parseRecord(std::string_view bytes, std::uint64_t expectedSequence, const Sha256Digest& previous);
/// Length and CRC only: for looking for records behind damage.
ParsedRecord parseUnchained(std::string_view bytes);

}  // namespace bw::journal
