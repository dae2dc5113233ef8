// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/domain/account.h"
#include "core/domain/messages/system.h"
#include "core/gate/gate.h"
#include "core/gate/mark_mirror.h"
#include "core/ports/venue.h"

namespace bw::gate {

/// How the stop cancels and closes.
struct StopPolicy {
  Duration pollGap = Duration::millis(20);       ///< between two readings of an account while at work
  Duration verifyGap = Duration::seconds(1);     ///< between the two snapshots that prove the end
  Duration cancelGrace = Duration::seconds(2);   ///< closing starts then even if a cancel is not proven
  Duration retryCancel = Duration::millis(500);  ///< a cancel without effect is sent again
  Duration attentionAfter = Duration::seconds(5);
  Duration firstAnswer = Duration::seconds(3);  ///< ATTENTION already then if a venue has not answered at all
  Duration watchGap = Duration::seconds(5);     ///< between readings once stopped: late landings are found
  Ratio collar = Ratio::percent(Decimal(1, 0));
  Ratio collarStep = Ratio::percent(Decimal(5, 1));
  Duration collarEvery = Duration::seconds(5);
  Ratio collarMax = Ratio::percent(Decimal(5, 0));
  Duration closeAccept =
      Duration::seconds(2);                  ///< a stop that made room is put back if its close is not accepted by then
  Duration listLife = Duration::seconds(3);  ///< so long the list of the last self-test serves for the first cancels
  std::size_t mostQueries = 256;             ///< orders asked for singly in one round
};

/// What an account has to do.
struct StopWork {
  std::uint64_t stopNumber = 0;
  Level level = Level::Flatten;    ///< CancelAll, Flatten or Cut
  bool resumed = false;            ///< an earlier process may have sent closes of this stop already
  std::vector<InstrumentId> only;  ///< empty: the whole account
};

/// How much of each spot holding our own fills bought: all that the stop may sell there. Written by execution (lots),
/// read without a lock. Thread: any.
using OwnedMirror = MarkMirror;

/// The client id of slice `slice` (from 1) that closes `instrument` in stop `stopNumber`: a version-8 UUID from
/// SHA-256, the same whoever computes it, so that recovery can ask the venue for it.
ClientOrderId closeId(std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t slice);
/// Likewise of the `count`-th protective stop that is put back.
ClientOrderId restoredStopId(std::uint64_t stopNumber, const Instrument& instrument, std::uint32_t count);

/// The stop's work at one venue account: cancels what can add risk, closes positions slice by slice, keeps protective
/// stops until the close is confirmed, believes only the venue's own account. Thread: the stop's caller only.
class StopAccount {
 public:
  using StepSink = std::function<void(const std::string& step, const std::string& symbol, const std::string& result,
                                      Duration latency)>;
  struct Counts {
    int ordersTotal = 0;
    int ordersCancelled = 0;
    int ordersUnknown = 0;
    int positionsTotal = 0;
    int positionsFlat = 0;
    int stopsKept = 0;  ///< protective stops of what could not be closed, or is not to be
  };
  struct Shared {
    Gate& gate;
    const EmergencyAuthority& authority;
    const Clock& clock;
    const InstrumentTable& instruments;
    const MarkMirror* marks;  ///< may be null: then the position's average price is the reference
    StopPolicy policy;
    const OwnedMirror* owned = nullptr;  ///< null: of spot holdings nothing is ours to sell
  };

  /// Connects to `venue`; `outer` hears all that the connection hears, and outlives this.
  StopAccount(Shared shared, Venue& venue, VenueListener& outer, StepSink sink);
  ~StopAccount();

  /// Starts work for a stop.
  void begin(const StopWork& work);
  /// Goes on at `level` if that is higher, with these instruments too; none: with the whole account.
  void widen(Level level, const std::vector<InstrumentId>& more);
  /// The venue has answered since the stop began.
  bool answered() const { return m_answered; }
  /// One round if it is due. Returns when the next one is.
  MonoTime step();
  /// Reads the account once: true if it shows no order and no position. For the reset.
  bool confirmClean();
  /// No order and no position, twice, far enough apart, both after the last thing we did.
  bool done() const { return m_done; }
  bool cancelsSent() const { return m_firstCancel.has_value() || m_rounds > 0; }
  Counts counts() const;
  /// What is left, in words; empty when done.
  std::string residual() const;
  std::optional<MonoTime> firstCancel() const { return m_firstCancel; }
  std::optional<MonoTime> lastCancel() const { return m_lastCancel; }
  std::string venue() const { return std::string(m_connection->venue()); }
  Level level() const { return m_work.level; }
  /// Whether a stop could work here now: see VenueConnection::probe.
  Result<void> probe();
  /// Holdings that stay because our fills did not buy them, in words.
  std::vector<std::string> kept() const;

