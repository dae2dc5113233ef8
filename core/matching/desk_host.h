// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/matching/venue_desk.h"

namespace bw::matching {

/// A VenueDesk that several threads share: connections on lane and stop threads, market data on the data host.
///
/// What a call changes is written to the journal, then reported, both before the lock is given back, so that reports
/// come in the order of events and nothing is reported that is not written. Listeners must not block or call back.
/// Thread: all functions from any thread.
class DeskHost {
 public:
  using Listener = std::function<void(const OrderReport&)>;
  /// Appends text to the account journal; false if it could not.
  using Append = std::function<bool(std::string_view)>;

  /// `clock` gives market time and must outlive the host. `append` may be empty: no journal.
  DeskHost(const Clock& clock, DeskOptions options, Append append);

  /// Returns the connection's number. `key` names who listens: of several connections with one key, one hears.
  std::uint32_t connect(const void* key, Listener listener);
  void disconnect(std::uint32_t connection);
  void place(std::uint32_t connection, const Order& order);
  void cancel(std::uint32_t connection, const ClientOrderId& clientId, InstrumentId instrument);
  void cancelAll(std::uint32_t connection);
  AccountSnapshot account();
  Result<Order> order(const ClientOrderId& clientId);

  /// When the next request arrives; never() if none is under way. Lock-free.
  Timestamp nextDue() const { return {m_nextDue.load(std::memory_order_acquire)}; }
  /// Called, outside the lock, from the placing thread when an earlier due time appears.
  void setWake(std::function<void(Timestamp)> wake);

  /// Runs `use(VenueDesk&)` under the lock, then writes and reports what it changed.
  template <class Use>
  void run(Use&& use) {
    const Lock lock(m_mutex);
    use(m_desk);
    if (m_desk.hasOutput()) flush();
    m_nextDue.store(m_desk.nextDue().ns, std::memory_order_release);
  }

 private:
  void flush() BW_REQUIRES(m_mutex);
  template <class Send>
  void send(Send&& request);

  const Clock& m_clock;
  const Append m_append;
  Mutex m_mutex;
  VenueDesk m_desk BW_GUARDED_BY(m_mutex);
  struct Connected {
    const void* key = nullptr;
    Listener listener;
  };
  std::map<std::uint32_t, Connected> m_connections BW_GUARDED_BY(m_mutex);
  std::uint32_t m_lastConnection BW_GUARDED_BY(m_mutex) = 0;
  std::function<void(Timestamp)> m_wake BW_GUARDED_BY(m_mutex);
  std::atomic<std::int64_t> m_nextDue{Timestamp::never().ns};
};

}  // namespace bw::matching
