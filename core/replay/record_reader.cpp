// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/record_reader.h"

#include <algorithm>

namespace bw::replay {
namespace {

constexpr Duration kSameTime = Duration::minutes(1);

}  // namespace

void RecordReader::noteBad(std::uint64_t line, const std::string& text) {
  if (m_stats.badLines++ == 0) {
    m_stats.firstBadLine = line;
    m_stats.firstBadText = text;
  }
  if (m_stats.badLines < kMaxFindings) {
    m_findings.push_back("line " + std::to_string(line) + ": " + text);
  } else if (m_stats.badLines == kMaxFindings) {
    m_findings.push_back("line " + std::to_string(line) + ": " + text + " (further bad lines are only counted)");
  }
}

void RecordReader::noteTruncated(const std::string& text) {
  m_stats.truncated = true;
  m_findings.push_back(text);
}

void RecordReader::takeFindings(std::vector<std::string>& out) {
  std::move(m_findings.begin(), m_findings.end(), std::back_inserter(out));
  m_findings.clear();
}

void LineReader::decodeCurrent(MarketSink& sink) {
  m_why.clear();
  if (decode(m_body, sink)) {
    ++m_stats.events;
    m_goodTime = m_time;
    m_badRun = 0;
    return;
  }
  ++m_badRun;
  noteBad(m_lines.number(), m_why.empty() ? "cannot be read" : m_why);
  if (m_lines.lastUnended())
    noteTruncated("line " + std::to_string(m_lines.number()) + ": the file ends in its middle");
}

void LineReader::deliver(MarketSink& sink) {
  BW_ASSERT(m_have);
  decodeCurrent(sink);
  m_have = false;
}

// The recorder's stamp drives market time: damaged digits must not make it run through years. Measured from the last
// line that could be decoded; two lines in a row that agree are a gap, unless damage came before them.
bool LineReader::isPlausible(Timestamp time) {
  const Timestamp suspect = m_suspect;
  m_suspect = {INT64_MIN};
  if (m_goodTime.ns == INT64_MIN || time <= m_goodTime || time - m_goodTime <= longestStep()) return true;
  const bool agrees = suspect.ns != INT64_MIN && (time > suspect ? time - suspect : suspect - time) <= kSameTime;
  if (agrees && m_badRun <= 1) return true;
  m_suspect = time;
  noteBad(m_lines.number(), "its time " + toIso8601(time) + " is more than " +
                                std::to_string(longestStep().toMillis() / 60'000) + " min after the line before");
  ++m_badRun;
  return false;
}

void LineReader::advance() {
  std::string_view line;
  while (!m_ended) {
    switch (m_lines.next(line)) {
      case LineSource::Next::TooLong:
        noteBad(m_lines.number(), "longer than " + std::to_string(LineSource::kMaxLine) + " bytes");
        continue;
      case LineSource::Next::CutOff:
        noteBad(m_lines.number(), "cut off");
        noteTruncated("line " + std::to_string(m_lines.number()) + ", " + m_lines.error());
        m_ended = true;
        return;
      case LineSource::Next::End:
        m_ended = true;
        if (!m_lines.error().empty()) {
          noteTruncated("after line " + std::to_string(m_lines.number()) + ", " + m_lines.error());
        }
        return;
      case LineSource::Next::Line:
        break;
    }
    if (line.empty()) continue;
    m_why.clear();
    Timestamp time;
    switch (head(line, time, m_body)) {
      case Head::Ignore:
        continue;
      case Head::Bad:
        noteBad(m_lines.number(), m_why.empty() ? "cannot be read" : m_why);
        continue;
      case Head::Record:
        break;
    }
    if (!isPlausible(time)) continue;
    m_time = std::max(m_time, time);
    m_have = true;
    return;
  }
}

}  // namespace bw::replay
