// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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

}  // namespace bw::matching
