// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/seen_ids.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/rng.h"

namespace {

using namespace bw;
using ledger::SeenIds;
using V = SeenIds::Verdict;

Timestamp second(int s) {
  return Timestamp::fromSeconds(s);
}

TEST_CASE("seen ids: each counts once for its account, whatever its time says the second time") {
  SeenIds seen;
  CHECK(seen.check("a", "1", second(5)) == V::New);
  CHECK(seen.insert("a", "1", second(5)) == V::New);
  CHECK(seen.insert("a", "1", second(9)) == V::Seen);
  CHECK(seen.check("a", "1", second(1)) == V::Seen);
  CHECK(seen.insert("b", "1", second(5)) == V::New);
  CHECK(seen.size() == 2);
}

TEST_CASE("seen ids: the oldest by venue time are forgotten, and what is as old as they is never counted") {
  SeenIds seen(3);
  for (const int s : {30, 10, 20, 40}) CHECK(seen.insert("a", std::to_string(s), second(s)) == V::New);
  CHECK(seen.size() == 3);
  CHECK(seen.check("a", "10", second(10)) == V::TooOld);  // forgotten itself
  CHECK(seen.insert("a", "9", second(9)) == V::TooOld);
  CHECK(seen.insert("a", "other", second(10)) == V::TooOld);
  CHECK(seen.check("a", "11", second(11)) == V::New);
  CHECK(seen.insert("a", "20", second(20)) == V::Seen);
  CHECK(seen.insert("a", "20", second(1)) == V::Seen);  // remembered, with a wrong time
  CHECK(seen.check("b", "10", second(10)) == V::New);
}

TEST_CASE("seen ids: a wrong time far ahead does not shut out what follows") {
  SeenIds seen(2);
  CHECK(seen.insert("a", "ahead", second(1'000'000)) == V::New);
  for (int s = 1; s < 100; ++s) CHECK(seen.insert("a", std::to_string(s), second(s)) == V::New);
  CHECK(seen.size() == 2);
  CHECK(seen.check("a", "ahead", second(1'000'000)) == V::Seen);
}

TEST_CASE("seen ids: in any order of arrival no id counts twice, and the size stays within its bound") {
  Rng rng(3);
  for (int round = 0; round < 200; ++round) {
    SeenIds seen(16);
    std::vector<int> counted(64, 0);
    for (int i = 0; i < 400; ++i) {
      const int id = static_cast<int>(rng.below(64));
      if (seen.insert("a", std::to_string(id), second(id / 2)) == V::New) ++counted[static_cast<std::size_t>(id)];
      CHECK(seen.size() <= 16);
    }
    CHECK(*std::max_element(counted.begin(), counted.end()) <= 1);
  }
}

}  // namespace
