// SPDX-License-Identifier: GPL-3.0-or-later
// Hand-over of 64-bit words between threads: our rings against moodycamel's queues, same sizes, batches on both sides
// where the queue offers them, sums compared.
#include <blockingconcurrentqueue.h>
#include <concurrentqueue.h>
#include <readerwriterqueue.h>

#include <array>
#include <cstdint>
#include <memory>
#include <thread>

#include "core/base/rings.h"
#include "core/base/thread.h"
#include "tests/bench/bench_report.h"

namespace {

using namespace bw;
constexpr std::uint64_t kCount = 2'000'000;
constexpr std::size_t kCapacity = 4096;
constexpr std::size_t kBatch = 256;
constexpr int kRounds = 7;

/// Runs `producers` threads of `push(p, value)` and `take()` here until all has come; returns the sum of what came.
template <class Push, class Take>
std::uint64_t handOver(std::size_t producers, Push push, Take take) {
  std::array<Thread, 4> threads;
  const std::uint64_t each = kCount / producers;
  for (std::size_t p = 0; p < producers; ++p) {
    threads[p].start("producer", [&push, p, each] {
      for (std::uint64_t i = 0; i < each; ++i) push(p, i + 1);
    });
  }
  std::uint64_t sum = 0;
  for (std::uint64_t got = 0; got < each * producers;) {
    const std::uint64_t now = take(sum);
    got += now;
    if (now == 0) std::this_thread::yield();
  }
  for (std::size_t p = 0; p < producers; ++p) threads[p].join();
  return sum;
}

std::uint64_t ourSpsc() {
  auto ring = std::make_unique<SpscRing<std::uint64_t>>(kCapacity);
  return handOver(
      1,
      [&](std::size_t, std::uint64_t v) {
        while (!ring->tryPush(std::move(v))) std::this_thread::yield();
      },
      [&](std::uint64_t& sum) { return ring->drain([&sum](std::uint64_t&& v) { sum += v; }, kBatch); });
}

std::uint64_t peerSpsc() {
  moodycamel::ReaderWriterQueue<std::uint64_t> queue(kCapacity);
  return handOver(
      1,
      [&](std::size_t, std::uint64_t v) {
        while (!queue.try_enqueue(v)) std::this_thread::yield();
      },
      [&](std::uint64_t& sum) {
        std::uint64_t n = 0;
        for (std::uint64_t v = 0; n < kBatch && queue.try_dequeue(v); ++n) sum += v;
        return n;
      });
}

std::uint64_t ourMpsc(std::size_t producers) {
  auto ring = std::make_unique<MpscRing<std::uint64_t>>(kCapacity);
  return handOver(
      producers,
      [&](std::size_t, std::uint64_t v) {
        while (!ring->tryPush(std::move(v))) std::this_thread::yield();
      },
      [&](std::uint64_t& sum) { return ring->drain([&sum](std::uint64_t&& v) { sum += v; }, kBatch); });
}

std::uint64_t peerMpsc(std::size_t producers) {
  moodycamel::ConcurrentQueue<std::uint64_t> queue(kCapacity, producers, 0);
  std::array<std::unique_ptr<moodycamel::ProducerToken>, 4> tokens;
  for (std::size_t p = 0; p < producers; ++p) tokens[p] = std::make_unique<moodycamel::ProducerToken>(queue);
  moodycamel::ConsumerToken consumer(queue);
  std::array<std::uint64_t, kBatch> batch{};
  return handOver(
      producers,
      [&](std::size_t p, std::uint64_t v) {
        queue.enqueue(*tokens[p], v);  // try_enqueue starves a producer when another one holds all blocks
      },
      [&](std::uint64_t& sum) {
        const std::size_t n = queue.try_dequeue_bulk(consumer, batch.begin(), batch.size());
        for (std::size_t i = 0; i < n; ++i) sum += batch[i];
        return static_cast<std::uint64_t>(n);
      });
}

template <class Ours, class Peer>
bool compare(const std::string& name, const std::string& baseline, Ours ours, Peer peer) {
  std::uint64_t oursSum = 0;
  std::uint64_t peerSum = 0;
  double oursNs = std::numeric_limits<double>::max();
  double peerNs = oursNs;
  for (int i = 0; i < kRounds; ++i) {  // in turn, so that a busy machine disturbs both alike
    oursNs = std::min(oursNs, bench::bestOf(1, [&] { oursSum = ours(); }));
    peerNs = std::min(peerNs, bench::bestOf(1, [&] { peerSum = peer(); }));
  }
  bench::report(name, static_cast<double>(kCount) * 1000 / oursNs, "M/s", baseline, peerNs / oursNs);
  if (oursSum == peerSum) return true;
  std::fprintf(stderr, "%s: results differ\n", name.c_str());
  return false;
}

}  // namespace

int main() {
  bool same = compare("ring_spsc", "moodycamel::ReaderWriterQueue", ourSpsc, peerSpsc);
  for (const std::size_t producers : {1, 2, 4}) {
    same &= compare(
        "ring_mpsc_" + std::to_string(producers), "moodycamel::ConcurrentQueue with tokens and bulk",
        [&] { return ourMpsc(producers); }, [&] { return peerMpsc(producers); });
  }
  return same ? 0 : 1;
}
