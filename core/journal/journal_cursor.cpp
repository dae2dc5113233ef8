// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journal_cursor.h"

#include <cerrno>

#include "core/journal/journal_reader.h"
#include "core/journal/segment_format.h"

namespace bw::journal {
namespace {

constexpr std::int64_t kPiece = 256 * 1024;

Error damaged(const char* problem, const std::string& path, std::int64_t offset) {
  return finalError("journal.corrupt", std::string(problem) + " in " + path + " at byte " + std::to_string(offset));
}

}  // namespace

JournalCursor::JournalCursor(std::string directory, FileSystem& disk)
    : m_directory(std::move(directory)), m_disk(&disk) {}

std::string JournalCursor::path(std::uint32_t number) const {
  return m_directory + "/" + segmentName(number);
}

// False if there is no further segment.
Result<bool> JournalCursor::enterSegment() {
  const std::string next = path(m_number + 1);
  std::string bytes;
  const DiskCode code = m_disk->readAt(next, 0, SegmentHead::kBytes, bytes);
  if (code == ENOENT) return false;
  if (code != 0) return finalError("journal.read", diskText("read", next, code));
  const auto head = decodeHead(bytes);
  if (!head || head->firstSequence != m_sequence + 1 || head->previousHash != m_hash)
    return damaged("segment head damaged or out of chain", next, 0);
  m_number += 1;
  m_offset = SegmentHead::kBytes;
  return true;
}

Result<void> JournalCursor::readSome(std::uint64_t durable, std::size_t limit, std::vector<JournalRecord>& out,
                                     bool& ended) {
  std::int64_t want = kPiece;
  while (true) {
    std::string bytes;
    if (const DiskCode code = m_disk->readAt(path(m_number), m_offset, want, bytes); code != 0)
      return finalError("journal.read", diskText("read", path(m_number), code));
    const std::size_t before = out.size();
    std::size_t at = 0;
    ParsedRecord parsed;
    while (m_sequence < durable && out.size() < limit) {
      parsed = parseRecord(std::string_view(bytes).substr(at), m_sequence + 1, m_hash);
      if (parsed.outcome != ParsedRecord::Outcome::Good) break;
      m_sequence = parsed.head.sequence;
      m_hash = parsed.head.hash;
      out.push_back(
          {parsed.head.kind, parsed.head.sequence, parsed.head.time, std::string(parsed.payload), parsed.head.hash});
      at += parsed.bytes;
    }
    m_offset += static_cast<std::int64_t>(at);
    if (m_sequence >= durable || out.size() >= limit || out.size() > before) return {};
    const bool whole = static_cast<std::int64_t>(bytes.size()) < want;
    ended = bytes.empty() || parsed.outcome == ParsedRecord::Outcome::End;
    if (ended) return {};
    if (whole) return damaged(parsed.problem, path(m_number), m_offset);
    want = RecordHead::kBytes + RecordHead::kMaxPayload;
    if (static_cast<std::int64_t>(bytes.size()) >= want) return damaged(parsed.problem, path(m_number), m_offset);
  }
}

Result<std::vector<JournalRecord>> JournalCursor::read(std::uint64_t durable, std::size_t limit) {
  std::vector<JournalRecord> out;
  while (m_sequence < durable && out.size() < limit) {
    bool ended = m_number == 0;
    if (!ended) {
      auto some = readSome(durable, limit, out, ended);
      if (!some) return some.error();
    }
    if (!ended) continue;
    auto entered = enterSegment();
    if (!entered) return entered.error();
    if (!*entered) break;
  }
  return out;
}

}  // namespace bw::journal
