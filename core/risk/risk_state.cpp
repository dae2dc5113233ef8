// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_state.h"

#include <algorithm>

namespace bw::risk {
namespace {

constexpr Duration kRateFresh = Duration::seconds(60);
constexpr Duration kRateKept = Duration::minutes(24 * 60);

bool isCash(const Instrument& instrument) {
  return instrument.kind == ContractKind::Spot || instrument.kind == ContractKind::Equity;
}

}  // namespace

void InstrumentState::onFill(const std::string& tradeId, const Quantity& delta) {
  if (!aheadTradeId.empty() && tradeId == aheadTradeId) {
    // The statement that came before already holds this fill and all earlier ones.
    unconfirmed.clear();
    aheadTradeId.clear();
    position = stated;
  } else {
    unconfirmed.push_back({tradeId, delta});
    position = position + delta;
  }
  if (position.abs() > largestHeld) largestHeld = position.abs();
}

void InstrumentState::onStated(const Position& said, bool seen) {
  const auto at = std::find_if(unconfirmed.begin(), unconfirmed.end(),
                               [&](const Unconfirmed& u) { return u.tradeId == said.lastTradeId; });
  const bool outdated = seen && said.lastTradeId != statedTradeId && at == unconfirmed.end();
  if (outdated) return;
  stated = said.quantity;
  if (said.lastTradeId.empty()) {
    unconfirmed.clear();
  } else if (said.lastTradeId != statedTradeId) {
    if (at != unconfirmed.end()) {
      unconfirmed.erase(unconfirmed.begin(), at + 1);
      aheadTradeId.clear();
    } else {
      unconfirmed.clear();
      aheadTradeId = said.lastTradeId;
    }
    statedTradeId = said.lastTradeId;
  }
  position = stated;
  for (const Unconfirmed& fill : unconfirmed) position = position + fill.delta;
  if (said.averagePrice.sign() > 0) averagePrice = said.averagePrice;
  if (said.leverage >= Decimal(1, 0)) leverage = said.leverage;
  if (position.abs() > largestHeld) largestHeld = position.abs();
}

RiskState::RiskState(Instruments table)
    : instruments(std::move(table)), perInstrument(instruments->size()), exposure(instruments) {}

std::optional<Currency> RiskState::currency() const {
  if (accounts.empty()) return std::nullopt;
  return accounts.begin()->second.equity.currency();
}

std::optional<Money> RiskState::equity(Timestamp now) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  Money sum = Money::zero(*unit);
  for (const auto& [venue, account] : accounts) {
    const auto part = ownedInAccount(account.equity, now);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

std::optional<Decimal> RiskState::rateOf(Currency currency, bool owed, Timestamp now) const {
  const auto it = rates.find(currency);
  if (it == rates.end() || now - it->second.back().time > kRateKept) return std::nullopt;
  Decimal rate = it->second.back().rate;
  if (now - it->second.back().time <= kRateFresh) return rate;
  for (const Rate& old : it->second) {
    if (now - old.time <= kRateKept) rate = owed ? std::max(rate, old.high) : std::min(rate, old.low);
  }
  return rate;
}

std::optional<Money> RiskState::inAccount(Money amount, Timestamp now) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  if (amount.currency() == *unit) return amount;
  const auto rate = rateOf(amount.currency(), amount.sign() >= 0, now);
  if (!rate) return std::nullopt;
  return Money(multiply(amount.amount(), *rate, Money::kScale, Rounding::Up), *unit);
}

std::optional<Money> RiskState::ownedInAccount(Money amount, Timestamp now) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  if (amount.currency() == *unit) return amount;
  const auto rate = rateOf(amount.currency(), amount.sign() < 0, now);
  if (!rate) return std::nullopt;
  return Money(multiply(amount.amount(), *rate, Money::kScale, Rounding::Down), *unit);
}

std::optional<Price> RiskState::valuation(InstrumentId id) const {
  const InstrumentState& state = of(id);
  if (state.mark) return state.mark;
  if (state.bid && state.ask) {
    const Decimal sum = state.bid->decimal() + state.ask->decimal();
    return Price(multiply(sum, Decimal(5, 1), std::min(sum.scale + 1, Decimal::kMaxScale), Rounding::Up));
  }
  return state.averagePrice;
}

Money RiskState::positionNotional(InstrumentId id) const {
  const Instrument& instrument = instruments->get(id);
  const auto price = valuation(id);
  if (of(id).position.isZero() || !price) return Money::zero(instrument.settle);
  return instrument.notional(*price, of(id).position);
}

