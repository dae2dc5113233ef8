// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_review.h"

#include <algorithm>

#include "core/limits/limit_schema.h"
#include "core/risk/check.h"
#include "core/risk/formulas.h"

namespace bw::limits {
namespace {

using risk::RiskKey;

// Fees of a common perpetual, for arithmetic that no instrument is named for.
const Ratio kMakerFee = Ratio::bps(Decimal(2, 0));
const Ratio kTakerFee = Ratio::bps(Decimal(6, 0));

const LimitEdit* lastEditOf(const std::vector<LimitEdit>& edits, std::string_view key) {
  const auto last = std::find_if(edits.rbegin(), edits.rend(), [&](const LimitEdit& e) { return e.key == key; });
  return last == edits.rend() ? nullptr : &*last;
}

bool isNumber(const risk::RiskKeyInfo& info) {
  return info.form == risk::KeyForm::Number || info.form == risk::KeyForm::Count;
}

// |new − old| ÷ old in percent; absent where it says nothing.
std::optional<Decimal> changeOf(const risk::RiskKeyInfo& info, const risk::RiskLimits& before,
                                const risk::RiskLimits& after) {
  if (!isNumber(info) || before.isOff(info.key) || after.isOff(info.key)) return std::nullopt;
  const Decimal& old = before.number(info.key);
  if (old.sign() == 0) return std::nullopt;
  return divide((after.number(info.key) - old) * Decimal(100, 0), old, 2, Rounding::HalfEven);
}

// What a tightened limit does at once, from the gauge of its key.
void describeEffect(LimitDiffRow& row, RiskKey key, const risk::RiskLimits& after, const RiskStatus& status) {
  if (row.direction != LimitDirection::Tighter || !isNumber(risk::infoOf(key)) || after.isOff(key)) return;
  for (const LimitGauge& gauge : status.gauges) {
    if (gauge.key != row.key) continue;
    const Decimal& limit = after.number(key);
    const bool stops = gauge.action == "EMERGENCY STOP";
    const bool over = gauge.lowerBound ? gauge.used < limit : stops ? gauge.used >= limit : gauge.used > limit;
    if (!over) {
      row.effect = "now " + risk::shown(gauge.used) + " of " + limit.toString() + " " + row.unit;
      continue;
    }
    row.actsNow = true;
    row.effect = "now " + risk::shown(gauge.used) + " (" + gauge.scope + "), past " + limit.toString() +
                 ": only reducing orders until it is back inside";
    if (stops) row.effect += "; the emergency stop follows if it gets worse";
    return;
  }
}

void addRefusals(LimitProposal& proposal, const ReviewContext& context) {
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.direction != LimitDirection::Looser) continue;
    const bool causedStop = context.stopCause.rfind(row.key, 0) == 0;
    const bool mayEndStop = causedStop && context.stop == StopState::Stopped;
    if (context.stop != StopState::Ready && !mayEndStop) {
      proposal.refusals.push_back(row.key + ": an emergency stop is latched");
    }
    for (const RiskStatus::Breaker& breaker : context.risk.breakers) {
      if (breaker.state == "OPEN" && breaker.name == row.key && !mayEndStop)
        proposal.refusals.push_back(row.key + ": its breaker is open: " + breaker.cause);
    }
    if (context.risk.reduceOnly && !mayEndStop) {
      proposal.refusals.push_back(row.key + ": a breach is active: " + context.risk.reason);
    }
  }
}

void addArithmetic(LimitProposal& proposal, const risk::RiskLimits& after) {
  const Decimal leverage = std::max(after.number(RiskKey::LeverageDefault), Decimal(1, 0));
  const Ratio entry = after.word(RiskKey::EntryOrderType) == "maker" ? kMakerFee : kTakerFee;
  const Ratio exit = after.word(RiskKey::ExitOrderType) == "maker" ? kMakerFee : kTakerFee;
  const Decimal needed = risk::breakEvenRoi(entry, exit, leverage, after.number(RiskKey::BreakEvenBuffer));
  proposal.arithmetic.push_back("break-even ROI at " + leverage.toString() + "x = (" + entry.asPercent().toString() +
                                " + " + exit.asPercent().toString() + ") % × " + leverage.toString() + " + " +
                                after.text(RiskKey::BreakEvenBuffer) + " = " + needed.toString() + " %");
  const Decimal adjusted =
      risk::adjustedRiskPercent(after.number(RiskKey::BaseRisk), leverage, after.number(RiskKey::MaxAdjustedRisk));
  proposal.arithmetic.push_back("adjusted risk at " + leverage.toString() + "x = " + after.text(RiskKey::BaseRisk) +
                                " × 100 / " + leverage.toString() + ", at most " +
                                after.text(RiskKey::MaxAdjustedRisk) + " = " + adjusted.toString() + " % of equity");
  if (after.number(RiskKey::TakeProfitRoi) < needed && proposal.error.empty()) {
    proposal.error = leverage.toString() + "x needs " + needed.toString() + " % to break even; take-profit " +
                     after.text(RiskKey::TakeProfitRoi) + " % can never pay";
  }
}

