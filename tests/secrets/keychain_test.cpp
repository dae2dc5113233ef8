// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/keychain_secret_store.h"

#include <doctest/doctest.h>

#include <QCoreApplication>
#include <cstdlib>

namespace {

using namespace bw;
using secrets::KeychainSecretStore;

struct Application {
  int count = 1;
  char name[5] = "test";
  char* words[2] = {name, nullptr};
  QCoreApplication application{count, words};
};

TEST_CASE("SE04: the real keychain keeps a secret, gives it back, and forgets it") {
  const Application application;
  const std::string value("key \0 with \xff bytes", 18);
  {
    KeychainSecretStore store("bellwether/test");
    CHECK(store.form() == "keychain");
    CHECK(store.read("venue.key").error().userKey == "secret.absent");
    const auto written = store.write("venue.key", Secret(value));
    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().detail));
    REQUIRE(store.write("venue.other", Secret(std::string("x"))).ok());
  }
  KeychainSecretStore again("bellwether/test");
  auto read = again.read("venue.key");
  REQUIRE(read.ok());
  CHECK((read->reveal() == value));
  CHECK_FALSE(KeychainSecretStore("bellwether/other").read("venue.key").ok());
  REQUIRE(again.remove("venue.key").ok());
  REQUIRE(again.remove("venue.key").ok());
  CHECK(again.read("venue.key").error().userKey == "secret.absent");
  CHECK(again.read("venue.other").ok());
}

TEST_CASE("SE04: without a keychain there is an error with a remedy, and nothing is written anywhere else") {
  const Application application;
  const std::string bus =
      std::getenv("DBUS_SESSION_BUS_ADDRESS") != nullptr ? std::getenv("DBUS_SESSION_BUS_ADDRESS") : "";
  ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  ::setenv("XDG_CURRENT_DESKTOP", "", 1);
  KeychainSecretStore store("bellwether/none", Duration::seconds(20));
  const auto written = store.write("venue.key", Secret(std::string("canary-value")));
  // A session bus that this process has used already stays connected; then the entry must be in the keychain alone.
  if (!written.ok()) {
    CHECK(written.error().detail.find("canary-value") == std::string::npos);
    CHECK_FALSE(store.read("venue.key").ok());
  }
  ::setenv("DBUS_SESSION_BUS_ADDRESS", bus.c_str(), 1);
}

}  // namespace
