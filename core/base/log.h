// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/decimal.h"
#include "core/base/mutex.h"
#include "core/base/secret.h"

namespace bw {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error, Critical };
std::string_view toString(LogLevel level);

/// One key=value of a log line. A Secret prints as "‹redacted›", by type.
struct LogField {
  std::string key;
  std::string value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, int v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}
  LogField(std::string_view k, const Decimal& v) : key(k), value(v.toString()) {}
  LogField(std::string_view k, const Secret&) : key(k), value("‹redacted›") {}
};

/// Structured log, one JSON-escaped line per event, to a file that is rotated by size.
/// Thread: any; a line is written whole. Losing the disk loses lines (counted), never the caller.
class Log {
 public:
  struct Options {
    std::string path;                          ///< empty: nothing is written to disk
    std::int64_t maxBytes = 16 * 1024 * 1024;  ///< a full file becomes path.1
    int keep = 5;                              ///< how many old files stay
    LogLevel level = LogLevel::Info;
  };
  /// `clock` must outlive the log.
  Log(const Clock& clock, Options options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// `source` names the component, `event` is a stable code, `text` plain English.
  void write(LogLevel level, std::string_view source, std::string_view event, std::string_view text,
             std::initializer_list<LogField> fields = {});
  std::uint64_t lostLines() const;

 private:
  void rotate() BW_REQUIRES(m_mutex);
  const Clock& m_clock;
  const Options m_options;
  mutable Mutex m_mutex;
  int m_file BW_GUARDED_BY(m_mutex) = -1;
  std::int64_t m_bytes BW_GUARDED_BY(m_mutex) = 0;
  std::uint64_t m_lost BW_GUARDED_BY(m_mutex) = 0;
};

/// Appends `text` to `out` as the inside of a JSON string: quotes, backslashes and control characters escaped.
void appendJsonEscaped(std::string& out, std::string_view text);

}  // namespace bw
