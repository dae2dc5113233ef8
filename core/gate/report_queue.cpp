// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/report_queue.h"

namespace bw::gate {

void ReportQueue::setWake(std::function<void()> wake) {
  Lock lock(m_mutex);
  m_wake = std::move(wake);
}

void ReportQueue::push(Item item) {
  // The wake is called under the lock so that setWake({}) is a barrier: afterwards no call is under way.
  Lock lock(m_mutex);
  m_items.push_back(std::move(item));
  if (m_items.size() == 1 && m_wake) m_wake();
}

std::vector<ReportQueue::Item> ReportQueue::takeAll() {
  std::vector<Item> items;
  Lock lock(m_mutex);
  items.swap(m_items);
  return items;
}

std::size_t ReportQueue::size() const {
  Lock lock(m_mutex);
  return m_items.size();
}

}  // namespace bw::gate
