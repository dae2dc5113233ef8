// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "core/risk/risk_engine.h"

namespace bw::risk {
namespace {

constexpr std::string_view kStops = "EMERGENCY STOP";
constexpr std::string_view kRefuses = "refuses entries";

class GaugeList {
 public:
  explicit GaugeList(const RiskLimits& limits) : m_limits(limits) {}
  void add(RiskKey key, std::string scope, const Decimal& used, std::string_view action, bool lowerBound = false) {
    if (m_limits.isOff(key)) return;
    const RiskKeyInfo& info = infoOf(key);
    LimitGauge gauge;
    gauge.key = info.name;
    gauge.scope = std::move(scope);
    gauge.used = used;
    gauge.limit = m_limits.number(key);
    gauge.unit = info.unit;
    gauge.action = action;
    gauge.source = m_limits.source(key);
    gauge.lowerBound = lowerBound;
    m_gauges.push_back(std::move(gauge));
  }
  /// Against a limit of its own: leverage by volatility.
  void addAgainst(RiskKey key, std::string scope, const Decimal& used, const Decimal& limit, std::string_view action) {
    add(key, std::move(scope), used, action);
    m_gauges.back().limit = limit;
  }
  std::vector<LimitGauge> take() { return std::move(m_gauges); }

 private:
  const RiskLimits& m_limits;
  std::vector<LimitGauge> m_gauges;
};

Decimal whole(std::uint64_t count) {
  return Decimal::fromInteger(static_cast<std::int64_t>(count));
}

Decimal drawdownOf(const std::optional<Money>& high, const Money& equity) {
  if (!high || high->currency() != equity.currency() || high->sign() <= 0 || equity >= *high) return {};
  return percentOf(*high - equity, *high);
}

// The worst of all instruments and sides.
void addCorrelated(GaugeList& list, const RiskState& state, const Money& equity, Timestamp now) {
  Decimal worst;
  std::string symbol = "account";
  for (const Instrument& instrument : *state.instruments) {
    for (const Side side : {Side::Buy, Side::Sell}) {
      const auto sum = state.correlatedExposure(instrument.id, side, now);
      if (!sum || sum->isZero()) continue;
      const Decimal percent = percentOf(*sum, equity);
      if (percent <= worst) continue;
      worst = percent;
      symbol = instrument.symbol;
    }
  }
  list.add(RiskKey::MaxCorrelatedExposure, symbol, worst, kRefuses);
}

// The worst sector or asset class.
void addGroups(GaugeList& list, const RiskState& state, const Money& equity, Timestamp now, RiskKey key,
               std::string InstrumentState::*group) {
  std::map<std::string, Money> sums;
  for (const Instrument& instrument : *state.instruments) {
    const Money worst = state.worstNotional(instrument.id, Side::Buy, Money::zero(instrument.settle));
    const auto part = worst.isZero() ? std::optional(Money::zero(equity.currency())) : state.inAccount(worst, now);
    if (!part) continue;
    sums.try_emplace(state.of(instrument.id).*group, Money::zero(equity.currency())).first->second += *part;
  }
  Decimal most;
  std::string scope = "account";
  for (const auto& [name, sum] : sums) {
    if (sum.isZero() || percentOf(sum, equity) <= most) continue;
    most = percentOf(sum, equity);
    scope = name.empty() ? "unknown" : name;
  }
  list.add(key, scope, most, kRefuses);
}

void addEquityGauges(GaugeList& list, const RiskState& state, const Money& equity, Timestamp now) {
  Decimal position;
  std::string symbol = "account";
  for (const Instrument& instrument : *state.instruments) {
    const auto margin =
        state.inAccount(state.worstMargin(instrument.id, Side::Buy, Money::zero(instrument.settle)), now);
    if (!margin || margin->isZero()) continue;
    const Decimal percent = percentOf(*margin, equity);
    if (percent <= position) continue;
    position = percent;
    symbol = instrument.symbol;
  }
  list.add(RiskKey::MaxPositionPercent, symbol, position, kRefuses);
  const auto exposure = state.totalExposure(now, nullptr, nullptr);
  if (exposure) list.add(RiskKey::MaxExposure, "account", percentOf(*exposure, equity), kRefuses);
  addCorrelated(list, state, equity, now);
  addGroups(list, state, equity, now, RiskKey::MaxSectorExposure, &InstrumentState::sector);
  addGroups(list, state, equity, now, RiskKey::MaxClassExposure, &InstrumentState::assetClass);
  list.add(RiskKey::MaxDailyDrawdown, "account", drawdownOf(state.counters.dayHigh, equity), kStops);
  list.add(RiskKey::MaxWeeklyDrawdown, "account", drawdownOf(state.counters.weekHigh, equity), kStops);
  const auto margin = state.totalMargin(now, nullptr, nullptr);
  if (margin) list.add(RiskKey::MinFreeBalance, "account", (equity - *margin).amount(), kRefuses, true);
}

// True if a of limitA is nearer to its limit than b of limitB; with nothing used, the smaller limit is.
bool nearer(const Decimal& a, const Decimal& limitA, const Decimal& b, const Decimal& limitB) {
  if (limitA == limitB) return a > b;
  if (a.sign() == 0 && b.sign() == 0) return limitA < limitB;
  if (limitA.sign() <= 0 || limitB.sign() <= 0) return limitA.sign() <= 0;
  return divide(a, limitA, 8, Rounding::Up) > divide(b, limitB, 8, Rounding::Up);
}

std::uint64_t worstLosses(const RiskCounters& counters) {
  std::uint64_t losses = counters.accountLosses;
  for (const auto& [strategy, count] : counters.strategyLosses) losses = std::max(losses, count);
  return losses;
}

}  // namespace

std::vector<LimitGauge> RiskEngine::gauges(Timestamp now) const {
  GaugeList list(m_limits);
  const auto equity = m_state.equity(now);
  try {
    if (equity && equity->sign() > 0) addEquityGauges(list, m_state, *equity, now);
  } catch (const ExactOverflow&) {
    // What does not fit is refused by the checks; the gauge is left out rather than wrong.
  }
  // The position nearest to the leverage that its volatility allows; without any, the bound a new order would meet.
  Decimal leverage;
  std::optional<Decimal> allowed;
  std::string levered = "account";
  std::optional<Timestamp> oldest;
  std::string quiet = "account";
  for (const Instrument& instrument : *m_state.instruments) {
    const InstrumentState& state = m_state.of(instrument.id);
    const Decimal bound = std::min(m_limits.leverageAllowed(state.volatility), instrument.maxLeverage);
    const Decimal held = state.position.isZero() ? Decimal{} : state.leverage;
    if (!allowed || nearer(held, bound, leverage, *allowed)) {
      leverage = held;
      allowed = bound;
      levered = instrument.symbol;
    }
    if (state.dataAt && (!oldest || *state.dataAt < *oldest)) {
      oldest = state.dataAt;
      quiet = instrument.symbol;
    }
  }
  if (allowed) list.addAgainst(RiskKey::MaxLeverage, levered, leverage, *allowed, kRefuses);
  list.add(RiskKey::MaxConsecutiveLosses, "account", whole(worstLosses(m_state.counters)), kStops);
  list.add(RiskKey::MaxOpenPositions, "account", whole(m_state.openPositions(std::nullopt)), kRefuses);
  list.add(RiskKey::MaxOpenOrders, "account", whole(m_state.exposure.entryOrders()), kRefuses);
  list.add(RiskKey::MaxMessageRate, "account", whole(m_state.messagesWithin(now, Duration::seconds(1))), kRefuses);
  if (oldest) {
    list.add(RiskKey::MaxDataAge, quiet, Decimal::fromInteger(std::max<std::int64_t>(0, (now - *oldest).toMillis())),
             kRefuses);
  }
  list.add(RiskKey::MaxTradesPerDay, "account", whole(m_state.counters.entriesToday), kRefuses);
  return list.take();
}

std::vector<LimitGauge> RiskEngine::gaugesWith(const OrderIntent& intent, Timestamp now) const {
  std::vector<LimitGauge> all = gauges(now);
  const Verdict verdict = preview(intent, now);
  for (LimitGauge& gauge : all) {
    const auto check = std::find_if(verdict.checks.begin(), verdict.checks.end(),
                                    [&](const CheckResult& c) { return c.check == gauge.key; });
    if (check == verdict.checks.end() || check->after.empty()) continue;
    const Decimal after = Decimal::parse(check->after).value();
    const Decimal limit = Decimal::parse(check->limit).value();
    // The gauge shows the worst of all instruments, the check the one of the intent.
    const bool worse = gauge.lowerBound ? nearer(limit, after, gauge.limit, gauge.used)
                                        : nearer(after, limit, gauge.used, gauge.limit);
    if (!worse) continue;
    gauge.used = after;
    gauge.limit = limit;
    if (gauge.key == infoOf(RiskKey::MaxLeverage).name)
      gauge.scope = m_state.instruments->get(intent.instrument).symbol;
  }
  return all;
}

std::vector<RiskEngine::Breach> RiskEngine::breaches(Timestamp now) const {
  std::vector<Breach> found;
  const auto add = [&](RiskKey key, const Decimal& used, const std::string& unit) {
    if (used < m_limits.number(key)) return;
    const std::string name(infoOf(key).name);
    found.push_back({name, used, name + ": " + shown(used) + unit + " of " + m_limits.text(key) + unit});
  };
  if (const auto equity = m_state.equity(now)) {
    add(RiskKey::MaxDailyDrawdown, drawdownOf(m_state.counters.dayHigh, *equity), " %");
    add(RiskKey::MaxWeeklyDrawdown, drawdownOf(m_state.counters.weekHigh, *equity), " %");
  }
  add(RiskKey::MaxConsecutiveLosses, whole(worstLosses(m_state.counters)), "");
  return found;
}

RiskStatus RiskEngine::status(Timestamp now) const {
  RiskStatus status;
  status.gauges = gauges(now);
  status.approved = m_state.counters.approved;
  status.refused = m_state.counters.refused;
  for (const LimitGauge& gauge : status.gauges) {
    const bool breached = gauge.lowerBound ? gauge.used < gauge.limit : gauge.used > gauge.limit;
    if (!breached || status.reduceOnly) continue;
    if (gauge.key == infoOf(RiskKey::MaxMessageRate).name || gauge.key == infoOf(RiskKey::MaxDataAge).name) continue;
    status.reduceOnly = true;
    status.reason = gauge.key + " (" + gauge.scope + "): " + shown(gauge.used) + " against " + gauge.limit.toString() +
                    " " + gauge.unit;
  }
  for (const Breach& breach : breaches(now)) {
    status.breakers.push_back({breach.key, "OPEN", breach.text, now});
    status.reduceOnly = true;
    status.reason = breach.text;
  }
  return status;
}

}  // namespace bw::risk
