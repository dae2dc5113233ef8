// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compose/venues.h"

namespace bw::app {

/// The market of one fake venue in another process (bellwether-cli venue-emulator): its account over HTTP, and quotes
/// that stand still at its marks. `file` holds addresses and keys; of the venue, the desk's key is used. Errors
/// "emulator.file", "venue.unknown".
Result<MarketPlan> planWireMarket(MarketRequest request);
Result<Market> makeWireMarket(MarketPlan plan, const Clock& clock);

}  // namespace bw::app
