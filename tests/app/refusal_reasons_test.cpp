// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>

#include "core/risk/check_list.h"
#include "tests/app/session.h"

using namespace bw;
using bw::test::runSession;
using bw::test::SessionPlan;
using bw::test::simPlan;

namespace {

/// Settings under which a check is the reason of a refusal in a run of the whole workstation.
struct ReasonCase {
  const char* reason;
  std::vector<std::string> limits;
  std::vector<std::string> parameters;
  const char* strategy = "ninth-level-demo";
  double marketSeconds = 30;
};

const std::vector<ReasonCase>& reasonCases() {
  static const std::vector<ReasonCase> cases = {
      {"MAX_POSITION_PERCENT", {"MAX_POSITION_PERCENT=0.1"}, {"size_percent=1"}},
      {"MAX_LEVERAGE", {}, {"leverage=50"}},
      {"BREAK_EVEN", {}, {"target_percent=0.05"}},
      {"STOP_DISTANCE", {}, {"stop_percent=0.001"}},
      {"MIN_LIQUIDATION_BUFFER",
       {"MIN_LIQUIDATION_BUFFER=90", "LEVERAGE_BY_VOLATILITY=0.5:1, 1:1, 2:1, above:1"},
       {"leverage=10", "stop_percent=5", "target_percent=10"}},
      {"MIN_LIQUIDATION_DISTANCE",
       {"MIN_LIQUIDATION_DISTANCE=50", "LEVERAGE_BY_VOLATILITY=0.5:1, 1:1, 2:1, above:1"},
       {"leverage=10", "stop_percent=1", "target_percent=10"}},
      {"MAX_CORRELATED_EXPOSURE", {"MAX_CORRELATED_EXPOSURE=0"}, {}},
      {"MAX_OPEN_POSITIONS", {"MAX_OPEN_POSITIONS=0"}, {}},
      {"MAX_OPEN_ORDERS", {"MAX_OPEN_ORDERS=0"}, {}},
      {"MAX_EXPOSURE", {"MAX_EXPOSURE=0"}, {}},
      {"MIN_FREE_BALANCE", {"MIN_FREE_BALANCE=1000000"}, {}},
      {"PRICE_COLLAR", {"PRICE_COLLAR=1"}, {"reach_percent=1"}, "ema-cross", 120},
      {"MAX_ORDER_VALUE", {"MAX_ORDER_VALUE=1"}, {}},
      {"MAX_ORDER_QUANTITY", {"MAX_ORDER_QUANTITY=1"}, {"size_percent=2"}},
      {"MAX_MESSAGE_RATE", {"MAX_MESSAGE_RATE=1"}, {}},
      {"MAX_REPEATED_EXECUTIONS", {"MAX_REPEATED_EXECUTIONS=1"}, {"interval_s=1", "rest_s=1"}},
      {"DUPLICATE_WINDOW", {"DUPLICATE_WINDOW=10000"}, {"interval_s=1", "rest_s=1"}, "ninth-level-demo", 120},
      {"MAX_DATA_AGE", {"MAX_DATA_AGE=50"}, {"fast=2", "slow=3", "warmup_bars=4"}, "ema-cross", 120},
      {"MAX_TRADES_PER_DAY", {"MAX_TRADES_PER_DAY=0"}, {}},
  };
  return cases;
}

std::vector<std::string> reasonsOf(const ReasonCase& c) {
  SessionPlan plan = simPlan(c.marketSeconds);
  plan.limits = c.limits;
  plan.engine.strategies = {c.strategy};
  for (const std::string& parameter : c.parameters)
    plan.engine.parameters.push_back(std::string(c.strategy) + "." + parameter);
  return runSession(plan).refusals;
}

}  // namespace

TEST_CASE("session: for every risk check there are settings under which it is the reason") {
  std::set<std::string> seen;
  for (const ReasonCase& c : reasonCases()) {
    CAPTURE(c.reason);
    const std::vector<std::string> reasons = reasonsOf(c);
    seen.insert(reasons.begin(), reasons.end());
    std::string list;
    for (const std::string& reason : reasons) list += " " + reason;
    CHECK_MESSAGE(std::find(reasons.begin(), reasons.end(), c.reason) != reasons.end(), "seen:" << list);
  }
  std::string all;
  for (const std::string& reason : seen) all += " " + reason;
  std::printf("reasons seen in whole runs:%s\n", all.c_str());
  for (const std::string& reason : seen) {
    const bool known = std::any_of(risk::kChecks.begin(), risk::kChecks.end(),
                                   [&](const risk::CheckEntry& check) { return check.key == reason; });
    CHECK_MESSAGE(known, reason);
  }
}

TEST_CASE("session: with the shipped limits the demonstration is not refused") {
  const auto result = runSession(simPlan(60));
  CHECK(result.counters.orders > 0);
  CHECK(result.counters.refused == 0);
  CHECK(result.audit.violations == 0);
}
