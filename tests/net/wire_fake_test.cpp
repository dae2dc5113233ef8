// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <atomic>

#include "core/base/clock.h"
#include "core/base/thread.h"
#include "core/emulator/emulator_server.h"
#include "core/net/http/http_client.h"
#include "core/net/local/local_socket.h"
#include "core/venues/wire_fake/wire_codec.h"
#include "core/venues/wire_fake/wire_venue.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using net::HttpOutcome;

/// One fake venue on a thread of this process; the drill runs it in another.
struct WireBench {
  explicit WireBench(const char* shape = "fake-batch") {
    const emulator::VenueShape* wanted = emulator::shapeOf(shape);
    REQUIRE(wanted != nullptr);
    port = server.add(*wanted, {{"desk", "desk-secret"}, {"guard", "guard-secret"}}).value();
    thread.start("emulator", [this] { server.run(); });
    auto table = std::make_shared<InstrumentTable>();
    for (const emulator::FakeSymbol& s : emulator::fakeSymbols()) {
      Instrument i;
      i.venue = shape;
      i.symbol = s.symbol;
      i.base = Currency("X");
      i.quote = i.settle = Currency("USD");
      i.tickSize = s.tick;
      i.lotSize = s.lot;
      table->add(i);
    }
    instruments = table;
    options.name = shape;
    options.endpoint.port = port;
    options.keyId = "desk";
    options.secret = Secret("desk-secret");
    options.instruments = instruments;
    options.capabilities.cancelBatch = wanted->cancelBatch;
    options.capabilities.cancelAll = wanted->cancelAll;
    options.capabilities.reduceOnly = wanted->reduceOnly;
    admin("/admin/knobs", R"({"rtt_us":0})");
  }
  ~WireBench() {
    server.stop();
    thread.join();
  }
  std::string admin(const char* path, const std::string& body, const char* method = "POST") {
    net::HttpClient client({"127.0.0.1", port, ""}, {});
    const HttpOutcome outcome = client.exchange({method, path, {}, body}, Duration::seconds(5));
    REQUIRE(outcome.answered());
    return outcome.body;
  }
  void rest(int count) {
    for (int i = 1; i <= count; ++i) {
      admin("/admin/order",
            R"({"client_id":")" + toString(Uuid{static_cast<std::uint64_t>(i), 1}) +
                R"(","symbol":"BTC-USD","side":"buy","type":"limit","tif":"gtc","quantity":"1","price":"100"})");
    }
  }
  const SystemClock clock;
  emulator::EmulatorServer server{clock};
  std::uint16_t port = 0;
  Thread thread;
  Instruments instruments;
  wire_fake::WireVenue::Options options;
};

struct Heard final : VenueListener {
  void onReport(const OrderReport& report) override { reports.push_back(report); }
  std::vector<OrderReport> reports;
};

TEST_CASE("account, single order, batch cancel and probe over the wire") {
  WireBench bench;
  bench.rest(250);
  bench.admin("/admin/position", R"({"symbol":"ETH-USD","quantity":"-2.5","average":"2900"})");
  wire_fake::WireVenue venue(bench.clock, bench.options);
  Heard heard;
  const auto connection = venue.connect(heard);
  CHECK(connection->probe().ok());
  auto account = connection->account();
  REQUIRE(account.ok());
  CHECK(account->openOrders.size() == 250);
  REQUIRE(account->positions.size() == 1);
  CHECK(account->positions[0].quantity == test::quantity("-2.5"));
  CHECK(connection->order({7, 1})->state == OrderState::Open);
  CHECK(connection->order({9999, 1}).error().userKey == "venue.order_absent");
  std::vector<CancelTarget> targets;
  for (std::uint64_t i = 1; i <= 251; ++i) targets.push_back({{i, 1}, {0}});
  int written = 0;
  connection->cancelMany(targets, [&] { written += 1; });
  CHECK(written == 3);  // 100 + 100 + 51
  REQUIRE(heard.reports.size() == 251);
  int cancelled = 0;
  for (const OrderReport& report : heard.reports) cancelled += report.kind == OrderReport::Kind::Cancelled ? 1 : 0;
  CHECK(cancelled == 250);
  CHECK(heard.reports.back().kind == OrderReport::Kind::CancelRejected);
  CHECK(connection->account()->openOrders.empty());
}

