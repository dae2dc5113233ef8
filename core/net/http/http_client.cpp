// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <deque>
#include <optional>

namespace bw::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

std::string hostOf(const Endpoint& endpoint) {
  if (!endpoint.host.empty()) return endpoint.host;
  const bool six = endpoint.address.find(':') != std::string::npos;
  return (six ? "[" + endpoint.address + "]" : endpoint.address) + ":" + std::to_string(endpoint.port);
}

}  // namespace

Result<Endpoint> endpointFrom(const std::string& url) {
  if (url.rfind("https://", 0) == 0) return finalError("http.tls", url + ": https is not in this build");
  constexpr std::string_view kScheme = "http://";
  if (url.rfind(kScheme, 0) != 0) return finalError("http.url", url + ": want http://ADDRESS:PORT");
  std::string rest = url.substr(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos) return finalError("http.url", url + ": the port is missing");
  Endpoint endpoint;
  endpoint.address = rest.substr(0, colon);
  if (endpoint.address.size() > 2 && endpoint.address.front() == '[' && endpoint.address.back() == ']')
    endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
  const char* end = rest.data() + rest.size();
  const auto [at, code] = std::from_chars(rest.data() + colon + 1, end, endpoint.port);
  error_code bad;
  asio::ip::make_address(endpoint.address, bad);
  if (code != std::errc() || at != end || endpoint.port == 0 || bad)
    return finalError("http.url", url + ": want a numeric address and a port");
  return endpoint;
}

struct HttpClient::Impl {
  /// One kept connection and the exchange that runs on it.
  struct Line {
    explicit Line(asio::io_context& context) : stream(context) {}
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    std::optional<http::response_parser<http::string_body>> parser;
    bool open = false;
    bool busy = false;
    std::size_t index = 0;
  };
  /// The exchanges of one call.
  struct Run {
    const std::vector<HttpRequest>* requests = nullptr;
    std::vector<HttpOutcome> outcomes;
    std::size_t next = 0;
    std::size_t finished = 0;
    std::chrono::steady_clock::time_point deadline;  // tidy:allow(L7) the time-out of a socket, given to Asio
    const Written* written = nullptr;
  };

