// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_log.h"

#include <charconv>

#include "core/base/hash.h"
#include "core/journal/disk.h"

namespace bw::limits {
namespace {

constexpr std::size_t kFields = 12;
constexpr std::size_t kHashDigits = 64;

// Tabs and line ends separate; inside a field they are written as \t and \n.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c != '\r') {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    out += next == 't' ? '\t' : next == 'n' ? '\n' : next;
  }
  return out;
}

template <class T>
bool numberFrom(const std::string& text, T& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size();
}

std::string chained(const std::string& last, std::string_view content) {
  return toHex(sha256(last + "\n" + std::string(content)));
}

}  // namespace

std::string encodeChange(const LimitChange& change) {
  constexpr std::string_view kDirections[] = {"same", "tighter", "looser"};
  std::string text = std::to_string(change.version) + "\t" + std::to_string(change.time.ns);
  for (const std::string& field : {change.who, change.channel, change.key, change.before, change.after,
                                   std::string(kDirections[static_cast<std::size_t>(change.direction)]), change.reason,
                                   change.preview, change.outcome, change.configHash}) {
    text += "\t" + escaped(field);
  }
  return text;
}

Result<LimitChange> decodeChange(std::string_view text) {
  std::vector<std::string> fields;
  for (;;) {
    const std::size_t tab = text.find('\t');
    fields.push_back(unescaped(text.substr(0, tab)));
    if (tab == std::string_view::npos) break;
    text = text.substr(tab + 1);
  }
  LimitChange change;
  if (fields.size() != kFields || !numberFrom(fields[0], change.version) || !numberFrom(fields[1], change.time.ns))
    return finalError("limits.history", "no recorded change of a limit");
  change.who = fields[2];
  change.channel = fields[3];
  change.key = fields[4];
  change.before = fields[5];
  change.after = fields[6];
  change.direction = fields[7] == "tighter"  ? LimitDirection::Tighter
                     : fields[7] == "looser" ? LimitDirection::Looser
                                             : LimitDirection::Same;
  change.reason = fields[8];
  change.preview = fields[9];
  change.outcome = fields[10];
  change.configHash = fields[11];
  return change;
}

Result<LimitLog> LimitLog::open(FileSystem& disk, std::string path) {
  LimitLog log(disk, std::move(path));
  const auto text = journal::readFile(log.m_path, disk);
  if (!text && text.error().userKey == "disk.absent") return log;
  if (!text) return text.error();
  std::string_view rest = *text;
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    const std::string_view one = rest.substr(0, end);
    const auto damaged = [&](const char* why) {
      return finalError("limits.history", log.m_path + ":" + std::to_string(line) + ": " + why +
                                              "; the history of limits was changed from outside");
    };
    if (end == std::string_view::npos) return damaged("the line has no end");
    rest = rest.substr(end + 1);
    if (one.size() <= kHashDigits || one[kHashDigits] != '\t') return damaged("no record");
    const std::string_view content = one.substr(kHashDigits + 1);
    const std::string hash = chained(log.m_lastHash, content);
    if (one.substr(0, kHashDigits) != hash) return damaged("it does not follow from the line before");
    auto change = decodeChange(content);
    if (!change) return damaged("a field cannot be read");
    log.m_lastHash = hash;
    log.m_lastVersion = std::max(log.m_lastVersion, change->version);
    log.m_changes.push_back(std::move(*change));
  }
  return log;
}

Result<void> LimitLog::append(const std::vector<LimitChange>& changes) {
  std::string bytes;
  std::string hash = m_lastHash;
  for (const LimitChange& change : changes) {
    const std::string content = encodeChange(change);
    hash = chained(hash, content);
    bytes += hash + "\t" + content + "\n";
  }
  // The whole file anew: a write that ends in the middle must not leave half a line.
  auto before = journal::readFile(m_path, *m_disk);
  if (!before && before.error().userKey != "disk.absent") return finalError("limits.write", before.error().detail);
  if (auto written = journal::replaceFile(m_path, (before ? *before : std::string()) + bytes, *m_disk); !written)
    return finalError("limits.write", written.error().detail);
  m_lastHash = hash;
  for (const LimitChange& change : changes) {
    m_lastVersion = std::max(m_lastVersion, change.version);
    m_changes.push_back(change);
  }
  return {};
}

}  // namespace bw::limits
