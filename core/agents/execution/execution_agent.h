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
#include "core/agents/execution/reject_watch.h"
#include "core/agents/execution/unknown_resolver.h"
#include "core/base/thread.h"
#include "core/bus/agent.h"
#include "core/gate/gate.h"
#include "core/gate/mark_mirror.h"
#include "core/gate/order_lane.h"
#include "core/journal/records.h"
#include "core/ledger/position_ledger.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/journal.h"
#include "core/reconcile/account_compare.h"
#include "core/reconcile/inbox.h"

namespace bw {
struct LimitCommand;
}

namespace bw::execution {

struct ExecutionSettings {
  DiscoverySettings discovery;
  ProtectionPlanner::Settings protection;
  Duration ackTimeout = Duration::seconds(2);           ///< no answer to a placement: UNKNOWN, and asked for
  Duration cancelTimeout = Duration::seconds(2);        ///< no answer to a cancel: asked for and sent again
  Duration reconcileEvery = Duration::seconds(15);      ///< a difference is found within; polled that much more often
  Duration markGap = Duration::seconds(1);              ///< between two marks of one position
  Duration unknownItemAfter = Duration::seconds(10);    ///< an order UNKNOWN for that long is shown in the inbox
  Duration unknownCancelAfter = Duration::seconds(30);  ///< and for that long cancels what can add risk
  Duration lateSending = Duration::seconds(5);  ///< an approval given before a restart can be used for that long
  UnknownResolver::Settings unknown;
  RejectWatch::Settings rejects;
  reconcile::AccountComparer::Settings compare;
  reconcile::Inbox::Settings inbox;
};

/// What the agent works with; everything referred to outlives it.
struct ExecutionParts {
  Instruments instruments;
  gate::Gate& gate;
  Journal& journal;
  gate::MarkMirror* marks = nullptr;    ///< written for the stop executor
  std::vector<gate::OrderLane*> lanes;  ///< one per venue account
  EmergencyStopPort* stop = nullptr;    ///< pressed on an overfill; CancelAll on what stays unproven
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
  const reconcile::Inbox& inbox() const { return m_inbox; }
  /// True after the first account answer of every lane was compared.
  bool reconciled() const { return m_reconciled.size() == m_parts.lanes.size(); }

 private:
  static constexpr int kDenialsToAccept = 2;  // of an UNKNOWN order, before a person may accept that it never landed
  struct Market {
    BookDepthPtr depth;
    std::optional<BboUpdate> bbo;
    Timestamp markedAt;
  };
  /// What is known of one venue account.
  struct Account {
    Timestamp newest;         ///< venue time of the newest answer
    Timestamp since;          ///< venue time at which our books of it begin; what is older is in the opening figures
    bool unanswered = false;  ///< the last question went without an answer: no new risk
    bool staleTold = false;
    int retries = 0;
    std::map<InstrumentId, Position> positions;  ///< as the venue last said
  };

  // execution_agent.cpp: approvals, cancels, market data
  void tellRestored();
  void onApproved(const RiskApproved& approved);
  void place(const RiskApproved& approved, Quantity wanted);
  std::optional<Quantity> exitQuantity(const OrderIntent& intent, std::string& reason) const;
  std::string entryProblem(const OrderIntent& intent, std::string& code);
  /// The venue has neither reduce-only nor OCO: two resting exits could both fill.
  bool exitsExclude(InstrumentId instrument) const;
  bool hasLiveExit(InstrumentId instrument) const;
  bool hasLiveChild(InstrumentId instrument) const;
  void placeWaitingExit(InstrumentId instrument);
  void endLateExits();
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
  bool isProof(const OrderReport& report, const Order& order);
  void onForeignReport(const OrderReport& report);
  void bookForeign(const Fill& fill);
  void after(const OrderChange& change);
  void applyToPositions(const Fill& fill, const Order& order);
  void publishPosition(InstrumentId instrument, const ledger::BookChange& change, const PublishOptions& options);
  ledger::FillOrigin originOf(const Fill& fill, const Order& order) const;
  void publishAccount(std::string_view venue);
  PositionUpdate describe(InstrumentId instrument, PositionUpdate::Kind kind) const;
  void snapshotPosition(const PositionUpdate& update);
  void takeLimits(const LimitCommand& command);
  void runProtection();
  void watchOrders();
  void watchRejects(const Order& order, Timestamp now);
  void watchUnknown(const Order& order, Timestamp now);
  void ask(const Order& order);
  void event(int priority, const char* code, std::string text, std::string action = {});
  void record(RecordKind kind, const std::string& payload);
  PublishOptions correlated(const Order& order) const;

  // execution_reconcile.cpp: the venue's account against ours
  void onAccount(const AccountAnswer& answer);
  void openAccount(const AccountSnapshot& snapshot);
  void takeRecent(const AccountSnapshot& snapshot, const Account& account);
  void takeListed(const AccountSnapshot& snapshot, const reconcile::Comparison& found);
  void adoptForeign(const Order& order);
  void adoptEarlier(const std::vector<Position>& positions);
  void cancelAtVenue(const Order& order, const std::string& reason);
  void askAccounts();
  void askSoon(Duration after);
  gate::OrderLane* laneOf(InstrumentId instrument) const;
  const std::string& venueOf(InstrumentId instrument) const { return m_parts.instruments->get(instrument).venue; }

  // execution_inbox.cpp: differences and a person's answers to them
  void found(const reconcile::Finding& finding);
  void tell(const ReconciliationItem& item);
  void settle(const reconcile::Subject& subject);
  void onAnswer(const ReconciliationAnswer& answer, const Uuid& messageId);
  std::string cannot(const ReconciliationItem& item, ReconciliationAction action) const;
  void perform(const ReconciliationItem& item);
  void adoptPosition(const ReconciliationItem& item);
  void closeExternal(InstrumentId instrument);
  void escalate();
  void cancelEverything(const std::string& venue, const std::string& cause);
  void lockGate(const ReconciliationItem& item);

  // execution_restore.cpp
  void restoreOne(const journal::JournalRecord& record, std::vector<std::string>& problems);
  void restoreFill(const Fill& fill);

  const ExecutionParts m_parts;
  const ExecutionSettings m_settings;
  DiscoverySettings m_discovery;  // by the limits now in force
  AgentContext* m_context = nullptr;
  OwnerThread m_owner;
  OrderLedger m_orders;
  ledger::PositionLedger m_positions;
  ProtectionPlanner m_protection;
  UnknownResolver m_unknown;
  RejectWatch m_rejects;
  reconcile::AccountComparer m_comparer;
  reconcile::Inbox m_inbox;
  std::vector<Market> m_markets;
  std::map<ClientOrderId, RiskApproved> m_replacing;    // old order -> what takes its place
  std::map<ClientOrderId, Quantity> m_replaceFilled;    // filled of the old one when the replacement was asked for
  std::map<InstrumentId, RiskApproved> m_waitingExits;  // until stop and target have made room
  std::map<ClientOrderId, Timestamp> m_unknownSince;
  std::map<std::string, Account, std::less<>> m_accounts;
  std::set<std::string> m_reconciled;
  std::set<std::string> m_lockedScopes;  // instruments and venues that the gate holds closed for us
  bool m_hasHistory = false;
  bool m_stopped = false;
  bool m_planning = false;
  SessionState m_session = SessionState::Initializing;
  bool m_sessionKnown = false;
  TimerId m_watchTimer = 0;
  TimerId m_reconcileTimer = 0;
  Timestamp m_reconcileAt;
};

}  // namespace bw::execution