 private:
  /// Notes what the venue proves in passing. Thread: any.
  class Tap;
  struct Known {
    InstrumentId instrument;
    bool confirmed = false;
    bool listed = false;
    bool protective = false;
    bool makesRoom = false;  ///< a protective stop whose quantity the close needs
    Order order;             ///< as last listed
    int absences = 0;
    std::optional<MonoTime> lastAbsence;
    std::optional<MonoTime> cancelledAt;
    std::string outcome;
  };
  struct Close {
    std::uint32_t slice = 0;
    std::optional<ClientOrderId> outstanding;
    MonoTime sentAt;
    MonoTime startedAt;
    MonoTime notBefore;
    int absences = 0;
    std::optional<MonoTime> lastAbsence;
    Quantity remaining;
    bool flat = false;
    int failures = 0;
    std::string problem;
    Quantity sold;                  ///< by our slices of this stop
    std::optional<Quantity> ours;   ///< spot: what our fills had bought when the stop began
    std::optional<Order> madeRoom;  ///< the stop that was taken away for this close
    MonoTime roomSince;
    std::optional<ClientOrderId> restored;  ///< the stop that was put back
    std::uint32_t restores = 0;
    bool accepted = false;  ///< some slice filled since room was made
  };

  void cancelFromLastList(MonoTime now);
  bool inScope(InstrumentId id) const {
    return m_work.only.empty() || std::find(m_work.only.begin(), m_work.only.end(), id) != m_work.only.end();
  }
  Quantity closable(const Position& position, const Close& close) const;
  std::optional<Timestamp> closedUntil(InstrumentId id) const;
  void blindCancel();
  void bulkDespiteStops(MonoTime now);
  bool exchangeStop(const Position& position, Close& close, MonoTime now);
  void putStopBack(const Position& position, Close& close, MonoTime now);
  std::vector<const Position*> byRisk() const;
  bool closesAllowed(MonoTime now) const;
  bool readAccount(MonoTime now);
  void notePositions(MonoTime now);
  void noteOrders();
  void cancelRisk(MonoTime now);
  void proveMissing(MonoTime now);
  void closePositions(MonoTime now);
  void closeOne(const Position& position, Close& close, MonoTime now);
  void settleSlice(const Instrument& instrument, Close& close, MonoTime now);
  void sendSlice(const Position& position, Close& close, MonoTime now);
  std::optional<Price> collarPrice(const Position& position, const Instrument& instrument, Side side,
                                   Duration elapsed) const;
  void resumeSlices(const Instrument& instrument, Close& close);
  bool isOwnClose(ClientOrderId id) const;
  bool clean() const;
  void cancelThese(const std::vector<ClientOrderId>& ids, MonoTime now);
  bool absentTwice(int& absences, std::optional<MonoTime>& last, MonoTime now) const;
  bool cancelsProven() const;

  Shared m_shared;
  std::unique_ptr<Tap> m_tap;
  std::unique_ptr<VenueConnection> m_connection;
  StepSink m_sink;

  StopWork m_work;
  bool m_done = true;
  bool m_holds = false;  ///< the last reading succeeded
  std::uint64_t m_rounds = 0;
  MonoTime m_startedAt;
  MonoTime m_nextAt;
  Duration m_backoff;
  std::optional<MonoTime> m_firstCancel;
  std::optional<MonoTime> m_lastCancel;
  MonoTime m_lastAction;
  std::optional<MonoTime> m_cleanSince;
  std::optional<MonoTime> m_bulkAt;
  bool m_answered = false;
  bool m_unprotected = false;                ///< protective stops went with a bulk cancel
  std::optional<InstrumentId> m_exchanging;  ///< the one position whose stop makes room now
  AccountSnapshot m_snapshot;
  std::optional<AccountSnapshot> m_lastList;  ///< of the last self-test
  MonoTime m_listedAt;
  Timestamp m_venueTime;
  std::string m_problem;
  std::map<ClientOrderId, Known> m_known;
  std::map<InstrumentId, Close> m_closes;
};

}  // namespace bw::gate
