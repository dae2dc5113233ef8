// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/exact.h"
#include "core/base/time.h"
#include "core/domain/instrument.h"

namespace bw {

enum class Side : std::uint8_t { Buy, Sell };
constexpr Side opposite(Side side) {
  return side == Side::Buy ? Side::Sell : Side::Buy;
}
constexpr int signOf(Side side) {
  return side == Side::Buy ? 1 : -1;
}
std::string_view toString(Side side);

/// One price of a book; size 0 in a delta removes the level.
struct Level {
  Ticks price;
  Lots size;
  friend constexpr bool operator==(const Level&, const Level&) = default;
};

/// What the numbering of a stream looks like; the book checks continuity accordingly.
enum class SequenceRule : std::uint8_t {
  None,          ///< the venue numbers nothing
  PreviousLast,  ///< each delta names the last number of the one before it (Binance futures pu)
  FirstFollows,  ///< first = previous last + 1 (Binance spot U)
};

/// Wire input of a book: a whole one, or changes to it. Lists are in the order of the wire.
struct BookDelta {
  InstrumentId instrument;
  Timestamp venueTime;
  Timestamp receivedTime;
  bool snapshot = false;
  SequenceRule rule = SequenceRule::None;
  std::uint64_t firstSequence = 0;
  std::uint64_t lastSequence = 0;
  std::uint64_t previousSequence = 0;
  std::vector<Level> bids;
  std::vector<Level> asks;
  std::optional<std::uint32_t> checksum;   ///< the venue's, over its own text form (see BookChecksum)
  std::uint8_t checksumPriceDecimals = 0;  ///< with `checksum`: decimals of a price in the venue's text
  std::uint8_t checksumSizeDecimals = 0;   ///< the same of a size
  std::uint16_t depthLimit = 0;            ///< levels a side the venue keeps; deeper ones are forgotten; 0 = all
};

/// Best bid and offer of one instrument. A side without size is absent (size 0).
struct BboUpdate {
  InstrumentId instrument;
  Timestamp venueTime;
  Timestamp receivedTime;
  std::uint64_t sequence = 0;
  Level bid;
  Level ask;
};

/// A public trade.
struct TradePrint {
  InstrumentId instrument;
  Timestamp venueTime;
  Timestamp receivedTime;
  std::uint64_t tradeId = 0;
  Ticks price;
  Lots size;
  Side aggressor = Side::Buy;
};

/// An aggregated interval [openTime, openTime + interval). Prices in ticks, volume in lots.
struct Candle {
  InstrumentId instrument;
  Duration interval;
  Timestamp openTime;
  Ticks open;
  Ticks high;
  Ticks low;
  Ticks close;
  Lots volume;
  std::uint32_t trades = 0;
  bool closed = false;  ///< false: still running, may change
};

/// Why a book must not be traded on.
enum class StaleReason : std::uint8_t { None, NoSnapshot, Gap, Checksum, Crossed, Silent, Disconnected };
std::string_view toString(StaleReason reason);

/// The top of a book as everyone downstream sees it: immutable, best first.
struct BookDepth {
  static constexpr std::size_t kLevels = 50;
  InstrumentId instrument;
  Timestamp venueTime;
  Timestamp receivedTime;
  std::uint64_t revision = 0;  ///< grows by one for each applied change
  StaleReason stale = StaleReason::NoSnapshot;
  Timestamp staleSince;
  std::uint16_t bidCount = 0;
  std::uint16_t askCount = 0;
  std::array<Level, kLevels> bids;  ///< the first bidCount are set
  std::array<Level, kLevels> asks;

  bool tradable() const { return stale == StaleReason::None && bidCount > 0 && askCount > 0; }
};
using BookDepthPtr = std::shared_ptr<const BookDepth>;

}  // namespace bw
