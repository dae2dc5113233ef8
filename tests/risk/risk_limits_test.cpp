// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_limits.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

using namespace bw;
using namespace bw::risk;

TEST_CASE("limits: the table is in order, complete and its defaults are inside their ranges") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRiskKeyCount; ++i) {
    CHECK(kRiskKeys[i].key == static_cast<RiskKey>(i));
    CHECK(names.insert(kRiskKeys[i].name).second);
    CHECK_FALSE(kRiskKeys[i].help.empty());
  }
  CHECK(RiskLimits().validate().ok());
}

TEST_CASE("limits: every key at, below and above its range") {
  for (const RiskKeyInfo& info : kRiskKeys) {
    if (info.lowest.empty()) continue;
    CAPTURE(std::string(info.name));
    RiskLimits limits;
    const Decimal low = *Decimal::parse(info.lowest);
    const Decimal high = *Decimal::parse(info.highest);
    const Decimal step = info.form == KeyForm::Count ? Decimal(1, 0) : Decimal(1, 6);
    CHECK(limits.set(info.key, low.toString(), "t").ok());
    CHECK(limits.set(info.key, high.toString(), "t").ok());
    CHECK(limits.set(info.key, (low - step).toString(), "t").error().userKey == "risk.range");
    CHECK(limits.set(info.key, (high + step).toString(), "t").error().userKey == "risk.range");
    CHECK(limits.number(info.key) == high);
    for (const char* bad : {"", "nan", ".inf", "1,5", "ten", "--1"}) CHECK_FALSE(limits.set(info.key, bad, "t").ok());
    CHECK(limits.set(info.key, "off", "t").ok() == info.canBeOff);
  }
}

TEST_CASE("limits: units, words, tables and unknown keys") {
  RiskLimits limits;
  CHECK(limits.set("MAX_DAILY_DRAWDOWN", "0.5%", "t").ok());
  CHECK(limits.ratio(RiskKey::MaxDailyDrawdown) == Ratio::percent(Decimal(5, 1)));
  CHECK(limits.set("MAX_DAILY_DRAWDOWN", "50bps", "t").ok());
  CHECK(limits.ratio(RiskKey::MaxDailyDrawdown) == Ratio::percent(Decimal(5, 1)));
  CHECK(limits.set("PRICE_COLLAR", "0.5%", "t").ok());
  CHECK(limits.number(RiskKey::PriceCollar) == Decimal(50, 0));
  CHECK(limits.set("MAX_DATA_AGE", "250ms", "t").ok());
  CHECK(limits.duration(RiskKey::MaxDataAge) == Duration::millis(250));
  CHECK(limits.set("MAX_DATA_AGE", "250s", "t").error().userKey == "risk.unit");
  CHECK(limits.set("MAX_LEVERAGE", "50x", "t").ok());
  CHECK(limits.set("MAX_OPEN_POSITIONS", "1.5", "t").error().userKey == "risk.value");
  CHECK(limits.set("MIN_ALIGNMENT", "full", "t").ok());
  CHECK(limits.word(RiskKey::MinAlignment) == "full");
  CHECK_FALSE(limits.set("MIN_ALIGNMENT", "Full", "t").ok());
  const auto unknown = limits.set("MAX_LEVERGE", "5", "t");
  CHECK(unknown.error().userKey == "risk.unknown_key");
  CHECK(unknown.error().detail.find("MAX_LEVERAGE") != std::string::npos);
  for (const char* bad :
       {"", "0.5:1", "above:1, 1:0.5", "1:0.5, 0.5:1, above:0.1", "0.5:0.1, above:0.5", "0.5:2, above:1", "0.5"}) {
    CAPTURE(bad);
    CHECK_FALSE(limits.set("LEVERAGE_BY_VOLATILITY", bad, "t").ok());
  }
  CHECK(limits.set("RISK_DAY_START", "17:00 UTC", "t").ok());
  CHECK_FALSE(limits.set("RISK_DAY_START", "24:00 UTC", "t").ok());
  CHECK(limits.set("LEVERAGE_DEFAULT", "60", "t").ok());
  CHECK(limits.validate().error().userKey == "risk.cross");
}

TEST_CASE("limits: leverage by volatility at each bound") {
  const RiskLimits limits;
  const auto allowed = [&](const char* percent) {
    return limits.leverageAllowed(Ratio::percent(*Decimal::parse(percent)));
  };
  CHECK(allowed("0.499999") == Decimal(100, 0));
  CHECK(allowed("0.5") == Decimal(50, 0));
  CHECK(allowed("0.999999") == Decimal(50, 0));
  CHECK(allowed("1") == Decimal(25, 0));
  CHECK(allowed("2") == Decimal(10, 0));
  CHECK(limits.leverageAllowed(std::nullopt) == Decimal(10, 0));
  RiskLimits low;
  REQUIRE(low.set("MAX_LEVERAGE", "5", "t").ok());
  CHECK(low.leverageAllowed(std::nullopt) == Decimal(1, 0));  // never less than no leverage
  CHECK(RiskLimits().forLive().leverageAllowed(std::nullopt).sign() == 0);
}

