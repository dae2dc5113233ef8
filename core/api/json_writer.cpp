// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/json_writer.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "core/base/log.h"

namespace bw::api {

void JsonWriter::separate() {
  if (m_needComma) m_out.push_back(',');
  m_needComma = true;
}

JsonWriter& JsonWriter::beginObject() {
  separate();
  m_out.push_back('{');
  m_needComma = false;
  return *this;
}

JsonWriter& JsonWriter::endObject() {
  m_out.push_back('}');
  m_needComma = true;
  return *this;
}

JsonWriter& JsonWriter::beginArray() {
  separate();
  m_out.push_back('[');
  m_needComma = false;
  return *this;
}

JsonWriter& JsonWriter::endArray() {
  m_out.push_back(']');
  m_needComma = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  value(name);
  m_out.push_back(':');
  m_needComma = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  m_out.push_back('"');
  appendJsonEscaped(m_out, text);
  m_out.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  separate();
  m_out += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  separate();
  m_out += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  separate();
  m_out += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::statistic(double number, int decimals) {
  if (!std::isfinite(number)) return null();
  separate();
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, number);
  m_out += buffer.data();
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  m_out += "null";
  return *this;
}

}  // namespace bw::api
