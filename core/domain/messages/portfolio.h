// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/domain/account.h"

namespace bw {

/// portfolio_updates/position.opened, position.closed, position.marked. Keep-all. Key: instrument.
struct PositionUpdate {
  enum class Kind : std::uint8_t { Opened, Changed, Closed, Marked };
  Kind kind = Kind::Marked;
  Position position;
  Price mark;
  Money unrealised;
  bool hasStop = false;  ///< a resting stop of ours covers all of it
  bool hasTarget = false;
  Money tripNet;  ///< Closed: net of fees and funding of the round trip
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