TEST_CASE("limits: direction of a change") {
  const RiskLimits before;
  const auto change = [&](RiskKey key, const char* text) {
    RiskLimits after = before;
    REQUIRE(after.set(key, text, "t").ok());
    return classify(key, before, after);
  };
  CHECK(change(RiskKey::MaxExposure, "100") == LimitChange::Tighter);
  CHECK(change(RiskKey::MaxExposure, "301") == LimitChange::Looser);
  CHECK(change(RiskKey::MaxExposure, "300.0") == LimitChange::Same);
  CHECK(change(RiskKey::MinLiquidationBuffer, "10") == LimitChange::Tighter);
  CHECK(change(RiskKey::DuplicateWindow, "100") == LimitChange::Looser);
  CHECK(change(RiskKey::TakeProfitRoi, "1") == LimitChange::Looser);
  CHECK(change(RiskKey::MaxTradesPerDay, "5") == LimitChange::Tighter);
  CHECK(change(RiskKey::MinAlignment, "full") == LimitChange::Tighter);
  CHECK(change(RiskKey::AllowChoppy, "on") == LimitChange::Looser);
}

TEST_CASE("limits: the shipped file is what the schema says") {
  std::ifstream file(std::string(BW_SOURCE_DIR) + "/config/risk.yaml");
  std::stringstream text;
  text << file.rdbuf();
  const bool same = text.str() == riskYaml(RiskLimits());
  if (!same) std::ofstream("risk.yaml.expected") << riskYaml(RiskLimits());
  CHECK_MESSAGE(same, "config/risk.yaml differs from the schema; the expected text is in risk.yaml.expected");
}

TEST_CASE("limits: names are never re-used: this list only grows") {
  for (const char* name : {"MAX_POSITION_PERCENT",
                           "MAX_EXPOSURE",
                           "MAX_SECTOR_EXPOSURE",
                           "MAX_CLASS_EXPOSURE",
                           "MAX_OPEN_POSITIONS",
                           "MAX_OPEN_ORDERS",
                           "MAX_LEVERAGE",
                           "LEVERAGE_BY_VOLATILITY",
                           "LEVERAGE_DEFAULT",
                           "MAX_DAILY_DRAWDOWN",
                           "MAX_WEEKLY_DRAWDOWN",
                           "RISK_DAY_START",
                           "MAX_CONSECUTIVE_LOSSES",
                           "COOLDOWN_AFTER_STOP",
                           "MAX_TRADES_PER_DAY",
                           "MAX_SIZE_AFTER_LOSS",
                           "REENTRY_COOLDOWN",
                           "BASE_RISK",
                           "MAX_ADJUSTED_RISK",
                           "MIN_LIQUIDATION_BUFFER",
                           "MIN_LIQUIDATION_DISTANCE",
                           "BREAK_EVEN_BUFFER",
                           "FEE_TIER",
                           "ENTRY_ORDER_TYPE",
                           "EXIT_ORDER_TYPE",
                           "STOP_LOSS_ROI",
                           "TAKE_PROFIT_ROI",
                           "TRAILING_ACTIVATION",
                           "TRAILING_STEP",
                           "TRAILING_DISTANCE",
                           "MAX_CORRELATED_EXPOSURE",
                           "CORRELATION_WINDOW",
                           "PRICE_COLLAR",
                           "MAX_SLIPPAGE",
                           "ENTRY_LEVEL",
                           "MAX_ORDER_VALUE",
                           "MAX_ORDER_QUANTITY",
                           "MIN_FREE_BALANCE",
                           "MAX_MESSAGE_RATE",
                           "MAX_REPEATED_EXECUTIONS",
                           "DUPLICATE_WINDOW",
                           "MAX_DATA_AGE",
                           "MAX_CLOCK_SKEW",
                           "SYMBOL_LOCK",
                           "VOLATILITY_HALT",
                           "BREAKER_FAILURES",
                           "BREAKER_REOPEN",
                           "SIGNAL_MIN_SCORE",
                           "MIN_ALIGNMENT",
                           "ALLOW_CHOPPY",
                           "LLM_DAILY_BUDGET",
                           "estop.level",
                           "estop.close_holdings",
                           "guard.on_death",
                           "estop.close_slippage_bps",
                           "ui_freeze.pause_s",
                           "ui_freeze.stop_s"}) {
    CAPTURE(name);
    CHECK(findRiskKey(name) != nullptr);
  }
}

