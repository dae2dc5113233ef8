// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/control_protocol.h"

#include <vector>

namespace bw::api {
namespace {

constexpr std::size_t kMaxLine = 64 * 1024;

std::string escaped(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '%' || c == '=' || byte == 0x7f) {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return finalError("control.syntax", "'%' without two hexadecimal digits");
    const int high = hexDigit(text[i + 1]);
    const int low = hexDigit(text[i + 2]);
    if (high < 0 || low < 0) return finalError("control.syntax", "'%' without two hexadecimal digits");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace

std::string ControlRequest::argument(const std::string& key) const {
  const auto it = arguments.find(key);
  return it == arguments.end() ? std::string() : it->second;
}

std::string encodeRequest(const ControlRequest& request) {
  std::string line = escaped(request.verb);
  for (const auto& [key, value] : request.arguments) line += "\t" + escaped(key) + "=" + escaped(value);
  return line + "\n";
}

Result<ControlRequest> decodeRequest(std::string_view line) {
  if (line.size() > kMaxLine) return finalError("control.syntax", "request longer than 64 KiB");
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  ControlRequest request;
  bool first = true;
  while (first || !line.empty()) {
    const std::size_t tab = line.find('\t');
    const std::string_view part = line.substr(0, tab);
    line = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    if (first) {
      auto verb = unescaped(part);
      if (!verb) return verb.error();
      if (verb->empty()) return finalError("control.syntax", "empty request");
      request.verb = *verb;
      first = false;
      continue;
    }
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return finalError("control.syntax", "an argument must be key=value");
    auto key = unescaped(part.substr(0, equals));
    auto value = unescaped(part.substr(equals + 1));
    if (!key || !value) return finalError("control.syntax", "'%' without two hexadecimal digits");
    request.arguments[*key] = *value;
  }
  return request;
}

}  // namespace bw::api
