// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <time.h>

#include <algorithm>

#include "core/base/assert.h"

namespace bw {
namespace {

std::int64_t readSystemClock(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

}  // namespace

Timestamp SystemClock::now() const {
  return {readSystemClock(CLOCK_REALTIME)};
}
MonoTime SystemClock::mono() const {
  return {readSystemClock(CLOCK_MONOTONIC)};
}

MachineTimes readMachineTimes() {
  return {{readSystemClock(CLOCK_REALTIME)}, {readSystemClock(CLOCK_MONOTONIC)}, {readSystemClock(CLOCK_BOOTTIME)}};
}

Duration SystemClock::realDelayUntil(Timestamp when) const {
  if (when == Timestamp::never()) return Duration::max();
  const Duration delay = when - now();
  return delay.ns > 0 ? delay : Duration{0};
}

void ManualClock::advanceTo(Timestamp when) {
  const Duration by = when - now();
  if (by.ns > 0) advance(by);
}

Duration withRoom(const Clock& clock, Duration market, Duration real) {
  const double speed = clock.speed();
  const double scaled = static_cast<double>(real.ns) * speed;
  return speed <= 1 || scaled <= static_cast<double>(market.ns) ? market : Duration{static_cast<std::int64_t>(scaled)};
}

MarketClock::MarketClock(const Clock& base, Timestamp start, double speed)
    : m_base(base), m_anchorReal(base.mono()), m_anchorMarket(start), m_anchorMono(start.ns), m_speed(speed) {
  BW_ASSERT(speed > 0);
}

std::int64_t MarketClock::elapsed() const {
  if (m_paused) return 0;
  const auto passed = static_cast<std::int64_t>(static_cast<double>((m_base.mono() - m_anchorReal).ns) * m_speed);
  if (m_horizon == Timestamp::never()) return passed;
  return std::min(passed, std::max<std::int64_t>((m_horizon - m_anchorMarket).ns, 0));
}

void MarketClock::rebase() {
  const std::int64_t passed = elapsed();
  m_anchorMarket.ns += passed;
  m_anchorMono += passed;
  m_anchorReal = m_base.mono();
}

Timestamp MarketClock::now() const {
  Lock lock(m_mutex);
  return {m_anchorMarket.ns + elapsed()};
}

MonoTime MarketClock::mono() const {
  Lock lock(m_mutex);
  return {m_anchorMono + elapsed()};
}

Duration MarketClock::realDelayUntil(Timestamp when) const {
  Lock lock(m_mutex);
  if (when == Timestamp::never()) return Duration::max();
  const std::int64_t market = when.ns - (m_anchorMarket.ns + elapsed());
  if (market <= 0) return Duration{0};
  if (m_paused) return Duration::max();
  return Duration{static_cast<std::int64_t>(static_cast<double>(market) / m_speed) + 1};
}

void MarketClock::setSpeed(double speed) {
  BW_ASSERT(speed > 0);
  Lock lock(m_mutex);
  rebase();
  m_speed = speed;
}

double MarketClock::speed() const {
  Lock lock(m_mutex);
  return m_speed;
}

void MarketClock::setPaused(bool paused) {
  Lock lock(m_mutex);
  rebase();
  m_paused = paused;
}

bool MarketClock::paused() const {
  Lock lock(m_mutex);
  return m_paused;
}

void MarketClock::setHorizon(Timestamp when) {
  Lock lock(m_mutex);
  rebase();
  m_horizon = when;
}

void MarketClock::seek(Timestamp when) {
  Lock lock(m_mutex);
  rebase();
  if (when > m_anchorMarket) m_anchorMono += (when - m_anchorMarket).ns;
  m_anchorMarket = when;
}

}  // namespace bw
