// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/domain/market.h"

namespace bw {

/// Makes candles of one instrument and interval from its trades, by receive time. Intervals lie on multiples of their
/// length since 1970. Once trading has begun an interval without a trade becomes a flat candle at the last close.
/// The same trades and calls give the same candles.
/// Thread: owner only.
class CandleBuilder {
 public:
  /// A hole of more intervals than this is a break, not quiet trading: the next trade begins anew after it.
  static constexpr std::int64_t kMaxFlat = 86'400;

  /// `interval` > 0.
  CandleBuilder(InstrumentId instrument, Duration interval);
  /// Adds a trade; candles that end at or before its receive time are appended to `closed`. A trade received before the
  /// running candle began belongs to the running one.
  void onTrade(const TradePrint& trade, std::vector<Candle>& closed);
  /// Closes what ends at or before `now`.
  void advance(Timestamp now, std::vector<Candle>& closed);
  /// Null before the first trade.
  const Candle* running() const { return m_started ? &m_candle : nullptr; }
  /// When the running candle ends; Timestamp::never() before the first trade.
  Timestamp endsAt() const { return m_started ? m_candle.openTime + m_candle.interval : Timestamp::never(); }
  void reset() { m_started = false; }

 private:
  void begin(Timestamp openTime, Ticks price);
  Timestamp openTimeOf(Timestamp time) const;

  Candle m_candle;
  bool m_started = false;
};

}  // namespace bw
