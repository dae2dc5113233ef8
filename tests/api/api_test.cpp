// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "core/api/control_socket.h"
#include "core/api/json_writer.h"

using namespace bw;
using namespace bw::api;

TEST_CASE("JSON: order kept, exact values as strings, hostile text escaped") {
  JsonWriter json;
  json.beginObject()
      .field("a", 1)
      .fieldExact("b", Decimal(150, 2))
      .field("c", "x\"\n\\")
      .key("d")
      .beginArray()
      .value(true)
      .null()
      .endArray();
  json.key("e").statistic(0.0 / 0.0, 2).key("f").statistic(1.005, 1).key("g").beginObject().endObject().endObject();
  CHECK(json.text() == R"({"a":1,"b":"1.5","c":"x\"\u000a\\","d":[true,null],"e":null,"f":1.0,"g":{}})");
}

TEST_CASE("control protocol: round trip of hostile arguments, refusal of garbage") {
  ControlRequest request{"reset", {{"phrase", "RESET SIM 1"}, {"cause", "a=b\tc%\nd"}}};
  const auto back = decodeRequest(encodeRequest(request));
  REQUIRE(back.ok());
  CHECK(back->verb == "reset");
  CHECK(back->arguments == request.arguments);
  for (const char* bad : {"", "\n", "verb\tnovalue", "verb\t=x", "verb\tk=%", "verb\tk=%zz", "%4"}) {
    CAPTURE(bad);
    CHECK_FALSE(decodeRequest(bad).ok());
  }
  CHECK_FALSE(decodeRequest(std::string(70'000, 'a')).ok());
}

TEST_CASE("control socket: answers, is private, replaces a stale file, refuses a second workstation") {
  char pattern[] = "/tmp/bw-socket-XXXXXX";
  const std::string dir = mkdtemp(pattern);
  const std::string path = dir + "/control.sock";
  CHECK(askWorkstation(path, {"status", {}}, Duration::seconds(1)).error().userKey == "control.nobody");
  {
    ControlSocket socket;
    REQUIRE(socket.start(path, [](const ControlRequest& r) { return "{\"verb\":\"" + r.verb + "\"}"; }).ok());
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(*askWorkstation(path, {"status", {}}, Duration::seconds(2)) == R"({"verb":"status"})");
    CHECK(*askWorkstation(path, {"pause", {{"a", "b"}}}, Duration::seconds(2)) == R"({"verb":"pause"})");
    ControlSocket second;
    const auto refused = second.start(path, [](const ControlRequest&) { return std::string(); });
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().detail.find("another workstation") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(path));
  std::filesystem::remove_all(dir);
}

TEST_CASE("control socket path: runtime directory by default, data directory when given or too long") {
  CHECK(controlSocketPath("/run/user/1000", "default", "/data", false) == "/run/user/1000/bellwether/default.sock");
  CHECK(controlSocketPath("/run/user/1000", "default", "/data", true) == "/data/control.sock");
  CHECK(controlSocketPath("", "default", "/data", false) == "/data/control.sock");
  CHECK(controlSocketPath("/" + std::string(120, 'x'), "default", "/data", false) == "/data/control.sock");
}
