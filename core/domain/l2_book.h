// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "core/base/hash.h"
#include "core/domain/book_side.h"
#include "core/domain/instrument.h"
#include "core/domain/market.h"

namespace bw {

/// What became of an update.
enum class BookOutcome : std::uint8_t {
  Applied,
  Buffered,        ///< kept until a snapshot says whether it is needed
  Old,             ///< the snapshot or an earlier delta already holds it; dropped and counted
  Gap,             ///< a number is missing: the book is stale until a fresh snapshot
  ChecksumFailed,  ///< applied, but the venue's sum differs: stale until a fresh snapshot
};

/// What a book has seen.
struct BookCounters {
  std::uint64_t snapshots = 0;
  std::uint64_t deltas = 0;        ///< applied ones
  std::uint64_t staleUpdates = 0;  ///< BookOutcome::Old
  std::uint64_t gaps = 0;
  std::uint64_t checksums = 0;  ///< compared
  std::uint64_t checksumsOk = 0;
  std::uint64_t crossed = 0;    ///< times it turned crossed
  std::uint64_t malformed = 0;  ///< levels that are none: negative size, price beyond BookSide::kMaxTicks
};

/// One instrument's L2 book, fed with snapshots and deltas in the order of the wire.
///
/// Sequence rules (SequenceRule): deltas before the snapshot, and after a gap, are buffered. The first one applied
/// after a snapshot must reach over its number L: `first <= L <= last` or `previous == L` (PreviousLast),
/// `first <= L + 1 <= last` (FirstFollows); what ends before L is dropped and counted. From then on each must follow
/// the one before it; else the book is stale with StaleReason::Gap until a fresh snapshot. Streams without numbers are
/// believed; their deltas before the snapshot are dropped. A crossed book is stale while it is crossed, a silent one
/// until the next update, a failed checksum until the next snapshot.
/// Thread: owner only.
class L2Book {
 public:
  /// Deltas kept while waiting for a snapshot; beyond it the oldest goes, counted as stale.
  static constexpr std::size_t kMaxBuffered = 20'000;

  explicit L2Book(const Instrument& instrument);

  BookOutcome apply(const BookDelta& delta);
  /// Silent: until the next update. Any other reason: until the next snapshot. None is not a reason (asserted).
  void markStale(StaleReason reason, Timestamp since);
  /// Forgets all but the counters and the revision; NoSnapshot again.
  void reset(Timestamp now);

  StaleReason stale() const { return m_stale; }
  Timestamp staleSince() const { return m_staleSince; }
  /// Live, and both sides have levels.
  bool tradable() const { return m_stale == StaleReason::None && !m_bids.empty() && !m_asks.empty(); }
  bool crossed() const { return !m_bids.empty() && !m_asks.empty() && m_bids.best().price >= m_asks.best().price; }
  /// A snapshot was taken and no number has been missed since.
  bool synced() const { return m_synced; }
  std::uint64_t revision() const { return m_revision; }
  std::uint64_t lastSequence() const { return m_lastSequence; }
  InstrumentId instrument() const { return m_instrument; }
  Timestamp receivedTime() const { return m_receivedTime; }
  const BookCounters& counters() const { return m_counters; }
  const std::deque<BookDelta>& buffered() const { return m_pending; }

  const BookSide& bids() const { return m_bids; }
  const BookSide& asks() const { return m_asks; }
  const BookSide& side(Side side) const { return side == Side::Buy ? m_bids : m_asks; }
  Level bestBid() const { return m_bids.best(); }
  Level bestAsk() const { return m_asks.best(); }
  /// Best bid and offer with the book's times; an empty side has size 0.
  BboUpdate bbo() const;
  /// The best levels of both sides, with revision and staleness.
  void copyDepth(BookDepth& out) const;
  /// The whole book as a snapshot from which the same stream can go on.
  BookDelta toSnapshot() const;

  /// Kraken's checksum (WebSocket v1 and v2): CRC-32 over the ten best asks, then the ten best bids, each price and
  /// size as the venue writes it, without point and leading zeros.
  std::uint32_t topTenCrc32(int priceDecimals, int sizeDecimals) const;
  /// Adds one line per level, bids then asks, each best first: `symbol|bid|price|size` or `symbol|ask|price|size`,
  /// ended by a line feed, both numbers as canonical decimals (no trailing zeros, no exponent).
  void addHashLines(Sha256& hash) const;
  /// SHA-256 of addHashLines() alone.
  Sha256Digest hash() const;

 private:
  enum class Continuity : std::uint8_t { Follows, Old, Missing };
  Continuity continuityOf(const BookDelta& delta) const;
  BookOutcome applyInOrder(const BookDelta& delta);
  void buffer(const BookDelta& delta);
  void takeSnapshot(const BookDelta& delta);
  void drainBuffer();
  void setLevels(const BookDelta& delta);
  BookOutcome finish(const BookDelta& delta);
  void setStale(StaleReason reason, Timestamp since);

  InstrumentId m_instrument;
  std::string m_symbol;
  Decimal m_tick;
  Decimal m_lot;
  BookSide m_bids{Side::Buy};
  BookSide m_asks{Side::Sell};
  StaleReason m_stale = StaleReason::NoSnapshot;
  Timestamp m_staleSince;
  Timestamp m_venueTime;
  Timestamp m_receivedTime;
  SequenceRule m_rule = SequenceRule::None;
  std::uint16_t m_depthLimit = 0;
  bool m_synced = false;
  bool m_bridged = false;  ///< a delta was applied since the snapshot
  std::uint64_t m_lastSequence = 0;
  std::uint64_t m_revision = 0;
  std::deque<BookDelta> m_pending;
  BookCounters m_counters;
};

}  // namespace bw
