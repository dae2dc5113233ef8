// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_review.h"

#include <doctest/doctest.h>

using namespace bw;
using namespace bw::limits;

namespace {

ReviewContext modeOf(const char* mode) {
  ReviewContext context;
  context.mode = mode;
  return context;
}

LimitGauge gaugeOf(const char* key, std::int64_t used, const char* action = "refuses entries") {
  LimitGauge gauge;
  gauge.key = key;
  gauge.scope = "account";
  gauge.used = Decimal(used, 0);
  gauge.limit = Decimal(100, 0);
  gauge.action = action;
  return gauge;
}

const LimitReview kGood{"anna", "window", "a good reason", ""};

}  // namespace

TEST_CASE("limit review: every key's direction is told by the schema, off and neutral are looser") {
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    CAPTURE(std::string(info.name));
    if (info.lowest.empty()) continue;
    risk::RiskLimits before;
    const Decimal low = *Decimal::parse(info.lowest);
    const Decimal high = *Decimal::parse(info.highest);
    const Decimal middle = divide(low + high, Decimal(2, 0), 0, Rounding::Up);
    REQUIRE(before.set(info.key, middle.toString(), "t").ok());
    const auto directionTo = [&](const std::string& value) {
      const auto rows = judge({{std::string(info.name), value}}, before, {}).proposal.rows;
      REQUIRE(rows.size() == 1);
      CHECK(rows[0].error.empty());
      return rows[0].direction;
    };
    const bool neutral = info.tighter == risk::Tighter::Neutral;
    const bool lower = info.tighter == risk::Tighter::Lower;
    CHECK(directionTo(low.toString()) == (!neutral && lower ? LimitDirection::Tighter : LimitDirection::Looser));
    CHECK(directionTo(high.toString()) == (neutral || lower ? LimitDirection::Looser : LimitDirection::Tighter));
    if (info.canBeOff) CHECK(directionTo("off") == LimitDirection::Looser);
    CHECK(judge({{std::string(info.name), middle.toString() + ".0"}}, before, {}).proposal.rows.empty());
  }
}

TEST_CASE("limit review: wrong values and cross-field rules are named, and nothing else is judged") {
  const risk::RiskLimits before;
  const auto wrong =
      judge({{"MAX_EXPOSUR", "1"}, {"MAX_ORDER_VALUE", "-1"}, {"MAX_EXPOSURE", "50"}}, before, {}).proposal;
  CHECK_FALSE(wrong.valid());
  REQUIRE(wrong.rows.size() == 3);
  CHECK(wrong.rows[0].error.find("MAX_EXPOSURE") != std::string::npos);
  CHECK(wrong.rows[1].key == "MAX_EXPOSURE");
  CHECK(wrong.rows[2].error.find("out of range") != std::string::npos);
  const auto crossed = judge({{"MAX_DAILY_DRAWDOWN", "20"}}, before, {}).proposal;
  CHECK(crossed.error.find("MAX_WEEKLY_DRAWDOWN") != std::string::npos);
  const auto unpayable = judge({{"LEVERAGE_DEFAULT", "25"}, {"TAKE_PROFIT_ROI", "2.5"}}, before, {}).proposal;
  CHECK(unpayable.error == "25x needs 3.05 % to break even; take-profit 2.5 % can never pay");
  CHECK(judge({{"LEVERAGE_DEFAULT", "25"}, {"TAKE_PROFIT_ROI", "3.05"}}, before, {}).proposal.valid());
  CHECK(judge({{"MAX_EXPOSURE", "9"}, {"MAX_EXPOSURE", "50"}}, before, {}).proposal.rows[0].after == "50");
}