TEST_CASE("single cancels go over several connections at once") {
  WireBench bench("fake-single");
  bench.rest(16);
  bench.admin("/admin/knobs", R"({"rtt_us":20000})");
  wire_fake::WireVenue venue(bench.clock, bench.options);
  Heard heard;
  const auto connection = venue.connect(heard);
  std::vector<CancelTarget> targets;
  for (std::uint64_t i = 1; i <= 16; ++i) targets.push_back({{i, 1}, {0}});
  connection->cancelMany(targets, {});
  CHECK(heard.reports.size() == 16);
  CHECK(connection->account()->openOrders.empty());
  // 16 cancels on 8 lines: two round trips, where one after the other would take sixteen.
  std::vector<std::int64_t> times;
  const std::string log = bench.admin("/admin/log", "", "GET");
  for (std::size_t at = 0; at < log.size(); at = log.find('\n', at) + 1) {
    if (log.compare(log.find('\t', at), 13, "\tdesk\tcancel\t") == 0) times.push_back(std::stoll(log.substr(at)));
  }
  REQUIRE(times.size() == 16);
  CHECK(times[7] - times[0] < Duration::millis(100).ns);
}

TEST_CASE("keys: unknown, forged and used twice are refused; each request is logged under its key") {
  WireBench bench;
  Heard heard;
  auto options = bench.options;
  options.secret = Secret("wrong");
  CHECK_FALSE(wire_fake::WireVenue(bench.clock, options).connect(heard)->account().ok());
  options.keyId = "nobody";
  CHECK_FALSE(wire_fake::WireVenue(bench.clock, options).connect(heard)->probe().ok());
  options.keyId = "guard";
  options.secret = Secret("guard-secret");
  CHECK(wire_fake::WireVenue(bench.clock, options).connect(heard)->account().ok());
  const std::string nonce = std::to_string(bench.clock.now().ns);
  const net::HttpRequest request{
      "GET",
      "/account",
      {{"X-Key", "desk"},
       {"X-Nonce", nonce},
       {"X-Signature", wire_fake::sign(Secret("desk-secret"), "GET", "/account", nonce, "")}},
      ""};
  net::HttpClient client(bench.options.endpoint, {});
  CHECK(client.exchange(request, Duration::seconds(2)).status == 200);
  CHECK(client.exchange(request, Duration::seconds(2)).status == 401);
  auto flipped = request;
  flipped.target = "/accounts";
  CHECK(client.exchange(flipped, Duration::seconds(2)).status == 401);
  const std::string log = bench.admin("/admin/log", "", "GET");
  CHECK(log.find("\tguard\taccount\t") != std::string::npos);
  CHECK(log.find("\tnobody\trefused\t") != std::string::npos);
}

