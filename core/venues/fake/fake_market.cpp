// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/fake/fake_market.h"

#include <algorithm>

namespace bw::fake {

FakeMarket::FakeMarket(InstrumentId instrument, Ticks start, Rng rng)
    : m_instrument(instrument), m_home(start.value), m_bid(start.value), m_rng(rng) {
  for (std::int64_t& size : m_bids) size = drawSize();
  for (std::int64_t& size : m_asks) size = drawSize();
}

void FakeMarket::begin(Timestamp now, BookDelta& delta) {
  delta.instrument = m_instrument;
  delta.venueTime = delta.receivedTime = now;
  delta.snapshot = false;
  delta.rule = SequenceRule::PreviousLast;
  delta.previousSequence = m_sequence;
  delta.firstSequence = delta.lastSequence = ++m_sequence;
  delta.bids.clear();
  delta.asks.clear();
}

BookDelta FakeMarket::snapshot(Timestamp now) const {
  BookDelta delta;
  delta.instrument = m_instrument;
  delta.venueTime = delta.receivedTime = now;
  delta.snapshot = true;
  delta.rule = SequenceRule::PreviousLast;
  delta.firstSequence = delta.lastSequence = m_sequence;
  for (std::size_t i = 0; i < kDepth; ++i) {
    const auto step = static_cast<std::int64_t>(i);
    delta.bids.push_back({{m_bid - step}, {m_bids[i]}});
    delta.asks.push_back({{m_bid + m_spread + step}, {m_asks[i]}});
  }
  return delta;
}

// Both sides are rewritten level by level: what is at a price before and not after is removed.
void FakeMarket::shift(std::int64_t ticks, std::int64_t spread, BookDelta& delta) {
  const auto depth = static_cast<std::int64_t>(kDepth);
  const std::int64_t oldBid = m_bid;
  const std::int64_t oldAsk = m_bid + m_spread;
  const auto oldBids = m_bids;
  const auto oldAsks = m_asks;
  m_bid += ticks;
  m_spread = spread;
  const std::int64_t ask = m_bid + m_spread;
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::int64_t wasBid = oldBid - (m_bid - i);
    const bool heldBid = wasBid >= 0 && wasBid < depth;
    m_bids[static_cast<std::size_t>(i)] = heldBid ? oldBids[static_cast<std::size_t>(wasBid)] : drawSize();
    if (!heldBid) delta.bids.push_back({{m_bid - i}, {m_bids[static_cast<std::size_t>(i)]}});
    const std::int64_t wasAsk = ask + i - oldAsk;
    const bool heldAsk = wasAsk >= 0 && wasAsk < depth;
    m_asks[static_cast<std::size_t>(i)] = heldAsk ? oldAsks[static_cast<std::size_t>(wasAsk)] : drawSize();
    if (!heldAsk) delta.asks.push_back({{ask + i}, {m_asks[static_cast<std::size_t>(i)]}});
  }
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::int64_t bid = oldBid - i;
    if (bid > m_bid || bid <= m_bid - depth) delta.bids.push_back({{bid}, {0}});
    const std::int64_t offer = oldAsk + i;
    if (offer < ask || offer >= ask + depth) delta.asks.push_back({{offer}, {0}});
  }
}

bool FakeMarket::move(Timestamp now, BookDelta& delta, TradePrint& trade) {
  begin(now, delta);
  const std::uint64_t what = m_rng.below(20);
  if (what >= 10) {
    const auto level = static_cast<std::size_t>(m_rng.below(kDepth));
    const auto step = static_cast<std::int64_t>(level);
    if (m_rng.below(2) == 0) {
      m_bids[level] = drawSize();
      delta.bids.push_back({{m_bid - step}, {m_bids[level]}});
    } else {
      m_asks[level] = drawSize();
      delta.asks.push_back({{m_bid + m_spread + step}, {m_asks[level]}});
    }
    return false;
  }
  std::int64_t ticks = m_rng.between(-3, 3);
  // The further from home, the likelier the way back.
  const std::int64_t away = m_bid - m_home;
  if (away != 0 && m_rng.between(0, m_home / 50) < std::min(std::abs(away), m_home)) ticks = away > 0 ? -2 : 2;
  ticks = std::max(ticks, 200 - m_bid);
  const bool traded = what < 4;
  const Side aggressor = ticks >= 0 ? Side::Buy : Side::Sell;
  trade.price = aggressor == Side::Buy ? ask() : bid();
  trade.size = {m_rng.between(1, 50)};
  shift(ticks, m_rng.between(1, 3), delta);
  if (!traded) return false;
  trade.instrument = m_instrument;
  trade.venueTime = trade.receivedTime = now;
  trade.tradeId = ++m_trades;
  trade.aggressor = aggressor;
  return true;
}

void FakeMarket::jump(std::int64_t permille, Timestamp now, BookDelta& delta) {
  begin(now, delta);
  shift(std::max(m_bid * permille / 1000, 200 - m_bid), m_spread, delta);
}

}  // namespace bw::fake
