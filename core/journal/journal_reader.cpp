// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journal_reader.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/journal/segment_format.h"

namespace bw::journal {
namespace {

Result<std::string> readWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return finalError("journal.read", "cannot read " + path);
  std::string bytes(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) return finalError("journal.read", "cannot read " + path);
  return bytes;
}

Result<std::vector<std::string>> listSegments(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code code;
  if (!std::filesystem::exists(directory, code)) return paths;
  std::filesystem::directory_iterator it(directory, code);
  if (code) return finalError("journal.read", "cannot list " + directory + ": " + code.message());
  for (const auto& entry : it) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("journal-", 0) == 0 && entry.path().extension() == ".bwj") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
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

struct SegmentWalk {
  JournalContents& contents;
  bool last = false;
};

Result<void> walkSegment(const std::string& path, SegmentWalk walk) {
  JournalContents& contents = walk.contents;
  auto bytes = readWhole(path);
  if (!bytes) return bytes.error();
  const std::string_view view(*bytes);
  const std::optional<SegmentHead> head = decodeHead(view);
  if (!head || head->firstSequence != contents.lastSequence + 1 || head->previousHash != contents.lastHash) {
    // A segment is made durable before a record goes into it, so an unreadable head without records is a torn creation.
    if (walk.last && !somebodyReliedOn(view, contents.lastSequence)) {
      contents.torn = true;
      contents.tornText = "unfinished segment head in " + at(path, 0);
      contents.segments.push_back(path);
      contents.lastNumber += 1;
      contents.lastOffset = 0;
      return {};
    }
    return finalError("journal.corrupt", "segment head damaged or out of chain in " + at(path, 0));
  }
  contents.segments.push_back(path);
  contents.lastNumber = head->number;
  std::size_t offset = SegmentHead::kBytes;
  while (true) {
    const ParsedRecord parsed = parseRecord(view.substr(offset), contents.lastSequence + 1, contents.lastHash);
    if (parsed.outcome == ParsedRecord::Outcome::Good) {
      contents.lastSequence = parsed.head.sequence;
      contents.lastHash = parsed.head.hash;
      contents.records.push_back(
          {parsed.head.kind, parsed.head.sequence, parsed.head.time, std::string(parsed.payload)});
      offset += parsed.bytes;
      continue;
    }
    const std::string_view rest = view.substr(offset);
    contents.lastOffset = static_cast<std::int64_t>(offset);
    if (rest.find_first_not_of('\0') == std::string_view::npos) return {};
    const char* problem = parsed.outcome == ParsedRecord::Outcome::End ? "bytes behind the end" : parsed.problem;
    if (!walk.last || somebodyReliedOn(rest, contents.lastSequence + 1)) {
      return finalError("journal.corrupt",
                        std::string(problem) + " in " + at(path, offset) +
                            ", though later records say that it had been stored; restore the file from a copy");
    }
    contents.torn = true;
    contents.tornText = std::string(problem) + " in " + at(path, offset) + ": unfinished write cut off after record " +
                        std::to_string(contents.lastSequence);
    return {};
  }
}

}  // namespace

std::string segmentName(std::uint32_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "journal-%06u.bwj", number);
  return name;
}

Result<JournalContents> readJournal(const std::string& directory) {
  auto paths = listSegments(directory);
  if (!paths) return paths.error();
  JournalContents contents;
  for (std::size_t i = 0; i < paths->size(); ++i) {
    auto walked = walkSegment((*paths)[i], {contents, i + 1 == paths->size()});
    if (!walked) return walked.error();
  }
  return contents;
}

}  // namespace bw::journal
