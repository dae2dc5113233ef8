// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/l2_book.h"

#include <algorithm>
#include <charconv>

namespace bw {
namespace {

// The digits of steps × step at `decimals` decimals, without point and leading zeros. False if they do not fit.
bool appendWireDigits(std::string& out, std::int64_t steps, const Decimal& step, int decimals) {
  if (decimals < step.scale) return false;
  Int128 value = static_cast<Int128>(steps) * step.mantissa;
  for (int i = step.scale; i < decimals; ++i) value *= 10;
  if (value <= 0 || value > static_cast<Int128>(INT64_MAX)) return false;
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(value)).ptr;
  out.append(digits, end);
  return true;
}

}  // namespace

L2Book::L2Book(const Instrument& instrument)
    : m_instrument(instrument.id),
      m_symbol(instrument.symbol),
      m_tick(instrument.tickSize.canonical()),
      m_lot(instrument.lotSize.canonical()) {}

void L2Book::setStale(StaleReason reason, Timestamp since) {
  if (m_stale == reason) return;
  m_stale = reason;
  m_staleSince = since;
}

void L2Book::markStale(StaleReason reason, Timestamp since) {
  BW_ASSERT(reason != StaleReason::None);
  if (reason == StaleReason::Silent) {
    if (m_stale != StaleReason::None) return;
  } else {
    m_synced = false;
    m_pending.clear();
  }
  setStale(reason, since);
  ++m_revision;
}

void L2Book::reset(Timestamp now) {
  m_bids.clear();
  m_asks.clear();
  m_pending.clear();
  m_synced = false;
  m_bridged = false;
  m_lastSequence = 0;
  m_venueTime = {};
  m_receivedTime = {};
  setStale(StaleReason::NoSnapshot, now);
  ++m_revision;
}

L2Book::Continuity L2Book::continuityOf(const BookDelta& delta) const {
  const std::uint64_t last = m_lastSequence;
  switch (delta.rule) {
    case SequenceRule::None:
      return Continuity::Follows;
    case SequenceRule::PreviousLast:
      if (m_bridged ? delta.lastSequence <= last : delta.lastSequence < last) return Continuity::Old;
      if (delta.previousSequence == last) return Continuity::Follows;
      if (!m_bridged && delta.firstSequence <= last) return Continuity::Follows;
      return Continuity::Missing;
    case SequenceRule::FirstFollows:
      if (delta.lastSequence <= last) return Continuity::Old;
      return delta.firstSequence <= last + 1 ? Continuity::Follows : Continuity::Missing;
  }
  return Continuity::Missing;
}

void L2Book::buffer(const BookDelta& delta) {
  if (m_pending.size() == kMaxBuffered) {
    m_pending.pop_front();
    ++m_counters.staleUpdates;
  }
  m_pending.push_back(delta);
}

BookOutcome L2Book::apply(const BookDelta& delta) {
  BW_ASSERT(delta.instrument == m_instrument);
  if (delta.snapshot) {
    takeSnapshot(delta);
    const BookOutcome outcome = finish(delta);
    if (outcome == BookOutcome::Applied) drainBuffer();
    return outcome;
  }
  if (!m_synced) {
    buffer(delta);
    return BookOutcome::Buffered;
  }
  return applyInOrder(delta);
}

BookOutcome L2Book::applyInOrder(const BookDelta& delta) {
  switch (continuityOf(delta)) {
    case Continuity::Old:
      ++m_counters.staleUpdates;
      return BookOutcome::Old;
    case Continuity::Missing:
      ++m_counters.gaps;
      ++m_revision;
      m_synced = false;
      setStale(StaleReason::Gap, delta.receivedTime);
      buffer(delta);
      return BookOutcome::Gap;
    case Continuity::Follows:
      break;
  }
  ++m_counters.deltas;
  m_bridged = true;
  setLevels(delta);
  return finish(delta);
}

void L2Book::takeSnapshot(const BookDelta& delta) {
  ++m_counters.snapshots;
  m_bids.clear();
  m_asks.clear();
  m_synced = true;
  m_bridged = false;
  m_rule = delta.rule;
  setStale(StaleReason::None, delta.receivedTime);
  setLevels(delta);
}

void L2Book::drainBuffer() {
  std::deque<BookDelta> waiting;
  waiting.swap(m_pending);
  for (const BookDelta& delta : waiting) {
    if (delta.rule == SequenceRule::None) {
      ++m_counters.staleUpdates;
    } else if (m_synced) {
      applyInOrder(delta);
    } else {
      buffer(delta);
    }
  }
}

