// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/venue_account.h"

#include <algorithm>
#include <utility>

namespace bw::matching {
namespace {

bool inverse(const Instrument& instrument) {
  return instrument.kind == ContractKind::Inverse;
}

// Rounded against the holder: up where profit is basis − flow, down on inverse contracts where it is flow − basis.
Money signedNotional(const Instrument& i, const Price& price, const Quantity& quantity) {
  if (!inverse(i)) return notional(price, quantity, i.multiplier, i.settle, Rounding::Up);
  return {divide(quantity.decimal() * i.multiplier, price.decimal(), Money::kScale, Rounding::Down), i.settle};
}

Money result(const Instrument& i, const Money& basis, const Money& flow) {
  return inverse(i) ? flow - basis : basis - flow;
}

// basis × after / before, on the side that is worse for the holder.
Money sharedBasis(const Instrument& i, const Money& basis, const Quantity& after, const Quantity& before) {
  const int scale = std::max(after.decimal().canonical().scale, before.decimal().canonical().scale);
  const Int128 part = after.decimal().rescaled(scale, Rounding::ToZero).mantissa;
  const Int128 whole = before.decimal().rescaled(scale, Rounding::ToZero).mantissa;
  const Int128 product = static_cast<Int128>(basis.amount().rescaled(Money::kScale, Rounding::ToZero).mantissa) * part;
  Int128 quotient = product / whole;
  if (product % whole != 0) {
    const bool negative = (product < 0) != (whole < 0);
    if (!inverse(i) && negative) --quotient;
    if (inverse(i) && !negative) ++quotient;
  }
  return {Decimal(static_cast<std::int64_t>(quotient), Money::kScale), i.settle};
}

}  // namespace

VenueAccount::VenueAccount(Instruments instruments, const std::vector<InstrumentId>& active, Decimal start)
    : m_instruments(std::move(instruments)), m_start(start) {
  for (const InstrumentId id : active) {
    const Currency& settle = m_instruments->get(id).settle;
    if (std::find(m_currencies.begin(), m_currencies.end(), settle) == m_currencies.end())
      m_currencies.push_back(settle);
  }
}

VenuePosition& VenueAccount::at(InstrumentId id) {
  const auto [it, fresh] = m_positions.try_emplace(id.value);
  if (fresh) {
    const Money zero = Money::zero(m_instruments->get(id).settle);
    it->second = {id, {}, zero, zero, zero, zero, Decimal{1, 0}, {}, {}, {}};
  }
  return it->second;
}

void VenueAccount::apply(const Fill& fill, const Decimal& leverage) {
  const Instrument& i = m_instruments->get(fill.instrument);
  VenuePosition& held = at(fill.instrument);
  const Quantity moved = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
  const Quantity before = held.quantity;
  const Quantity after = before + moved;
  const bool grows = before.isZero() || before.sign() == moved.sign();
  const bool flips = !before.isZero() && after.sign() == -before.sign() && !after.isZero();
  held.flow += signedNotional(i, fill.price, moved);
  if (flips) {
    held.basis = signedNotional(i, fill.price, after);
  } else if (grows) {
    held.basis += signedNotional(i, fill.price, moved);
  } else {
    held.basis = after.isZero() ? Money::zero(i.settle) : sharedBasis(i, held.basis, after, before);
  }
  held.fees += fill.fee;
  held.quantity = after;
  if (grows || flips) held.leverage = leverage;
  if (before.isZero() || flips) held.openedAt = fill.venueTime;
  held.updatedAt = fill.venueTime;
  held.lastTradeId = fill.venueTradeId;
  if (!m_marks.contains(fill.instrument.value)) m_marks[fill.instrument.value] = fill.price;
}

void VenueAccount::addFunding(InstrumentId id, const Money& amount, Timestamp time) {
  VenuePosition& held = at(id);
  held.funding += amount;
  held.updatedAt = time;
}

const VenuePosition* VenueAccount::find(InstrumentId id) const {
  const auto it = m_positions.find(id.value);
  return it == m_positions.end() ? nullptr : &it->second;
}

Quantity VenueAccount::quantity(InstrumentId id) const {
  const VenuePosition* held = find(id);
  return held != nullptr ? held->quantity : Quantity();
}

Money VenueAccount::balance(const Currency& currency) const {
  Money sum(m_start, currency);
  for (const auto& [id, held] : m_positions) {
    const Instrument& i = m_instruments->get(held.instrument);
    if (i.settle == currency) sum += result(i, held.basis, held.flow) - held.fees + held.funding;
  }
  return sum;
}

Money VenueAccount::unrealisedOf(const VenuePosition& held) const {
  const Instrument& i = m_instruments->get(held.instrument);
  const auto mark = m_marks.find(held.instrument.value);
  if (held.quantity.isZero() || mark == m_marks.end()) return Money::zero(i.settle);
  const Money value =
      inverse(i)
          ? Money(divide(held.quantity.decimal() * i.multiplier, mark->second.decimal(), Money::kScale, Rounding::Up),
                  i.settle)
          : notional(mark->second, held.quantity, i.multiplier, i.settle, Rounding::Down);
  return result(i, value, held.basis);
}

Money VenueAccount::unrealised(const Currency& currency) const {
  Money sum = Money::zero(currency);
  for (const auto& [id, held] : m_positions) {
    if (m_instruments->get(held.instrument).settle == currency) sum += unrealisedOf(held);
  }
  return sum;
}

Money VenueAccount::positionMargin(const Currency& currency) const {
  Money sum = Money::zero(currency);
  for (const auto& [id, held] : m_positions) {
    if (m_instruments->get(held.instrument).settle != currency) continue;
    sum += Money(divide(held.basis.abs().amount(), held.leverage, Money::kScale, Rounding::Up), currency);
  }
  return sum;
}

Money VenueAccount::maintenance(const Currency& currency) const {
  Money sum = Money::zero(currency);
  for (const auto& [id, held] : m_positions) {
    const Instrument& i = m_instruments->get(held.instrument);
    const auto mark = m_marks.find(id);
    if (i.settle != currency || held.quantity.isZero() || mark == m_marks.end()) continue;
    sum += of(i.notional(mark->second, held.quantity), i.maintenanceMargin, Rounding::Up);
  }
  return sum;
}

Money VenueAccount::available(const Currency& currency, const Money& reserved) const {
  const Money open = unrealised(currency);
  Money free = balance(currency) - positionMargin(currency) - reserved;
  if (open.sign() < 0) free += open;
  return free;
}

Position VenueAccount::toPosition(const VenuePosition& held) const {
  const Instrument& i = m_instruments->get(held.instrument);
  Position p;
  p.instrument = held.instrument;
  p.quantity = held.quantity;
  p.entryNotional = held.basis.abs();
  p.realised = result(i, held.basis, held.flow);
  p.fees = held.fees;
  p.funding = held.funding;
  p.leverage = held.leverage;
  p.openedAt = held.openedAt;
  p.updatedAt = held.updatedAt;
  p.lastTradeId = held.lastTradeId;
  const Decimal contracts = (held.quantity.abs().decimal() * i.multiplier).canonical();
  const Decimal basis = p.entryNotional.amount().canonical();
  const Rounding against = held.quantity.sign() > 0 ? Rounding::Up : Rounding::Down;
  for (int scale = basis.isZero() || contracts.isZero() ? -1 : 12; scale >= 0; scale -= 4) {
    try {
      p.averagePrice =
          Price(inverse(i) ? divide(contracts, basis, scale, against) : divide(basis, contracts, scale, against));
      break;
    } catch (const ExactOverflow&) {
      continue;  // large prices carry fewer decimals
    }
  }
  return p;
}

std::vector<Position> VenueAccount::positions() const {
  std::vector<Position> list;
  for (const auto& [id, held] : m_positions) {
    if (!held.quantity.isZero()) list.push_back(toPosition(held));
  }
  return list;
}

}  // namespace bw::matching
