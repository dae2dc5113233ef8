// SPDX-License-Identifier: GPL-3.0-or-later
// Hand-over of 64-bit words between threads: our rings against moodycamel's queues of the same size. Both sides push
// one at a time and take in batches, wait in the same way (yield) and never hold more than the ring has room for:
// without that limit one producer of the peer can end up with all its blocks, and another one's try_enqueue fails for
// ever. The consumer and the producers sit on different processors as far as there are enough; figures are medians.
// Sums are compared.
#include <concurrentqueue.h>
#include <readerwriterqueue.h>

#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "core/base/rings.h"
#include "core/base/thread.h"
#include "tests/bench/bench_report.h"

namespace {

using namespace bw;
constexpr std::uint64_t kCount = 1U << 19;
constexpr std::uint64_t kCapacity = 4096;
constexpr std::uint64_t kBurst = 128;  ///< a producer asks for room for so many at a time
constexpr std::size_t kBatch = 256;
constexpr int kRounds = 11;

/// What limits the words under way to kCapacity, the same for both sides.
struct Credit {
  alignas(kCacheLine) std::atomic<std::uint64_t> claimed{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> received{0};
};

/// Ties the calling thread to one of the processors this program may use, counted round. Left to the system, two
/// threads share a processor now and then; then no cache line travels, everything is ten times cheaper and the rounds
/// of the two sides cannot be compared.
void pin(std::size_t place) {
  static const cpu_set_t usable = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  std::vector<std::size_t> processors;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &usable)) processors.push_back(cpu);
  }
  if (processors.empty()) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processors[place % processors.size()], &one);
  ::sched_setaffinity(0, sizeof one, &one);
}

/// Runs `producers` threads of `push(p, value)` and `take(sum)` here until all has come; returns the sum of what came.
template <class Push, class Take>
std::uint64_t handOver(std::size_t producers, Push push, Take take) {
  std::array<Thread, 4> threads;
  Credit credit;
  const std::uint64_t each = kCount / producers;
  for (std::size_t p = 0; p < producers; ++p) {
    threads[p].start("producer", [&credit, push, p, each] {
      pin(p + 1);
      for (std::uint64_t i = 0; i < each; i += kBurst) {
        const std::uint64_t end = credit.claimed.fetch_add(kBurst, std::memory_order_relaxed) + kBurst;
        while (end > credit.received.load(std::memory_order_acquire) + kCapacity) std::this_thread::yield();
        for (std::uint64_t k = i; k < i + kBurst; ++k) {
          while (!push(p, k + 1)) std::this_thread::yield();
        }
      }
    });
  }
  std::uint64_t sum = 0;
  for (std::uint64_t got = 0; got < kCount;) {
    const std::uint64_t now = take(sum);
    if (now == 0) {
      std::this_thread::yield();
      continue;
    }
    got += now;
    credit.received.store(got, std::memory_order_release);
  }
  for (std::size_t p = 0; p < producers; ++p) threads[p].join();
  return sum;
}

/// Both our rings.
template <class Ring>
std::uint64_t ours(Ring& ring, std::size_t producers) {
  return handOver(
      producers, [&ring](std::size_t, std::uint64_t value) { return ring.tryPush(std::move(value)); },
      [&ring](std::uint64_t& sum) { return ring.drain([&sum](std::uint64_t&& value) { sum += value; }, kBatch); });
}

std::uint64_t peerSpsc(moodycamel::ReaderWriterQueue<std::uint64_t>& queue) {
  return handOver(
      1, [&queue](std::size_t, std::uint64_t value) { return queue.try_enqueue(value); },
      [&queue](std::uint64_t& sum) {
        std::uint64_t n = 0;
        for (std::uint64_t value = 0; n < kBatch && queue.try_dequeue(value); ++n) sum += value;
        return n;
      });
}

/// The peer as its manual advises for speed: a token for each producer and for the consumer, taking in bulk.
class PeerMpsc {
 public:
  explicit PeerMpsc(std::size_t producers) : m_queue(kCapacity, producers, 0), m_consumer(m_queue) {
    for (std::size_t p = 0; p < producers; ++p) m_tokens.emplace_back(m_queue);
  }
  std::uint64_t operator()() {
    return handOver(
        m_tokens.size(), [this](std::size_t p, std::uint64_t value) { return m_queue.try_enqueue(m_tokens[p], value); },
        [this](std::uint64_t& sum) {
          const std::size_t n = m_queue.try_dequeue_bulk(m_consumer, m_batch.begin(), m_batch.size());
          for (std::size_t i = 0; i < n; ++i) sum += m_batch[i];
          return static_cast<std::uint64_t>(n);
        });
  }

 private:
  moodycamel::ConcurrentQueue<std::uint64_t> m_queue;
  moodycamel::ConsumerToken m_consumer;
  std::vector<moodycamel::ProducerToken> m_tokens;
  std::array<std::uint64_t, kBatch> m_batch{};
};

template <class Ours, class Peer>
bool compare(const std::string& name, const std::string& baseline, Ours ours, Peer peer) {
  std::uint64_t oursSum = 0;
  std::uint64_t peerSum = 0;
  std::array<double, kRounds> oursNs{};
  std::array<double, kRounds> peerNs{};
  for (std::size_t i = 0; i < kRounds; ++i) {  // in turn, so that a busy machine disturbs both alike
    oursNs[i] = bench::bestOf(1, [&] { oursSum = ours(); });
    peerNs[i] = bench::bestOf(1, [&] { peerSum = peer(); });
  }
  std::sort(oursNs.begin(), oursNs.end());
  std::sort(peerNs.begin(), peerNs.end());
  bench::report(name, static_cast<double>(kCount) * 1000 / oursNs[kRounds / 2], "M/s", baseline,
                peerNs[kRounds / 2] / oursNs[kRounds / 2]);
  if (oursSum == peerSum) return true;
  std::fprintf(stderr, "%s: results differ\n", name.c_str());
  return false;
}

}  // namespace

int main() {
  pin(0);
  SpscRing<std::uint64_t> spsc(kCapacity);
  moodycamel::ReaderWriterQueue<std::uint64_t> peer(kCapacity);
  bool same = compare(
      "ring_spsc", "moodycamel::ReaderWriterQueue", [&] { return ours(spsc, 1); }, [&] { return peerSpsc(peer); });
  for (const std::size_t producers : {1U, 2U, 4U}) {
    MpscRing<std::uint64_t> mpsc(kCapacity);
    PeerMpsc queue(producers);
    same &= compare(
        "ring_mpsc_" + std::to_string(producers), "moodycamel::ConcurrentQueue with tokens and bulk",
        [&] { return ours(mpsc, producers); }, [&] { return queue(); });
  }
  return same ? 0 : 1;
}
