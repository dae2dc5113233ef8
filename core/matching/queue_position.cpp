// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/queue_position.h"

#include <algorithm>

namespace bw::matching {

void QueuePosition::observe(Lots displayed, Timestamp bookTime) {
  const std::int64_t now = displayed.value;
  if (!m_joined) {
    m_joined = true;
    m_ahead = now;
  } else if (m_blind) {
    m_ahead = std::min(m_ahead, now);
    m_traded = 0;
    m_unexplained = 0;
    m_credit = 0;
  } else {
    const std::int64_t before = m_ahead;
    const std::int64_t shrink = std::max<std::int64_t>(0, m_shown - now);
    const std::int64_t explained = std::min(m_traded, shrink);
    const std::int64_t cancelled = shrink - explained;
    const std::int64_t base = m_shown - explained;
    if (cancelled > 0) {
      m_ahead -= static_cast<std::int64_t>(static_cast<Int128>(cancelled) * std::min(m_ahead, base) / base);
    }
    m_ahead = std::min(m_ahead, now);
    m_traded = bookTime >= m_lastTrade ? 0 : m_traded - explained;
    m_unexplained += cancelled;
    m_credit += before - m_ahead;
  }
  m_blind = false;
  m_shown = now;
  m_observedAt = bookTime;
}

Lots QueuePosition::trade(Lots size, Timestamp tradeTime) {
  m_lastTrade = std::max(m_lastTrade, tradeTime);
  std::int64_t left = size.value;
  if (tradeTime > m_observedAt) {
    m_unexplained = 0;
    m_credit = 0;
    m_traded += left;
  } else {
    const std::int64_t seen = std::min(m_unexplained, left);
    m_unexplained -= seen;
    m_traded += left - seen;
    const std::int64_t credited = std::min(m_credit, seen);
    m_credit -= credited;
    left -= credited;
  }
  const std::int64_t eaten = std::min(m_ahead, left);
  m_ahead -= eaten;
  return {left - eaten};
}

}  // namespace bw::matching
