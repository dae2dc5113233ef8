// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/secret_scan.h"

#include <array>
#include <cmath>

namespace bw::sentinel {
namespace {

constexpr std::size_t kMostFindings = 10;
constexpr std::size_t kShortestValue = 16;
constexpr std::size_t kTokenPart = 16;
/// Bits for each character; English words have about 2.5 to 3, random base64 above 4 at this length.
constexpr double kEntropy = 3.0;

constexpr std::array<std::string_view, 12> kWords = {"secret",     "api_key",     "apikey",   "api-key",
                                                     "passphrase", "password",    "passwd",   "private_key",
                                                     "privatekey", "private-key", "mnemonic", "access_token"};

char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '_' || c == '-' || c == '=' || c == '.';
}

bool isNameChar(char c) {
  return c == '_' || c == '-' || (c >= 'a' && c <= 'z');
}

double entropyOf(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

std::size_t tokenLength(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && isTokenChar(text[end])) ++end;
  return end - from;
}

// The value behind `key: value`, `key=value` or `"key":"value"`; empty if there is none.
std::string_view valueBehind(std::string_view line, std::size_t at) {
  bool assigned = false;
  while (at < line.size() && (line[at] == '"' || line[at] == '\'' || line[at] == '\\' || line[at] == ' ' ||
                              line[at] == ':' || line[at] == '=')) {
    assigned = assigned || line[at] == ':' || line[at] == '=';
    ++at;
  }
  return assigned ? line.substr(at, tokenLength(line, at)) : std::string_view();
}

bool isReference(std::string_view value) {
  return value.rfind("keychain", 0) == 0 || value.rfind("secret-store", 0) == 0;
}

bool hasWebToken(std::string_view line) {
  for (std::size_t at = line.find("eyJ"); at != std::string_view::npos; at = line.find("eyJ", at + 1)) {
    const std::string_view token = line.substr(at, tokenLength(line, at));
    const std::size_t dot = token.find('.');
    if (dot != std::string_view::npos && dot >= kTokenPart && token.size() - dot > kTokenPart) return true;
  }
  return false;
}

bool hasCloudKey(std::string_view line) {
  constexpr std::size_t kLength = 20;
  const std::size_t at = line.find("AKIA");
  if (at == std::string_view::npos || tokenLength(line, at) < kLength) return false;
  for (const char c : line.substr(at, kLength)) {
    if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> secretIn(std::string_view line) {
  if (line.find("-----BEGIN") != std::string_view::npos && line.find("PRIVATE KEY") != std::string_view::npos)
    return "a private key";
  if (hasWebToken(line)) return "a web token";
  if (hasCloudKey(line)) return "a cloud access key";
  std::string low(line);
  for (char& c : low) c = lowered(c);
  for (const std::string_view word : kWords) {
    for (std::size_t at = low.find(word); at != std::string::npos; at = low.find(word, at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && isNameChar(low[begin - 1])) --begin;
      std::size_t end = at + word.size();
      while (end < low.size() && isNameChar(low[end])) ++end;
      const std::string_view value = valueBehind(line, end);
      if (value.size() >= kShortestValue && !isReference(value) && entropyOf(value) >= kEntropy)
        return "a value behind '" + low.substr(begin, end - begin) + "'";
    }
  }
  return std::nullopt;
}

Findings secretsInConfig(std::string_view name, std::string_view text) {
  Findings found;
  std::size_t number = 0;
  while (!text.empty() && found.size() < kMostFindings) {
    const std::size_t end = text.find('\n');
    ++number;
    if (const auto kind = secretIn(text.substr(0, end))) {
      const std::string place = std::string(name) + ":" + std::to_string(number);
      found.push_back({"secret.config", place, Severity::Critical,
                       place + " holds " + *kind + " (not repeated here); settings are copied, backed up and shown",
                       "Revoke it at the venue, put the new one into the keychain, and write its name here", false});
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return found;
}

}  // namespace bw::sentinel
