// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journal_reader.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>

#include "core/journal/segment_format.h"

namespace bw::journal {
namespace {

constexpr const char* kRestore = "restore the file from a copy";

Result<std::vector<std::string>> listSegments(const std::string& directory, FileSystem& disk) {
  std::vector<std::string> paths;
  std::vector<std::string> names;
  const DiskCode code = disk.list(directory, names);
  if (code == ENOENT) return paths;
  if (code != 0) return finalError("journal.read", diskText("list", directory, code));
  for (const std::string& name : names) {
    if (name.rfind("journal-", 0) == 0 && name.size() > 4 && name.compare(name.size() - 4, 4, ".bwj") == 0)
      paths.push_back(directory + "/" + name);
  }
  return paths;
}

std::string at(const std::string& path, std::size_t offset) {
  return path + " at byte " + std::to_string(offset);
}

// True if a later record says that the damaged one had been reported durable.
bool somebodyReliedOn(std::string_view rest, std::uint64_t sequence) {
  for (std::size_t i = 1; i + RecordHead::kBytes <= rest.size(); ++i) {
    const auto low = static_cast<unsigned char>(rest[i]);
    const auto high = static_cast<unsigned char>(rest[i + 3]);
    if (high != 0 || (low == 0 && rest[i + 1] == 0 && rest[i + 2] == 0 && rest[i + 4] == 0)) continue;
    const ParsedRecord later = parseUnchained(rest.substr(i));
    if (later.outcome == ParsedRecord::Outcome::Good && later.head.sequence > sequence &&
        later.head.durable >= sequence)
      return true;
  }
  return false;
}

/// Goes through the segments in order and stops at the first damage.
class Walk {
 public:
  Walk(JournalInspection& out, FileSystem& disk, std::vector<JournalHead> heads)
      : m_out(out), m_contents(out.contents), m_disk(disk), m_heads(std::move(heads)) {}

  Result<void> segment(const std::string& path, bool last) {
    std::string bytes;
    if (const DiskCode code = m_disk.read(path, bytes); code != 0)
      return finalError("journal.read", diskText("read", path, code));
    const std::string_view view(bytes);
    m_contents.segments.push_back(path);
    if (newerLayout(view)) {
      damage(path, 0, "written by a newer version of Bellwether", "open it with that version");
      m_out.damage->newer = true;
      return {};
    }
    const std::optional<SegmentHead> head = decodeHead(view);
    const bool follows = head && head->number == m_contents.lastNumber + 1 &&
                         head->firstSequence == m_contents.lastSequence + 1 &&
                         head->previousHash == m_contents.lastHash;
    // A segment is made durable before a record goes into it, so an unreadable head without records is a torn creation.
    if (!head && last && !somebodyReliedOn(view, m_contents.lastSequence)) {
      m_contents.torn = true;
      m_contents.tornText = "unfinished segment head in " + at(path, 0);
      m_contents.lastNumber += 1;
      m_contents.lastOffset = 0;
      return {};
    }
    if (!follows) {
      damage(path, 0, head ? "segment out of chain" : "segment head damaged", kRestore);
      return {};
    }
    m_contents.lastNumber = head->number;
    m_contents.formatVersion = std::max(m_contents.formatVersion, head->formatVersion);
    records(path, view, last);
    return {};
  }

  /// What the heads say about the end.
  void end() {
    if (m_out.damage) return;
    for (const JournalHead& head : m_heads) {
      if (head.sequence <= m_contents.lastSequence) continue;
      const std::string path = m_contents.segments.empty() ? std::string("the journal") : m_contents.segments.back();
      damage(path, static_cast<std::size_t>(m_contents.lastOffset),
             (m_contents.torn ? m_contents.tornText : "records are gone") + ", though a sealed head of " +
                 toIso8601(head.time) + " proves " + std::to_string(head.sequence) + " records",
             kRestore);
      return;
    }
  }

 private:
  void damage(const std::string& path, std::size_t offset, std::string problem, std::string remedy) {
    m_out.damage = JournalDamage{
        path, static_cast<std::int64_t>(offset), m_contents.lastSequence + 1, std::move(problem), std::move(remedy),
        false};
  }

  bool headsAgree(const RecordHead& record) const {
    return std::none_of(m_heads.begin(), m_heads.end(), [&](const JournalHead& head) {
      return head.sequence == record.sequence && head.hash != record.hash;
    });
  }

  void records(const std::string& path, std::string_view view, bool last) {
    std::size_t offset = SegmentHead::kBytes;
    while (true) {
      const ParsedRecord parsed = parseRecord(view.substr(offset), m_contents.lastSequence + 1, m_contents.lastHash);
      if (parsed.outcome != ParsedRecord::Outcome::Good) {
        rest(path, view, offset, parsed, last);
        return;
      }
      if (!headsAgree(parsed.head)) {
        damage(path, offset, "the chain was written again: its hash differs from that of a sealed head", kRestore);
        return;
      }
      m_contents.lastSequence = parsed.head.sequence;
      m_contents.lastHash = parsed.head.hash;
      m_contents.records.push_back(
          {parsed.head.kind, parsed.head.sequence, parsed.head.time, std::string(parsed.payload), parsed.head.hash});
      offset += parsed.bytes;
    }
  }

