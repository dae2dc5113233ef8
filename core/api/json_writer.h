// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/exact.h"

namespace bw::api {

/// Writes one JSON text, in the order it is told. Exact values are written as strings, statistics as numbers.
/// Thread: owner only.
class JsonWriter {
 public:
  JsonWriter& beginObject();
  JsonWriter& endObject();
  JsonWriter& beginArray();
  JsonWriter& endArray();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  /// A statistic with `decimals` decimals; NaN and infinities become null.
  JsonWriter& statistic(double number, int decimals);
  JsonWriter& exact(const Decimal& number) { return value(number.toString()); }
  JsonWriter& null();
  template <class T>
  JsonWriter& field(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  JsonWriter& fieldExact(std::string_view name, const Decimal& number) { return key(name).exact(number); }
  const std::string& text() const { return m_out; }

 private:
  void separate();
  std::string m_out;
  bool m_needComma = false;
};

}  // namespace bw::api
