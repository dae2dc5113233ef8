// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/sentinel/finding.h"

namespace bw::sentinel {

/// Reads what the program logs: the same error again and again, and secrets that got into the log.
/// Pure. Thread: owner only.
class LogWatch {
 public:
  /// So many errors of one source and event within a minute are a storm.
  static constexpr std::size_t kStorm = 10;
  static constexpr Duration kWindow = Duration::seconds(60);

  /// `text` is what came since the call before; a line that is not complete waits for its rest.
  Findings read(std::string_view text, MonoTime now);
  std::uint64_t linesRead() const { return m_lines; }

 private:
  void readLine(std::string_view line, MonoTime now, Findings& found);

  std::string m_rest;
  std::map<std::string, std::deque<MonoTime>> m_errors;  ///< by source and event
  std::uint64_t m_lines = 0;
};

}  // namespace bw::sentinel
