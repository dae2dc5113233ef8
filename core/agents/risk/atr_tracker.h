// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/domain/market.h"

namespace bw::agents {

/// Wilder's average true range over 14 closed candles, in thousandths of a tick, rounded up: exact integers, because it
/// widens and narrows limits. Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978).
/// Thread: owner only.
class AtrTracker {
 public:
  void add(const Candle& candle) {
    std::int64_t range = (candle.high - candle.low).value;
    if (m_lastClose) {
      range =
          std::max({range, std::abs((candle.high - *m_lastClose).value), std::abs((candle.low - *m_lastClose).value)});
    }
    m_lastClose = candle.close;
    if (m_count < kPeriod) {
      m_milliTicks += range * 1000;
      if (++m_count == kPeriod) m_milliTicks = (m_milliTicks + kPeriod - 1) / kPeriod;
      return;
    }
    m_milliTicks = (m_milliTicks * (kPeriod - 1) + range * 1000 + kPeriod - 1) / kPeriod;
  }
  /// Absent before 14 candles.
  std::optional<std::int64_t> milliTicks() const {
    return m_count < kPeriod ? std::nullopt : std::optional(m_milliTicks);
  }
  Ticks lastClose() const { return m_lastClose.value_or(Ticks{}); }

 private:
  static constexpr std::int64_t kPeriod = 14;
  std::int64_t m_count = 0;
  std::int64_t m_milliTicks = 0;
  std::optional<Ticks> m_lastClose;
};

}  // namespace bw::agents
