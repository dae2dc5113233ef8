// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/order_path.h"

namespace bw::agents {

OrderPath::Path& OrderPath::path(const Uuid& intent) {
  const auto [entry, added] = m_paths.try_emplace(intent);
  if (!added) return entry->second;
  m_ages.push_back(intent);
  if (m_ages.size() > kRemembered) {
    m_paths.erase(m_ages.front());
    m_ages.pop_front();
  }
  return m_paths[intent];
}

void OrderPath::onIntent(const Uuid& intent, Timestamp at) {
  path(intent).intent = at;
}

void OrderPath::onVerdict(const Uuid& intent, Timestamp at) {
  Path& known = path(intent);
  if (known.verdict) return;
  known.verdict = at;
  if (known.intent) m_verdict.add(at - *known.intent);
}

void OrderPath::onPlaced(const Uuid& intent, Timestamp at) {
  Path& known = path(intent);
  if (known.placed) return;
  known.placed = at;
  if (known.verdict) m_placed.add(at - *known.verdict);
  if (known.intent) m_decision.add(at - *known.intent);
}

void OrderPath::onAcknowledged(const Uuid& intent, Timestamp at) {
  Path& known = path(intent);
  if (known.acknowledged) return;
  known.acknowledged = at;
  if (known.placed) m_acknowledged.add(at - *known.placed);
}

void OrderPath::onFilled(const Uuid& intent, Timestamp at) {
  Path& known = path(intent);
  if (known.filled) return;
  known.filled = true;
  if (known.acknowledged) m_filled.add(at - *known.acknowledged);
}

std::vector<AuditStatus::Latency> OrderPath::rows() const {
  return {m_verdict.row("intent to verdict"),
          m_placed.row("verdict to placed"),
          m_acknowledged.row("placed to acknowledged"),
          m_filled.row("acknowledged to fill"),
          m_bus.row("bus"),
          m_signal.row("signal"),
          m_decision.row("intent to placed")};
}

}  // namespace bw::agents
