// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/exposure_book.h"

#include <algorithm>
#include <utility>

#include "core/base/mutant.h"

namespace bw::risk {

ExposureBook::ExposureBook(Instruments instruments) : m_instruments(std::move(instruments)) {
  m_totals.resize(m_instruments->size());
  for (const Instrument& instrument : *m_instruments) {
    PerInstrument& per = m_totals[instrument.id.value];
    for (SideTotals* side : {&per.buy, &per.sell}) side->notional = side->margin = Money::zero(instrument.settle);
  }
}

// What can still come out of it: all that is not filled while it lives, afterwards only fills the venue counts and we
// have not seen.
Quantity ExposureBook::outstanding(const Reservation& r) {
  const Quantity end = r.ended ? r.finalFilled : r.quantity;
  return end > r.filled ? end - r.filled : Quantity();
}

void ExposureBook::contribution(const Reservation& r, SideTotals& sum, int sign) {
  const Quantity left = outstanding(r);
  if (left.isZero()) return;
  const Quantity signedLeft = sign > 0 ? left : -left;
  if (r.reduces) {
    sum.reducing = sum.reducing + signedLeft;
    return;
  }
  SideTotals next = sum;  // assigned whole, so that an overflow changes nothing
  Decimal share = r.notional.amount();
  if (left != r.quantity) {
    const Decimal whole = divide(left.decimal().canonical(), r.quantity.decimal().canonical(), 12, Rounding::Up);
    share = multiply(share, whole, Money::kScale, Rounding::Up);
  }
  const Money notional(share, r.notional.currency());
  const Money margin(divide(share, r.leverage, Money::kScale, Rounding::Up), r.notional.currency());
  next.quantity = next.quantity + signedLeft;
  next.notional = sign > 0 ? next.notional + notional : next.notional - notional;
  next.margin = sign > 0 ? next.margin + margin : next.margin - margin;
  next.orders = sign > 0 ? next.orders + 1 : next.orders - 1;
  sum = next;
}

void ExposureBook::add(const Reservation& r, int sign) {
  PerInstrument& per = m_totals[r.instrument.value];
  contribution(r, r.side == Side::Buy ? per.buy : per.sell, sign);
  if (outstanding(r).isZero()) return;
  if (!r.reduces) m_entryOrders = sign > 0 ? m_entryOrders + 1 : m_entryOrders - 1;
  if (!r.restPrice || r.ended) return;
  std::map<Price, int>& resting = r.side == Side::Buy ? per.restingBuys : per.restingSells;
  if (sign > 0) {
    ++resting[*r.restPrice];
  } else {
    const auto it = resting.find(*r.restPrice);
    BW_ASSERT(it != resting.end());
    if (--it->second == 0) resting.erase(it);
  }
}

void ExposureBook::reserve(Reservation reservation) {
  BW_ASSERT(reservation.instrument.value < m_totals.size() && reservation.quantity.sign() > 0);
  if (BW_MUTANT(54)) return;
  add(reservation, +1);
  if (reservation.releaseAt != Timestamp::never()) m_deadlines.emplace(reservation.releaseAt, reservation.intentId);
  const Uuid id = reservation.intentId;
  const bool fresh = m_reservations.emplace(id, std::move(reservation)).second;
  BW_ASSERT(fresh);
}

void ExposureBook::finishIfDone(Entries::iterator it) {
  if (!it->second.ended || !outstanding(it->second).isZero()) return;
  m_finished.insert(it->first);
  m_reservations.erase(it);
}

void ExposureBook::onOrder(const Order& order, const Reservation& restored) {
  // Topics may overtake one another: an earlier state must not bring a finished order back.
  if (m_finished.count(order.intentId) != 0) return;
  auto it = m_reservations.find(order.intentId);
  if (it == m_reservations.end()) {
    if (isTerminal(order.state)) {
      m_finished.insert(order.intentId);
      return;
    }
    reserve(restored);
    it = m_reservations.find(order.intentId);
  }
  Reservation& r = it->second;
  add(r, -1);
  r.ordered = true;
  r.ended = r.ended || isTerminal(order.state) || (BW_MUTANT(55) && order.state == OrderState::Unknown);
  if (order.filled > r.finalFilled) r.finalFilled = order.filled;
  if (order.limitPrice && r.restPrice) r.restPrice = order.limitPrice;
  add(r, +1);
  finishIfDone(it);
}

bool ExposureBook::onFill(const Fill& fill, const Uuid& intentId) {
  const auto it = m_reservations.find(intentId);
  if (it == m_reservations.end()) return false;
  Reservation& r = it->second;
  add(r, -1);
  r.filled = r.filled + fill.quantity;
  add(r, +1);
  finishIfDone(it);
  return true;
}

void ExposureBook::expire(Timestamp now) {
  while (!m_deadlines.empty() && m_deadlines.begin()->first <= now) {
    const auto it = m_reservations.find(m_deadlines.begin()->second);
    m_deadlines.erase(m_deadlines.begin());
    if (it == m_reservations.end() || it->second.ordered) continue;
    add(it->second, -1);
    m_reservations.erase(it);
  }
}

const SideTotals& ExposureBook::totals(InstrumentId instrument, Side side) const {
  const PerInstrument& per = m_totals[instrument.value];
  return side == Side::Buy ? per.buy : per.sell;
}

std::optional<Price> ExposureBook::ownBest(InstrumentId instrument, Side side) const {
  const PerInstrument& per = m_totals[instrument.value];
  if (side == Side::Buy) {
    return per.restingBuys.empty() ? std::nullopt : std::optional(per.restingBuys.rbegin()->first);
  }
  return per.restingSells.empty() ? std::nullopt : std::optional(per.restingSells.begin()->first);
}

SideTotals ExposureBook::recount(InstrumentId instrument, Side side) const {
  SideTotals sum;
  sum.notional = sum.margin = Money::zero(m_instruments->get(instrument).settle);
  for (const auto& [id, r] : m_reservations) {
    if (r.instrument == instrument && r.side == side) contribution(r, sum, +1);
  }
  return sum;
}

}  // namespace bw::risk
