// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulate/slow_journal.h"

#include <algorithm>

namespace bw::sim {

SlowJournal::SlowJournal(Journal& inner, const Clock& clock, Rng rng, Appended appended)
    : m_inner(inner), m_clock(clock), m_rng(rng), m_appended(std::move(appended)) {}

Result<std::uint64_t> SlowJournal::append(RecordKind kind, std::string_view payload) {
  auto sequence = m_inner.append(kind, payload);
  if (sequence && m_appended) m_appended(kind, *sequence, payload);
  return sequence;
}

void SlowJournal::requestSync(std::uint64_t sequence, std::function<void()> done) {
  MonoTime due = m_clock.mono() + Duration{m_rng.between(100'000, 1'500'000)};
  if (!m_waiting.empty()) due = std::max(due, m_waiting.back().due);
  m_waiting.push_back({due, sequence, std::move(done)});
}

bool SlowJournal::pump() {
  if (nextTime() > m_clock.mono()) return false;
  const Waiting ready = std::move(m_waiting.front());
  m_waiting.pop_front();
  static_cast<void>(m_inner.sync(ready.sequence));
  ready.done();
  return true;
}

}  // namespace bw::sim
