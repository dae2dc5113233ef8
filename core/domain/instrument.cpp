// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/instrument.h"

namespace bw {
namespace {

Int128 scaledQuotient(const Decimal& value, const Decimal& step, Rounding rounding) {
  return divide(value, step, 0, rounding).mantissa;
}

Result<std::int64_t> wholeSteps(const Decimal& value, const Decimal& step, const char* key, const char* what,
                                const std::string& symbol) {
  try {
    const auto steps = static_cast<std::int64_t>(scaledQuotient(value, step, Rounding::Down));
    if (Decimal::fromInteger(steps) * step == value) return steps;
  } catch (const ExactOverflow&) {
    return finalError(key, std::string(what) + " " + value.toString() + " is too large for " + symbol);
  }
  return finalError(
      key, std::string(what) + " " + value.toString() + " of " + symbol + " is not a multiple of " + step.toString());
}

}  // namespace

Result<Ticks> Instrument::toTicks(Price price) const {
  auto steps = wholeSteps(price.decimal(), tickSize, "instrument.tick", "price", symbol);
  if (!steps) return steps.error();
  return Ticks{*steps};
}

Ticks Instrument::toTicksRounded(Price price, Rounding rounding) const {
  return {static_cast<std::int64_t>(scaledQuotient(price.decimal(), tickSize, rounding))};
}

Result<Lots> Instrument::toLots(Quantity quantity) const {
  auto steps = wholeSteps(quantity.decimal(), lotSize, "instrument.lot", "quantity", symbol);
  if (!steps) return steps.error();
  return Lots{*steps};
}

Lots Instrument::toLotsRounded(Quantity quantity, Rounding rounding) const {
  return {static_cast<std::int64_t>(scaledQuotient(quantity.decimal(), lotSize, rounding))};
}

Price Instrument::price(Ticks ticks) const {
  return Price(Decimal::fromInteger(ticks.value) * tickSize);
}
Quantity Instrument::quantity(Lots lots) const {
  return Quantity(Decimal::fromInteger(lots.value) * lotSize);
}

Money Instrument::notional(Price price, Quantity quantity) const {
  const Quantity size = quantity.abs();
  if (kind == ContractKind::Inverse) {
    const Decimal contracts = multiply(size.decimal(), multiplier, Money::kScale, Rounding::AwayZero);
    return {divide(contracts, price.decimal(), Money::kScale, Rounding::AwayZero), settle};
  }
  return bw::notional(price.abs(), size, multiplier, settle, Rounding::AwayZero);
}

Money Instrument::profit(Price entry, Price exit, Quantity quantity) const {
  if (kind == ContractKind::Inverse) {
    const Decimal contracts = quantity.decimal() * multiplier;
    const Decimal atEntry = divide(contracts, entry.decimal(), 12, Rounding::Down);
    const Decimal atExit = divide(contracts, exit.decimal(), 12, Rounding::Up);
    return {(atEntry - atExit).rescaled(Money::kScale, Rounding::Down), settle};
  }
  return bw::notional(exit - entry, quantity, multiplier, settle, Rounding::Down);
}

InstrumentId InstrumentTable::add(Instrument instrument) {
  BW_ASSERT(find(instrument.venue, instrument.symbol) == nullptr);
  BW_ASSERT(instrument.tickSize.sign() > 0 && instrument.lotSize.sign() > 0 && instrument.multiplier.sign() > 0);
  instrument.id = {static_cast<std::uint32_t>(m_instruments.size())};
  m_instruments.push_back(std::move(instrument));
  return m_instruments.back().id;
}

const Instrument& InstrumentTable::get(InstrumentId id) const {
  BW_ASSERT(id.value < m_instruments.size());
  return m_instruments[id.value];
}

const Instrument* InstrumentTable::find(std::string_view venue, std::string_view symbol) const {
  for (const Instrument& i : m_instruments) {
    if (i.venue == venue && i.symbol == symbol) return &i;
  }
  return nullptr;
}

const Instrument* InstrumentTable::findSymbol(std::string_view symbol) const {
  for (const Instrument& i : m_instruments) {
    if (i.symbol == symbol) return &i;
  }
  return nullptr;
}

}  // namespace bw
