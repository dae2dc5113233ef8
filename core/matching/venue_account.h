// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include "core/domain/account.h"
#include "core/domain/instrument.h"

namespace bw::matching {

/// What an in-process venue keeps of one position. Realised = basis − flow, so that roundings of partial closes cancel
/// and the result at flat is the exact cash flow.
struct VenuePosition {
  InstrumentId instrument;
  Quantity quantity;  ///< signed
  Money flow;         ///< Σ signed notional of all fills
  Money basis;        ///< signed notional at entry of what is held
  Money fees;
  Money funding;  ///< received, < 0 paid
  Decimal leverage{1, 0};
  Timestamp openedAt;
  Timestamp updatedAt;
  std::string lastTradeId;
};

/// The money of an in-process venue account: balances, positions, margin; exact. Every instrument's leverage is that of
/// its last opening order, for the whole position, as on most venues.
/// Thread: owner only.
class VenueAccount {
 public:
  /// Each settle currency of `active` starts with `start`.
  VenueAccount(Instruments instruments, const std::vector<InstrumentId>& active, Decimal start);

  void apply(const Fill& fill, const Decimal& leverage);
  /// `amount` received (< 0: paid) by the holder.
  void addFunding(InstrumentId id, const Money& amount, Timestamp time);
  void setMark(InstrumentId id, Price mark) { m_marks[id.value] = mark; }
  void restore(const VenuePosition& position) { m_positions[position.instrument.value] = position; }

  /// Null if there never was one.
  const VenuePosition* find(InstrumentId id) const;
  Quantity quantity(InstrumentId id) const;
  /// Without unrealised P&L: start + realised − fees + funding.
  Money balance(const Currency& currency) const;
  /// At the last marks, rounded against the holder.
  Money unrealised(const Currency& currency) const;
  Money equity(const Currency& currency) const { return balance(currency) + unrealised(currency); }
  /// Initial margin of the positions: entry notional / leverage, rounded up.
  Money positionMargin(const Currency& currency) const;
  /// What equity must not fall below: Σ notional at mark × maintenance rate.
  Money maintenance(const Currency& currency) const;
  /// Unrealised loss counts against it, unrealised profit does not help.
  Money available(const Currency& currency, const Money& reserved) const;
  /// Only those that are not flat, in order of instrument.
  std::vector<Position> positions() const;
  const std::vector<Currency>& currencies() const { return m_currencies; }
  const std::map<std::uint32_t, VenuePosition>& all() const { return m_positions; }

 private:
  VenuePosition& at(InstrumentId id);
  Position toPosition(const VenuePosition& held) const;
  Money unrealisedOf(const VenuePosition& held) const;

  Instruments m_instruments;
  Decimal m_start;
  std::vector<Currency> m_currencies;
  std::map<std::uint32_t, VenuePosition> m_positions;
  std::map<std::uint32_t, Price> m_marks;
};

}  // namespace bw::matching
