// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/exact.h"
#include "core/base/result.h"

namespace bw {

/// Index of an instrument in the session's InstrumentTable. Small, dense, stable for the session only; files and
/// journals hold venue and symbol.
struct InstrumentId {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(InstrumentId, InstrumentId) = default;
};

enum class ContractKind : std::uint8_t { Spot, Linear, Inverse, Equity };

/// What is traded: names, steps, fees and margin rules. Immutable once in a table; a change is a new version.
/// The only place where text prices become Ticks and Lots and back.
struct Instrument {
  InstrumentId id;
  std::uint32_t version = 1;
  std::string venue;   ///< "paper", "simulated", "kraken" ...
  std::string symbol;  ///< the venue's own string
  ContractKind kind = ContractKind::Linear;
  Currency base;
  Currency quote;
  Currency settle;            ///< what profit is paid in
  Decimal tickSize{1, 2};     ///< > 0
  Decimal lotSize{1, 3};      ///< > 0
  Decimal multiplier{1, 0};   ///< base units per contract unit of quantity
  Decimal minNotional{0, 0};  ///< in quote; 0 = none
  Decimal minQuantity{0, 0};  ///< 0 = one lot
  Ratio makerFee = Ratio::bps(Decimal(2, 0));
  Ratio takerFee = Ratio::bps(Decimal(6, 0));
  Decimal maxLeverage{1, 0};                             ///< 1 on spot
  Ratio maintenanceMargin = Ratio::bps(Decimal(50, 0));  ///< share of notional
  std::string sector;      ///< for MAX_SECTOR_EXPOSURE; empty: not known, counted with all others of the kind
  std::string assetClass;  ///< "crypto", "equity" …, for MAX_CLASS_EXPOSURE; empty: alike
  bool derived = false;    ///< steps guessed from the data, not from the venue; shown as such

  /// Error "instrument.tick" when `price` is not a whole number of ticks or does not fit.
  Result<Ticks> toTicks(Price price) const;
  /// Rounds to the tick on the named side.
  Ticks toTicksRounded(Price price, Rounding rounding) const;
  /// Error "instrument.lot" when `quantity` is not a whole number of lots or does not fit.
  Result<Lots> toLots(Quantity quantity) const;
  Lots toLotsRounded(Quantity quantity, Rounding rounding) const;
  Price price(Ticks ticks) const;
  Quantity quantity(Lots lots) const;
  /// |price × quantity × multiplier| in quote (inverse: quantity × multiplier ÷ price in base), rounded away from zero.
  Money notional(Price price, Quantity quantity) const;
  /// Signed profit of `quantity` (signed) moved from entry to exit, in `settle`, rounded down.
  Money profit(Price entry, Price exit, Quantity quantity) const;
  /// Decimals that prices and quantities are shown with: as many as the steps are written with (0.10 shows 61659.70).
  int priceDecimals() const { return tickSize.scale; }
  int quantityDecimals() const { return lotSize.scale; }
};

/// The instruments of a session, fixed at start-up and shared read-only between threads.
class InstrumentTable {
 public:
  /// Gives the instrument its id. (venue, symbol) must be new.
  InstrumentId add(Instrument instrument);
  const Instrument& get(InstrumentId id) const;
  /// Null if there is none.
  const Instrument* find(std::string_view venue, std::string_view symbol) const;
  /// Null if there is none; the first added wins.
  const Instrument* findSymbol(std::string_view symbol) const;
  std::size_t size() const { return m_instruments.size(); }
  auto begin() const { return m_instruments.begin(); }
  auto end() const { return m_instruments.end(); }

 private:
  std::vector<Instrument> m_instruments;
};

using Instruments = std::shared_ptr<const InstrumentTable>;

}  // namespace bw

template <>
struct std::hash<bw::InstrumentId> {
  std::size_t operator()(bw::InstrumentId id) const noexcept { return id.value; }
};
