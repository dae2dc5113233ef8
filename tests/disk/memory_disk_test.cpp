// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/disk/memory_disk.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace bw;
using Unsynced = MemoryDisk::Unsynced;

std::string contentOf(FileSystem& disk, const std::string& path) {
  std::string bytes;
  return disk.read(path, bytes) == 0 ? bytes : "absent";
}

// The same steps and expectations for both disks.
void checkPlainUse(FileSystem& disk, const std::string& root) {
  REQUIRE(disk.makeDirectories(root + "/a/b") == 0);
  const std::string path = root + "/a/b/file";
  CHECK(disk.open(path, FileSystem::Open::Existing).code == ENOENT);
  CHECK(disk.open(root + "/none/file", FileSystem::Open::New).code == ENOENT);
  CHECK(disk.open(root + "/a/b", FileSystem::Open::Existing).code == EISDIR);
  auto opened = disk.open(path, FileSystem::Open::New);
  REQUIRE(opened.code == 0);
  CHECK(disk.open(path, FileSystem::Open::New).code == EEXIST);
  CHECK(opened.file->writeAt(0, "hello world") == 0);
  CHECK(opened.file->writeAt(6, "there") == 0);
  CHECK(opened.file->writeAt(11, "!") == 0);
  CHECK(contentOf(disk, path) == "hello there!");
  CHECK(opened.file->resize(5) == 0);
  CHECK(opened.file->preallocate(7) == 0);
  CHECK(opened.file->preallocate(3) == 0);
  CHECK(contentOf(disk, path) == std::string("hello\0\0", 7));
  CHECK(opened.file->sync() == 0);
  auto more = disk.open(path, FileSystem::Open::Append);
  REQUIRE(more.code == 0);
  CHECK(more.file->append("x") == 0);
  std::int64_t size = 0;
  CHECK(disk.look(path, size) == 0);
  CHECK(size == 8);
  CHECK(disk.look(path + "s", size) == ENOENT);
  CHECK(disk.rename(path, root + "/a/b/other") == 0);
  CHECK(disk.rename(path, root + "/a/b/other") == ENOENT);
  CHECK(disk.syncDirectory(root + "/a/b") == 0);
  std::vector<std::string> names;
  CHECK(disk.list(root + "/a", names) == 0);
  CHECK(names == std::vector<std::string>{"b"});
  CHECK(disk.list(root + "/a/b", names) == 0);
  CHECK(names == std::vector<std::string>{"other"});
  CHECK(disk.list(root + "/none", names) == ENOENT);
  REQUIRE(disk.open(root + "/a/b/other", FileSystem::Open::Truncate).code == 0);
  CHECK(contentOf(disk, root + "/a/b/other").empty());
  CHECK(disk.remove(root + "/a/b/other") == 0);
  CHECK(disk.remove(root + "/a/b/other") == ENOENT);
  CHECK(disk.freeBytes(root) > 0);
}

TEST_CASE("the disk in memory behaves as the real one") {
  MemoryDisk memory;
  checkPlainUse(memory, "/data");
  std::string root = (std::filesystem::temp_directory_path() / "bw-disk-XXXXXX").string();
  REQUIRE(::mkdtemp(root.data()) != nullptr);
  checkPlainUse(realFileSystem(), root);
  std::filesystem::remove_all(root);
}

// One durable file "old", and then un-synced: a write to it, a new file, and a rename.
MemoryDisk unsyncedDisk() {
  MemoryDisk disk;
  disk.put("/d/file", "0123456789");
  disk.put("/d/from", "moved");
  auto file = disk.open("/d/file", FileSystem::Open::Existing);
  REQUIRE(file.file->writeAt(2, "abc") == 0);
  REQUIRE(file.file->writeAt(10, "tail") == 0);
  REQUIRE(disk.open("/d/new", FileSystem::Open::New).code == 0);
  REQUIRE(disk.rename("/d/from", "/d/to") == 0);
  return disk;
}

