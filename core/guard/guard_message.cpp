// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/guard/guard_message.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace bw::guard {
namespace {

constexpr std::size_t kFields = 13;
constexpr std::size_t kLongest = 256;

std::string plainField(std::string text) {
  text.resize(std::min(text.size(), kLongest));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

template <class Number>
bool readNumber(std::string_view text, Number& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string encode(const GuardMessage& m) {
  std::string out = "bellwether-guard";
  const auto add = [&out](const std::string& field) { out += "\t" + plainField(field); };
  add(std::to_string(static_cast<int>(m.kind)));
  add(std::to_string(m.protocol));
  add(m.version);
  add(std::to_string(m.pid));
  add(std::to_string(m.number));
  add(m.state);
  add(m.level);
  add(std::to_string(m.stopNumber));
  add(std::to_string(m.cleared));
  add(std::to_string(m.journalSequence));
  add(m.journalHead);
  add(m.channel);
  add(m.reason);
  return out;
}

std::optional<GuardMessage> decode(std::string_view bytes) {
  std::vector<std::string_view> fields;
  std::size_t from = 0;
  for (std::size_t tab = bytes.find('\t'); tab != std::string_view::npos; tab = bytes.find('\t', from)) {
    fields.push_back(bytes.substr(from, tab - from));
    from = tab + 1;
  }
  fields.push_back(bytes.substr(from));
  // A later protocol may say more; its number is read all the same, so that the mismatch can be named.
  if (fields.size() < kFields + 1 || fields[0] != "bellwether-guard") return std::nullopt;
  GuardMessage m;
  int kind = -1;
  const bool numbers = readNumber(fields[1], kind) && readNumber(fields[2], m.protocol) &&
                       readNumber(fields[4], m.pid) && readNumber(fields[5], m.number) &&
                       readNumber(fields[8], m.stopNumber) && readNumber(fields[9], m.cleared) &&
                       readNumber(fields[10], m.journalSequence);
  if (!numbers || kind < 0 || kind > static_cast<int>(GuardMessage::Kind::Show)) return std::nullopt;
  m.kind = static_cast<GuardMessage::Kind>(kind);
  m.version = fields[3];
  m.state = fields[6];
  m.level = fields[7];
  m.journalHead = fields[11];
  m.channel = fields[12];
  m.reason = fields[13];
  return m;
}

}  // namespace bw::guard
