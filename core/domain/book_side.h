// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/base/assert.h"
#include "core/domain/market.h"

namespace bw {

/// One side of an L2 book: sizes in an array indexed by tick near the touch, with an occupancy bitmap of two levels
/// over it, and an ordered overflow for what is worse than the array's worst price. The array moves with the touch.
/// Invariant: every level of the overflow is worse than every price of the array, so the best is in the array.
/// A key is a tick turned so that a greater key is the better price: +tick for bids, -tick for asks.
/// Thread: owner only.
class BookSide {
 public:
  /// Prices the array spans; three quarters of it lie behind the touch.
  static constexpr std::int64_t kSpan = 32768;
  /// Prices beyond ±kMaxTicks are no prices.
  static constexpr std::int64_t kMaxTicks = std::int64_t{1} << 60;

  explicit BookSide(Side side);

  /// Sets the size at a price; 0 removes the level. |price| <= kMaxTicks and size >= 0. O(1) near the touch, O(log n)
  /// far from it.
  void set(Ticks price, Lots size) {
    const std::int64_t key = keyOf(price);
    const auto index = static_cast<std::uint64_t>(key - m_base);
    if (m_count != 0 && index < static_cast<std::uint64_t>(kSpan)) [[likely]] {
      setInArray(static_cast<std::size_t>(index), key, size.value);
    } else {
      setOutside(key, size.value);
    }
  }
  /// 0 if there is no level.
  Lots sizeAt(Ticks price) const;
  bool empty() const { return m_count == 0; }
  std::size_t size() const { return m_count; }
  /// Best price and its size; {0, 0} when empty. O(1).
  Level best() const {
    if (m_count == 0) return {};
    return {priceOf(m_best), Lots{m_sizes[static_cast<std::size_t>(m_best - m_base)]}};
  }
  /// Worst price and its size; {0, 0} when empty. O(1).
  Level worst() const;
  /// The nth non-empty level, 1 = best. False if there are fewer.
  bool nth(std::size_t n, Level& out) const;
  /// Copies at most `limit` levels, best first; returns how many.
  std::size_t copyTop(Level* out, std::size_t limit) const;
  void clear();
  /// Forgets what lies behind the best `limit` levels.
  void trim(std::size_t limit);

  /// Calls visit(Level) best first until it returns false.
  template <class Visit>
  void forEach(Visit&& visit) const {
    if (m_count == 0) return;
    for (std::int64_t index = m_best - m_base; index >= 0; index = previousSet(index - 1)) {
      if (!visit(Level{priceOf(m_base + index), Lots{m_sizes[static_cast<std::size_t>(index)]}})) return;
    }
    for (auto it = m_far.rbegin(); it != m_far.rend(); ++it) {
      if (!visit(Level{priceOf(it->first), Lots{it->second}})) return;
    }
  }
  /// True if bitmap, counts, best and overflow agree with each other. O(n); for BW_CHECK_DEEP.
  bool consistent() const;

 private:
  static constexpr std::size_t kWords = static_cast<std::size_t>(kSpan / 64);
  static constexpr std::size_t kSummary = (kWords + 63) / 64;

  std::int64_t keyOf(Ticks price) const { return m_bids ? price.value : -price.value; }
  Ticks priceOf(std::int64_t key) const { return {m_bids ? key : -key}; }

  void setInArray(std::size_t index, std::int64_t key, std::int64_t size) {
    std::int64_t& slot = m_sizes[index];
    if (size != 0) {
      if (slot == 0) {
        m_words[index >> 6] |= std::uint64_t{1} << (index & 63);
        m_summary[index >> 12] |= std::uint64_t{1} << ((index >> 6) & 63);
        ++m_count;
        ++m_near;
        if (key > m_best) m_best = key;
      }
      slot = size;
    } else if (slot != 0) {
      slot = 0;
      if ((m_words[index >> 6] &= ~(std::uint64_t{1} << (index & 63))) == 0) {
        m_summary[index >> 12] &= ~(std::uint64_t{1} << ((index >> 6) & 63));
      }
      --m_count;
      --m_near;
      if (key == m_best) bestRemoved(static_cast<std::int64_t>(index));
    }
  }
  /// The greatest occupied index at or below `index`, or -1.
  std::int64_t previousSet(std::int64_t index) const {
    if (index < 0) return -1;
    auto word = static_cast<std::size_t>(index) >> 6;
    const std::uint64_t bits = m_words[word] & (~std::uint64_t{0} >> (63 - (static_cast<std::size_t>(index) & 63)));
    if (bits != 0)
      return static_cast<std::int64_t>((word << 6) + 63 - static_cast<std::size_t>(std::countl_zero(bits)));
    return previousWord(word);
  }
  std::int64_t previousWord(std::size_t word) const;
  void bestRemoved(std::int64_t index);
  void setOutside(std::int64_t key, std::int64_t size);
  void recentre(std::int64_t best);

  bool m_bids;
  std::int64_t m_base = 0;  ///< key of index 0
  std::int64_t m_best = 0;  ///< meaningful while m_count > 0
  std::size_t m_count = 0;  ///< levels in all
  std::size_t m_near = 0;   ///< levels in the array
  std::array<std::uint64_t, kSummary> m_summary{};
  std::array<std::uint64_t, kWords> m_words{};
  std::vector<std::int64_t> m_sizes;
  std::map<std::int64_t, std::int64_t> m_far;  ///< key to size
};

}  // namespace bw
