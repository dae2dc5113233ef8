// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "core/base/rng.h"
#include "core/domain/market.h"

namespace bw::fake {

/// One instrument's public market: a book of a few levels that follows a random walk held to where it began. Cheap
/// rather than true to life. Sequence numbers are of SequenceRule::PreviousLast. Thread: owner only.
class FakeMarket {
 public:
  static constexpr std::size_t kDepth = 12;

  /// `start`: best bid of the beginning, > 200 ticks.
  FakeMarket(InstrumentId instrument, Ticks start, Rng rng);

  Ticks bid() const { return {m_bid}; }
  Ticks ask() const { return {m_bid + m_spread}; }
  Ticks mid() const { return {m_bid + m_spread / 2}; }
  std::uint64_t sequence() const { return m_sequence; }

  /// One change of the book; true if a trade came with it.
  bool move(Timestamp now, BookDelta& delta, TradePrint& trade);
  /// Moves the price by about `permille` of it at once.
  void jump(std::int64_t permille, Timestamp now, BookDelta& delta);
  BookDelta snapshot(Timestamp now) const;

 private:
  void shift(std::int64_t ticks, std::int64_t spread, BookDelta& delta);
  void begin(Timestamp now, BookDelta& delta);
  std::int64_t drawSize() { return m_rng.between(1, 400); }

  InstrumentId m_instrument;
  std::int64_t m_home;
  std::int64_t m_bid;
  std::int64_t m_spread = 1;
  std::array<std::int64_t, kDepth> m_bids{};  ///< sizes at bid, bid − 1 …
  std::array<std::int64_t, kDepth> m_asks{};  ///< sizes at ask, ask + 1 …
  std::uint64_t m_sequence = 1;
  std::uint64_t m_trades = 0;
  Rng m_rng;
};

}  // namespace bw::fake
