// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/domain/instrument.h"
#include "core/domain/market.h"
#include "core/domain/order.h"
#include "core/risk/approval/approval.h"

namespace bw::execution {

struct DiscoverySettings {
  Ratio maxSlippage = Ratio::percent(Decimal(5, 1));   ///< MAX_SLIPPAGE: |entry − mid| / mid of a book-level entry
  Ratio marketCollar = Ratio::percent(Decimal(5, 1));  ///< how far a market order may go from the mid
  bool deepestWhenThin = false;  ///< fewer levels than asked for: use the deepest instead of refusing
};

/// Price and size of an order, inside the bounds of its approval.
struct DiscoveredOrder {
  Quantity quantity;
  std::optional<Price> limitPrice;
  std::optional<Price> triggerPrice;
  std::optional<Price> mid;
  TimeInForce tif = TimeInForce::Gtc;
};

/// What execution knows of a market at this moment.
struct MarketView {
  const BookDepth* depth = nullptr;  ///< null: none yet
  std::optional<BboUpdate> bbo;
  /// (bid + ask) / 2 of the tradable book, else of the BBO.
  std::optional<Price> mid(const Instrument& instrument) const;
};

/// Finds price and size for an approved intent (SPEC §7.2, §7.3): a book-level entry rests on that non-empty raw level
/// of its own side; a market order becomes a marketable IOC at its collar. Pure. Errors (userKey is the reason shown):
/// SLIPPAGE_EXCEEDED, BOOK_TOO_THIN, BOOK_STALE, OUTSIDE_BOUNDS, TOO_SMALL, NO_PRICE, OVERFLOW.
Result<DiscoveredOrder> discoverOrder(const OrderIntent& intent, const ApprovalBounds& bounds, Quantity wanted,
                                      const Instrument& instrument, const MarketView& market,
                                      const DiscoverySettings& settings);

}  // namespace bw::execution
