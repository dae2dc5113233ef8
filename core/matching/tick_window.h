// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/assert.h"

namespace bw::matching {

/// One price of the matching engine: the total resting there and the ends of its queue of orders.
struct LevelSlot {
  std::int64_t total = 0;
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
};

/// Levels of both sides in one array indexed by tick, with a two-level occupancy bitmap to find the next occupied one.
/// The window grows and moves with the prices that are used. Thread: owner only.
class TickWindow {
 public:
  /// Widest span of occupied prices, in ticks; a price beyond it does not fit.
  static constexpr std::int64_t kMaxSpan = std::int64_t{1} << 21;

  /// Makes room for `price`. False if the window would get wider than kMaxSpan; nothing is changed then.
  bool reserve(std::int64_t price);
  bool contains(std::int64_t price) const {
    return static_cast<std::uint64_t>(price - m_low) < static_cast<std::uint64_t>(m_slots.size());
  }
  /// The price must be contained.
  LevelSlot& at(std::int64_t price) { return m_slots[static_cast<std::size_t>(price - m_low)]; }
  const LevelSlot& at(std::int64_t price) const { return m_slots[static_cast<std::size_t>(price - m_low)]; }
  void setOccupied(std::int64_t price, bool occupied);
  bool occupied(std::int64_t price) const;
  /// The nearest occupied price above (below) `price`, itself excluded.
  std::optional<std::int64_t> above(std::int64_t price) const;
  std::optional<std::int64_t> below(std::int64_t price) const;
  std::optional<std::int64_t> lowest() const;
  std::optional<std::int64_t> highest() const;

 private:
  std::optional<std::size_t> nextIndex(std::size_t from) const;
  std::optional<std::size_t> previousIndex(std::size_t from) const;
  void rebuild(std::int64_t low, std::size_t size);

  std::int64_t m_low = 0;
  std::vector<LevelSlot> m_slots;
  std::vector<std::uint64_t> m_bits;     ///< one bit per price
  std::vector<std::uint64_t> m_summary;  ///< one bit per word of m_bits
};

inline void TickWindow::setOccupied(std::int64_t price, bool occupied) {
  BW_ASSERT(contains(price));
  const auto index = static_cast<std::size_t>(price - m_low);
  std::uint64_t& word = m_bits[index / 64];
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  word = occupied ? word | bit : word & ~bit;
  std::uint64_t& top = m_summary[index / 4096];
  const std::uint64_t topBit = std::uint64_t{1} << (index / 64 % 64);
  top = word != 0 ? top | topBit : top & ~topBit;
}

inline bool TickWindow::occupied(std::int64_t price) const {
  if (!contains(price)) return false;
  const auto index = static_cast<std::size_t>(price - m_low);
  return (m_bits[index / 64] >> (index % 64) & 1) != 0;
}

inline std::optional<std::size_t> TickWindow::nextIndex(std::size_t from) const {
  if (from >= m_slots.size()) return std::nullopt;
  std::size_t word = from / 64;
  if (const std::uint64_t here = m_bits[word] >> (from % 64); here != 0) {
    return from + static_cast<std::size_t>(std::countr_zero(here));
  }
  ++word;
  std::size_t block = word / 64;
  if (block >= m_summary.size()) return std::nullopt;
  std::uint64_t top = m_summary[block] & (~std::uint64_t{0} << (word % 64));
  while (top == 0) {
    if (++block >= m_summary.size()) return std::nullopt;
    top = m_summary[block];
  }
  word = block * 64 + static_cast<std::size_t>(std::countr_zero(top));
  return word * 64 + static_cast<std::size_t>(std::countr_zero(m_bits[word]));
}

inline std::optional<std::size_t> TickWindow::previousIndex(std::size_t from) const {
  // The last occupied index <= from.
  if (m_slots.empty()) return std::nullopt;
  from = std::min(from, m_slots.size() - 1);
  std::size_t word = from / 64;
  if (const std::uint64_t here = m_bits[word] << (63 - from % 64); here != 0) {
    return from - static_cast<std::size_t>(std::countl_zero(here));
  }
  if (word == 0) return std::nullopt;
  --word;
  std::size_t block = word / 64;
  std::uint64_t top = m_summary[block] & (~std::uint64_t{0} >> (63 - word % 64));
  while (top == 0) {
    if (block == 0) return std::nullopt;
    top = m_summary[--block];
  }
  word = block * 64 + 63 - static_cast<std::size_t>(std::countl_zero(top));
  return word * 64 + 63 - static_cast<std::size_t>(std::countl_zero(m_bits[word]));
}

inline std::optional<std::int64_t> TickWindow::above(std::int64_t price) const {
  const auto index = nextIndex(price < m_low ? 0 : static_cast<std::size_t>(price - m_low + 1));
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

inline std::optional<std::int64_t> TickWindow::below(std::int64_t price) const {
  if (price <= m_low) return std::nullopt;
  const auto index = previousIndex(static_cast<std::size_t>(price - m_low - 1));
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

}  // namespace bw::matching
