// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/replay/step_scale.h"

namespace bw::replay {

/// Walks over JSON text of a known shape without building anything. Every function is false, with the cursor anywhere,
/// when the text is of another shape; the caller then asks a full parser. Strings with escapes are of another shape.
/// Thread: owner only.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : m_at(text.data()), m_end(text.data() + text.size()) {}
  bool take(char c) {
    if (m_at == m_end || *m_at != c) return false;
    ++m_at;
    return true;
  }
  template <std::size_t N>
  bool take(const char (&text)[N]) {
    if (static_cast<std::size_t>(m_end - m_at) < N - 1 || std::memcmp(m_at, text, N - 1) != 0) return false;
    m_at += N - 1;
    return true;
  }
  char peek() const { return m_at == m_end ? '\0' : *m_at; }
  bool atEnd() const { return m_at == m_end; }
  /// A string; for short ones.
  bool string(std::string_view& out) {
    if (!take('"')) return false;
    const char* begin = m_at;
    while (m_at != m_end && *m_at != '"') {
      if (*m_at == '\\') return false;
      ++m_at;
    }
    if (m_at == m_end) return false;
    out = {begin, static_cast<std::size_t>(m_at - begin)};
    ++m_at;
    return true;
  }
  /// An integer of at most 18 digits, not negative.
  bool integer(std::uint64_t& out) {
    const char* begin = m_at;
    std::uint64_t value = 0;
    for (; m_at != m_end && static_cast<unsigned char>(*m_at - '0') < 10; ++m_at) {
      value = value * 10 + static_cast<std::uint64_t>(*m_at - '0');
    }
    out = value;
    return m_at != begin && m_at - begin <= 18;
  }
  bool boolean(bool& out) {
    if (take("true")) return out = true;
    out = false;
    return take("false");
  }
  /// A decimal in quotes, as steps.
  bool quotedSteps(const StepScale& scale, std::int64_t& out) {
    return take('"') && scale.read(m_at, m_end, out) && take('"');
  }

 private:
  const char* m_at;
  const char* m_end;
};

}  // namespace bw::replay
