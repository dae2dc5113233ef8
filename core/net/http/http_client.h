// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::net {

/// Where a server is: an address, never a name; look-ups are done beforehand.
struct Endpoint {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6, numeric
  std::uint16_t port = 0;
  std::string host;  ///< of the Host header; empty: address:port
};

/// Reads "http://127.0.0.1:8080" (an IPv6 address in brackets). Errors "http.url"; "http.tls" for https, which this
/// client does not speak yet.
Result<Endpoint> endpointFrom(const std::string& url);

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// What became of one exchange.
struct HttpOutcome {
  /// How far the request got. Maybe: bytes may have left and no whole answer came, so nothing is proven.
  enum class Sent : std::uint8_t { No, Maybe, Answered };
  Sent sent = Sent::No;
  int status = 0;     ///< of the answer
  std::string body;   ///< of the answer
  std::string error;  ///< why there is no answer, in plain English
  bool answered() const { return sent == Sent::Answered; }
};

/// HTTP/1.1 over kept connections to one server, driven by its caller's thread: no event loop, no retry. A request is
/// written once; when the peer closes in the middle, the outcome is Maybe and stays so. Only a connection that was
/// found closed before the first byte is replaced. Thread: one caller at a time.
class HttpClient {
 public:
  struct Options {
    std::size_t connections = 1;                ///< exchanges at once
    std::uint32_t headerLimit = 16 * 1024;      ///< bytes of an answer's header
    std::uint64_t bodyLimit = 8 * 1024 * 1024;  ///< bytes of an answer's body
  };
  using Written = std::function<void(std::size_t index)>;

  HttpClient(Endpoint endpoint, Options options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Opens connections now, so that the first request need not. Error "http.connect".
  Result<void> warm(Duration deadline);
  /// One exchange; `deadline` covers connect, write and the whole answer.
  HttpOutcome exchange(const HttpRequest& request, Duration deadline);
  /// Several at once over the client's connections, started in order. One deadline over all. `written` is called, on
  /// this thread, each time a request's bytes have been handed to the system.
  std::vector<HttpOutcome> exchangeAll(const std::vector<HttpRequest>& requests, Duration deadline,
                                       const Written& written = {});
  /// Closes every connection; the next exchange opens new ones.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace bw::net
