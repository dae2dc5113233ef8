// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_book.h"

#include <algorithm>
#include <utility>

#include "core/base/mutant.h"

namespace bw::ledger {
namespace {

constexpr int kAverageScale = 12;

// value × part ÷ whole at Money's scale; part and whole are quantities of the same sign or zero.
Decimal proportion(const Decimal& value, const Quantity& part, const Quantity& whole, Rounding rounding) {
  const int scale = std::max(part.decimal().canonical().scale, whole.decimal().canonical().scale);
  const Int128 numerator = part.decimal().rescaled(scale, Rounding::ToZero).mantissa;
  const Int128 denominator = whole.decimal().rescaled(scale, Rounding::ToZero).mantissa;
  const Int128 product = static_cast<Int128>(value.rescaled(Money::kScale, Rounding::ToZero).mantissa) * numerator;
  Int128 quotient = product / denominator;
  const Int128 rest = product % denominator;
  const bool negative = (product < 0) != (denominator < 0);
  if (rest != 0 && rounding == Rounding::Down && negative) --quotient;
  if (rest != 0 && rounding == Rounding::Up && !negative) ++quotient;
  return {static_cast<std::int64_t>(quotient), Money::kScale};
}

Quantity smallerMagnitude(const Quantity& a, const Quantity& b) {
  return a.abs() < b.abs() ? a.abs() : b.abs();
}

}  // namespace

PositionBook::PositionBook(const Instrument& instrument, Owner owner, std::string strategy)
    : m_instrument(&instrument),
      m_owner(owner),
      m_strategy(std::move(strategy)),
      m_inverse(instrument.kind == ContractKind::Inverse),
      m_flow(Money::zero(instrument.settle)),
      m_basis(m_flow),
      m_fees(m_flow),
      m_funding(m_flow),
      m_tripRealised(m_flow),
      m_tripFees(m_flow),
      m_tripFunding(m_flow) {}

// Linear and spot: rounded up, so that a buy costs more and a sale brings less. Inverse: the other way round, because
// there profit is flow − basis.
Money PositionBook::signedNotional(const Price& price, const Quantity& quantity) const {
  if (!m_inverse) {
    return bw::notional(price, quantity, m_instrument->multiplier, m_instrument->settle, Rounding::Up);
  }
  const Decimal contracts = quantity.decimal() * m_instrument->multiplier;
  return {divide(contracts, price.decimal(), Money::kScale, Rounding::Down), m_instrument->settle};
}

Money PositionBook::signedValue(const Price& mark) const {
  if (!m_inverse) {
    return bw::notional(mark, m_quantity, m_instrument->multiplier, m_instrument->settle, Rounding::Down);
  }
  const Decimal contracts = m_quantity.decimal() * m_instrument->multiplier;
  return {divide(contracts, mark.decimal(), Money::kScale, Rounding::Up), m_instrument->settle};
}

Money PositionBook::result(const Money& basis, const Money& flow) const {
  return m_inverse ? flow - basis : basis - flow;
}

Money PositionBook::realised() const {
  return result(m_basis, m_flow);
}

Money PositionBook::unrealised(Price mark) const {
  if (flat()) return Money::zero(m_instrument->settle);
  return result(signedValue(mark), m_basis);
}

Money PositionBook::margin() const {
  return {divide(m_basis.abs().amount(), m_leverage, Money::kScale, Rounding::Up), m_instrument->settle};
}

void PositionBook::beginTrip(Side side, Timestamp time) {
  m_openedAt = time;
  m_tripSide = side;
  m_tripLargest = Quantity();
}

RoundTrip PositionBook::endTrip(const Money& realisedNow, const Money& feesNow, Timestamp time) {
  RoundTrip trip;
  trip.instrument = m_instrument->id;
  trip.owner = m_owner;
  trip.strategy = m_strategy;
  trip.side = m_tripSide;
  trip.largest = m_tripLargest;
  trip.realised = realisedNow - m_tripRealised;
  trip.fees = feesNow - m_tripFees;
  trip.funding = m_funding - m_tripFunding;
  trip.net = trip.realised - trip.fees + trip.funding;
  trip.openedAt = m_openedAt;
  trip.closedAt = time;
  m_tripRealised = realisedNow;
  m_tripFees = feesNow;
  m_tripFunding = m_funding;
  return trip;
}

BookChange PositionBook::apply(const Fill& fill, const Decimal& leverage) {
  const Quantity traded = (fill.side == Side::Buy) != BW_MUTANT(37) ? fill.quantity : -fill.quantity;
  Quantity moved = traded;
  Money fee = Money::zero(m_instrument->settle);
  bool feeElsewhere = false;
  if (fill.fee.isZero() || fill.fee.currency() == m_instrument->settle) {
    fee = fill.fee.isZero() ? fee : fill.fee;
  } else if (m_instrument->kind == ContractKind::Spot && fill.fee.currency() == m_instrument->base) {
    moved = moved - Quantity(fill.fee.amount());
    fee = signedNotional(fill.price, traded) - signedNotional(fill.price, moved);
  } else {
    feeElsewhere = true;
  }

  BookChange change;
  change.before = m_quantity;
  change.after = m_quantity + moved;
  const bool wasFlat = m_quantity.isZero();
  const bool flips = !wasFlat && change.after.sign() == -change.before.sign() && change.after.sign() != 0;
  const bool grows = wasFlat || moved.sign() == change.before.sign();

  const Money flow = m_flow + signedNotional(fill.price, moved);
  const Money fees = BW_MUTANT(38) ? m_fees - fee : m_fees + fee;
  Money basis = Money::zero(m_instrument->settle);
  if (flips && !BW_MUTANT(39)) {
    basis = signedNotional(fill.price, change.after);
  } else if (grows) {
    basis = m_basis + signedNotional(fill.price, moved);
  } else if (!change.after.isZero()) {
    const Rounding side = m_inverse ? Rounding::Up : Rounding::Down;
    basis = {proportion(m_basis.amount(), change.after, change.before, side), m_instrument->settle};
  }

  if (wasFlat) {
    beginTrip(fill.side, fill.venueTime);
    change.opened = true;
  }
  if (!wasFlat && (flips || change.after.isZero())) {
    // The closing part of a flip bears its share of the fee, the rest belongs to the next trip.
    const Money closingFee =
        flips ? Money(proportion(fee.amount(), smallerMagnitude(change.before, moved), moved.abs(), Rounding::Up),
                      m_instrument->settle)
              : fee;
    change.closed = endTrip(result(basis, flow), m_fees + closingFee, fill.venueTime);
    if (flips) {
      beginTrip(fill.side, fill.venueTime);
      change.opened = true;
    }
  }
  m_flow = flow;
  m_basis = basis;
  m_fees = fees;
  m_quantity = change.after;
  if (grows || flips) m_leverage = leverage;
  if (m_quantity.abs() > m_tripLargest) m_tripLargest = m_quantity.abs();
  m_updatedAt = std::max(m_updatedAt, fill.venueTime);
  m_lastTradeId = fill.venueTradeId;
  if (feeElsewhere) {
    const auto same = std::find_if(m_otherFees.begin(), m_otherFees.end(),
                                   [&](const Money& m) { return m.currency() == fill.fee.currency(); });
    if (same == m_otherFees.end())
      m_otherFees.push_back(fill.fee);
    else
      *same += fill.fee;
  }
  return change;
}

void PositionBook::addFunding(Money amount) {
  m_funding += amount;
}

void PositionBook::adopt(const Position& position) {
  if (position.quantity.isZero()) {
    if (!flat()) m_leverage = position.leverage;
    return;
  }
  if (!flat() && position.quantity.sign() != m_quantity.sign()) {
    Fill netting;
    netting.venueTradeId = position.lastTradeId;
    netting.side = position.quantity.sign() > 0 ? Side::Buy : Side::Sell;
    netting.price = position.averagePrice;
    netting.quantity = position.quantity.abs();
    netting.venueTime = position.updatedAt;
    apply(netting, position.leverage);
    return;
  }
  const Money sized = position.entryNotional.currency() == m_instrument->settle
                          ? position.entryNotional.abs()
                          : m_instrument->notional(position.averagePrice, position.quantity);
  const Money basis = position.quantity.sign() > 0 ? sized : -sized;
  if (flat()) beginTrip(position.quantity.sign() > 0 ? Side::Buy : Side::Sell, position.openedAt);
  // Realised stays what it is: the adopted basis enters flow and basis alike.
  m_flow = m_flow + basis;
  m_basis = m_basis + basis;
  m_quantity = m_quantity + position.quantity;
  m_leverage = position.leverage;
  m_lastTradeId = position.lastTradeId;
  m_updatedAt = std::max(m_updatedAt, position.updatedAt);
  if (m_quantity.abs() > m_tripLargest) m_tripLargest = m_quantity.abs();
}

Price PositionBook::averagePrice() const {
  if (flat()) return Price();
  const Decimal contracts = (m_quantity.abs().decimal() * m_instrument->multiplier).canonical();
  const Decimal basis = m_basis.abs().amount().canonical();
  if (basis.isZero()) return Price();
  const Rounding against = m_quantity.sign() > 0 ? Rounding::Up : Rounding::Down;
  for (int scale = kAverageScale; scale > 0; scale -= 4) {
    try {
      return Price(m_inverse ? divide(contracts, basis, scale, against) : divide(basis, contracts, scale, against));
    } catch (const ExactOverflow&) {
      continue;  // large prices carry fewer decimals
    }
  }
  return Price(m_inverse ? divide(contracts, basis, 0, against) : divide(basis, contracts, 0, against));
}

Position PositionBook::position() const {
  Position p;
  p.instrument = m_instrument->id;
  p.quantity = m_quantity;
  p.entryNotional = m_basis.abs();
  p.averagePrice = averagePrice();
  p.realised = realised();
  p.fees = m_fees;
  p.funding = m_funding;
  p.leverage = m_leverage;
  p.owner = m_owner;
  p.strategy = m_strategy;
  p.openedAt = m_openedAt;
  p.updatedAt = m_updatedAt;
  p.lastTradeId = m_lastTradeId;
  return p;
}

}  // namespace bw::ledger
