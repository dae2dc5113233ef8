// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/domain/messages/execution.h"
#include "core/gate/gate.h"
#include "core/ports/journal.h"
#include "core/ports/venue.h"

namespace bw::gate {

/// Send this order; its journal record is made durable first.
struct PlaceCommand {
  Order order;
  std::shared_ptr<const RiskApproval> approval;
};
/// Withdraw an order. Overtakes every placement and never waits for the disk.
struct CancelCommand {
  ClientOrderId clientId;
  InstrumentId instrument;
};
/// Ask for the whole account; the answer comes as an AccountAnswer.
struct QueryAccountCommand {};
/// Ask for one order; the answer comes as a report (Accepted, Rejected, Cancelled, Expired, Absent; Unknown: no
/// answer), preceded by an AccountAnswer with its fills if any of it filled.
struct QueryOrderCommand {
  ClientOrderId clientId;
  InstrumentId instrument;
};
using LaneCommand = std::variant<PlaceCommand, CancelCommand, QueryAccountCommand, QueryOrderCommand>;

/// The sending end of one venue account: commands in order, cancels first, placements only behind their durable journal
/// record and through the gate. An order that did not leave is reported as Absent with the reason.
/// Thread: submit() from any thread; start()/stop(), or pump(), by the owner.
class OrderLane {
 public:
  struct Outputs {
    std::function<void(const OrderReport&)> report;  ///< from the lane's or the venue's threads
    std::function<void(const AccountAnswer&)> account;
  };
  /// How many requests may leave in any one second of `clock`; 0 = no limit. The last `cancelReserve` of them are for
  /// cancels and queries alone: a placement that finds only the reserve is not sent.
  struct Budget {
    int requestsPerSecond = 0;
    int cancelReserve = 0;
    /// Most orders that may rest at once, by how fast they can be cancelled (openOrderCap); 0 = no limit of the lane's.
    std::size_t openOrders = 0;
  };
  struct Stats {
    std::uint64_t placed = 0;
    std::uint64_t refused = 0;
    std::uint64_t purged = 0;
    std::uint64_t cancels = 0;
    std::uint64_t queries = 0;
  };

  /// Everything referred to must outlive the lane. Connects to the venue at once.
  OrderLane(Gate& gate, Journal& journal, const Clock& clock, Instruments instruments, Venue& venue, Outputs outputs,
            Budget budget);
  OrderLane(Gate& gate, Journal& journal, const Clock& clock, Instruments instruments, Venue& venue, Outputs outputs);
  ~OrderLane();
  OrderLane(const OrderLane&) = delete;
  OrderLane& operator=(const OrderLane&) = delete;

  void submit(LaneCommand command);
  /// Runs the lane on a thread of its own until stop(). Not together with pump().
  void start();
  /// Ends the thread; placements still queued are reported as not sent.
  void stop();
  /// Does what can be done now; false if there was nothing. Waits for no disk but an inline journal's.
  bool pump();
  /// Called when there is something to pump, from any thread; must be quick.
  void setWake(std::function<void()> wake);
  Stats stats() const;
  std::size_t queued() const;
  std::string_view venue() const { return m_connection->venue(); }
  VenueCapabilities capabilities() const { return m_connection->capabilities(); }

 private:
  /// Shared with callbacks that may outlive the lane.
  struct Signal {
    Mutex mutex;
    Condition changed;
    bool pending BW_GUARDED_BY(mutex) = false;
    bool stopping BW_GUARDED_BY(mutex) = false;
    std::function<void()> wake BW_GUARDED_BY(mutex);
    void raise();
  };
  struct Waiting {
    PlaceCommand command;
    std::uint64_t record = 0;  ///< journal sequence; 0 = not written yet
  };
  class Listener;

  void run();
  void journalNew();
  bool sendUrgent();
  /// Takes a placement back that has not left yet; false if there is none.
  bool withdraw(ClientOrderId clientId);
  bool sendPlacement();
  void purge();
  void place(Waiting& waiting);
  void query(const QueryOrderCommand& command);
  void queryAccount();
  void reportAbsent(const Order& order, const std::string& reason);
  bool hasBudget(bool placement);
  bool hasRoom(const Order& order);
  void countRefused();

  Gate& m_gate;
  Journal& m_journal;
  const Clock& m_clock;
  const Instruments m_instruments;
  const Outputs m_outputs;
  const Budget m_budget;
  const std::unique_ptr<Listener> m_listener;
  const std::unique_ptr<VenueConnection> m_connection;
  const std::shared_ptr<Signal> m_signal;

  mutable Mutex m_mutex;
  std::deque<LaneCommand> m_urgent BW_GUARDED_BY(m_mutex);
  std::deque<Waiting> m_placements BW_GUARDED_BY(m_mutex);
  Stats m_stats BW_GUARDED_BY(m_mutex);
  std::map<ClientOrderId, Quantity> m_resting BW_GUARDED_BY(m_mutex);  // what is left of each; with a cap only

  std::deque<Timestamp> m_sent;  // lane's caller only
  Thread m_thread;
};

}  // namespace bw::gate
