// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "core/api/rest_server.h"
#include "core/base/clock.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;

const std::string kToken(64, 'a');

/// Sends bytes as they are, and returns all that comes back.
std::string rawExchange(std::uint16_t port, const std::string& bytes, const char* address = "127.0.0.1") {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &peer.sin_addr);
  timeval limit{20, 0};
  ::setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string answer;
  if (::connect(file, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0) {
    static_cast<void>(::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    char buffer[4096];
    for (ssize_t got = 0; (got = ::recv(file, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(file);
  return answer;
}

int statusOf(const std::string& answer) {
  return answer.rfind("HTTP/1.1 ", 0) == 0 ? std::stoi(answer.substr(9, 3)) : 0;
}

struct RestBench {
  RestBench() {
    REQUIRE(server
                .start(0, Secret(kToken),
                       [this](const api::RestRequest& request) {
                         calls += 1;
                         last = request.method + " " + request.path + " " + request.body;
                         return api::RestAnswer{200, R"({"ok":true})"};
                       })
                .ok());
    host = "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n";
  }
  std::string auth() const { return "Authorization: Bearer " + kToken + "\r\n"; }
  int ask(const std::string& line, const std::string& headers, const std::string& body = "") {
    return statusOf(rawExchange(server.port(), line + " HTTP/1.1\r\n" + headers + "\r\n" + body));
  }
  SystemClock clock;
  std::atomic<int> calls{0};
  std::string last;
  api::RestServer server{clock};
  std::string host;
};

TEST_CASE("every route refuses without the token and answers with it; nothing else is there") {
  RestBench bench;
  const std::string post = "Content-Type: application/json\r\nContent-Length: 2\r\n";
  for (const auto& [method, path] : api::RestServer::routes()) {
    const std::string more = method == "POST" ? post : "";
    const std::string body = method == "POST" ? "{}" : "";
    CHECK(bench.ask(method + " " + path, bench.host + more, body) == 401);
    CHECK(bench.calls == 0);
    CHECK(bench.ask(method + " " + path, bench.host + bench.auth() + more, body) == 200);
    CHECK(bench.calls.exchange(0) == 1);
    CHECK(bench.last == method + " " + path + " " + body);
  }
  CHECK(bench.ask("GET /api/v1/orders", bench.host + bench.auth()) == 404);
  CHECK(bench.ask("POST /api/v1/status", bench.host + bench.auth() + post, "{}") == 405);
  CHECK(bench.ask("DELETE /api/v1/emergency-stop", bench.host + bench.auth()) == 405);
  CHECK(bench.calls == 0);
}

TEST_CASE("forty heads that a rebinding page, another site or a broken client may send") {
  RestBench bench;
  const std::string port = std::to_string(bench.server.port());
  const std::string a = bench.auth();
  const std::string h = bench.host;
  const std::string line = "GET /api/v1/status";
  struct Case {
    const char* what;
    std::string headers;
    int status;
  };
  const std::vector<Case> cases{
      {"as it should be", h + a, 200},
      {"localhost", "Host: localhost:" + port + "\r\n" + a, 200},
      {"host in capitals", "Host: LOCALHOST:" + port + "\r\n" + a, 200},
      {"no host", a, 421},
      {"empty host", "Host: \r\n" + a, 421},
      {"rebinding", "Host: evil.example\r\n" + a, 421},
      {"rebinding with our port", "Host: evil.example:" + port + "\r\n" + a, 421},
      {"our name as a prefix", "Host: 127.0.0.1.evil.example:" + port + "\r\n" + a, 421},
      {"our name as a suffix", "Host: evil-127.0.0.1:" + port + "\r\n" + a, 421},
      {"no port", "Host: 127.0.0.1\r\n" + a, 421},
      {"another port", "Host: 127.0.0.1:1\r\n" + a, 421},
      {"two hosts", h + h + a, 421},
      {"two hosts, one foreign", h + "Host: evil.example\r\n" + a, 421},
      {"user in host", "Host: x@127.0.0.1:" + port + "\r\n" + a, 421},
      {"another loopback", "Host: 127.0.0.2:" + port + "\r\n" + a, 421},
      {"ten dots", "Host: 127.0.0.1.:" + port + "\r\n" + a, 421},
      {"decimal address", "Host: 2130706433:" + port + "\r\n" + a, 421},
      {"any address", "Host: 0.0.0.0:" + port + "\r\n" + a, 421},
      {"list of hosts", "Host: 127.0.0.1:" + port + ", evil.example\r\n" + a, 421},
      {"foreign origin", h + a + "Origin: https://evil.example\r\n", 403},
      {"null origin", h + a + "Origin: null\r\n", 403},
      {"own origin", h + a + "Origin: http://127.0.0.1:" + port + "\r\n", 403},
      {"empty origin", h + a + "Origin: \r\n", 403},
      {"two origins", h + a + "Origin: null\r\nOrigin: null\r\n", 403},
      {"cross-site fetch", h + a + "Sec-Fetch-Site: cross-site\r\n", 403},
      {"same-site fetch", h + a + "Sec-Fetch-Site: same-site\r\n", 403},
      {"typed address", h + a + "Sec-Fetch-Site: none\r\n", 200},
      {"cookie instead of token", h + "Cookie: token=" + kToken + "\r\n", 401},
      {"basic instead of bearer", h + "Authorization: Basic " + kToken + "\r\n", 401},
      {"token too short", h + "Authorization: Bearer " + kToken.substr(1) + "\r\n", 401},
      {"token too long", h + "Authorization: Bearer " + kToken + "a\r\n", 401},
      {"last digit wrong", h + "Authorization: Bearer " + kToken.substr(1) + "b\r\n", 401},
      {"scheme in small letters", h + "Authorization: bearer " + kToken + "\r\n", 401},
      {"token twice", h + a + a, 401},
      {"header too large", h + a + "X-Filler: " + std::string(9'000, 'x') + "\r\n", 431},
      {"chunked body", h + a + "Transfer-Encoding: chunked\r\n", 400},
      {"no line", "broken\r\n", 400},
  };
  int failures = 0;
  for (const Case& c : cases) {
    const int before = bench.calls;
    CHECK_MESSAGE(bench.ask(line, c.headers) == c.status, c.what);
    CHECK_MESSAGE(bench.calls - before == (c.status == 200 ? 1 : 0), c.what);
    failures += c.status == 401 ? 1 : 0;
  }
  CHECK(failures < 10);
  const std::string post = "POST /api/v1/emergency-stop";
  CHECK(bench.ask(post, h + a + "Content-Length: 0\r\n") == 415);
  CHECK(bench.ask(post, h + a + "Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}") == 415);
  CHECK(bench.ask(post, h + a + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2\r\n", "{}") ==
        415);
  CHECK(bench.ask(post, h + a + "Content-Type: multipart/form-data\r\nContent-Length: 2\r\n", "{}") == 415);
  CHECK(bench.ask(post, h + a + "Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n", "{}") == 200);
  CHECK(bench.ask(post, h + a + "Content-Type: application/json\r\nContent-Length: 100000\r\n", "{}") == 413);
  CHECK(bench.ask("GET http://evil.example/api/v1/status", h + a) == 400);
  CHECK(bench.ask("OPTIONS /api/v1/emergency-stop", h + a) == 405);
  CHECK(static_cast<int>(cases.size()) + 8 >= 40);
}

TEST_CASE("ten wrong tokens within a minute lock for sixty seconds, even against the right one") {
  ManualClock clock{Timestamp::fromSeconds(1'000)};
  api::RestGuard guard(clock, Secret(kToken), 80);
  api::RestHead right{"GET", "/api/v1/status", {"127.0.0.1:80"}, {}, {"Bearer " + kToken}, "", false, false};
  api::RestHead wrong = right;
  wrong.authorizations = {"Bearer " + std::string(64, 'b')};
  for (int i = 0; i < 9; ++i) CHECK(guard.judge(wrong) == 401);
  clock.advance(Duration::seconds(61));  // the nine are forgotten
  for (int i = 0; i < 10; ++i) CHECK(guard.judge(wrong) == 401);
  CHECK(guard.locked());
  CHECK(guard.judge(right) == 429);
  clock.advance(Duration::seconds(59));
  CHECK(guard.judge(right) == 429);
  clock.advance(Duration::seconds(1));
  CHECK(guard.judge(right) == 0);
}

TEST_CASE("the token file: made with mode 0600 and 256 bits, read again, refused when weak or open to others") {
  test::TemporaryFolder folder;
  const std::string path = folder.path() + "/rest_token";
  auto token = api::restToken(path);
  REQUIRE(token.ok());
  CHECK(token->reveal().size() == 64);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(api::restToken(path)->reveal() == token->reveal());
  CHECK(api::restToken(folder.path() + "/other")->reveal() != token->reveal());
  ::chmod(path.c_str(), 0644);
  CHECK(api::restToken(path).error().userKey == "rest.token");
  ::chmod(path.c_str(), 0600);
  std::ofstream(path) << "super-secret\n";
  CHECK(api::restToken(path).error().userKey == "rest.token");
}

TEST_CASE("the server listens on 127.0.0.1 alone") {
  RestBench bench;
  const std::string request = "GET /api/v1/status HTTP/1.1\r\n" + bench.host + bench.auth() + "\r\n";
  CHECK(statusOf(rawExchange(bench.server.port(), request)) == 200);
  CHECK(rawExchange(bench.server.port(), request, "127.0.0.2").empty());
}

}  // namespace
