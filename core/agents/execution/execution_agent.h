// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/agents/execution/order_ledger.h"
#include "core/agents/execution/price_discovery.h"
#include "core/agents/execution/protection_planner.h"
#include "core/base/thread.h"
#include "core/bus/agent.h"
#include "core/gate/gate.h"
#include "core/gate/mark_mirror.h"
#include "core/gate/order_lane.h"
#include "core/journal/records.h"
#include "core/ledger/position_ledger.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/journal.h"

namespace bw::execution {

struct ExecutionSettings {
  DiscoverySettings discovery;
  ProtectionPlanner::Settings protection;
  Duration ackTimeout = Duration::seconds(2);     ///< no answer to a placement: UNKNOWN, and asked for
  Duration cancelTimeout = Duration::seconds(2);  ///< no answer to a cancel: asked for and sent again
  Duration queryAgain = Duration::seconds(1);     ///< between two questions about an UNKNOWN order
  Duration absenceGap = Duration::seconds(1);     ///< two denials this far apart prove that an order never landed
  Duration reconcileEvery = Duration::seconds(15);
  Duration reconcileSoon = Duration::seconds(1);  ///< after a difference was seen for the first time
  Duration staleGrace = Duration::millis(500);  ///< an account answer this much newer than an order's last event counts
  Duration markGap = Duration::seconds(1);      ///< between two marks of one position
};

/// What the agent works with; everything referred to outlives it.
struct ExecutionParts {
  Instruments instruments;
  gate::Gate& gate;
  Journal& journal;
  gate::MarkMirror* marks = nullptr;    ///< written for the stop executor
  std::vector<gate::OrderLane*> lanes;  ///< one per venue account
  EmergencyStopPort* stop = nullptr;    ///< pressed on an overfill
};

/// Turns approvals into orders and venue reports into order states, fills, positions and accounts (SPEC §7). Keeps stop
/// and target at what filled, proves UNKNOWN orders, reconciles with the venue's own account.
/// Thread: its host; construct and restore() before it is started.
class ExecutionAgent final : public Agent {
 public:
  ExecutionAgent(ExecutionParts parts, ExecutionSettings settings);

  /// Rebuilds orders and positions from a journal's records, oldest first. What was live then is UNKNOWN until the
  /// venue speaks. Returns what could not be read, in words (such records are skipped). Before onStart().
  std::vector<std::string> restore(const std::vector<journal::JournalRecord>& records);

  std::string_view name() const override { return "execution"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  std::string selfTest() override;

  const OrderLedger& orders() const { return m_orders; }
  const ledger::PositionLedger& positions() const { return m_positions; }
  /// True after the first account answer of every lane was compared.
  bool reconciled() const { return m_reconciled.size() == m_parts.lanes.size(); }

 private:
  struct Market {
    BookDepthPtr depth;
    std::optional<BboUpdate> bbo;
    Timestamp markedAt;
  };
  struct Proof {  // what is known about an order that the venue must still prove
    Timestamp askedAt;
    Timestamp absentAt;
    int absences = 0;
  };

  // execution_agent.cpp: approvals, cancels, market data
  void onApproved(const RiskApproved& approved);
  void place(const RiskApproved& approved, Quantity wanted);
  std::optional<Quantity> exitQuantity(const OrderIntent& intent, std::string& reason) const;
  void drop(const OrderIntent& intent, const std::string& code, const std::string& text);
  Order orderFor(const OrderIntent& intent) const;
  void startReplace(const RiskApproved& approved);
  void continueReplace(const Order& old);
  void abandonReplace(const Order& old);
  void onCancelRequest(const CancelRequest& request);
  void cancel(const Order& order, const std::string& reason);
  void onMarket(InstrumentId instrument);
  MarketView viewOf(InstrumentId instrument) const;

  // execution_reports.cpp: what venues say
  void onReport(const OrderReport& report);
  void onForeignReport(const OrderReport& report);
  void after(const OrderChange& change);
  void applyToPositions(const Fill& fill, const Order& order);
  ledger::FillOrigin originOf(const Fill& fill, const Order& order) const;
  void publishAccount(std::string_view venue);
  PositionUpdate describe(InstrumentId instrument, PositionUpdate::Kind kind) const;
  void runProtection();
  void watchOrders();
  void ask(const Order& order);
  void event(int priority, const char* code, std::string text, std::string action = {});
  void record(RecordKind kind, const std::string& payload);
  PublishOptions correlated(const Order& order) const;

  // execution_reconcile.cpp: the venue's account against ours
  void onAccount(const AccountAnswer& answer);
  void openAccount(const AccountSnapshot& snapshot);
  void takeRecentFills(const AccountSnapshot& snapshot, bool first);
  void compareOrders(const AccountSnapshot& snapshot, std::vector<std::string>& differences);
  void comparePositions(const AccountSnapshot& snapshot, bool first, std::vector<std::string>& differences);
  void adoptForeign(const Order& order);
  void askAccounts();
  void restoreOne(const journal::JournalRecord& record, std::vector<std::string>& problems);
  gate::OrderLane* laneOf(InstrumentId instrument) const;

  const ExecutionParts m_parts;
  const ExecutionSettings m_settings;
  AgentContext* m_context = nullptr;
  OwnerThread m_owner;
  OrderLedger m_orders;
  ledger::PositionLedger m_positions;
  ProtectionPlanner m_protection;
  std::vector<Market> m_markets;
  std::map<ClientOrderId, RiskApproved> m_replacing;  // old order -> what takes its place
  std::map<ClientOrderId, Quantity> m_replaceFilled;  // filled of the old one when the replacement was asked for
  std::map<ClientOrderId, Proof> m_proofs;
  std::map<std::string, Money> m_starts;  // cash each account started with, from the journal
  std::set<std::string> m_reconciled;
  std::map<std::string, Timestamp> m_accountTimes;
  std::map<InstrumentId, Timestamp> m_suspects;  // when a difference was first seen
  bool m_hasHistory = false;
  bool m_stopped = false;
  bool m_planning = false;
  SessionState m_session = SessionState::Initializing;
  bool m_sessionKnown = false;
  TimerId m_watchTimer = 0;
  TimerId m_reconcileTimer = 0;
};

}  // namespace bw::execution
