// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/domain/market.h"

namespace bw::bench {

/// One level set to a size.
struct LevelChange {
  Side side = Side::Buy;
  Level level;
};

/// The peer: an L2 book on two ordered maps, as it is usually written.
class MapBook {
 public:
  void set(const LevelChange& change) {
    if (change.side == Side::Buy) {
      apply(m_bids, -change.level.price.value, change.level.size.value);
    } else {
      apply(m_asks, change.level.price.value, change.level.size.value);
    }
  }
  std::int64_t bestBid() const { return m_bids.empty() ? 0 : -m_bids.begin()->first; }
  std::int64_t bestAsk() const { return m_asks.empty() ? 0 : m_asks.begin()->first; }

 private:
  using Side_ = std::map<std::int64_t, std::int64_t>;
  static void apply(Side_& side, std::int64_t key, std::int64_t size) {
    if (size == 0) {
      side.erase(key);
    } else {
      side.insert_or_assign(key, size);
    }
  }
  Side_ m_bids;
  Side_ m_asks;
};

}  // namespace bw::bench
