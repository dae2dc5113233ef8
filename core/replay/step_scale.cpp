// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/step_scale.h"

namespace bw::replay {

bool StepScale::parse(std::string_view text, std::int64_t& out) const {
  const char* at = text.data();
  const char* end = at + text.size();
  if (read(at, end, out) && at == end) return true;
  const auto value = Decimal::parse(text);
  if (!value || value->isNegative()) return false;
  try {
    const Decimal steps = divide(*value, step(), 0, Rounding::Down);
    if (!(steps * step() == *value)) return false;
    constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
    if (steps.mantissa > kMost) return false;
    out = steps.mantissa;
    return true;
  } catch (const ExactOverflow&) {
    return false;
  }
}

}  // namespace bw::replay
