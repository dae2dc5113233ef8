// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/log_watch.h"

#include "core/sentinel/secret_scan.h"

namespace bw::sentinel {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::size_t kErrorsKnown = 256;

// The value of a key in a line of our own log, which escapes what would end it.
std::string_view fieldOf(std::string_view line, std::string_view key) {
  const std::string opening = "\"" + std::string(key) + "\":\"";
  const std::size_t at = line.find(opening);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + opening.size());
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(0, end);
}

}  // namespace

void LogWatch::readLine(std::string_view line, MonoTime now, Findings& found) {
  ++m_lines;
  const std::string_view source = fieldOf(line, "source");
  if (source == "sentinel" || source == "alarm") return;  // what we say ourselves
  if (const auto kind = secretIn(line)) {
    const std::string event(fieldOf(line, "event"));
    found.push_back(
        {"secret.log", std::string(source) + "/" + event, Severity::Critical,
         "the log holds " + *kind + " (not repeated here), written by " + std::string(source) + " as " + event,
         "Revoke it at the venue, delete the log files, and report who wrote it", false});
  }
  const std::string_view level = fieldOf(line, "level");
  if (level != "error" && level != "critical") return;
  const std::string key = std::string(source) + "/" + std::string(fieldOf(line, "event"));
  if (m_errors.size() >= kErrorsKnown && m_errors.count(key) == 0) m_errors.clear();
  std::deque<MonoTime>& times = m_errors[key];
  times.push_back(now);
  while (now - times.front() > kWindow) times.pop_front();
  if (times.size() != kStorm) return;
  found.push_back({"log.storm", key, Severity::Warning,
                   "the error " + key + " was logged " + std::to_string(kStorm) +
                       " times within a minute; the last: " + std::string(fieldOf(line, "text").substr(0, 200)),
                   "Look at logs/orchestrator.log; pause trading if you do not know why", false});
}

Findings LogWatch::read(std::string_view text, MonoTime now) {
  Findings found;
  m_rest += text;
  std::size_t from = 0;
  for (std::size_t end = m_rest.find('\n'); end != std::string::npos; end = m_rest.find('\n', from)) {
    readLine(std::string_view(m_rest).substr(from, end - from), now, found);
    from = end + 1;
  }
  m_rest.erase(0, from);
  if (m_rest.size() > kLongestLine) m_rest.clear();
  return found;
}

}  // namespace bw::sentinel
