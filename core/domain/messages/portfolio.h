// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/domain/account.h"

namespace bw {

/// What one owner holds of a position.
struct PositionSlice {
  Owner owner = Owner::Strategy;
  std::string strategy;
  Quantity quantity;  ///< signed
  Price averagePrice;
  Money realised;  ///< before fees and funding
};

/// portfolio_updates/position.opened, position.closed, position.marked. Keep-all. Key: instrument.
struct PositionUpdate {
  enum class Kind : std::uint8_t { Opened, Changed, Closed, Marked };
  Kind kind = Kind::Marked;
  Position position;
  Price mark;
  Money unrealised;
  bool hasStop = false;  ///< a resting stop of ours covers all of it
  bool hasTarget = false;
  Money tripNet;                      ///< Closed: net of fees and funding of the round trip
  std::vector<PositionSlice> slices;  ///< not flat, by owner and strategy; they sum to the position
};

/// portfolio_updates/balance.changed. Key: venue account.
struct AccountUpdate {
  std::string venue;
  Money balance;  ///< start + realised − fees + funding
  Money unrealised;
  Money equity;  ///< balance + unrealised
  Money marginUsed;
  Money available;
  Money realised;
  Money fees;
  Money funding;
  Money dayPnl;
  Money highWater;
  Timestamp time;
};

}  // namespace bw
