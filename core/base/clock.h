// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

#include "core/base/mutex.h"
#include "core/base/time.h"

namespace bw {

/// Where every component gets its time from. Wall (or market) time and monotonic time are apart.
/// Thread: all functions from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time, or market time in replay and simulation. May be set back by the world; never used for deadlines.
  virtual Timestamp now() const = 0;
  /// Never runs backwards. Deadlines, ages and latencies are measured with it.
  virtual MonoTime mono() const = 0;
  /// Real time until market time reaches `when` (0 if past; Duration::max() while paused). Hosts arm timers with it.
  virtual Duration realDelayUntil(Timestamp when) const = 0;
  /// Market time per real time. 1 on virtual time, which waits for everybody.
  virtual double speed() const { return 1; }
};

/// A time-out of `market` time; where the market is played faster than real time, it leaves threads at least `real` of
/// real time: for waiting on the program's own parts, never for judging how old the market's data are.
Duration withRoom(const Clock& clock, Duration market, Duration real = Duration::millis(500));

/// The machine's clocks. The only code that asks the system for the time.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  MonoTime mono() const override;
  Duration realDelayUntil(Timestamp when) const override;
};

/// The machine's three times, read together. `sinceBoot` goes on while the machine sleeps, `mono` does not.
struct MachineTimes {
  Timestamp wall;
  MonoTime mono;
  Duration sinceBoot;
};
MachineTimes readMachineTimes();

/// Set by hand: tests and deterministic runs.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = {}) : m_now(start.ns), m_mono(start.ns) {}
  Timestamp now() const override { return {m_now.load(std::memory_order_relaxed)}; }
  MonoTime mono() const override { return {m_mono.load(std::memory_order_relaxed)}; }
  Duration realDelayUntil(Timestamp) const override { return {0}; }
  void advance(Duration by) {
    m_now.fetch_add(by.ns, std::memory_order_relaxed);
    m_mono.fetch_add(by.ns, std::memory_order_relaxed);
  }
  /// Moves both clocks forward to `when`; earlier instants are ignored.
  void advanceTo(Timestamp when);
  /// Moves the wall clock alone, backwards too (clock-jump faults).
  void jumpWall(Duration by) { m_now.fetch_add(by.ns, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> m_now;
  std::atomic<std::int64_t> m_mono;
};

/// Market time that runs at `speed` times real time from a chosen instant, and can be paused.
/// mono() is real monotonic time scaled alike, so that ages in market time are right.
class MarketClock final : public Clock {
 public:
  /// `base` must outlive this clock.
  MarketClock(const Clock& base, Timestamp start, double speed);
  Timestamp now() const override;
  MonoTime mono() const override;
  Duration realDelayUntil(Timestamp when) const override;
  /// speed > 0; market time goes on from where it is.
  void setSpeed(double speed);
  double speed() const override;
  void setPaused(bool paused);
  bool paused() const;
  /// Market time never passes `when` until told otherwise: how an accelerated market waits for its data. The time lost
  /// is not made up for. Timestamp::never() (the default): no bound.
  void setHorizon(Timestamp when);
  /// Jumps market time forward or back (seek); mono() goes forward by a forward jump only.
  void seek(Timestamp when);

 private:
  void rebase() BW_REQUIRES(m_mutex);
  std::int64_t elapsed() const BW_REQUIRES(m_mutex);

  const Clock& m_base;
  mutable Mutex m_mutex;
  MonoTime m_anchorReal BW_GUARDED_BY(m_mutex);
  Timestamp m_anchorMarket BW_GUARDED_BY(m_mutex);
  std::int64_t m_anchorMono BW_GUARDED_BY(m_mutex) = 0;
  double m_speed BW_GUARDED_BY(m_mutex);
  bool m_paused BW_GUARDED_BY(m_mutex) = false;
  Timestamp m_horizon BW_GUARDED_BY(m_mutex) = Timestamp::never();
};

}  // namespace bw