  void rest(const std::string& path, std::string_view view, std::size_t offset, const ParsedRecord& parsed, bool last) {
    const std::string_view rest = view.substr(offset);
    m_contents.lastOffset = static_cast<std::int64_t>(offset);
    if (rest.find_first_not_of('\0') == std::string_view::npos) return;
    const char* problem = parsed.outcome == ParsedRecord::Outcome::End ? "bytes behind the end" : parsed.problem;
    if (!last || somebodyReliedOn(rest, m_contents.lastSequence + 1)) {
      damage(path, offset, std::string(problem) + ", though later records say that it had been stored", kRestore);
      return;
    }
    m_contents.torn = true;
    m_contents.tornText = std::string(problem) + " in " + at(path, offset) +
                          ": unfinished write cut off after record " + std::to_string(m_contents.lastSequence);
  }

  JournalInspection& m_out;
  JournalContents& m_contents;
  FileSystem& m_disk;
  const std::vector<JournalHead> m_heads;
};

std::optional<std::uint64_t> numberOf(const std::string& line, const char* key) {
  const std::string start = std::string(key) + "=";
  if (line.rfind(start, 0) != 0) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(line.data() + start.size(), line.data() + line.size(), value);
  if (code != std::errc() || end != line.data() + line.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string encodeHeadFile(const JournalHead& head) {
  const std::string body = "sequence=" + std::to_string(head.sequence) + "\nhash=" + toHex(head.hash) +
                           "\ntime=" + std::to_string(head.time.ns) + "\nutc=" + toIso8601(head.time) + "\n";
  return body + "crc=" + std::to_string(crc32(body)) + "\n";
}

std::optional<JournalHead> decodeHeadFile(const std::string& bytes) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  std::size_t seal = 0;
  while (start < bytes.size()) {
    const std::size_t end = bytes.find('\n', start);
    if (end == std::string::npos) return std::nullopt;
    seal = start;
    lines.push_back(bytes.substr(start, end - start));
    start = end + 1;
  }
  if (lines.size() != 5 || numberOf(lines[4], "crc") != std::uint64_t{crc32(std::string_view(bytes).substr(0, seal))})
    return std::nullopt;
  const auto sequence = numberOf(lines[0], "sequence");
  const auto time = numberOf(lines[2], "time");
  const std::string& hash = lines[1];
  if (!sequence || !time || hash.size() != 5 + 64) return std::nullopt;
  JournalHead head{*sequence, {}, {static_cast<std::int64_t>(*time)}};
  for (std::size_t i = 0; i < head.hash.size(); ++i) {
    unsigned value = 0;
    const char* digits = hash.data() + 5 + 2 * i;
    const auto [end, code] = std::from_chars(digits, digits + 2, value, 16);
    if (code != std::errc() || end != digits + 2) return std::nullopt;
    head.hash[i] = static_cast<std::uint8_t>(value);
  }
  return head;
}

std::string segmentName(std::uint32_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "journal-%06u.bwj", number);
  return name;
}

std::string headPath(const std::string& directory) {
  return directory + "/head";
}

Result<JournalInspection> inspectJournal(const std::string& directory, FileSystem& disk,
                                         const std::optional<JournalHead>& known) {
  auto paths = listSegments(directory, disk);
  if (!paths) return paths.error();
  JournalInspection out;
  std::vector<JournalHead> heads;
  if (known) heads.push_back(*known);
  std::string bytes;
  const DiskCode code = disk.read(headPath(directory), bytes);
  if (code == 0) {
    if (const auto head = decodeHeadFile(bytes))
      heads.push_back(*head);
    else
      out.contents.headText = headPath(directory) + " is damaged; it is written again when the workstation ends";
  } else if (code != ENOENT) {
    return finalError("journal.read", diskText("read", headPath(directory), code));
  }
  Walk walk(out, disk, std::move(heads));
  for (std::size_t i = 0; i < paths->size() && !out.damage; ++i) {
    auto walked = walk.segment((*paths)[i], i + 1 == paths->size());
    if (!walked) return walked.error();
  }
  walk.end();
  return out;
}

std::string damageText(const JournalDamage& damage) {
  return damage.problem + " in " + damage.segment + " at byte " + std::to_string(damage.offset) + ", record " +
         std::to_string(damage.sequence) + "; " + damage.remedy;
}

Result<JournalContents> readJournal(const std::string& directory, FileSystem& disk) {
  auto found = inspectJournal(directory, disk);
  if (!found) return found.error();
  if (found->damage)
    return finalError(found->damage->newer ? "journal.newer" : "journal.corrupt", damageText(*found->damage));
  return std::move(found->contents);
}

}  // namespace bw::journal
