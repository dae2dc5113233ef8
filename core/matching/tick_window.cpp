// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/tick_window.h"

#include <algorithm>

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