  Impl(Endpoint e, Options o) : endpoint(std::move(e)), options(o) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.connections, 1); ++i)
      lines.push_back(std::make_unique<Line>(context));
  }

  // True if the peer has closed an idle connection, or sent what nobody asked for.
  static bool isStale(Line& line) {
    auto& socket = line.stream.socket();
    error_code code;
    socket.non_blocking(true, code);
    char byte = 0;
    socket.receive(asio::buffer(&byte, 1), asio::ip::tcp::socket::message_peek, code);
    return code != asio::error::would_block;
  }
  static void drop(Line& line) {
    error_code ignored;
    line.stream.socket().close(ignored);
    line.open = false;
    line.buffer.clear();
  }

  void startNext(Run& run, Line& line) {
    if (run.next >= run.requests->size()) {
      line.busy = false;
      return;
    }
    line.busy = true;
    line.index = run.next++;
    const HttpRequest& wanted = (*run.requests)[line.index];
    line.request = {};
    line.request.version(11);
    line.request.method_string(wanted.method);
    line.request.target(wanted.target);
    line.request.set(http::field::host, hostOf(endpoint));
    for (const auto& [name, value] : wanted.headers) line.request.set(name, value);
    line.request.body() = wanted.body;
    line.request.prepare_payload();
    line.stream.expires_at(run.deadline);
    if (line.open && isStale(line)) drop(line);
    if (line.open) {
      write(run, line);
      return;
    }
    connect(run, line);
  }
  void connect(Run& run, Line& line) {
    error_code bad;
    const asio::ip::tcp::endpoint peer(asio::ip::make_address(endpoint.address, bad), endpoint.port);
    line.stream.async_connect(peer, [this, &run, &line](error_code code) {
      if (code) return finish(run, line, HttpOutcome::Sent::No, "connect: " + code.message());
      error_code ignored;
      line.stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
      line.open = true;
      write(run, line);
    });
  }
  void write(Run& run, Line& line) {
    http::async_write(line.stream, line.request, [this, &run, &line](error_code code, std::size_t) {
      if (code) return finish(run, line, HttpOutcome::Sent::Maybe, "write: " + code.message());
      if (*run.written) (*run.written)(line.index);
      line.parser.emplace();
      line.parser->header_limit(options.headerLimit);
      line.parser->body_limit(options.bodyLimit);
      // Header and body apart: read in one call, a declared length above the limit would be missed.
      http::async_read_header(line.stream, line.buffer, *line.parser, [this, &run, &line](error_code bad, std::size_t) {
        if (bad) return finish(run, line, HttpOutcome::Sent::Maybe, "answer: " + bad.message());
        readBody(run, line);
      });
    });
  }
  void readBody(Run& run, Line& line) {
    http::async_read(line.stream, line.buffer, *line.parser, [this, &run, &line](error_code code, std::size_t) {
      if (code) return finish(run, line, HttpOutcome::Sent::Maybe, "answer's body: " + code.message());
      auto response = line.parser->release();
      HttpOutcome& outcome = run.outcomes[line.index];
      outcome.sent = HttpOutcome::Sent::Answered;
      outcome.status = static_cast<int>(response.result_int());
      outcome.body = std::move(response.body());
      if (!response.keep_alive()) drop(line);
      run.finished += 1;
      startNext(run, line);
    });
  }
  void finish(Run& run, Line& line, HttpOutcome::Sent sent, std::string error) {
    drop(line);
    HttpOutcome& outcome = run.outcomes[line.index];
    outcome.sent = sent;
    outcome.error = std::move(error);
    run.finished += 1;
    startNext(run, line);
  }

  std::vector<HttpOutcome> exchangeAll(const std::vector<HttpRequest>& requests, Duration deadline,
                                       const Written& written) {
    Run run;
    run.requests = &requests;
    run.outcomes.resize(requests.size());
    run.deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(deadline.ns);  // tidy:allow(L7) as above
    run.written = &written;
    for (const auto& line : lines) {
      if (run.next < requests.size()) startNext(run, *line);
    }
    context.restart();
    // Every operation carries the deadline, so this ends.
    context.run();
    return std::move(run.outcomes);
  }

  Result<void> warm(Duration deadline) {
    std::string problem;
    for (const auto& line : lines) {
      if (line->open && !isStale(*line)) continue;
      drop(*line);
      line->stream.expires_after(std::chrono::nanoseconds(deadline.ns));
      error_code bad;
      const asio::ip::tcp::endpoint peer(asio::ip::make_address(endpoint.address, bad), endpoint.port);
      line->stream.async_connect(peer, [&problem, l = line.get()](error_code code) {
        if (code) {
          problem = code.message();
          return;
        }
        error_code ignored;
        l->stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
        l->open = true;
      });
    }
    context.restart();
    context.run();
    if (!problem.empty()) return Error{ErrorKind::Retryable, "http.connect", hostOf(endpoint) + ": " + problem, 250};
    return {};
  }

  const Endpoint endpoint;
  const Options options;
  asio::io_context context{1};
  std::vector<std::unique_ptr<Line>> lines;
};

HttpClient::HttpClient(Endpoint endpoint, Options options)
    : m_impl(std::make_unique<Impl>(std::move(endpoint), options)) {}
HttpClient::~HttpClient() = default;

Result<void> HttpClient::warm(Duration deadline) {
  return m_impl->warm(deadline);
}

HttpOutcome HttpClient::exchange(const HttpRequest& request, Duration deadline) {
  return std::move(m_impl->exchangeAll({request}, deadline, {}).front());
}

std::vector<HttpOutcome> HttpClient::exchangeAll(const std::vector<HttpRequest>& requests, Duration deadline,
                                                 const Written& written) {
  return m_impl->exchangeAll(requests, deadline, written);
}

void HttpClient::close() {
  for (const auto& line : m_impl->lines) Impl::drop(*line);
}

}  // namespace bw::net
