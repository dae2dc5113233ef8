// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/file_secret_store.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "core/disk/memory_disk.h"
#include "core/journal/disk.h"
#include "core/secrets/memory_secret_store.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace bw;
using secrets::FileSecretStore;

const Secret kPassphrase(std::string("correct horse battery"));
constexpr const char* kPath = "/data/secrets.bws";

FileSecretStore::Options quick(MemoryDisk& disk) {
  FileSecretStore::Options options;
  options.path = kPath;
  options.costLog2 = 10;
  options.disk = &disk;
  return options;
}

std::unique_ptr<FileSecretStore> openStore(MemoryDisk& disk) {
  auto opened = FileSecretStore::open(quick(disk), kPassphrase);
  REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().detail));
  return std::move(*opened);
}

std::string bytesOf(MemoryDisk& disk) {
  std::string bytes;
  REQUIRE(disk.read(kPath, bytes) == 0);
  return bytes;
}

MemoryDisk newDisk() {
  MemoryDisk disk;
  REQUIRE(disk.makeDirectories("/data") == 0);
  return disk;
}

TEST_CASE("every form keeps, replaces, forgets; an absent secret is an error that names it") {
  MemoryDisk disk = newDisk();
  secrets::MemorySecretStore memory;
  const auto file = openStore(disk);
  for (SecretStore* store : {static_cast<SecretStore*>(&memory), static_cast<SecretStore*>(file.get())}) {
    CAPTURE(store->form());
    const auto absent = store->read("kraken.key");
    REQUIRE_FALSE(absent.ok());
    CHECK(absent.error().userKey == "secret.absent");
    CHECK(absent.error().detail.find("kraken.key") != std::string::npos);
    REQUIRE(store->write("kraken.key", Secret(std::string("one"))).ok());
    REQUIRE(store->write("kraken.key", Secret(std::string("two\0three", 9))).ok());
    CHECK((store->read("kraken.key")->reveal() == std::string("two\0three", 9)));
    REQUIRE(store->remove("kraken.key").ok());
    REQUIRE(store->remove("kraken.key").ok());
    CHECK_FALSE(store->read("kraken.key").ok());
  }
}

TEST_CASE("the file holds no name and no value readably, opens with its passphrase alone, and is new at every change") {
  MemoryDisk disk = newDisk();
  std::set<std::string> seen;
  {
    const auto store = openStore(disk);
    for (int i = 0; i < 5; ++i) {
      REQUIRE(store->write("venue.name", Secret(std::string("a very secret key"))).ok());
      seen.insert(bytesOf(disk));
    }
    store->lock();
    CHECK(store->read("venue.name").error().userKey == "secret.denied");
    CHECK(store->write("x", Secret(std::string("y"))).error().userKey == "secret.denied");
  }
  CHECK(seen.size() == 5);
  for (const char* word : {"secret key", "venue.name", "horse"}) CHECK(bytesOf(disk).find(word) == std::string::npos);
  CHECK((openStore(disk)->read("venue.name")->reveal() == "a very secret key"));
  auto wrong = FileSecretStore::open(quick(disk), Secret(std::string("correct horse batterx")));
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().userKey == "secret.passphrase");
  CHECK(wrong.error().detail.find("batter") == std::string::npos);
}

TEST_CASE("a short passphrase is refused for a new file") {
  MemoryDisk disk = newDisk();
  CHECK(FileSecretStore::open(quick(disk), Secret(std::string("1234567"))).error().userKey == "secret.weak");
  CHECK(disk.files().empty());
}

TEST_CASE("a file changed at any byte, or cut anywhere, is refused as damaged or as another passphrase's") {
  MemoryDisk disk = newDisk();
  REQUIRE(openStore(disk)->write("k", Secret(std::string("v"))).ok());
  const std::string whole = bytesOf(disk);
  const std::size_t head = 8 + 1 + 16 + 8;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x04);
    disk.put(kPath, changed);
    auto opened = FileSecretStore::open(quick(disk), kPassphrase);
    REQUIRE_FALSE(opened.ok());
    const bool inProof = at >= head && at < head + 32;
    CHECK(opened.error().userKey == (inProof ? "secret.passphrase" : "secret.damaged"));
    disk.put(kPath, whole.substr(0, at));
    CHECK(FileSecretStore::open(quick(disk), kPassphrase).error().userKey == "secret.damaged");
  }
}

TEST_CASE("a failing disk or a crash leaves the old secrets or the new ones, never none") {
  bool hit = true;
  for (int nth = 0; hit; ++nth) {
    MemoryDisk disk = newDisk();
    auto store = openStore(disk);
    REQUIRE(store->write("k", Secret(std::string("old"))).ok());
    hit = false;
    int seen = 0;
    disk.setHook([&](MemoryDisk::Operation, const std::string&) {
      if (seen++ != nth) return 0;
      hit = true;
      return EIO;
    });
    const bool written = store->write("k", Secret(std::string("new"))).ok();
    CHECK(written == !hit);
    CHECK((store->read("k")->reveal() == (written ? "new" : "old")));
    disk.setHook(nullptr);
    disk.crash({MemoryDisk::Unsynced::Random, 0, static_cast<std::uint64_t>(nth)});
    const std::string after = openStore(disk)->read("k")->reveal();
    CHECK((after == "new" || (!written && after == "old")));
  }
}

TEST_CASE("SE04: on the real disk the file is the owner's alone, and one that others may read is refused") {
  test::TemporaryFolder folder;
  FileSecretStore::Options options;
  options.path = folder.path() + "/secrets.bws";
  options.costLog2 = 12;
  REQUIRE(FileSecretStore::open(options, kPassphrase).ok());
  struct stat status {};
  REQUIRE(::stat(options.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::chmod(options.path.c_str(), 0644) == 0);
  auto refused = FileSecretStore::open(options, kPassphrase);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().userKey == "secret.permissions");
  rlimit core{};
  REQUIRE(::getrlimit(RLIMIT_CORE, &core) == 0);
  CHECK(core.rlim_cur == 0);
}

}  // namespace
