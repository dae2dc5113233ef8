// SPDX-License-Identifier: GPL-3.0-or-later
// Matching against a map and list book on one and the same random stream; the reports of both are hashed and compared.
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
  void mix(std::uint64_t v) { hash = (hash ^ v) * 1099511628211ULL; }
};

struct Operation {
  bw::matching::BookOrder order;
  std::uint64_t cancelId = 0;
};

// A busy book: limits around a drifting middle, four cancels in ten, one taker in ten.
std::vector<Operation> makeStream(std::size_t count) {
  bw::Rng rng(42);
  std::vector<Operation> stream;
  std::vector<std::uint64_t> live;
  std::int64_t mid = 600'000;
  for (std::uint64_t id = 1; stream.size() < count; ++id) {
    if (id % 100 == 0) mid += rng.between(-5, 5);
    Operation op;
    if (rng.chance(0.4) && live.size() > 2'000) {
      const std::size_t at = rng.below(live.size());
      op.cancelId = live[at];
      live[at] = live.back();
      live.pop_back();
      stream.push_back(op);
      continue;
    }
    const bool buy = rng.chance(0.5);
    const bool taker = rng.chance(0.1);
    const std::int64_t away = static_cast<std::int64_t>(rng.exponential(40)) + 1;
    op.order.id = id;
    op.order.side = buy ? Side::Buy : Side::Sell;
    op.order.hasLimit = true;
    op.order.limit = {taker ? mid + (buy ? 20 : -20) : mid + (buy ? -away : away)};
    op.order.tif = taker ? bw::TimeInForce::Ioc : bw::TimeInForce::Gtc;
    op.order.size = {rng.between(1, taker ? 120 : 40)};
    if (!taker) live.push_back(id);
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
      if (op.cancelId != 0) {
        engine.cancel(op.cancelId);
      } else {
        engine.submit(op.order);
      }
    }
    return listener.hash;
  });
}

Measured runEngine(const std::vector<Operation>& stream) {
  return measure(stream.size(), [&] {
    HashingListener listener;
    bw::matching::MatchingEngine engine(listener);
    std::vector<bw::matching::OrderHandle> handles(stream.size() * 2);
    for (const Operation& op : stream) {
      if (op.cancelId != 0) {
        engine.cancel(handles[op.cancelId]);
      } else {
        handles[op.order.id] = engine.submit(op.order);
      }
    }
    return listener.hash;
  });
}

}  // namespace

int main() {
  const auto stream = makeStream(2'000'000);
  Measured naive;
  Measured engine;
  for (int round = 0; round < 3; ++round) {
    const Measured a = runNaive(stream);
    const Measured b = runEngine(stream);
    if (a.hash != b.hash) {
      std::fprintf(stderr, "the two books disagree\n");
      return 1;
    }
    if (round == 0 || a.cpuNs < naive.cpuNs) naive = a;
    if (round == 0 || b.cpuNs < engine.cpuNs) engine = b;
  }
  std::printf(
      "{\"name\":\"matching_engine\",\"value\":%.1f,\"unit\":\"ns/op\",\"baseline\":\"std::map and std::list "
      "%.1f ns/op\",\"ratio\":%.2f,\"wall\":%.1f,\"wall_baseline\":%.1f,\"operations\":%zu}\n",
      engine.cpuNs, naive.cpuNs, naive.cpuNs / engine.cpuNs, engine.wallNs, naive.wallNs, stream.size());
  return 0;
}
