// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"

namespace bw {

std::string toString(const Uuid& id) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text.push_back('-');
    const std::uint64_t word = i < 16 ? id.high : id.low;
    text.push_back(kHex[word >> (60 - 4 * (i % 16)) & 15]);
  }
  return text;
}

Result<Uuid> uuidFromString(std::string_view text) {
  const auto bad = [&] { return finalError("id.syntax", "'" + std::string(text.substr(0, 64)) + "' is not a UUID"); };
  if (text.size() != 36) return bad();
  Uuid id;
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return bad();
      continue;
    }
    std::uint64_t nibble = 0;
    if (c >= '0' && c <= '9')
      nibble = static_cast<std::uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      nibble = static_cast<std::uint64_t>(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
      nibble = static_cast<std::uint64_t>(c - 'A') + 10;
    else
      return bad();
    std::uint64_t& word = digits < 16 ? id.high : id.low;
    word = word << 4 | nibble;
    ++digits;
  }
  return id;
}

Uuid UuidMaker::make(Timestamp now) {
  const auto millis = static_cast<std::uint64_t>(now.toMillis()) & 0xffffffffffffULL;
  if (millis > m_lastMillis) {
    m_lastMillis = millis;
    m_counter = 0;
  } else if (++m_counter > 0xfff) {
    ++m_lastMillis;
    m_counter = 0;
  }
  const std::uint64_t random = m_rng.next();
  return {m_lastMillis << 16 | 0x7000ULL | m_counter, 0x8000000000000000ULL | random >> 2};
}

}  // namespace bw
