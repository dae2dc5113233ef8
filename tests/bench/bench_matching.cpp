// SPDX-License-Identifier: GPL-3.0-or-later
// Matching against a map and list book on one and the same random stream; the reports of both are hashed and compared.
#include <bit>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/matching/matching_engine.h"
#include "tests/matching/naive_engine.h"

namespace {

using bw::Lots;
using bw::Side;
using bw::Ticks;

class HashingListener final : public bw::matching::EngineListener {
 public:
  void onTrade(const bw::matching::EngineTrade& t) override {
    mix(t.makerId);
    mix(t.takerId);
    mix(static_cast<std::uint64_t>(t.price.value));
    mix(static_cast<std::uint64_t>(t.size.value));
  }
  void onLevel(Side side, Ticks price, Lots total) override {
    mix(static_cast<std::uint64_t>(price.value) * 2 + (side == Side::Buy ? 1 : 0));
    mix(static_cast<std::uint64_t>(total.value));
  }
  void onDone(std::uint64_t id, std::uint32_t, bw::matching::DoneReason, Lots left) override {
    mix(id);
    mix(static_cast<std::uint64_t>(left.value));
  }
  void onTriggered(std::uint64_t id, std::uint32_t) override { mix(id); }
  Lots allowance(std::uint64_t, std::uint32_t, Lots wanted) override { return wanted; }
  std::uint64_t hash = 1469598103934665603ULL;

 private:
  void mix(std::uint64_t v) { hash = std::rotl(hash, 9) + v * 0x9e3779b97f4a7c15ULL; }
};

// One operation of the stream, small, so that reading it costs little beside the work.
struct Operation {
  std::uint32_t id = 0;
  std::int32_t price = 0;
  std::int32_t size = 0;
  bool cancel = false;
  bool buy = false;
  bool taker = false;
};

bw::matching::BookOrder orderFrom(const Operation& op) {
  bw::matching::BookOrder order;
  order.id = op.id;
  order.side = op.buy ? Side::Buy : Side::Sell;
  order.hasLimit = true;
  order.limit = {op.price};
  order.tif = op.taker ? bw::TimeInForce::Ioc : bw::TimeInForce::Gtc;
  order.size = {op.size};
  return order;
}

// A book of some `resting` orders: limits around a drifting middle, half of all operations cancels, one in twenty a
// taker.
std::vector<Operation> makeStream(std::size_t count, std::size_t resting, double spread) {
  bw::Rng rng(42);
  std::vector<Operation> stream;
  std::vector<std::uint32_t> live;
  std::int32_t mid = 600'000;
  for (std::uint32_t id = 1; stream.size() < count; ++id) {
    if (id % 100 == 0) mid += static_cast<std::int32_t>(rng.between(-5, 5));
    Operation op;
    if (live.size() > resting && rng.chance(0.5)) {
      const std::size_t at = rng.below(live.size());
      op.cancel = true;
      op.id = live[at];
      live[at] = live.back();
      live.pop_back();
      stream.push_back(op);
      continue;
    }
    op.id = id;
    op.buy = rng.chance(0.5);
    op.taker = rng.chance(0.1);
    const auto away = static_cast<std::int32_t>(rng.exponential(spread)) + 1;
    op.price = op.taker ? mid + (op.buy ? 20 : -20) : mid + (op.buy ? -away : away);
    op.size = static_cast<std::int32_t>(rng.between(1, op.taker ? 120 : 40));
    if (!op.taker) live.push_back(id);
    stream.push_back(op);
  }
  return stream;
}

double threadCpuSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct Measured {
  double cpuNs = 0;
  double wallNs = 0;
  std::uint64_t hash = 0;
};

template <class Run>
Measured measure(std::size_t operations, Run run) {
  const bw::SystemClock clock;
  const auto wall = clock.mono();
  const double cpu = threadCpuSeconds();
  const std::uint64_t hash = run();
  const double n = static_cast<double>(operations);
  return {(threadCpuSeconds() - cpu) * 1e9 / n, static_cast<double>((clock.mono() - wall).ns) / n, hash};
}

Measured runNaive(const std::vector<Operation>& stream) {
  return measure(stream.size(), [&] {
    HashingListener listener;
    bw::test::NaiveEngine engine(listener);
    for (const Operation& op : stream) {
      if (op.cancel) {
        engine.cancel(op.id);
      } else {
        engine.submit(orderFrom(op));
      }
    }
    return listener.hash;
  });
}

// `handles` stand for the client's own order records.
Measured runEngine(const std::vector<Operation>& stream, std::vector<bw::matching::OrderHandle>& handles) {
  return measure(stream.size(), [&] {
    HashingListener listener;
    bw::matching::MatchingEngine engine(listener);
    for (const Operation& op : stream) {
      if (op.cancel) {
        engine.cancel(handles[op.id]);
      } else {
        handles[op.id] = engine.submit(orderFrom(op));
      }
    }
    return listener.hash;
  });
}

bool compare(const char* name, std::size_t resting, double spread) {
  const auto stream = makeStream(1'500'000, resting, spread);
  std::vector<bw::matching::OrderHandle> handles(stream.size() * 2, {1});
  Measured naive;
  Measured engine;
  for (int round = 0; round < 3; ++round) {
    const Measured a = runNaive(stream);
    const Measured b = runEngine(stream, handles);
    if (a.hash != b.hash) {
      std::fprintf(stderr, "the two books disagree\n");
      return false;
    }
    if (round == 0 || a.cpuNs < naive.cpuNs) naive = a;
    if (round == 0 || b.cpuNs < engine.cpuNs) engine = b;
  }
  std::printf(
      "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"ns/op\",\"baseline\":\"std::map and std::list "
      "%.1f ns/op\",\"ratio\":%.2f,\"wall\":%.1f,\"wall_baseline\":%.1f,\"operations\":%zu}\n",
      name, engine.cpuNs, naive.cpuNs, naive.cpuNs / engine.cpuNs, engine.wallNs, naive.wallNs, stream.size());
  return true;
}

}  // namespace

int main() {
  // The lead grows with the book: a map of lists loses its place in the cache first.
  return compare("matching_engine_4k_orders", 4'000, 40) && compare("matching_engine_30k_orders", 30'000, 150) ? 0 : 1;
}