void L2Book::setLevels(const BookDelta& delta) {
  const auto setAll = [this](BookSide& side, const std::vector<Level>& levels) {
    for (const Level& level : levels) {
      if (level.size.value < 0 || level.price.value > BookSide::kMaxTicks || level.price.value < -BookSide::kMaxTicks) {
        ++m_counters.malformed;
        continue;
      }
      side.set(level.price, level.size);
    }
  };
  setAll(m_bids, delta.bids);
  setAll(m_asks, delta.asks);
  m_depthLimit = delta.depthLimit;
  if (m_depthLimit != 0) {
    if (m_bids.size() > m_depthLimit) m_bids.trim(m_depthLimit);
    if (m_asks.size() > m_depthLimit) m_asks.trim(m_depthLimit);
  }
  m_lastSequence = delta.lastSequence;
  m_venueTime = delta.venueTime;
  // A buffered delta was received before the snapshot that let it in.
  m_receivedTime = std::max(m_receivedTime, delta.receivedTime);
  ++m_revision;
}

BookOutcome L2Book::finish(const BookDelta& delta) {
  BW_CHECK_DEEP(m_bids.consistent() && m_asks.consistent());
  if (delta.checksum) {
    ++m_counters.checksums;
    if (topTenCrc32(delta.checksumPriceDecimals, delta.checksumSizeDecimals) != *delta.checksum) {
      m_synced = false;
      setStale(StaleReason::Checksum, m_receivedTime);
      return BookOutcome::ChecksumFailed;
    }
    ++m_counters.checksumsOk;
  }
  if (crossed()) {
    if (m_stale != StaleReason::Crossed) ++m_counters.crossed;
    setStale(StaleReason::Crossed, m_receivedTime);
  } else {
    setStale(StaleReason::None, m_receivedTime);
  }
  return BookOutcome::Applied;
}

BboUpdate L2Book::bbo() const {
  BboUpdate out;
  out.instrument = m_instrument;
  out.venueTime = m_venueTime;
  out.receivedTime = m_receivedTime;
  out.sequence = m_lastSequence;
  out.bid = m_bids.best();
  out.ask = m_asks.best();
  return out;
}

void L2Book::copyDepth(BookDepth& out) const {
  out.instrument = m_instrument;
  out.venueTime = m_venueTime;
  out.receivedTime = m_receivedTime;
  out.revision = m_revision;
  out.stale = m_stale;
  out.staleSince = m_staleSince;
  out.bidCount = static_cast<std::uint16_t>(m_bids.copyTop(out.bids.data(), BookDepth::kLevels));
  out.askCount = static_cast<std::uint16_t>(m_asks.copyTop(out.asks.data(), BookDepth::kLevels));
}

BookDelta L2Book::toSnapshot() const {
  BookDelta out;
  out.instrument = m_instrument;
  out.venueTime = m_venueTime;
  out.receivedTime = m_receivedTime;
  out.snapshot = true;
  out.rule = m_rule;
  out.firstSequence = m_lastSequence;
  out.lastSequence = m_lastSequence;
  out.previousSequence = m_lastSequence;
  out.depthLimit = m_depthLimit;
  out.bids.resize(m_bids.size());
  out.asks.resize(m_asks.size());
  m_bids.copyTop(out.bids.data(), out.bids.size());
  m_asks.copyTop(out.asks.data(), out.asks.size());
  return out;
}

std::uint32_t L2Book::topTenCrc32(int priceDecimals, int sizeDecimals) const {
  constexpr std::size_t kDepth = 10;
  std::string text;
  text.reserve(kDepth * 2 * 24);
  const auto add = [&](const BookSide& side) {
    std::size_t seen = 0;
    side.forEach([&](const Level& level) {
      appendWireDigits(text, level.price.value, m_tick, priceDecimals);
      appendWireDigits(text, level.size.value, m_lot, sizeDecimals);
      return ++seen < kDepth;
    });
  };
  add(m_asks);
  add(m_bids);
  return crc32(text);
}

void L2Book::addHashLines(Sha256& hash) const {
  std::string line;
  const auto add = [&](const BookSide& side, const char* name) {
    side.forEach([&](const Level& level) {
      line = m_symbol;
      line += name;
      line += (Decimal::fromInteger(level.price.value) * m_tick).toString();
      line += '|';
      line += (Decimal::fromInteger(level.size.value) * m_lot).toString();
      line += '\n';
      hash.add(line);
      return true;
    });
  };
  add(m_bids, "|bid|");
  add(m_asks, "|ask|");
}

Sha256Digest L2Book::hash() const {
  Sha256 hash;
  addHashLines(hash);
  return hash.digest();
}

}  // namespace bw
