// SPDX-License-Identifier: GPL-3.0-or-later
// G6: the n-th allocation fails, once or from then on, in a process of its own; what it had promised is on disk.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <new>

#include "core/base/clock.h"
#include "core/journal/file_journal.h"
#include "core/journal/latch.h"
#include "tests/support/temporary_folder.h"

namespace {

long allocationsLeft = -1;  // before one fails; < 0 = none does
bool failForEver = false;
bool allocationFailed = false;

void* allocate(std::size_t size) {
  if (allocationsLeft == 0) {
    allocationFailed = true;
    if (!failForEver) allocationsLeft = -1;
    throw std::bad_alloc();
  }
  if (allocationsLeft > 0) allocationsLeft -= 1;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace bw;
using journal::FileJournal;

FileJournal::Options quickOptions(const std::string& root) {
  FileJournal::Options options;
  options.directory = root + "/journal";
  options.mode = FileJournal::Mode::Inline;
  options.segmentBytes = 600;
  options.syncToDisk = false;
  return options;
}

/// What the child tells before it may die: bytes in a pipe.
constexpr char kDurable = 'd';
constexpr char kLatched = 'l';
constexpr char kReset = 'r';
constexpr char kFault = 'f';

void tell(int pipe, char what) {
  if (::write(pipe, &what, 1) != 1) ::_exit(9);
}

// A journal, a stop and its reset; memory may end anywhere in it.
void lifeIn(const std::string& root, int pipe) {
  ManualClock clock;
  auto opened = FileJournal::open(clock, quickOptions(root));
  if (!opened) return;
  journal::Latch latch(root);
  for (int i = 0; i < 6; ++i) {
    try {
      const auto sequence = (*opened)->append(RecordKind::Decision, "a record that does not fit a short string");
      if (sequence && (*opened)->sync(*sequence)) tell(pipe, kDurable);
    } catch (const std::bad_alloc&) {
      // An agent dies of it; the journal goes on.
    }
    if (i == 2 && latch.write({4, "plate", "why", "SIM", {}, true})) tell(pipe, kLatched);
    if (i == 4 && latch.reset()) tell(pipe, kReset);
  }
}

[[noreturn]] void child(const std::string& root, int pipe, long nth, bool forEver) {
  const int silent = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(silent, STDERR_FILENO);
  std::signal(SIGABRT, SIG_DFL);
  failForEver = forEver;
  allocationsLeft = nth;
  try {
    lifeIn(root, pipe);
  } catch (const std::bad_alloc&) {
  }
  allocationsLeft = -1;
  if (allocationFailed) tell(pipe, kFault);
  ::_exit(0);
}

std::string runChild(const std::string& root, long nth, bool forEver) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  if (pid == 0) child(root, ends[1], nth, forEver);
  ::close(ends[1]);
  std::string told;
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1) told.push_back(byte);
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  if (WIFSIGNALED(status)) {
    CHECK(WTERMSIG(status) == SIGABRT);
    told.push_back(kFault);
  }
  return told;
}

TEST_CASE("G6: whichever allocation fails, once or for ever, what was promised is there afterwards") {
  int cases = 0;
  for (const bool forEver : {false, true}) {
    bool hit = true;
    for (long nth = 0; hit; ++nth) {
      test::TemporaryFolder folder;
      const std::string told = runChild(folder.path(), nth, forEver);
      hit = told.find(kFault) != std::string::npos;
      CAPTURE(nth);
      CAPTURE(told);
      auto read = journal::readJournal(folder.path() + "/journal");
      REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().detail));
      const auto promised = static_cast<std::size_t>(std::count(told.begin(), told.end(), kDurable));
      CHECK(read->records.size() >= promised);
      const journal::Latch latch(folder.path());
      const bool latched = told.find(kLatched) != std::string::npos;
      const bool reset = told.find(kReset) != std::string::npos;
      if (latched && !reset) CHECK((latch.read().has_value() || latch.mustStartByHand()));
      if (reset) CHECK((!latch.read().has_value() && latch.mustStartByHand()));
      ManualClock clock;
      CHECK(FileJournal::open(clock, quickOptions(folder.path())).ok());
      if (!hit) CHECK(promised == 6);
      cases += 1;
    }
  }
  MESSAGE("allocations that failed: ", cases);
  CHECK(cases > 100);
}

}  // namespace
