// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/sizing.h"

#include <algorithm>

namespace bw::strategies {

namespace {

constexpr int kWorkingScale = 12;

/// `distance` (signed share) away from `price`, rounded to the tick on the named side.
Ticks shiftedTicks(const Instrument& instrument, Price price, Decimal distance, Rounding rounding) {
  const Decimal factor = Decimal::fromInteger(1) + distance;
  const Decimal shifted = multiply(price.decimal(), factor, kWorkingScale, rounding);
  return instrument.toTicksRounded(Price(shifted), rounding);
}

/// The smallest quantity the instrument takes at `price`, in lots.
Lots smallestOrder(const Instrument& instrument, Price price) {
  Lots lots{std::max<std::int64_t>(1, instrument.toLotsRounded(Quantity(instrument.minQuantity), Rounding::Up).value)};
  const Decimal perUnit = multiply(price.decimal(), instrument.multiplier, kWorkingScale, Rounding::Down);
  if (!instrument.minNotional.isZero() && !perUnit.isZero()) {
    const Decimal needed = divide(instrument.minNotional, perUnit, kWorkingScale, Rounding::Up);
    lots = std::max(lots, instrument.toLotsRounded(Quantity(needed), Rounding::Up));
  }
  return lots;
}

}  // namespace

SizedQuantity sizeByEquity(const Instrument& instrument, const Money& equity, Price price, Ratio share, Ratio cap) {
  SizedQuantity result;
  if (equity.sign() <= 0 || price.sign() <= 0) {
    result.refusal = "no equity to size by";
    return result;
  }
  if (equity.currency() != instrument.quote) {
    result.refusal = "equity is in " + std::string(equity.currency().code()) + ", the instrument in " +
                     std::string(instrument.quote.code());
    return result;
  }
  const Money budget = of(equity, share, Rounding::Down);
  const Decimal perUnit = multiply(price.decimal(), instrument.multiplier, kWorkingScale, Rounding::Up);
  const Decimal wanted = divide(budget.amount(), perUnit, kWorkingScale, Rounding::Down);
  Lots lots = instrument.toLotsRounded(Quantity(wanted), Rounding::Down);
  const Lots smallest = smallestOrder(instrument, price);
  if (lots < smallest) {
    const Money cost = instrument.notional(price, instrument.quantity(smallest));
    const Money most = of(equity, cap, Rounding::Down);
    if (cost.amount() > most.amount()) {
      result.refusal = "the smallest order is " + instrument.quantity(smallest).toString() + " " +
                       std::string(instrument.base.code()) + " = " + cost.amount().canonical().toFixed(2) +
                       ", more than " + cap.asPercent().toString() + " % of equity = " + most.amount().toFixed(2);
      return result;
    }
    lots = smallest;
    result.raised = true;
  }
  result.quantity = instrument.quantity(lots);
  return result;
}

Contingent bracketAround(const Instrument& instrument, Side side, Price price, Ratio stop, Ratio target) {
  Contingent bracket;
  const bool buy = side == Side::Buy;
  const Ticks here = instrument.toTicksRounded(price, buy ? Rounding::Down : Rounding::Up);
  if (!stop.isZero()) {
    const Rounding towards = buy ? Rounding::Up : Rounding::Down;
    Ticks ticks = shiftedTicks(instrument, price, buy ? -stop.decimal() : stop.decimal(), towards);
    ticks = buy ? std::min(ticks, here - Ticks{1}) : std::max(ticks, here + Ticks{1});
    if (ticks.value > 0) bracket.stop = instrument.price(ticks);
  }
  if (!target.isZero()) {
    const Rounding away = buy ? Rounding::Up : Rounding::Down;
    Ticks ticks = shiftedTicks(instrument, price, buy ? target.decimal() : -target.decimal(), away);
    ticks = buy ? std::max(ticks, here + Ticks{1}) : std::min(ticks, here - Ticks{1});
    if (ticks.value > 0) bracket.target = instrument.price(ticks);
  }
  return bracket;
}

std::int64_t imbalanceLots(const BookDepth& book, std::size_t levels) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(levels, book.bidCount); ++i) sum += book.bids[i].size.value;
  for (std::size_t i = 0; i < std::min<std::size_t>(levels, book.askCount); ++i) sum -= book.asks[i].size.value;
  return sum;
}

}  // namespace bw::strategies
