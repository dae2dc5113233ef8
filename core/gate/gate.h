// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/domain/instrument.h"
#include "core/domain/order.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/venue.h"
#include "core/risk/approval/approval.h"

namespace bw::gate {

/// How much the gate lets through. From CancelAll up a level latches: it only rises and ends by reset() alone.
enum class Level : std::uint8_t {
  Run,        ///< all that is approved
  NoNew,      ///< reduce-only orders; ends with its causes
  CancelAll,  ///< protective stops that are put back, approved after the level rose
  Flatten,    ///< the stop executor's closes only
  Cut,        ///< nothing
};
std::string_view toString(Level level);

/// Why no new risk may be taken. Each is raised and ended on its own.
enum class NoNewCause : std::uint8_t {
  Reconciliation,
  QueueBound,
  PassiveViolation,
  ClockJump,
  GuardLost,
  Journal,
  Manual,
  ControlSilent,  ///< the orchestrator's host does not answer
  StopOffline,    ///< the stop's own path fails its self-test
  DiskSpace       ///< the journal has little room left
};
std::string_view toString(NoNewCause cause);

/// Why the gate refused an order; one per compared field.
enum class Refusal : std::uint8_t {
  None,
  NoApproval,
  Intent,
  Instrument,
  InstrumentVersion,
  Side,
  Type,
  Role,
  ReduceOnly,
  Quantity,
  Price,
  Notional,
  Leverage,
  Step,
  Request,
  Expired,
  Generation,
  Epoch,
  Consumed,
  InFlight,
  Level,
  Venue,
  NotConfirmed,
  StopSilent,
};
std::string_view toString(Refusal refusal);  ///< "gate.quantity" ...

/// The gate's word on one order. Nothing left the process unless passed().
struct Verdict {
  Refusal refusal = Refusal::None;
  std::string text;  ///< plain English, with both values
  bool passed() const { return refusal == Refusal::None; }
};

/// The only way to a venue for an order. Level, epoch and NoNew causes are one 64-bit atomic, read as the last thing.
/// Thread: all functions from any thread, without a lock.
class Gate {
 public:
  /// `clock` must outlive the gate; approvals expire by it.
  Gate(const Clock& clock, Instruments instruments);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  Level level() const noexcept { return levelOf(m_word.load(std::memory_order_seq_cst)); }
  /// Approvals carry it; every latching raise and every reset makes a new one.
  std::uint64_t epoch() const noexcept { return epochOf(m_word.load(std::memory_order_seq_cst)); }
  /// Raises to at least `level` (CancelAll, Flatten or Cut) and voids every approval given so far.
  void raise(Level level) noexcept;
  void raiseNoNew(NoNewCause cause) noexcept;
  void endNoNew(NoNewCause cause) noexcept;
  bool hasNoNew(NoNewCause cause) const noexcept;
  /// Back to Run with a new epoch, if no raise came since `seenEpoch`; false otherwise. NoNew causes stay as they are.
  /// Only the stop executor's reset calls it.
  bool reset(std::uint64_t seenEpoch) noexcept;

  /// A level for one account, venue, agent or instrument; it only rises. From any thread, without a lock. A scope that
  /// finds no room (there are 64) closes the whole gate instead.
  void raiseScope(const StopScope& scope, Level level) noexcept;
  /// Ends one. A new epoch voids what was approved meanwhile. Only a person's reset calls it.
  void endScope(const StopScope& scope) noexcept;
  /// The highest level that holds for an order of this instrument and strategy.
  Level levelFor(const Instrument& instrument, std::string_view strategy) const noexcept;
  /// From now on a placement needs a renewal of the lease that is younger than `life`: the stop thread lives. A process
  /// that was frozen and goes on finds it expired. `real` must outlive the gate.
  void requireLease(const Clock& real, Duration life) noexcept;
  void renewLease() noexcept;

