// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/candle_builder.h"

#include <algorithm>
#include <limits>

#include "core/base/assert.h"

namespace bw {

CandleBuilder::CandleBuilder(InstrumentId instrument, Duration interval) {
  BW_ASSERT(interval.ns > 0);
  m_candle.instrument = instrument;
  m_candle.interval = interval;
}

Timestamp CandleBuilder::openTimeOf(Timestamp time) const {
  const std::int64_t length = m_candle.interval.ns;
  std::int64_t count = time.ns / length;
  if (time.ns < 0 && time.ns % length != 0) --count;
  return {count * length};
}

void CandleBuilder::begin(Timestamp openTime, Ticks price) {
  m_candle.openTime = openTime;
  m_candle.open = m_candle.high = m_candle.low = m_candle.close = price;
  m_candle.volume = {};
  m_candle.trades = 0;
  m_candle.closed = false;
  m_started = true;
}

void CandleBuilder::advance(Timestamp now, std::vector<Candle>& closed) {
  if (!m_started || now < endsAt()) return;
  const std::int64_t passed = (now.ns - m_candle.openTime.ns) / m_candle.interval.ns;
  Candle done = m_candle;
  done.closed = true;
  closed.push_back(done);
  if (passed > kMaxFlat) {
    m_started = false;
    return;
  }
  for (std::int64_t i = 1; i < passed; ++i) {
    begin(m_candle.openTime + m_candle.interval, m_candle.close);
    done = m_candle;
    done.closed = true;
    closed.push_back(done);
  }
  begin(m_candle.openTime + m_candle.interval, m_candle.close);
}

void CandleBuilder::onTrade(const TradePrint& trade, std::vector<Candle>& closed) {
  advance(trade.receivedTime, closed);
  if (!m_started) begin(openTimeOf(trade.receivedTime), trade.price);
  if (m_candle.trades == 0) m_candle.open = m_candle.high = m_candle.low = trade.price;
  m_candle.high = std::max(m_candle.high, trade.price);
  m_candle.low = std::min(m_candle.low, trade.price);
  m_candle.close = trade.price;
  // A volume beyond 64 bits of lots is the world's nonsense; it stays at the limit.
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  m_candle.volume.value =
      trade.size.value > kMost - m_candle.volume.value ? kMost : m_candle.volume.value + trade.size.value;
  ++m_candle.trades;
}

}  // namespace bw
