// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/what_if.h"

#include <algorithm>
#include <array>
#include <map>

namespace bw::limits {
namespace {

using risk::DecisionRecord;
using risk::RiskKey;

constexpr std::size_t kSamples = 50;
/// Figures that must stay below their limit; the others may reach it.
constexpr std::array kStrict = {RiskKey::MaxDailyDrawdown, RiskKey::MaxWeeklyDrawdown, RiskKey::MaxConsecutiveLosses,
                                RiskKey::VolatilityHalt};
constexpr std::array kStops = {RiskKey::MaxDailyDrawdown, RiskKey::MaxWeeklyDrawdown, RiskKey::MaxConsecutiveLosses};

template <std::size_t N>
bool contains(const std::array<RiskKey, N>& keys, RiskKey key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// A key and the check that compares with it.
struct Changed {
  RiskKey key;
  std::string check;
};

std::vector<Changed> changedKeys(const risk::RiskLimits& before, const risk::RiskLimits& after) {
  std::vector<Changed> changed;
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    if (before.text(info.key) == after.text(info.key)) continue;
    std::string check(info.name);
    if (info.key == RiskKey::BreakEvenBuffer) check = "BREAK_EVEN";
    if (info.key == RiskKey::LeverageByVolatility) check = "MAX_LEVERAGE";
    changed.push_back({info.key, std::move(check)});
  }
  return changed;
}

const DecisionRecord::Value* valueOf(const DecisionRecord& decision, const std::string& check) {
  const auto it = std::find_if(decision.values.begin(), decision.values.end(),
                               [&](const DecisionRecord::Value& value) { return value.check == check; });
  return it == decision.values.end() ? nullptr : &*it;
}

struct Bound {
  Decimal limit;
  bool lower = false;  ///< the figure must be at least this
};

// The bound of a check under `after`; absent: off, or not worked out from what was recorded.
std::optional<Bound> boundOf(const Changed& changed, const DecisionRecord& decision, const DecisionRecord::Value& value,
                             const risk::RiskLimits& before, const risk::RiskLimits& after) {
  switch (changed.key) {
    case RiskKey::MaxLeverage:
    case RiskKey::LeverageByVolatility:
      return Bound{std::min(after.leverageAllowed(decision.volatility), decision.venueLeverage)};
    case RiskKey::BreakEvenBuffer:
      if (!value.limit) return std::nullopt;
      return Bound{*value.limit + after.number(changed.key) - before.number(changed.key), true};
    case RiskKey::PriceCollar: {
      if (!decision.touch) return std::nullopt;
      const Decimal share = after.ratio(changed.key).decimal();
      const Decimal factor = decision.buy ? Decimal(1, 0) + share : Decimal(1, 0) - share;
      return Bound{multiply(*decision.touch, factor, 12, decision.buy ? Rounding::Down : Rounding::Up), !decision.buy};
    }
    default:
      break;
  }
  const risk::RiskKeyInfo& info = risk::infoOf(changed.key);
  if (info.tighter == risk::Tighter::Neutral || info.lowest.empty() || after.isOff(changed.key)) return std::nullopt;
  return Bound{after.number(changed.key), info.tighter == risk::Tighter::Higher};
}

bool holds(RiskKey key, const Decimal& figure, const Bound& bound) {
  if (bound.lower) return figure >= bound.limit;
  return contains(kStrict, key) ? figure < bound.limit : figure <= bound.limit;
}

enum class Judgement { Passes, Fails, Unknown };

Judgement judgeOne(const Changed& changed, const DecisionRecord& decision, const risk::RiskLimits& before,
                   const risk::RiskLimits& after, std::optional<Bound>& bound) {
  const DecisionRecord::Value* value = valueOf(decision, changed.check);
  if (risk::infoOf(changed.key).canBeOff && after.isOff(changed.key)) return Judgement::Passes;
  if (value == nullptr) return Judgement::Unknown;
  if (!value->after) {
    return value->outcome == CheckResult::Outcome::NotApplicable ? Judgement::Passes : Judgement::Unknown;
  }
  bound = boundOf(changed, decision, *value, before, after);
  if (!bound) return Judgement::Unknown;
  return holds(changed.key, *value->after, *bound) ? Judgement::Passes : Judgement::Fails;
}

class Counting {
 public:
  Counting(const risk::RiskLimits& before, const risk::RiskLimits& after)
      : m_before(before), m_after(after), m_changed(changedKeys(before, after)) {}