TEST_CASE("a crash loses what was not synced, keeps it, or keeps a part") {
  MemoryDisk lost = unsyncedDisk();
  CHECK(lost.hasUnsynced());
  lost.crash({Unsynced::Lost, 0, 0});
  CHECK(contentOf(lost, "/d/file") == "0123456789");
  CHECK(contentOf(lost, "/d/new") == "absent");
  CHECK(contentOf(lost, "/d/from") == "moved");
  CHECK_FALSE(lost.hasUnsynced());

  MemoryDisk kept = unsyncedDisk();
  kept.crash({Unsynced::Kept, 0, 0});
  CHECK(contentOf(kept, "/d/file") == "01abc56789tail");
  CHECK(contentOf(kept, "/d/to") == "moved");

  MemoryDisk prefix = unsyncedDisk();
  prefix.crash({Unsynced::Prefix, 5, 0});
  CHECK(contentOf(prefix, "/d/file") == "01abc56789ta");

  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    MemoryDisk random = unsyncedDisk();
    random.crash({Unsynced::Random, 0, seed});
    seen.insert(contentOf(random, "/d/file") + contentOf(random, "/d/new") + contentOf(random, "/d/to"));
    const bool source = contentOf(random, "/d/from") != "absent";
    CHECK(source != (contentOf(random, "/d/to") != "absent"));
  }
  CHECK(seen.size() > 6);
}

TEST_CASE("synced content and names survive; open files do not") {
  MemoryDisk disk;
  REQUIRE(disk.makeDirectories("/d") == 0);
  auto file = disk.open("/d/file", FileSystem::Open::New);
  REQUIRE(file.file->writeAt(0, "kept") == 0);
  REQUIRE(file.file->sync() == 0);
  REQUIRE(disk.syncDirectory("/d") == 0);
  REQUIRE(file.file->resize(2) == 0);
  disk.crash({Unsynced::Lost, 0, 0});
  CHECK(contentOf(disk, "/d/file") == "kept");
  CHECK(file.file->writeAt(0, "late") == EIO);
  CHECK(file.file->sync() == EIO);
}

TEST_CASE("after a failed sync nothing later of that file is durable, whatever sync says") {
  MemoryDisk disk;
  disk.put("/d/file", "old");
  auto file = disk.open("/d/file", FileSystem::Open::Existing);
  disk.setHook([](MemoryDisk::Operation operation, const std::string&) {
    return operation == MemoryDisk::Operation::Sync ? EIO : 0;
  });
  REQUIRE(file.file->writeAt(0, "new") == 0);
  CHECK(file.file->sync() == EIO);
  disk.setHook(nullptr);
  CHECK(file.file->sync() == 0);
  CHECK(contentOf(disk, "/d/file") == "new");
  disk.crash({Unsynced::Lost, 0, 0});
  CHECK(contentOf(disk, "/d/file") == "old");
}

TEST_CASE("a full disk refuses what does not fit, but not what was preallocated") {
  MemoryDisk disk;
  REQUIRE(disk.makeDirectories("/d") == 0);
  disk.setCapacity(100);
  auto file = disk.open("/d/file", FileSystem::Open::New);
  REQUIRE(file.file->preallocate(80) == 0);
  CHECK(disk.freeBytes("/d") == 20);
  auto other = disk.open("/d/other", FileSystem::Open::New);
  CHECK(other.file->writeAt(0, std::string(30, 'x')) == ENOSPC);
  CHECK(contentOf(disk, "/d/other") == std::string(15, 'x'));
  CHECK(file.file->writeAt(0, std::string(80, 'y')) == 0);
  CHECK(disk.remove("/d/other") == 0);
  CHECK(disk.usedBytes() == 80);
  CHECK(disk.flip("/d/file", 3, 0x01));
  CHECK(contentOf(disk, "/d/file")[3] == ('y' ^ 1));
  CHECK_FALSE(disk.flip("/d/file", 80, 0x01));
  MemoryDisk copy(disk);
  CHECK(disk.remove("/d/file") == 0);
  CHECK(copy.files() == std::vector<std::string>{"/d/file"});
}

}  // namespace
