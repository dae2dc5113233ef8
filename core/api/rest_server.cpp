// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/rest_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "core/base/thread.h"

namespace bw::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeaderLimit = 8 * 1024;
constexpr std::uint64_t kBodyLimit = 4 * 1024;
constexpr auto kRequestTime = std::chrono::seconds(5);
constexpr int kMostClients = 32;

std::string textOf(beast::string_view view) {
  return {view.data(), view.size()};
}

}  // namespace

struct RestServer::Impl {
  class Client;
  explicit Impl(const Clock& c) : clock(c) {}
  void accept();
  RestAnswer answer(const http::request<http::string_body>& request) const;

  const Clock& clock;
  int clients = 0;  // before the context, whose pending work counts down
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  std::optional<RestGuard> guard;
  Handler handler;
  std::uint16_t port = 0;
  Thread thread;
};

/// One connection: head, checks, body, answer, end. Thread: the server's.
class RestServer::Impl::Client : public std::enable_shared_from_this<Client> {
 public:
  Client(tcp::socket socket, Impl& server) : m_stream(std::move(socket)), m_server(server) { m_server.clients += 1; }
  ~Client() { m_server.clients -= 1; }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  void read() {
    m_stream.expires_after(kRequestTime);
    m_parser.header_limit(kHeaderLimit);
    m_parser.body_limit(kBodyLimit);
    http::async_read_header(m_stream, m_buffer, m_parser, [self = shared_from_this()](error_code code, std::size_t) {
      if (code == http::error::header_limit) return self->write({431, {}});
      if (code == http::error::body_limit) return self->write({413, {}});
      if (code == http::error::end_of_stream || code == beast::error::timeout) return;
      if (code) return self->write({400, {}});
      self->onHead();
    });
  }

 private:
  // Nothing of the body is read before the head has been judged.
  void onHead() {
    const auto& request = m_parser.get();
    RestHead head;
    head.method = textOf(request.method_string());
    head.target = textOf(request.target());
    head.contentType = textOf(request[http::field::content_type]);
    head.chunked = request.find(http::field::transfer_encoding) != request.end();
    for (const auto& field : request) {
      const std::string value = textOf(field.value());
      if (field.name() == http::field::host) head.hosts.push_back(value);
      if (field.name() == http::field::origin) head.origins.push_back(value);
      if (field.name() == http::field::authorization) head.authorizations.push_back(value);
      if (field.name_string() == "Sec-Fetch-Site" && value != "none") head.fetchSite = true;
    }
    if (const int refused = m_server.guard->judge(head); refused != 0) return write({refused, {}});
    http::async_read(m_stream, m_buffer, m_parser, [self = shared_from_this()](error_code code, std::size_t) {
      if (code) return self->write({code == http::error::body_limit ? 413 : 400, {}});
      self->write(self->m_server.answer(self->m_parser.get()));
    });
  }
  void write(RestAnswer answer) {
    if (answer.json.empty()) answer.json = R"({"ok":false})";
    m_response.version(11);
    m_response.result(static_cast<unsigned>(answer.status));
    m_response.set(http::field::content_type, "application/json");
    m_response.set(http::field::cache_control, "no-store");
    m_response.set("X-Content-Type-Options", "nosniff");
    m_response.keep_alive(false);
    m_response.body() = std::move(answer.json);
    m_response.prepare_payload();
    http::async_write(m_stream, m_response, [self = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      self->m_stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream m_stream;
  beast::flat_buffer m_buffer;
  http::request_parser<http::string_body> m_parser;
  http::response<http::string_body> m_response;
  Impl& m_server;
};

const std::vector<std::pair<std::string, std::string>>& RestServer::routes() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"POST", "/api/v1/emergency-stop"}, {"GET", "/api/v1/emergency-stop"}, {"GET", "/api/v1/status"}};
  return all;
}

RestAnswer RestServer::Impl::answer(const http::request<http::string_body>& request) const {
  RestRequest wanted{textOf(request.method_string()), textOf(request.target()), request.body()};
  bool path = false;
  for (const auto& [method, target] : RestServer::routes()) {
    if (target != wanted.path) continue;
    path = true;
    if (method == wanted.method) return handler(wanted);
  }
  return {path ? 405 : 404, {}};
}

void RestServer::Impl::accept() {
  acceptor.async_accept([this](error_code code, tcp::socket socket) {
    if (code == asio::error::operation_aborted) return;
    // Beyond the most, the connection is closed unheard.
    if (!code && clients < kMostClients) std::make_shared<Client>(std::move(socket), *this)->read();
    accept();
  });
}

RestServer::RestServer(const Clock& clock) : m_impl(std::make_unique<Impl>(clock)) {}

RestServer::~RestServer() {
  stop();
}

Result<void> RestServer::start(std::uint16_t port, Secret token, Handler handler) {
  error_code code;
  const tcp::endpoint local(asio::ip::address_v4::loopback(), port);
  m_impl->acceptor.open(local.protocol(), code);
  if (!code) m_impl->acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) m_impl->acceptor.bind(local, code);
  if (!code) m_impl->acceptor.listen(16, code);
  if (code) return finalError("rest.listen", "127.0.0.1:" + std::to_string(port) + ": " + code.message());
  m_impl->port = m_impl->acceptor.local_endpoint().port();
  m_impl->guard.emplace(m_impl->clock, std::move(token), m_impl->port);
  m_impl->handler = std::move(handler);
  m_impl->accept();
  m_impl->thread.start("bw-rest", [this] { m_impl->context.run(); });
  return {};
}

void RestServer::stop() {
  if (!m_impl->thread.running()) return;
  m_impl->context.stop();
  m_impl->thread.join();
  error_code ignored;
  m_impl->acceptor.close(ignored);
}

std::uint16_t RestServer::port() const {
  return m_impl->port;
}

}  // namespace bw::api
