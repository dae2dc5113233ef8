// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/tick_window.h"

#include <algorithm>
#include <bit>

#include "core/base/assert.h"

namespace bw::matching {
namespace {

constexpr std::int64_t kBlock = 4096;  // window sizes and bounds are multiples of this: whole summary words

std::int64_t floorToBlock(std::int64_t value) {
  const std::int64_t rest = value % kBlock;
  return value - (rest < 0 ? rest + kBlock : rest);
}

}  // namespace

bool TickWindow::reserve(std::int64_t price) {
  if (contains(price)) return true;
  constexpr std::int64_t kFarthest = std::int64_t{1} << 60;
  if (price > kFarthest || price < -kFarthest) return false;
  const std::int64_t low = std::min(lowest().value_or(price), price);
  const std::int64_t high = std::max(highest().value_or(price), price);
  const std::int64_t span = high - low + 1;
  if (span > kMaxSpan) return false;
  const std::int64_t margin = std::max<std::int64_t>(kBlock, span / 4);
  const std::int64_t newLow = floorToBlock(low - margin);
  const std::int64_t newEnd = floorToBlock(high + margin) + kBlock;
  rebuild(newLow, static_cast<std::size_t>(newEnd - newLow));
  return true;
}

void TickWindow::rebuild(std::int64_t low, std::size_t size) {
  std::vector<LevelSlot> slots(size);
  std::vector<std::uint64_t> bits(size / 64);
  std::vector<std::uint64_t> summary(size / 4096);
  for (auto index = nextIndex(0); index; index = nextIndex(*index + 1)) {
    const auto moved = static_cast<std::size_t>(m_low + static_cast<std::int64_t>(*index) - low);
    slots[moved] = m_slots[*index];
    bits[moved / 64] |= std::uint64_t{1} << (moved % 64);
    summary[moved / 4096] |= std::uint64_t{1} << (moved / 64 % 64);
  }
  m_low = low;
  m_slots.swap(slots);
  m_bits.swap(bits);
  m_summary.swap(summary);
}

void TickWindow::setOccupied(std::int64_t price, bool occupied) {
  BW_ASSERT(contains(price));
  const auto index = static_cast<std::size_t>(price - m_low);
  std::uint64_t& word = m_bits[index / 64];
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  word = occupied ? word | bit : word & ~bit;
  std::uint64_t& top = m_summary[index / 4096];
  const std::uint64_t topBit = std::uint64_t{1} << (index / 64 % 64);
  top = word != 0 ? top | topBit : top & ~topBit;
}

bool TickWindow::occupied(std::int64_t price) const {
  if (!contains(price)) return false;
  const auto index = static_cast<std::size_t>(price - m_low);
  return (m_bits[index / 64] >> (index % 64) & 1) != 0;
}

std::optional<std::size_t> TickWindow::nextIndex(std::size_t from) const {
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

std::optional<std::size_t> TickWindow::previousIndex(std::size_t from) const {
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

std::optional<std::int64_t> TickWindow::above(std::int64_t price) const {
  const auto index = nextIndex(price < m_low ? 0 : static_cast<std::size_t>(price - m_low + 1));
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

std::optional<std::int64_t> TickWindow::below(std::int64_t price) const {
  if (price <= m_low) return std::nullopt;
  const auto index = previousIndex(static_cast<std::size_t>(price - m_low - 1));
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

std::optional<std::int64_t> TickWindow::lowest() const {
  const auto index = nextIndex(0);
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

std::optional<std::int64_t> TickWindow::highest() const {
  if (m_slots.empty()) return std::nullopt;
  const auto index = previousIndex(m_slots.size() - 1);
  if (!index) return std::nullopt;
  return m_low + static_cast<std::int64_t>(*index);
}

}  // namespace bw::matching
