// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/crypto.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "core/api/rest_server.h"
#include "core/base/file_system.h"
#include "core/base/rng.h"

namespace bw::api {
namespace {

constexpr std::size_t kTokenDigits = 64;
constexpr std::size_t kFailuresAllowed = 10;
constexpr Duration kFailureWindow = Duration::minutes(1);
constexpr Duration kLockTime = Duration::seconds(60);

bool isHexToken(const std::string& text) {
  return text.size() == kTokenDigits &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool isJson(const std::string& contentType) {
  const std::string type = lowered(contentType.substr(0, contentType.find(';')));
  return type == "application/json";
}

}  // namespace

RestGuard::RestGuard(const Clock& clock, Secret token, std::uint16_t port)
    : m_clock(clock),
      m_token(std::move(token)),
      m_hosts{"127.0.0.1:" + std::to_string(port), "localhost:" + std::to_string(port)} {}

bool RestGuard::locked() const {
  return m_clock.mono() < m_lockedUntil;
}

// Its time does not depend on where they differ.
bool RestGuard::tokenFits(const std::string& authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  std::string given(kTokenDigits, '\0');
  const bool shaped = authorization.size() == kScheme.size() + kTokenDigits && authorization.rfind(kScheme, 0) == 0;
  if (shaped) given = authorization.substr(kScheme.size());
  const std::string& token = m_token.reveal();
  return CRYPTO_memcmp(given.data(), token.data(), kTokenDigits) == 0 && shaped;
}

int RestGuard::judge(const RestHead& head) {
  constexpr int kBadRequest = 400;
  if (head.hosts.size() != 1 || std::find(m_hosts.begin(), m_hosts.end(), lowered(head.hosts[0])) == m_hosts.end())
    return 421;
  if (head.target.empty() || head.target[0] != '/' || head.chunked) return kBadRequest;
  // Browsers say where a request comes from; local tools say nothing.
  if (!head.origins.empty() || head.fetchSite) return 403;
  if (locked()) return 429;
  if (head.authorizations.size() != 1 || !tokenFits(head.authorizations[0])) {
    const MonoTime now = m_clock.mono();
    m_failures.erase(
        std::remove_if(m_failures.begin(), m_failures.end(), [&](MonoTime at) { return now - at >= kFailureWindow; }),
        m_failures.end());
    m_failures.push_back(now);
    if (m_failures.size() >= kFailuresAllowed) {
      m_lockedUntil = now + kLockTime;
      m_failures.clear();
    }
    return 401;
  }
  if (head.method == "POST" && !isJson(head.contentType)) return 415;
  if (head.method != "POST" && head.method != "GET") return 405;
  return 0;
}

Result<Secret> restToken(const std::string& path) {
  FileSystem& disk = realFileSystem();
  std::string text;
  const DiskCode code = disk.read(path, text);
  if (code == ENOENT) {
    const std::string token = randomToken();
    auto opened = disk.open(path, FileSystem::Open::New);
    if (opened.code != 0) return finalError("rest.token", diskText("create", path, opened.code));
    if (const DiskCode failed = opened.file->writeAt(0, token + "\n"); failed != 0)
      return finalError("rest.token", diskText("write", path, failed));
    return Secret(token);
  }
  if (code != 0) return finalError("rest.token", diskText("read", path, code));
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || (info.st_mode & 0077) != 0)
    return finalError("rest.token", path + ": others may read it; remove it, a new one is made");
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (!isHexToken(text))
    return finalError("rest.token", path + ": not 64 hexadecimal digits; remove it, a new one is made");
  return Secret(text);
}

}  // namespace bw::api
