// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/line_source.h"

#include <algorithm>
#include <cstring>

namespace bw::replay {
namespace {
constexpr std::size_t kFirstBuffer = 256 * 1024;
}  // namespace

LineSource::LineSource(std::unique_ptr<ByteSource> bytes)
    : m_bytes(std::move(bytes)), m_buffer(kFirstBuffer + kPadding) {}

// Moves what is left to the front and reads on. False if nothing more came.
bool LineSource::fill() {
  if (m_eof) return false;
  if (m_begin != 0) {
    std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
    m_end -= m_begin;
    m_begin = 0;
  }
  if (m_end + kPadding == m_buffer.size()) {
    m_buffer.resize(std::min(m_buffer.size() * 2, kMaxLine + kFirstBuffer + kPadding));
  }
  const std::size_t got = m_bytes->read(m_buffer.data() + m_end, m_buffer.size() - kPadding - m_end);
  m_end += got;
  m_bytesRead += got;
  if (got == 0) m_eof = true;
  return got != 0;
}

LineSource::Next LineSource::next(std::string_view& line) {
  std::size_t searched = 0;
  bool tooLong = false;
  m_unended = false;
  while (true) {
    const char* from = m_buffer.data() + m_begin;
    const std::size_t held = m_end - m_begin;
    const void* feed = held == searched ? nullptr : std::memchr(from + searched, '\n', held - searched);
    if (feed != nullptr) {
      auto length = static_cast<std::size_t>(static_cast<const char*>(feed) - from);
      m_begin += length + 1;
      ++m_number;
      if (tooLong) {
        line = m_head;
        return Next::TooLong;
      }
      if (length > 0 && from[length - 1] == '\r') --length;
      line = {from, length};
      return Next::Line;
    }
    searched = held;
    if (held > kMaxLine) {
      if (!tooLong) m_head.assign(from, 80);
      tooLong = true;
      m_begin = m_end;
      searched = 0;
    }
    if (!fill()) break;
  }
  const std::size_t rest = m_end - m_begin;
  if (rest == 0 && !tooLong) return Next::End;
  ++m_number;
  m_unended = true;
  line = tooLong ? std::string_view(m_head) : std::string_view(m_buffer.data() + m_begin, rest);
  m_begin = m_end;
  if (tooLong) return Next::TooLong;
  return m_bytes->error().empty() ? Next::Line : Next::CutOff;
}

}  // namespace bw::replay
