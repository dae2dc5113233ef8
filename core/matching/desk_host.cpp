// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/desk_host.h"

#include <set>
#include <utility>

namespace bw::matching {

DeskHost::DeskHost(const Clock& clock, DeskOptions options, Append append)
    : m_clock(clock), m_append(std::move(append)), m_desk(std::move(options)) {}

std::uint32_t DeskHost::connect(const void* key, Listener listener) {
  const Lock lock(m_mutex);
  m_connections[++m_lastConnection] = {key, std::move(listener)};
  return m_lastConnection;
}

void DeskHost::disconnect(std::uint32_t connection) {
  const Lock lock(m_mutex);
  m_connections.erase(connection);
}

void DeskHost::flush() {
  const std::string text = m_desk.takeJournal();
  if (!text.empty() && m_append && !m_append(text)) m_desk.refuse("venue.journal_failed");
  for (const OrderReport& report : m_desk.takeReports()) {
    std::set<const void*> told;
    for (const auto& [number, connected] : m_connections) {
      if (told.insert(connected.key).second) connected.listener(report);
    }
  }
}

template <class Send>
void DeskHost::send(Send&& request) {
  const Timestamp now = m_clock.now();
  const std::int64_t before = m_nextDue.load(std::memory_order_acquire);
  std::int64_t due = 0;
  std::function<void(Timestamp)> wake;
  {
    const Lock lock(m_mutex);
    request(m_desk, now);
    due = m_desk.nextDue().ns;
    m_nextDue.store(due, std::memory_order_release);
    if (due < before) wake = m_wake;
  }
  if (wake) wake({due});
}

void DeskHost::place(std::uint32_t connection, const Order& order) {
  send([&](VenueDesk& desk, Timestamp now) { desk.place(now, connection, order); });
}

void DeskHost::cancel(std::uint32_t connection, const ClientOrderId& clientId, InstrumentId instrument) {
  send([&](VenueDesk& desk, Timestamp now) { desk.cancel(now, connection, clientId, instrument); });
}

void DeskHost::cancelAll(std::uint32_t connection) {
  send([&](VenueDesk& desk, Timestamp now) { desk.cancelAll(now, connection); });
}

AccountSnapshot DeskHost::account() {
  const Timestamp now = m_clock.now();
  const Lock lock(m_mutex);
  return m_desk.snapshot(now);
}

Result<Order> DeskHost::order(const ClientOrderId& clientId) {
  const Lock lock(m_mutex);
  return m_desk.order(clientId);
}

void DeskHost::setWake(std::function<void(Timestamp)> wake) {
  const Lock lock(m_mutex);
  m_wake = std::move(wake);
}

}  // namespace bw::matching