  /// Approvals of other generations are refused from now on. Only rises: a quarantined host never comes back.
  void raiseGeneration(std::uint64_t generation) noexcept;
  std::uint64_t generation() const noexcept { return m_generation.load(std::memory_order_seq_cst); }

  /// Compares `request` with `order` and `order` with the approval's bounds, takes the approval, reads the level last
  /// and sends. The one function that places approved orders. Thread: `venue`'s caller.
  Verdict pass(const PlaceRequest& request, const Order& order, const RiskApproval& approval, VenueConnection& venue);
  /// The stop executor's closes: reduce-only, against `confirmed` (signed, as the venue last said), at most that much,
  /// at level Flatten only. Thread: `venue`'s caller.
  Verdict passEmergencyClose(const EmergencyAuthority& authority, const PlaceRequest& request, Quantity confirmed,
                             VenueConnection& venue);
  /// A protective stop that had to make room for a close and is put back: of at most the confirmed position, at levels
  /// CancelAll and Flatten. Thread: `venue`'s caller.
  Verdict passRestoredStop(const EmergencyAuthority& authority, const PlaceRequest& request, Quantity confirmed,
                           VenueConnection& venue);

  /// An order that was sent and of which no word has come back.
  struct InFlight {
    ClientOrderId clientId;
    InstrumentId instrument;
  };
  /// A venue's first report about the order was seen. Unknown does not settle an order.
  void settle(ClientOrderId clientId) noexcept;
  /// Orders sent and not settled.
  std::vector<InFlight> inFlight() const;
  /// How many callers are between the level check and the end of the venue's place() at this moment.
  int placing() const noexcept { return m_placing.load(std::memory_order_seq_cst); }
  std::uint64_t passedCount() const noexcept { return m_passed.load(std::memory_order_relaxed); }
  std::uint64_t refusedCount() const noexcept { return m_refused.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kProbes = 128;
  struct Slot {
    std::atomic<std::uint32_t> state{0};  // 0 free, 1 being written, 2 used
    std::atomic<std::uint64_t> high{0};
    std::atomic<std::uint64_t> low{0};
    std::atomic<std::uint32_t> instrument{0};
  };

  struct ScopeSlot {
    std::atomic<std::uint64_t> key{0};  // 0 free
    std::atomic<std::uint8_t> level{0};
  };
  static constexpr std::size_t kScopes = 64;

  static Level levelOf(std::uint64_t word) noexcept;
  Level scopedLevel(const Instrument& instrument, std::string_view strategy) const noexcept;
  bool leaseHolds() const noexcept;
  Verdict compareEmergency(const PlaceRequest& request, Quantity confirmed, const VenueConnection& venue) const;
  static std::uint64_t epochOf(std::uint64_t word) noexcept { return word >> 24; }
  Verdict compare(const Order& order, const ApprovalBounds& bounds) const;
  Verdict compareMoney(const Order& order, const ApprovalBounds& bounds, const Instrument& instrument) const;
  Verdict checkSteps(const PlaceRequest& request, const Instrument& instrument) const;
  Verdict refuse(Refusal refusal, std::string text);
  bool remember(const PlaceRequest& request) noexcept;

  const Clock& m_clock;
  const Instruments m_instruments;
  std::atomic<std::uint64_t> m_word;  // epoch 40 bits, NoNew causes 16 bits, latched level 8 bits
  std::atomic<std::uint64_t> m_generation{0};
  std::atomic<int> m_placing{0};
  std::atomic<std::uint64_t> m_passed{0};
  std::atomic<std::uint64_t> m_refused{0};
  std::array<Slot, kSlots> m_slots;
  std::array<ScopeSlot, kScopes> m_scopes;
  std::atomic<bool> m_hasScopes{false};
  std::atomic<const Clock*> m_leaseClock{nullptr};
  std::atomic<std::int64_t> m_leaseLife{0};
  std::atomic<std::int64_t> m_leaseUntil{0};
};

/// What is sent for an order: the same fields, none added.
PlaceRequest requestFor(const Order& order);

}  // namespace bw::gate