Money RiskState::positionMargin(InstrumentId id) const {
  const Instrument& instrument = instruments->get(id);
  const InstrumentState& state = of(id);
  if (state.position.isZero()) return Money::zero(instrument.settle);
  if (isCash(instrument)) return positionNotional(id);
  const auto price = state.averagePrice ? state.averagePrice : valuation(id);
  if (!price) return Money::zero(instrument.settle);
  const Money notional = instrument.notional(*price, state.position);
  return {divide(notional.amount(), state.leverage, Money::kScale, Rounding::Up), instrument.settle};
}

// The worse of "all buys fill" and "all sells fill", never less than what is held.
Money RiskState::worstNotional(InstrumentId id, Side side, const Money& add) const {
  const Money held = positionNotional(id);
  const bool isShort = of(id).position.sign() < 0;
  Money longWay = (isShort ? -held : held) + exposure.totals(id, Side::Buy).notional;
  Money shortWay = (isShort ? held : -held) + exposure.totals(id, Side::Sell).notional;
  (side == Side::Buy ? longWay : shortWay) += add;
  return std::max({held, longWay, shortWay});
}

Money RiskState::worstMargin(InstrumentId id, Side side, const Money& add) const {
  const Money held = positionMargin(id);
  const bool isShort = of(id).position.sign() < 0;
  Money longWay = (isShort ? -held : held) + exposure.totals(id, Side::Buy).margin;
  Money shortWay = (isShort ? held : -held) + exposure.totals(id, Side::Sell).margin;
  (side == Side::Buy ? longWay : shortWay) += add;
  return std::max({held, longWay, shortWay});
}

std::optional<Money> RiskState::totalExposure(Timestamp now, const OrderIntent* extra,
                                              const OrderDemand* demand) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  Money sum = Money::zero(*unit);
  for (const Instrument& instrument : *instruments) {
    const bool mine = extra != nullptr && extra->instrument == instrument.id;
    const Money add = mine ? demand->notional : Money::zero(instrument.settle);
    const Money worst = worstNotional(instrument.id, mine ? extra->side : Side::Buy, add);
    if (worst.isZero()) continue;
    const auto part = inAccount(worst, now);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

std::optional<Money> RiskState::totalMargin(Timestamp now, const OrderIntent* extra, const OrderDemand* demand) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  Money sum = Money::zero(*unit);
  for (const Instrument& instrument : *instruments) {
    const bool mine = extra != nullptr && extra->instrument == instrument.id;
    const Money add = mine ? demand->margin : Money::zero(instrument.settle);
    const Money worst = worstMargin(instrument.id, mine ? extra->side : Side::Buy, add);
    if (worst.isZero()) continue;
    const auto part = inAccount(worst, now);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

std::uint64_t RiskState::openPositions(std::optional<InstrumentId> with) const {
  std::uint64_t count = 0;
  for (const Instrument& instrument : *instruments) {
    const bool pending =
        exposure.totals(instrument.id, Side::Buy).orders + exposure.totals(instrument.id, Side::Sell).orders > 0;
    if (!of(instrument.id).position.isZero() || pending || with == instrument.id) ++count;
  }
  return count;
}

Ratio RiskState::correlation(InstrumentId a, InstrumentId b) const {
  if (a == b) return Ratio::fraction(Decimal(1, 0));
  const auto it = correlations.find(std::minmax(a, b));
  return it == correlations.end() ? Ratio::fraction(Decimal(1, 0)) : it->second;
}

std::optional<Money> RiskState::correlatedExposure(InstrumentId id, Side side, Timestamp now) const {
  const auto unit = currency();
  if (!unit) return std::nullopt;
  Money sum = Money::zero(*unit);
  for (const Instrument& other : *instruments) {
    const Ratio rho = correlation(id, other.id);
    if (rho.isZero()) continue;
    const bool same = rho.decimal().sign() > 0;
    const Side that = same ? side : opposite(side);
    const bool heldThatWay = of(other.id).position.sign() == signOf(that);
    const Money held = heldThatWay ? positionNotional(other.id) : Money::zero(other.settle);
    const Money counted = held + exposure.totals(other.id, that).notional;
    if (counted.isZero()) continue;
    const auto notional = inAccount(counted, now);
    if (!notional) return std::nullopt;
    sum += bw::of(*notional, same ? rho : Ratio::fraction(-rho.decimal()), Rounding::Up);
  }
  return sum;
}

std::uint64_t RiskState::messagesWithin(Timestamp now, Duration window) const {
  std::uint64_t count = 0;
  for (auto it = messages.rbegin(); it != messages.rend() && now - *it < window; ++it) ++count;
  return count;
}

}  // namespace bw::risk
