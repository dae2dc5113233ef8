// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/rings.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <vector>

#include "core/base/histogram.h"
#include "core/base/thread.h"

using namespace bw;

TEST_CASE("spsc ring: bounded, in order, refuses without touching the value") {
  SpscRing<std::unique_ptr<int>> ring(3);
  CHECK(ring.capacity() == 4);
  for (int i = 0; i < 4; ++i) CHECK(ring.tryPush(std::make_unique<int>(i)));
  auto fifth = std::make_unique<int>(5);
  CHECK_FALSE(ring.tryPush(std::move(fifth)));
  CHECK(fifth != nullptr);
  std::vector<int> seen;
  CHECK(ring.drain([&](std::unique_ptr<int>&& v) { seen.push_back(*v); }, 3) == 3);
  CHECK(ring.tryPush(std::move(fifth)));
  std::unique_ptr<int> one;
  while (ring.tryPop(one)) seen.push_back(*one);
  CHECK(seen == std::vector<int>{0, 1, 2, 3, 5});
  CHECK(ring.sizeGuess() == 0);
}

TEST_CASE("mpsc ring: bounded, in order, and usable for many rounds") {
  MpscRing<int> ring(4);
  int next = 0;
  int expected = 0;
  for (int round = 0; round < 1000; ++round) {
    while (ring.tryPush(next)) ++next;
    CHECK(ring.sizeGuess() == 4);
    ring.drain([&](int&& v) { CHECK(v == expected++); }, static_cast<std::size_t>(1 + round % 4));
  }
  CHECK(expected > 2000);
}

TEST_CASE("mpsc ring: refuses without touching the value, at any size and fill") {
  for (const std::size_t capacity : {1U, 2U, 8U}) {
    MpscRing<std::unique_ptr<std::size_t>> ring(capacity);
    CHECK(ring.capacity() == capacity);
    std::size_t pushed = 0;
    std::size_t popped = 0;
    for (std::size_t round = 0; round < 100; ++round) {
      auto value = std::make_unique<std::size_t>(pushed);
      while (ring.tryPush(std::move(value))) value = std::make_unique<std::size_t>(++pushed);
      CHECK(*value == pushed);
      CHECK(pushed - popped == capacity);
      std::unique_ptr<std::size_t> out;
      for (std::size_t i = 0; i <= round % capacity; ++i) {
        REQUIRE(ring.tryPop(out));
        CHECK(*out == popped++);
      }
    }
    const std::size_t inside = pushed - popped;
    CHECK(ring.drain([&](std::unique_ptr<std::size_t>&& v) { CHECK(*v == popped++); }) == inside);
    std::unique_ptr<std::size_t> none;
    CHECK_FALSE(ring.tryPop(none));
  }
}

TEST_CASE("spsc ring: nothing lost, doubled or reordered between two threads") {
  constexpr std::uint64_t kCount = 300'000;
  SpscRing<std::uint64_t> ring(256);
  Thread producer;
  producer.start("producer", [&] {
    for (std::uint64_t i = 0; i < kCount; ++i) {
      while (!ring.tryPush(i)) std::this_thread::yield();
    }
  });
  std::uint64_t expected = 0;
  bool ordered = true;
  while (expected < kCount) {
    if (ring.drain([&](std::uint64_t&& v) { ordered = ordered && v == expected++; }, 64) == 0)
      std::this_thread::yield();
  }
  producer.join();
  CHECK(ordered);
  CHECK(ring.sizeGuess() == 0);
}

TEST_CASE("mpsc ring: every producer's order is kept and nothing is lost") {
  constexpr std::size_t kProducers = 4;
  constexpr std::uint64_t kEach = 60'000;
  MpscRing<std::uint64_t> ring(128);
  std::array<Thread, kProducers> producers;
  for (std::size_t p = 0; p < kProducers; ++p) {
    producers[p].start("producer", [&ring, p] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        while (!ring.tryPush(p << 32 | i)) std::this_thread::yield();
      }
    });
  }
  std::array<std::uint64_t, kProducers> next{};
  bool ordered = true;
  for (std::uint64_t total = 0; total < kProducers * kEach;) {
    const std::size_t got = ring.drain([&](std::uint64_t&& v) {
      const std::size_t p = static_cast<std::size_t>(v >> 32);
      ordered = ordered && (v & 0xffffffff) == next[p]++;
    });
    total += got;
    if (got == 0) std::this_thread::yield();
  }
  for (Thread& producer : producers) producer.join();
  CHECK(ordered);
  for (const std::uint64_t n : next) CHECK(n == kEach);
}

TEST_CASE("histogram: percentiles are at most one bucket above the truth") {
  Histogram histogram;
  CHECK(histogram.percentile(0.5) == Duration{0});
  for (std::int64_t i = 1; i <= 10'000; ++i) histogram.add(Duration::nanos(i * 100));
  CHECK(histogram.count() == 10'000);
  CHECK(histogram.max() == Duration::micros(1000));
  for (const double fraction : {0.01, 0.5, 0.95, 0.99}) {
    const double truth = fraction * 1'000'000;
    const auto found = static_cast<double>(histogram.percentile(fraction).ns);
    CHECK(found >= truth);
    CHECK(found <= truth * 1.126);
  }
  CHECK(histogram.percentile(1.0) == histogram.max());
  histogram.add(Duration{-5});
  histogram.add(Duration::seconds(3600 * 24));
  CHECK(histogram.percentile(0.0) == Duration{0});
  CHECK(histogram.max() == Duration::seconds(3600 * 24));
}
