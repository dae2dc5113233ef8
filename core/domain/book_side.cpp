// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/book_side.h"

namespace bw {
namespace {

// Room kept above the best, so that a rising touch seldom moves the array.
constexpr std::int64_t kRoomAbove = BookSide::kSpan / 4;
// A touch that has sunk this close to the array's end lets it follow, if there is anything behind.
constexpr std::int64_t kRoomBelow = BookSide::kSpan / 4;

}  // namespace

BookSide::BookSide(Side side) : m_bids(side == Side::Buy), m_sizes(static_cast<std::size_t>(kSpan), 0) {}

Lots BookSide::sizeAt(Ticks price) const {
  if (m_count == 0) return {};
  const std::int64_t key = keyOf(price);
  const auto index = static_cast<std::uint64_t>(key - m_base);
  if (index < static_cast<std::uint64_t>(kSpan)) return {m_sizes[static_cast<std::size_t>(index)]};
  const auto found = m_far.find(key);
  return found == m_far.end() ? Lots{} : Lots{found->second};
}

std::int64_t BookSide::previousWord(std::size_t word) const {
  std::size_t group = word >> 6;
  std::uint64_t groups = m_summary[group] & ((std::uint64_t{1} << (word & 63)) - 1);
  while (groups == 0) {
    if (group == 0) return -1;
    groups = m_summary[--group];
  }
  const std::size_t at = (group << 6) + 63 - static_cast<std::size_t>(std::countl_zero(groups));
  return static_cast<std::int64_t>((at << 6) + 63 - static_cast<std::size_t>(std::countl_zero(m_words[at])));
}

void BookSide::bestRemoved(std::int64_t index) {
  if (m_near != 0) {
    const std::int64_t next = previousSet(index - 1);
    BW_ASSERT(next >= 0);
    m_best = m_base + next;
    if (next < kRoomBelow && !m_far.empty()) recentre(m_best);
  } else if (!m_far.empty()) {
    recentre(m_far.rbegin()->first);
  }
}

void BookSide::setOutside(std::int64_t key, std::int64_t size) {
  if (m_count == 0) {
    if (size == 0) return;
    BW_ASSERT(m_far.empty());
    m_base = key - (kSpan - 1 - kRoomAbove);
    m_best = key;
    setInArray(static_cast<std::size_t>(key - m_base), key, size);
    return;
  }
  if (key > m_best) {
    if (size == 0) return;
    recentre(key);
    setInArray(static_cast<std::size_t>(key - m_base), key, size);
    return;
  }
  if (size == 0) {
    m_count -= m_far.erase(key);
  } else if (m_far.insert_or_assign(key, size).second) {
    ++m_count;
  }
}

// Moves the array so that `best` has its room above it. Levels that fall out go to the overflow and the other way
// round.
void BookSide::recentre(std::int64_t best) {
  const std::int64_t base = best - (kSpan - 1 - kRoomAbove);
  std::vector<std::pair<std::int64_t, std::int64_t>> held;
  held.reserve(m_near);
  for (std::int64_t index = previousSet(kSpan - 1); index >= 0; index = previousSet(index - 1)) {
    std::int64_t& slot = m_sizes[static_cast<std::size_t>(index)];
    held.emplace_back(m_base + index, slot);
    slot = 0;
  }
  m_words.fill(0);
  m_summary.fill(0);
  m_count -= m_near;
  m_near = 0;
  m_base = base;
  m_best = base - 1;
  for (const auto& [key, size] : held) {
    if (key >= base) {
      setInArray(static_cast<std::size_t>(key - base), key, size);
    } else {
      m_far.emplace(key, size);
      ++m_count;
    }
  }
  while (!m_far.empty() && m_far.rbegin()->first >= base) {
    const auto last = std::prev(m_far.end());
    const auto [key, size] = *last;
    m_far.erase(last);
    --m_count;
    setInArray(static_cast<std::size_t>(key - base), key, size);
  }
}

Level BookSide::worst() const {
  if (m_count == 0) return {};
  if (!m_far.empty()) return {priceOf(m_far.begin()->first), Lots{m_far.begin()->second}};
  std::size_t group = 0;
  while (m_summary[group] == 0) ++group;
  const std::size_t word = group * 64 + static_cast<std::size_t>(std::countr_zero(m_summary[group]));
  const std::size_t index = word * 64 + static_cast<std::size_t>(std::countr_zero(m_words[word]));
  return {priceOf(m_base + static_cast<std::int64_t>(index)), Lots{m_sizes[index]}};
}

bool BookSide::nth(std::size_t n, Level& out) const {
  if (n == 0 || n > m_count) return false;
  std::size_t seen = 0;
  forEach([&](const Level& level) {
    out = level;
    return ++seen < n;
  });
  return seen == n;
}

std::size_t BookSide::copyTop(Level* out, std::size_t limit) const {
  std::size_t copied = 0;
  if (limit == 0) return 0;
  forEach([&](const Level& level) {
    out[copied] = level;
    return ++copied < limit;
  });
  return copied;
}

void BookSide::clear() {
  for (std::int64_t index = previousSet(kSpan - 1); index >= 0; index = previousSet(index - 1)) {
    m_sizes[static_cast<std::size_t>(index)] = 0;
  }
  m_words.fill(0);
  m_summary.fill(0);
  m_far.clear();
  m_count = 0;
  m_near = 0;
}

void BookSide::trim(std::size_t limit) {
  if (limit == 0) {
    clear();
    return;
  }
  while (m_count > limit && !m_far.empty()) {
    m_far.erase(m_far.begin());
    --m_count;
  }
  if (m_count <= limit) return;
  Level last;
  nth(limit, last);
  const std::int64_t keep = keyOf(last.price) - m_base;
  for (std::int64_t index = previousSet(keep - 1); index >= 0; index = previousSet(index - 1)) {
    setInArray(static_cast<std::size_t>(index), m_base + index, 0);
  }
}

bool BookSide::consistent() const {
  std::size_t near = 0;
  std::int64_t top = -1;
  for (std::size_t word = 0; word < kWords; ++word) {
    const bool summary = ((m_summary[word >> 6] >> (word & 63)) & 1) != 0;
    if (summary != (m_words[word] != 0)) return false;
    std::uint64_t bits = m_words[word];
    near += static_cast<std::size_t>(std::popcount(bits));
    for (; bits != 0; bits &= bits - 1) {
      const std::size_t index = (word << 6) + static_cast<std::size_t>(std::countr_zero(bits));
      if (m_sizes[index] <= 0) return false;
      top = static_cast<std::int64_t>(index);
    }
  }
  if (near != m_near || m_near + m_far.size() != m_count) return false;
  if (m_count == 0) return true;
  if (top < 0 || m_best != m_base + top) return false;
  for (const auto& [key, size] : m_far) {
    if (key >= m_base || size <= 0) return false;
  }
  return true;
}

}  // namespace bw
