// SPDX-License-Identifier: GPL-3.0-or-later
// G23: whatever is changed in a journal that was closed in order is found, and the place is named.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "core/base/rng.h"
#include "core/disk/memory_disk.h"
#include "core/journal/file_journal.h"
#include "core/journal/segment_format.h"

namespace {

using namespace bw;
using journal::FileJournal;

constexpr const char* kWhere = "/data/journal/sim";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSampled = 300;
#else
constexpr int kSampled = 10'000;
#endif

/// A journal of about 1 MB in one segment, with the places of its records.
struct Sealed {
  explicit Sealed(std::int64_t segmentBytes = 4 * 1024 * 1024) {
    ManualClock clock(Timestamp::fromSeconds(1'700'000'000));
    FileJournal::Options options;
    options.directory = kWhere;
    options.mode = FileJournal::Mode::Inline;
    options.segmentBytes = segmentBytes;
    options.disk = &disk;
    auto journal = FileJournal::open(clock, options);
    REQUIRE(journal.ok());
    Rng rng(11);
    std::size_t size = 0;
    while (size < 1'000'000) {
      std::string payload(static_cast<std::size_t>(rng.between(1, 900)), '\0');
      for (char& c : payload) c = static_cast<char>(rng.below(256));
      size += payload.size() + journal::RecordHead::kBytes;
      const auto sequence = (*journal)->append(RecordKind::OrderUpdated, payload);
      REQUIRE(sequence.ok());
      if (rng.chance(0.3)) REQUIRE((*journal)->sync(*sequence).ok());
    }
    journal->reset();
    path = std::string(kWhere) + "/" + journal::segmentName(1);
    REQUIRE(disk.read(path, whole) == 0);
    for (std::size_t at = journal::SegmentHead::kBytes; at < whole.size();) {
      starts.push_back(at);
      at += journal::parseUnchained(std::string_view(whole).substr(at)).bytes;
    }
  }

  /// The start of the record that holds this byte; 0 for the head.
  std::size_t recordAt(std::size_t byte) const {
    const auto next = std::upper_bound(starts.begin(), starts.end(), byte);
    return next == starts.begin() ? 0 : *(next - 1);
  }
  std::size_t endOf(std::size_t index) const { return index + 1 < starts.size() ? starts[index + 1] : whole.size(); }

  MemoryDisk disk;
  std::string path;
  std::string whole;
  std::vector<std::size_t> starts;
};

// Puts the changed bytes there and looks; true if the damage is found in the record that starts at `expected`.
bool isFoundAt(Sealed& sealed, std::string changed, std::size_t expected) {
  sealed.disk.put(sealed.path, std::move(changed));
  const auto found = journal::inspectJournal(kWhere, sealed.disk);
  REQUIRE(found.ok());
  return found->damage && found->damage->segment == sealed.path &&
         found->damage->offset == static_cast<std::int64_t>(expected) && !found->damage->problem.empty() &&
         !found->damage->remedy.empty();
}

bool editIsFound(Sealed& sealed, std::size_t byte, std::uint8_t mask) {
  std::string changed = sealed.whole;
  changed[byte] = static_cast<char>(static_cast<unsigned char>(changed[byte]) ^ mask);
  return isFoundAt(sealed, std::move(changed), sealed.recordAt(byte));
}

TEST_CASE("G23: each sampled edit, removal and swap in 1 MB is found, with its place") {
  Sealed sealed;
  REQUIRE(sealed.whole.size() > 1'000'000);
  REQUIRE(sealed.starts.size() > 1'500);
  Rng rng(5);
  int missed = 0;
  for (int i = 0; i < kSampled; ++i) {
    const auto byte = static_cast<std::size_t>(rng.below(sealed.whole.size()));
    const auto record = static_cast<std::size_t>(rng.below(sealed.starts.size()));
    const std::size_t start = sealed.starts[record];
    bool found = true;
    switch (i % 5) {
      case 0:
      case 1:
        found = editIsFound(sealed, byte, static_cast<std::uint8_t>(1 + rng.below(255)));
        break;
      case 2:  // a byte is gone; in a run of equal bytes across a border the next record is the one that differs
        found = isFoundAt(sealed, std::string(sealed.whole).erase(byte, 1), sealed.recordAt(byte));
        break;
      case 3:  // a record is gone
        found = isFoundAt(sealed, std::string(sealed.whole).erase(start, sealed.endOf(record) - start), start);
        break;
      default: {  // two neighbours change places
        if (record + 1 == sealed.starts.size()) break;
        const std::size_t middle = sealed.starts[record + 1];
        const std::size_t end = sealed.endOf(record + 1);
        const std::string swapped = sealed.whole.substr(0, start) + sealed.whole.substr(middle, end - middle) +
                                    sealed.whole.substr(start, middle - start) + sealed.whole.substr(end);
        found = isFoundAt(sealed, swapped, start);
        break;
      }
    }
    CAPTURE(i);
    CAPTURE(byte);
    CAPTURE(start);
    CHECK(found);
    missed += found ? 0 : 1;
  }
  MESSAGE("tampering found: ", kSampled - missed, " of ", kSampled);
}

TEST_CASE("G23: a removed, swapped or shortened segment is found") {
  Sealed sealed(100'000);
  auto good = journal::inspectJournal(kWhere, sealed.disk);
  REQUIRE(good.ok());
  REQUIRE_FALSE(good->damage.has_value());
  const std::vector<std::string> paths = good->contents.segments;
  REQUIRE(paths.size() > 8);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    MemoryDisk without(sealed.disk);
    REQUIRE(without.remove(paths[i]) == 0);
    CHECK(journal::inspectJournal(kWhere, without)->damage.has_value());
    if (i == 0) continue;
    MemoryDisk swapped(sealed.disk);
    std::string here;
    std::string before;
    REQUIRE(swapped.read(paths[i], here) == 0);
    REQUIRE(swapped.read(paths[i - 1], before) == 0);
    swapped.put(paths[i], before);
    swapped.put(paths[i - 1], here);
    const auto found = journal::inspectJournal(kWhere, swapped);
    REQUIRE(found->damage.has_value());
    CHECK(found->damage->segment == paths[i - 1]);
    MemoryDisk empty(sealed.disk);
    empty.put(paths[i], "");
    CHECK(journal::inspectJournal(kWhere, empty)->damage.has_value());
  }
}

// By hand and in the slow runs: --no-skip.
TEST_CASE("G23: every single byte of 1 MB" * doctest::skip()) {
  Sealed sealed;
  Rng rng(7);
  std::size_t missed = 0;
  for (std::size_t byte = 0; byte < sealed.whole.size(); ++byte)
    missed += editIsFound(sealed, byte, static_cast<std::uint8_t>(1 + rng.below(255))) ? 0 : 1;
  MESSAGE("bytes changed: ", sealed.whole.size(), ", not found: ", missed);
  CHECK(missed == 0);
}

}  // namespace
