// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/unknown_resolver.h"

#include <algorithm>

#include "core/base/mutant.h"

namespace bw::execution {

void UnknownResolver::asked(ClientOrderId id, Timestamp now) {
  const auto [found, isNew] = m_cases.try_emplace(id);
  Case& one = found->second;
  if (isNew) {
    one.gap = m_settings.firstGap;
  } else if (one.openQuestion) {
    one.gap = longer(one.gap);
  }
  one.askedAt = now;
  if (!one.openQuestion) one.openQuestion = now;
}

bool UnknownResolver::mayAsk(ClientOrderId id, Timestamp now) const {
  const auto found = m_cases.find(id);
  return found == m_cases.end() || now - found->second.askedAt >= found->second.gap;
}

bool UnknownResolver::denied(ClientOrderId id, Timestamp now, std::optional<Duration> landsWithin) {
  const auto found = m_cases.find(id);
  if (found == m_cases.end()) return false;  // nobody asked: a late answer to a question of another time
  Case& one = found->second;
  const Timestamp questioned = one.openQuestion.value_or(one.askedAt);
  one.openQuestion.reset();
  if (one.denials > 0 && now - one.lastDenial < m_settings.absenceGap) return false;
  one.denials += 1;
  one.lastDenial = now;
  if (!landsWithin) {
    one.gap = longer(one.gap);
    return false;
  }
  const auto sendable = m_sendable.find(id);
  const Timestamp lastSent = sendable == m_sendable.end() ? Timestamp{} : sendable->second;
  const Timestamp settled = lastSent + *landsWithin + m_settings.landMargin;
  if (questioned >= settled) one.proofs += 1;
  // The next question is asked when its answer can count.
  one.gap = std::max(m_settings.absenceGap, settled - one.askedAt);
  return one.proofs >= (BW_MUTANT(24) ? 1 : 2);
}

void UnknownResolver::answered(ClientOrderId id) {
  const auto found = m_cases.find(id);
  if (found == m_cases.end()) return;
  found->second.openQuestion.reset();
  found->second.gap = longer(found->second.gap);
  found->second.denials = found->second.proofs = 0;
}

int UnknownResolver::denials(ClientOrderId id) const {
  const auto found = m_cases.find(id);
  return found == m_cases.end() ? 0 : found->second.denials;
}

void UnknownResolver::forget(ClientOrderId id) {
  m_cases.erase(id);
  m_sendable.erase(id);
}

}  // namespace bw::execution
