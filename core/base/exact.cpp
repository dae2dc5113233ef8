// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/exact.h"

namespace bw {
namespace {

constexpr int kRatioScale = 12;

}  // namespace

Money notional(Price price, Quantity quantity, Decimal multiplier, Currency currency, Rounding rounding) {
  return {multiply(price.decimal(), quantity.decimal(), multiplier, Money::kScale, rounding), currency};
}

Money of(Money amount, Ratio ratio, Rounding rounding) {
  return {multiply(amount.amount(), ratio.decimal(), Money::kScale, rounding), amount.currency()};
}

Ratio ratioOf(Money part, Money whole, Rounding rounding) {
  BW_ASSERT(part.currency() == whole.currency());
  return Ratio::fraction(divide(part.amount(), whole.amount(), kRatioScale, rounding));
}

}  // namespace bw
