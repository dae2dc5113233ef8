// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace bw {

std::string_view toString(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
    case LogLevel::Critical:
      return "critical";
  }
  return "info";
}

void appendJsonEscaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
}

Log::Log(const Clock& clock, Options options) : m_clock(clock), m_options(std::move(options)) {
  if (m_options.path.empty()) return;
  Lock lock(m_mutex);
  m_file = ::open(m_options.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat info {};
  if (m_file >= 0 && ::fstat(m_file, &info) == 0) m_bytes = info.st_size;
}

Log::~Log() {
  Lock lock(m_mutex);
  if (m_file >= 0) ::close(m_file);
}

void Log::rotate() {
  ::close(m_file);
  for (int i = m_options.keep - 1; i >= 1; --i) {
    const std::string from = m_options.path + "." + std::to_string(i);
    std::rename(from.c_str(), (m_options.path + "." + std::to_string(i + 1)).c_str());
  }
  std::rename(m_options.path.c_str(), (m_options.path + ".1").c_str());
  m_file = ::open(m_options.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  m_bytes = 0;
}

void Log::write(LogLevel level, std::string_view source, std::string_view event, std::string_view text,
                std::initializer_list<LogField> fields) {
  if (level < m_options.level || m_options.path.empty()) return;
  std::string line = "{\"time\":\"" + toIso8601(m_clock.now()) + "\",\"level\":\"";
  line += toString(level);
  line += "\",\"source\":\"";
  appendJsonEscaped(line, source);
  line += "\",\"event\":\"";
  appendJsonEscaped(line, event);
  line += "\",\"text\":\"";
  appendJsonEscaped(line, text);
  line += '"';
  for (const LogField& field : fields) {
    line += ",\"";
    appendJsonEscaped(line, field.key);
    line += "\":\"";
    appendJsonEscaped(line, field.value);
    line += '"';
  }
  line += "}\n";
  Lock lock(m_mutex);
  if (m_file >= 0 && m_bytes + static_cast<std::int64_t>(line.size()) > m_options.maxBytes) rotate();
  if (m_file < 0 || ::write(m_file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    ++m_lost;
    return;
  }
  m_bytes += static_cast<std::int64_t>(line.size());
}

std::uint64_t Log::lostLines() const {
  Lock lock(m_mutex);
  return m_lost;
}

}  // namespace bw