  void add(Timestamp time, const DecisionRecord& decision) {
    countBreakers(decision);
    if (!decision.adds) return;
    ++m_result.intents;
    decision.approved ? addApproved(time, decision) : addRefused(decision);
  }
  LimitWhatIf take(int days) {
    m_result.days = days;
    for (const Changed& changed : m_changed) {
      if (m_perKey.count(changed.key) == 0) continue;
      m_result.keys.push_back({std::string(risk::infoOf(changed.key).name), m_perKey[changed.key]});
    }
    std::reverse(m_result.samples.begin(), m_result.samples.end());
    if (m_result.samples.size() > kSamples) m_result.samples.resize(kSamples);
    const auto plural = [](std::uint64_t n, const char* one) {
      return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
    };
    m_result.text = std::to_string(m_result.blocked) + " of " + plural(m_result.approved, "approved order") +
                    " would have been rejected, " + plural(m_result.breakers, "breaker") + " would have opened";
    if (m_result.freed > 0) m_result.text += ", " + plural(m_result.freed, "refused order") + " would have passed";
    if (m_result.unjudged > 0) m_result.text += "; " + std::to_string(m_result.unjudged) + " could not be judged";
    return std::move(m_result);
  }

 private:
  void countBreakers(const DecisionRecord& decision) {
    for (const Changed& changed : m_changed) {
      if (!contains(kStops, changed.key)) continue;
      std::optional<Bound> bound;
      const Judgement judgement = judgeOne(changed, decision, m_before, m_after, bound);
      if (judgement == Judgement::Unknown) continue;
      const bool open = judgement == Judgement::Fails;
      if (open && !m_open[changed.key]) ++m_result.breakers;
      m_open[changed.key] = open;
    }
  }
  void addApproved(Timestamp time, const DecisionRecord& decision) {
    ++m_result.approved;
    bool blocked = false;
    bool unknown = false;
    for (const Changed& changed : m_changed) {
      std::optional<Bound> bound;
      const Judgement judgement = judgeOne(changed, decision, m_before, m_after, bound);
      unknown = unknown || judgement == Judgement::Unknown;
      if (judgement != Judgement::Fails) continue;
      ++m_perKey[changed.key];
      if (!blocked) {
        m_result.samples.push_back({time, decision.symbol, decision.strategy,
                                    std::string(risk::infoOf(changed.key).name),
                                    valueOf(decision, changed.check)->after->toString(), bound->limit.toString()});
      }
      blocked = true;
      if (m_result.samples.size() >= 2 * kSamples)
        m_result.samples.erase(m_result.samples.begin(), m_result.samples.begin() + kSamples);
    }
    m_result.blocked += blocked ? 1 : 0;
    m_result.unjudged += !blocked && unknown ? 1 : 0;
  }
  // Freed if everything that failed then would hold now.
  void addRefused(const DecisionRecord& decision) {
    bool any = false;
    for (const DecisionRecord::Value& value : decision.values) {
      if (value.outcome != CheckResult::Outcome::Failed) continue;
      any = true;
      const auto changed = std::find_if(m_changed.begin(), m_changed.end(),
                                        [&](const Changed& one) { return one.check == value.check; });
      std::optional<Bound> bound;
      if (changed == m_changed.end() || judgeOne(*changed, decision, m_before, m_after, bound) != Judgement::Passes) {
        return;
      }
    }
    m_result.freed += any ? 1 : 0;
  }

  const risk::RiskLimits& m_before;
  const risk::RiskLimits& m_after;
  const std::vector<Changed> m_changed;
  std::map<RiskKey, std::uint64_t> m_perKey;
  std::map<RiskKey, bool> m_open;
  LimitWhatIf m_result;
};

}  // namespace

LimitWhatIf whatIf(const std::vector<TimedDecision>& decisions, const risk::RiskLimits& before,
                   const risk::RiskLimits& after, int days) {
  Counting counting(before, after);
  for (const auto& [time, decision] : decisions) counting.add(time, decision);
  return counting.take(days);
}

}  // namespace bw::limits
