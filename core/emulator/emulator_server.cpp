// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/emulator/emulator_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace bw::emulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kBodyLimit = 1024 * 1024;

/// One client's connection: requests in turn, each answered after the venue's round trip. Thread: the server's.
class EmulatedConnection : public std::enable_shared_from_this<EmulatedConnection> {
 public:
  EmulatedConnection(tcp::socket socket, FakeExchange& venue, const Clock& clock)
      : m_stream(std::move(socket)), m_timer(m_stream.get_executor()), m_venue(venue), m_clock(clock) {
    error_code ignored;
    m_stream.socket().set_option(tcp::no_delay(true), ignored);
  }
  void read() {
    m_parser.emplace();
    m_parser->body_limit(kBodyLimit);
    http::async_read(m_stream, m_buffer, *m_parser, [self = shared_from_this()](error_code code, std::size_t) {
      if (!code) self->onRequest();
    });
  }

 private:
  static std::string textOf(beast::string_view view) { return {view.data(), view.size()}; }
  static bool use(int& count) {
    if (count <= 0) return false;
    count -= 1;
    return true;
  }
  void onRequest() {
    const MonoTime arrived = m_clock.mono();
    const auto& request = m_parser->get();
    WireRequest wire;
    wire.method = textOf(request.method_string());
    wire.target = textOf(request.target());
    wire.body = request.body();
    wire.key = textOf(request["X-Key"]);
    wire.nonce = textOf(request["X-Nonce"]);
    wire.signature = textOf(request["X-Signature"]);
    if (wire.target.rfind("/admin/", 0) == 0) {
      answer(m_venue.handle(wire, arrived), false);
      return;
    }
    FakeKnobs& knobs = m_venue.knobs();
    if (use(knobs.dropBefore)) return;
    const Duration half = knobs.roundTrip / 2;
    after(half, [this, wire = std::move(wire), arrived, half] {
      FakeKnobs& now = m_venue.knobs();
      WireAnswer result = m_venue.handle(wire, arrived);
      if (now.halfOpen) return hang();
      if (use(now.dropAfter)) return;
      if (use(now.fail)) result = {503, "{\"error\":\"busy\"}"};
      const bool cut = use(now.cutBody);
      after(half, [this, result = std::move(result), cut]() mutable { answer(std::move(result), cut); });
    });
  }
  template <class Then>
  void after(Duration delay, Then then) {
    if (delay.ns <= 0) return then();
    m_timer.expires_after(std::chrono::nanoseconds(delay.ns));
    m_timer.async_wait([self = shared_from_this(), then = std::move(then)](error_code code) mutable {
      if (!code) then();
    });
  }
  // Keeps the connection open and says nothing, until the peer goes.
  void hang() {
    m_stream.async_read_some(m_buffer.prepare(512), [self = shared_from_this()](error_code code, std::size_t) {
      if (!code) self->hang();
    });
  }
  void answer(WireAnswer result, bool cut) {
    if (cut) {
      m_raw =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(result.body.size() + 100) + "\r\n\r\n" + result.body;
      asio::async_write(m_stream.socket(), asio::buffer(m_raw),
                        [self = shared_from_this()](error_code, std::size_t) {});
      return;
    }
    m_response = {};
    m_response.version(11);
    m_response.result(static_cast<unsigned>(result.status));
    m_response.set(http::field::content_type, "application/json");
    m_response.keep_alive(m_parser->get().keep_alive());
    m_response.body() = std::move(result.body);
    m_response.prepare_payload();
    http::async_write(m_stream, m_response, [self = shared_from_this()](error_code code, std::size_t) {
      if (!code && self->m_response.keep_alive()) self->read();
    });
  }

  beast::tcp_stream m_stream;
  asio::steady_timer m_timer;
  beast::flat_buffer m_buffer;
  std::optional<http::request_parser<http::string_body>> m_parser;
  http::response<http::string_body> m_response;
  std::string m_raw;
  FakeExchange& m_venue;
  const Clock& m_clock;
};

}  // namespace

struct EmulatorServer::Impl {
  struct Listener {
    Listener(asio::io_context& context, const Clock& clock, VenueShape shape, std::vector<ApiKey> keys)
        : acceptor(context), venue(clock, std::move(shape), std::move(keys)) {}
    tcp::acceptor acceptor;
    FakeExchange venue;
  };
  explicit Impl(const Clock& c) : clock(c) {}
  void accept(Listener& listener) {
    listener.acceptor.async_accept([this, &listener](error_code code, tcp::socket socket) {
      if (code == asio::error::operation_aborted) return;
      if (!code) std::make_shared<EmulatedConnection>(std::move(socket), listener.venue, clock)->read();
      accept(listener);
    });
  }
  const Clock& clock;
  asio::io_context context{1};
  std::vector<std::unique_ptr<Listener>> listeners;
};

EmulatorServer::EmulatorServer(const Clock& clock) : m_impl(std::make_unique<Impl>(clock)) {}

EmulatorServer::~EmulatorServer() {
  for (const auto& listener : m_impl->listeners) {
    error_code ignored;
    listener->acceptor.close(ignored);
  }
}

Result<std::uint16_t> EmulatorServer::add(VenueShape shape, std::vector<ApiKey> keys) {
  auto listener = std::make_unique<Impl::Listener>(m_impl->context, m_impl->clock, std::move(shape), std::move(keys));
  error_code code;
  const tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
  listener->acceptor.open(any.protocol(), code);
  if (!code) listener->acceptor.bind(any, code);
  if (!code) listener->acceptor.listen(64, code);
  if (code) return finalError("emulator.listen", "127.0.0.1: " + code.message());
  const std::uint16_t port = listener->acceptor.local_endpoint().port();
  m_impl->accept(*listener);
  m_impl->listeners.push_back(std::move(listener));
  return port;
}

void EmulatorServer::run() {
  m_impl->context.run();
}

void EmulatorServer::stop() {
  m_impl->context.stop();
}

}  // namespace bw::emulator