TEST_CASE("limits: texts with spaces and tabs, words, switches, tables and hours, each fault refused") {
  RiskLimits limits;
  CHECK(limits.set("MAX_EXPOSURE", "\t 12 \t", "t").ok());
  CHECK(limits.set("MAX_EXPOSURE", " 12 % ", "t").ok());
  CHECK(limits.number(RiskKey::MaxExposure) == Decimal(12, 0));
  for (const auto& [text, on] :
       {std::pair<const char*, bool>{"on", true}, {"off", false}, {"true", true}, {"false", false}}) {
    CHECK(limits.set("ALLOW_CHOPPY", text, "t").ok());
    CHECK(limits.isOn(RiskKey::AllowChoppy) == on);
    CHECK(limits.text(RiskKey::AllowChoppy) == (on ? "on" : "off"));
  }
  CHECK(limits.set("ALLOW_CHOPPY", "perhaps", "t").error().userKey == "risk.value");
  for (const char* bad : {"", "0:00 UTC", "x0:00 UTC", "0x:00 UTC", "/0:00 UTC", "0/:00 UTC", ":0:00 UTC", "00:30 UTC",
                          "00.00 UTC", "24:00 UTC", "00:00 Nowhere/Land", "00:00 "})
    CHECK_FALSE(limits.set("RISK_DAY_START", bad, "t").ok());
  CHECK(limits.set("RISK_DAY_START", "09:00 Asia/Tokyo", "t").ok());
  CHECK(limits.text(RiskKey::RiskDayStart) == "09:00 Asia/Tokyo");
  for (const char* bad : {"0.5:x, above:0.1", "0.5:-1, above:0.1", "0.5:0, above:0.1", "x:1, above:0.1",
                          "-1:1, above:0.1", "0:1, above:0.1", "1:1, 1:0.5, above:0.1", "1:0.5, 2:0.6, above:0.1"})
    CHECK_FALSE(limits.set("LEVERAGE_BY_VOLATILITY", bad, "t").ok());
  CHECK(limits.set("MAX_LEVERAGE", "10ms", "t").error().userKey == "risk.unit");
  CHECK(limits.set("MAX_LEVERAGE", "10bps", "t").error().userKey == "risk.unit");
  CHECK(limits.set("MAX_LEVERAGE", "10%", "t").error().userKey == "risk.unit");
  CHECK(limits.set("PRICE_COLLAR", "10ms", "t").error().userKey == "risk.unit");
  CHECK(limits.set("MAX_EXPOSURE", "0.000000000000000001bps", "t").ok());  // finer than a number holds
  CHECK(limits.number(RiskKey::MaxExposure).sign() == 0);
  CHECK(limits.set("nothing_like_it_at_all", "1", "t").error().detail.find("did you mean") == std::string::npos);
  CHECK(limits.set("SYMBOL_LOCK", "2min", "t").ok());
  CHECK(limits.duration(RiskKey::SymbolLock) == Duration::minutes(2));
  CHECK(limits.duration(RiskKey::UiFreezePause) == Duration::seconds(30));
}

TEST_CASE("limits: what must hold between keys") {
  const auto crossed = [](std::initializer_list<std::pair<const char*, const char*>> values) {
    RiskLimits limits;
    for (const auto& [key, value] : values) REQUIRE(limits.set(std::string_view(key), value, "t").ok());
    return !limits.validate().ok();
  };
  CHECK(crossed({{"LEVERAGE_DEFAULT", "50"}, {"MAX_LEVERAGE", "20"}}));
  CHECK_FALSE(crossed({{"LEVERAGE_DEFAULT", "20"}, {"MAX_LEVERAGE", "20"}}));
  CHECK(crossed({{"MAX_DAILY_DRAWDOWN", "11"}}));
  CHECK_FALSE(crossed({{"MAX_DAILY_DRAWDOWN", "10"}}));
  CHECK(crossed({{"ui_freeze.stop_s", "29"}}));
  CHECK_FALSE(crossed({{"ui_freeze.stop_s", "30"}}));
}

TEST_CASE("limits: switching off is looser, switching on tighter") {
  RiskLimits off;
  RiskLimits on;
  REQUIRE(on.set("MAX_TRADES_PER_DAY", "5", "t").ok());
  CHECK(classify(RiskKey::MaxTradesPerDay, off, on) == LimitChange::Tighter);
  CHECK(classify(RiskKey::MaxTradesPerDay, on, off) == LimitChange::Looser);
}
