// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/ports/journal.h"

namespace bw::sim {

/// A journal whose disk takes its time: what requestSync() asks for is written when pump() is called at or after its
/// due time, so that a crash may come before it. Thread: one.
class SlowJournal final : public Journal {
 public:
  using Appended = std::function<void(RecordKind kind, std::uint64_t sequence, std::string_view payload)>;

  /// `inner` writes inside sync(). Both must outlive it.
  SlowJournal(Journal& inner, const Clock& clock, Rng rng, Appended appended);

  Result<std::uint64_t> append(RecordKind kind, std::string_view payload) override;
  Result<void> sync(std::uint64_t sequence) override { return m_inner.sync(sequence); }
  std::uint64_t durableSequence() const override { return m_inner.durableSequence(); }
  bool failed() const override { return m_inner.failed(); }
  void requestSync(std::uint64_t sequence, std::function<void()> done) override;

  /// When the next write is done; the far future if none is under way.
  MonoTime nextTime() const { return m_waiting.empty() ? MonoTime{INT64_MAX} : m_waiting.front().due; }
  /// Completes one write that is due; false if none is.
  bool pump();

 private:
  struct Waiting {
    MonoTime due;
    std::uint64_t sequence = 0;
    std::function<void()> done;
  };
  Journal& m_inner;
  const Clock& m_clock;
  Rng m_rng;
  const Appended m_appended;
  std::deque<Waiting> m_waiting;
};

}  // namespace bw::sim
