// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/check.h"

#include <utility>

namespace bw::risk {
namespace {

Finding compared(bool holds, const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                 std::string_view what, std::string_view relation) {
  Finding f;
  f.outcome = holds ? CheckResult::Outcome::Passed : CheckResult::Outcome::Failed;
  f.used = used;
  f.after = after;
  f.limit = limit;
  f.unit = unit;
  f.text.reserve(96);
  f.text.append(what).append(" ").append(shown(after)).append(holds ? " is " : " is not ").append(relation);
  f.text.append(" ").append(shown(limit)).append(" ").append(unit);
  return f;
}

}  // namespace

Finding Finding::notApplicable(std::string why) {
  Finding f;
  f.outcome = CheckResult::Outcome::NotApplicable;
  f.text = std::move(why);
  return f;
}

Finding Finding::off(const Decimal& used, const Decimal& after) {
  Finding f = notApplicable("off");
  f.used = used;
  f.after = after;
  return f;
}

Finding Finding::failed(std::string why) {
  Finding f;
  f.outcome = CheckResult::Outcome::Failed;
  f.text = std::move(why);
  return f;
}

Finding Finding::atMost(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                        std::string_view what) {
  return compared(after <= limit, used, after, limit, unit, what, "at most");
}

Finding Finding::below(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                       std::string_view what) {
  return compared(after < limit, used, after, limit, unit, what, "below");
}

Finding Finding::atLeast(const Decimal& used, const Decimal& after, const Decimal& limit, std::string_view unit,
                         std::string_view what) {
  return compared(after >= limit, used, after, limit, unit, what, "at least");
}

Decimal percentOf(const Money& part, const Money& whole) {
  BW_ASSERT(part.currency() == whole.currency());
  return divide(part.amount().canonical() * Decimal(100, 0), whole.amount().canonical(), 10, Rounding::Up);
}

std::string shown(const Decimal& value) {
  return value.scale > 4 ? value.rescaled(4, Rounding::Up).toString() : value.toString();
}

}  // namespace bw::risk
