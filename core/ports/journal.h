// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw {

/// What a journal record holds. Numbers are on disk: append only, never re-used.
enum class RecordKind : std::uint16_t {
  SessionStart = 1,
  OrderIntentApproved = 2,  ///< durable before the order's bytes leave
  OrderUpdated = 3,
  FillApplied = 4,
  CancelSent = 5,
  StateChange = 6,
  StopRaised = 7,
  StopReset = 8,
  LimitChange = 9,
  RiskCounters = 10,
  VenueAccount = 11,  ///< used by in-process venues for their own file
  Decision = 12,
  Reconciliation = 13,    ///< an inbox item after a change of it
  PositionSnapshot = 14,  ///< a position after a change, or marked (at most once a second)
  Funding = 15,           ///< a funding payment, once by the venue's id
  Transfer = 16,          ///< cash moved in or out of a venue account
  PositionAdopted = 17,   ///< a difference taken over from the venue without a fill
  ProgramStart = 18,      ///< who started what, in words
  Alarm = 19,             ///< an alarm raised, worse or acknowledged, or a finding of the sentinel, in words
};

/// Append-only record of everything that matters. Thread: append() and sync() from any thread.
class Journal {
 public:
  virtual ~Journal() = default;
  /// Queues a record and returns its sequence number (from 1). Error: the journal can take no more (disk); then no
  /// order leaves.
  virtual Result<std::uint64_t> append(RecordKind kind, std::string_view payload) = 0;
  /// Blocks until that record is on disk. Error: it is not, and never will be.
  virtual Result<void> sync(std::uint64_t sequence) = 0;
  virtual std::uint64_t durableSequence() const = 0;
  /// True once a write failed: nothing will become durable any more.
  virtual bool failed() const { return false; }
  /// Asks for that record to be made durable and returns. `done` is called once, from any thread or inside this call,
  /// when it is durable or never will be; sync() then says which without waiting.
  // Overrides keep `done`. NOLINTNEXTLINE(performance-unnecessary-value-param)
  virtual void requestSync(std::uint64_t sequence, std::function<void()> done) {
    static_cast<void>(sync(sequence));
    done();
  }
};

}  // namespace bw