TEST_CASE("faults of the wire: nothing is sent twice and what is not proven stays unknown") {
  WireBench bench;
  bench.rest(1);
  auto options = bench.options;
  options.deadline = Duration::millis(300);
  wire_fake::WireVenue venue(bench.clock, options);
  Heard heard;
  const auto connection = venue.connect(heard);
  REQUIRE(connection->account().ok());
  for (const char* knob : {R"({"drop_before":1})", R"({"drop_after":1})", R"({"cut_body":1})", R"({"fail":1})"}) {
    bench.admin("/admin/knobs", knob);
    CHECK_FALSE(connection->account().ok());
    CHECK(connection->account().ok());  // the next one opens a new connection
  }
  bench.admin("/admin/knobs", R"({"drop_after":1})");
  connection->cancel({1, 1}, {0});
  REQUIRE(heard.reports.size() == 1);
  CHECK(heard.reports[0].kind == OrderReport::Kind::Unknown);
  CHECK(connection->order({1, 1})->state == OrderState::Cancelled);  // it had landed all the same
  const std::string log = bench.admin("/admin/log", "", "GET");
  std::size_t cancels = 0;
  for (std::size_t at = log.find("\tcancel\t"); at != std::string::npos; at = log.find("\tcancel\t", at + 1))
    cancels += 1;
  CHECK(cancels == 1);
  bench.admin("/admin/knobs", R"({"half_open":true})");
  const MonoTime before = bench.clock.mono();
  CHECK_FALSE(connection->account().ok());
  CHECK(bench.clock.mono() - before < Duration::seconds(2));
  connection->close();
  CHECK_FALSE(connection->probe().ok());
}

TEST_CASE("an answer beyond its limits is refused, a port without a server is known not to be reached") {
  WireBench bench;
  bench.rest(20);
  net::HttpClient small(bench.options.endpoint, {1, 16 * 1024, 64});
  CHECK(small.exchange({"GET", "/admin/log", {}, ""}, Duration::seconds(2)).answered());
  bench.admin("/admin/position", R"({"symbol":"ETH-USD","quantity":"1","average":"1"})");
  Heard heard;
  REQUIRE(wire_fake::WireVenue(bench.clock, bench.options).connect(heard)->account().ok());
  CHECK(small.exchange({"GET", "/admin/log", {}, ""}, Duration::seconds(2)).answered());
  for (int i = 0; i < 3; ++i)
    static_cast<void>(wire_fake::WireVenue(bench.clock, bench.options).connect(heard)->account());
  CHECK(small.exchange({"GET", "/admin/log", {}, ""}, Duration::seconds(2)).sent == HttpOutcome::Sent::Maybe);
  net::HttpClient nobody({"127.0.0.1", 1, ""}, {});
  CHECK(nobody.exchange({}, Duration::seconds(2)).sent == HttpOutcome::Sent::No);
  CHECK(net::endpointFrom("http://127.0.0.1:80")->port == 80);
  CHECK(net::endpointFrom("http://[::1]:81/")->address == "::1");
  for (const char* bad :
       {"https://127.0.0.1:1", "http://localhost:80", "http://127.0.0.1", "http://127.0.0.1:0", "ftp://1:1"})
    CHECK_FALSE(net::endpointFrom(bad).ok());
}

TEST_CASE("local channels carry whole messages and tell when the peer has gone") {
  test::TemporaryFolder folder;
  const std::string path = folder.path() + "/guard.sock";
  CHECK(net::LocalChannel::connect(path).error().userKey == "local.nobody");
  net::LocalListener listener;
  REQUIRE(listener.listen(path).ok());
  CHECK_FALSE(net::LocalListener().listen(path).ok());
  static_cast<void>(listener.accept());  // that attempt's question whether somebody listens
  auto client = net::LocalChannel::connect(path);
  REQUIRE(client.ok());
  listener.wait({}, Duration::seconds(2));
  auto server = listener.accept();
  REQUIRE(server.has_value());
  CHECK(client->send("one"));
  CHECK(client->send("two"));
  CHECK(server->receive() == std::optional<std::string>("one"));
  CHECK(server->receive() == std::optional<std::string>("two"));
  CHECK_FALSE(server->receive().has_value());
  CHECK(server->open());
  // A peer that says farewell and goes with our words unread is heard all the same.
  CHECK(server->send("unread"));
  CHECK(client->send("farewell"));
  client->close();
  CHECK(server->receive() == std::optional<std::string>("farewell"));
  CHECK_FALSE(server->receive().has_value());
  CHECK_FALSE(server->open());
}

}  // namespace
