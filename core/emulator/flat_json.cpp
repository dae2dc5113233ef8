// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/emulator/flat_json.h"

#include <charconv>

namespace bw::emulator {
namespace {

/// Reads left to right; every function leaves the place behind what it read. Thread: owner only.
class FlatReader {
 public:
  explicit FlatReader(std::string_view text) : m_text(text) {}
  bool object(FlatJson& out) {
    if (!take('{')) return false;
    if (take('}')) return atEnd();
    do {
      std::string key;
      if (!string(key) || !take(':') || !member(key, out)) return false;
    } while (take(','));
    return take('}') && atEnd();
  }

 private:
  void skip() {
    while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\t')) ++m_at;
  }
  bool take(char c) {
    skip();
    if (m_at >= m_text.size() || m_text[m_at] != c) return false;
    ++m_at;
    return true;
  }
  bool atEnd() {
    skip();
    return m_at == m_text.size();
  }
  bool string(std::string& out) {
    if (!take('"')) return false;
    out.clear();
    while (m_at < m_text.size() && m_text[m_at] != '"') {
      if (m_text[m_at] == '\\' && ++m_at >= m_text.size()) return false;
      out.push_back(m_text[m_at++]);
    }
    return m_at++ < m_text.size();
  }
  bool member(const std::string& key, FlatJson& out) {
    skip();
    if (m_at >= m_text.size()) return false;
    if (m_text[m_at] == '"') return string(out.values[key]);
    if (m_text[m_at] == '[') return list(out.lists[key]);
    std::string& word = out.values[key];
    while (m_at < m_text.size() && std::string_view(",}] \n\t").find(m_text[m_at]) == std::string_view::npos)
      word.push_back(m_text[m_at++]);
    return !word.empty() && word.front() != '{';
  }
  bool list(std::vector<std::string>& out) {
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      out.emplace_back();
      if (!string(out.back())) return false;
    } while (take(','));
    return take(']');
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

}  // namespace

std::string FlatJson::text(const std::string& key) const {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}

long long FlatJson::number(const std::string& key, long long otherwise) const {
  const std::string digits = text(key);
  long long value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return code == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? value : otherwise;
}

std::optional<FlatJson> parseFlat(std::string_view text) {
  FlatJson out;
  if (!FlatReader(text).object(out)) return std::nullopt;
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) continue;
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace bw::emulator
