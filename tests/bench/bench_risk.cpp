// SPDX-License-Identifier: GPL-3.0-or-later
// evaluate() with 1,000 open orders against a re-summation of all orders for every figure that needs them.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "tests/risk/risk_fixture.h"

using namespace bw;
using namespace bw::risktest;

namespace {

constexpr int kOrders = 1'000;  // reducing ones and entries
constexpr int kEntries = 400;
constexpr int kRounds = 20'000;

struct Times {
  std::vector<std::int64_t> ns;
  std::int64_t at(std::size_t percent) {
    std::sort(ns.begin(), ns.end());
    return ns[(ns.size() - 1) * percent / 100];
  }
};

void print(const char* name, std::int64_t ns, std::int64_t baselineNs) {
  std::printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"us\",\"baseline\":%.2f,\"ratio\":%.2f}\n", name,
              static_cast<double>(ns) / 1000, static_cast<double>(baselineNs) / 1000,
              static_cast<double>(baselineNs) / static_cast<double>(ns));
}

}  // namespace

int main() {
  Desk d;
  for (const char* key : {"MAX_EXPOSURE", "MAX_CORRELATED_EXPOSURE"}) d.set(key, "1000");
  d.set("MAX_POSITION_PERCENT", "100");
  Rng rng(3);
  for (int i = 0; i < kOrders; ++i) {
    OrderIntent o = d.intent();
    o.instrument = InstrumentId{static_cast<std::uint32_t>(rng.below(2))};
    o.quantity = Quantity(Decimal(rng.between(1, 5), 3));
    o.side = rng.chance(0.5) ? Side::Buy : Side::Sell;
    o.limitPrice = o.side == Side::Buy ? price("999") : price("1001");
    Order order = d.order(o, OrderState::Open);
    order.reduceOnly = i >= kEntries;  // stops and targets rest beside the entries
    d.engine->onOrder(order);
  }
  const SystemClock clock;
  Times full;
  Times naive;
  OrderIntent probe = d.intent();
  std::uint64_t checks = 0;
  std::uint64_t approved = 0;
  d.set("MAX_REPEATED_EXECUTIONS", "1000");
  d.set("MAX_OPEN_ORDERS", "500");
  for (int i = 0; i < kRounds; ++i) {
    d.now = d.now + Duration::seconds(1);
    d.quote(Desk::kBtc, 9999, 10000);
    probe = d.intent();
    const MonoTime start = clock.mono();
    const risk::Verdict verdict = d.engine->evaluate(probe, d.now, 1, 1);
    full.ns.push_back((clock.mono() - start).ns);
    checks += verdict.checks.size();
    approved += verdict.approved ? 1 : 0;
    if (verdict.approved) d.engine->onOrder(d.order(probe, OrderState::Cancelled));
  }
  for (int i = 0; i < kRounds / 10; ++i) {
    const MonoTime start = clock.mono();
    const risk::Verdict verdict = d.engine->preview(probe, d.now);
    bool equal = true;
    for (const InstrumentId id : {Desk::kBtc, Desk::kEth, Desk::kSpot, Desk::kInverse}) {
      for (const Side side : {Side::Buy, Side::Sell}) {
        equal = equal && d.engine->state().exposure.recount(id, side).notional ==
                             d.engine->state().exposure.totals(id, side).notional;
      }
    }
    naive.ns.push_back((clock.mono() - start).ns);
    if (!equal) {
      std::printf("results differ\n");
      return 1;
    }
    checks += verdict.checks.size();
  }
  print("risk_evaluate_1000_orders_p50", full.at(50), naive.at(50));
  print("risk_evaluate_1000_orders_p99", full.at(99), naive.at(99));
  print("risk_evaluate_1000_orders_max", full.at(100), naive.at(100));
  return checks == 0 || approved == 0 ? 1 : 0;
}