TEST_CASE("limit review: what a loosening needs in each mode") {
  const risk::RiskLimits before;
  const std::vector<LimitEdit> edits = {
      {"MAX_EXPOSURE", "400"}, {"MAX_ORDER_VALUE", "50000"}, {"MAX_OPEN_ORDERS", "5"}};
  for (const char* mode : {"sim", "replay", "paper", "testnet", "live"}) {
    CAPTURE(mode);
    const auto p = judge(edits, before, modeOf(mode)).proposal;
    REQUIRE(p.valid());
    CHECK(p.loosens);
    CHECK(p.tightens);
    const bool typed = mode == std::string("testnet") || mode == std::string("live");
    CHECK(p.typedKey == (typed ? "MAX_ORDER_VALUE" : ""));  // +100 % against +33 %
    CHECK(p.coolDown == (mode == std::string("live") ? kLiveCoolDown : Duration{}));
    CHECK(p.locksGates == (mode == std::string("live")));
    LimitReview review = kGood;
    review.reason = "short";
    CHECK(checkReview(p, review).error().userKey == "limits.reason");
    review.reason = kGood.reason;
    review.typed = "5000";
    CHECK(checkReview(p, review).ok() == !typed);
    review.typed = "50000";
    CHECK(checkReview(p, review).ok());
    for (const char* channel : {"llm", "optimizer", "rest"}) {
      review.channel = channel;
      CHECK(checkReview(p, review).error().userKey == "limits.channel");
    }
  }
  LimitReview machine{"model", "llm", "", ""};
  CHECK(checkReview(judge({{"MAX_EXPOSURE", "100"}}, before, modeOf("live")).proposal, machine).ok());
}

TEST_CASE("limit review: in live no loosening while its breaker is open, a breach is active or a stop latched") {
  const risk::RiskLimits before;
  const std::vector<LimitEdit> edits = {{"MAX_DAILY_DRAWDOWN", "8"}};
  const auto refused = [&](const ReviewContext& context) {
    const auto p = judge(edits, before, context).proposal;
    LimitReview review = kGood;
    review.typed = "8";
    const auto checked = checkReview(p, review);
    CHECK(checked.ok() == p.refusals.empty());
    return !checked.ok();
  };
  ReviewContext context = modeOf("live");
  CHECK_FALSE(refused(context));
  context.risk.breakers.push_back({"MAX_DAILY_DRAWDOWN", "OPEN", "5.1 % of 5 %", {}});
  CHECK(refused(context));
  context.risk.breakers[0].name = "MAX_CONSECUTIVE_LOSSES";
  CHECK_FALSE(refused(context));
  context.risk.reduceOnly = true;
  CHECK(refused(context));
  context = modeOf("live");
  for (const StopState state : {StopState::Latched, StopState::Stopping, StopState::Attention, StopState::Offline}) {
    context.stop = state;
    CHECK(refused(context));
  }
  context.stop = StopState::Stopped;
  CHECK(refused(context));
  context.stopCause = "MAX_DAILY_DRAWDOWN: 5.1 % of 5 %";  // the limit that caused it, once stopped
  context.risk.breakers.push_back({"MAX_DAILY_DRAWDOWN", "OPEN", "5.1 % of 5 %", {}});
  CHECK_FALSE(refused(context));
  context.stop = StopState::Attention;
  CHECK(refused(context));
  context.mode = "paper";
  CHECK_FALSE(refused(context));
}

TEST_CASE("limit review: a tightening says what it does at once") {
  const risk::RiskLimits before;
  ReviewContext context;
  context.risk.gauges = {gaugeOf("MAX_EXPOSURE", 120), gaugeOf("MAX_DAILY_DRAWDOWN", 3, "EMERGENCY STOP")};
  const auto rowFor = [&](const char* key, const char* value) {
    return judge({{key, value}}, before, context).proposal.rows.at(0);
  };
  CHECK_FALSE(rowFor("MAX_EXPOSURE", "120").actsNow);
  CHECK(rowFor("MAX_EXPOSURE", "119").actsNow);
  CHECK(rowFor("MAX_EXPOSURE", "119").effect.find("only reducing") != std::string::npos);
  CHECK(rowFor("MAX_DAILY_DRAWDOWN", "3").actsNow);
  CHECK(rowFor("MAX_DAILY_DRAWDOWN", "3").effect.find("emergency stop") != std::string::npos);
  CHECK_FALSE(rowFor("MAX_DAILY_DRAWDOWN", "4").actsNow);
  CHECK(rowFor("MAX_EXPOSURE", "150").changePercent == "-50");
  CHECK(rowFor("MAX_EXPOSURE", "450").changePercent == "+50");
}