// The loosened key whose value changes most; without a number or from nothing counts as most of all.
std::string largestLoosening(const LimitProposal& proposal) {
  const LimitDiffRow* largest = nullptr;
  std::optional<Decimal> most;
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.direction != LimitDirection::Looser) continue;
    std::optional<Decimal> size;
    if (const auto change = Decimal::parse(row.changePercent))
      size = change->sign() < 0 ? Decimal{} - *change : *change;
    const bool larger = largest == nullptr || (most && (!size || *size > *most));
    if (!larger) continue;
    largest = &row;
    most = size;
  }
  return largest == nullptr ? std::string() : largest->key;
}

}  // namespace

Judged judge(const std::vector<LimitEdit>& edits, const risk::RiskLimits& before, const ReviewContext& context) {
  Judged judged{{}, before};
  LimitProposal& proposal = judged.proposal;
  for (const LimitEdit& edit : edits) {
    if (risk::findRiskKey(edit.key) != nullptr || lastEditOf(edits, edit.key) != &edit) continue;
    LimitDiffRow row;
    row.key = edit.key;
    row.after = edit.value;
    row.error = risk::RiskLimits().set(std::string_view(edit.key), edit.value, "").error().detail;
    proposal.rows.push_back(std::move(row));
  }
  for (const risk::RiskKeyInfo& info : risk::kRiskKeys) {
    const LimitEdit* edit = lastEditOf(edits, info.name);
    if (edit == nullptr) continue;
    LimitDiffRow row;
    row.key = info.name;
    row.unit = info.unit;
    row.before = before.text(info.key);
    row.after = edit->value;
    if (auto set = judged.after.set(info.key, edit->value, before.source(info.key)); !set) {
      row.error = set.error().detail;
      proposal.rows.push_back(std::move(row));
      continue;
    }
    row.after = judged.after.text(info.key);
    row.direction = directionOf(info.key, before, judged.after);
    if (row.direction == LimitDirection::Same) continue;
    if (const auto change = changeOf(info, before, judged.after))
      row.changePercent = (change->sign() > 0 ? "+" : "") + change->toString();
    describeEffect(row, info.key, judged.after, context.risk);
    (row.direction == LimitDirection::Tighter ? proposal.tightens : proposal.loosens) = true;
    proposal.rows.push_back(std::move(row));
  }
  if (!proposal.valid()) return judged;
  if (auto valid = judged.after.validate(); !valid) proposal.error = valid.error().detail;
  addArithmetic(proposal, judged.after);
  if (!proposal.loosens) return judged;
  const bool live = context.mode == "live";
  if (live || context.mode == "testnet") proposal.typedKey = largestLoosening(proposal);
  if (!live) return judged;
  proposal.coolDown = kLiveCoolDown;
  proposal.locksGates = true;
  addRefusals(proposal, context);
  return judged;
}

Result<void> checkReview(const LimitProposal& proposal, const LimitReview& review) {
  if (!proposal.loosens) return {};
  if (review.channel == "llm" || review.channel == "optimizer" || review.channel == "rest") {
    return finalError("limits.channel", "the channel " + review.channel +
                                            " may tighten limits and propose; a person loosens them in the window or "
                                            "with bellwether-cli");
  }
  if (!proposal.refusals.empty()) return finalError("limits.refused", proposal.refusals.front());
  if (review.reason.size() < kLeastReason) {
    return finalError("limits.reason", "loosening a limit needs a reason of at least " + std::to_string(kLeastReason) +
                                           " characters (--reason)");
  }
  if (proposal.typedKey.empty()) return {};
  for (const LimitDiffRow& row : proposal.rows) {
    if (row.key == proposal.typedKey && row.after != review.typed) {
      return finalError("limits.typed", "type the new value of " + row.key + " to confirm: " + row.after);
    }
  }
  return {};
}

}  // namespace bw::limits
