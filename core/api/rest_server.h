// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace bw::api {

/// A request that has passed every check.
struct RestRequest {
  std::string method;
  std::string path;
  std::string body;
};
struct RestAnswer {
  int status = 200;
  std::string json;
};

/// What a request's head says, as far as it is judged before anything is acted on.
struct RestHead {
  std::string method;
  std::string target;
  std::vector<std::string> hosts;           ///< every Host header
  std::vector<std::string> origins;         ///< every Origin header
  std::vector<std::string> authorizations;  ///< every Authorization header
  std::string contentType;
  bool fetchSite = false;  ///< Sec-Fetch-Site says that another site asks
  bool chunked = false;    ///< Transfer-Encoding is there
};

/// The checks of SE07 and SE08, before routing: own Host only, no foreign Origin, bearer token, JSON for POST.
/// Thread: none of its own.
class RestGuard {
 public:
  /// `token`: 64 hexadecimal digits. `clock` must outlive it.
  RestGuard(const Clock& clock, Secret token, std::uint16_t port);
  /// 0: go on; else the status to refuse with. Counts failed tokens: ten within a minute lock for 60 s (429).
  int judge(const RestHead& head);
  bool locked() const;

 private:
  bool tokenFits(const std::string& authorization) const;
  const Clock& m_clock;
  const Secret m_token;
  const std::vector<std::string> m_hosts;
  std::vector<MonoTime> m_failures;
  MonoTime m_lockedUntil;
};

/// The token file: read if it is there, made with 256 bits from the system's secure source and mode 0600 if not.
/// Errors "rest.token" (weak, readable by others, unwritable).
Result<Secret> restToken(const std::string& path);

/// HTTP/1.1 on loopback for local tools: three routes, bounded sizes and times. The token stops and looks, nothing
/// else. Thread: start(), stop() the owner; the handler is called on the server's own thread and must answer within a
/// second.
class RestServer {
 public:
  using Handler = std::function<RestAnswer(const RestRequest&)>;
  /// Every route there is: method and path.
  static const std::vector<std::pair<std::string, std::string>>& routes();

  explicit RestServer(const Clock& clock);
  ~RestServer();
  RestServer(const RestServer&) = delete;
  RestServer& operator=(const RestServer&) = delete;
  /// `port` 0: any free one. Error "rest.listen".
  Result<void> start(std::uint16_t port, Secret token, Handler handler);
  void stop();
  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace bw::api
