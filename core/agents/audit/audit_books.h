// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/domain/messages/execution.h"
#include "core/domain/messages/market_data.h"
#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/risk.h"
#include "core/domain/messages/system.h"
#include "core/risk/approval/approval.h"

namespace bw::agents {

/// What the audit holds the session to (SPEC 9.1; the values of config/risk.yaml).
struct AuditLimits {
  int maxOpenPositions = 5;
  int maxConsecutiveLosses = 5;
  Ratio maxDailyDrawdown = Ratio::percent(Decimal(5, 0));
  Ratio maxExposure = Ratio::fraction(Decimal(3, 0));  ///< Σ |notional| / equity
  Duration streamSilence = Duration::seconds(60);
  Duration heartbeatAge = Duration::seconds(5);
  /// A difference between messages of different topics must last this long before it counts: they may overtake one
  /// another.
  Duration settle = Duration::seconds(2);
  bool credentialsValid = true;  ///< true in modes without credentials
  bool keyCanWithdraw = false;
};

/// The invariants, in the order of the status.
enum class Invariant : std::uint8_t {
  Approved,
  WithinApproval,
  FillsWithinOrder,
  Transitions,
  FillsSumToPosition,
  OpenPositions,
  Drawdown,
  Losses,
  FreeMargin,
  Exposure,
  Streams,
  Heartbeats,
  Credentials,
  Count
};
constexpr std::size_t kInvariantCount = static_cast<std::size_t>(Invariant::Count);
std::string_view toString(Invariant invariant);

/// One broken invariant.
struct Violation {
  Invariant invariant = Invariant::Approved;
  bool stop = false;  ///< calls for the emergency stop; else reduce-only and an alarm
  std::string text;
};

/// The audit's own view of orders, fills, positions and account, apart from the ledger of execution, and the invariants
/// checked against it. Pure: times come in. Thread: owner only.
class AuditBooks {
 public:
  /// What happened before `startedAt` is taken as it is stated.
  AuditBooks(Instruments instruments, AuditLimits limits, Timestamp startedAt);

  /// `sequence`: of the message, in order of publication on the bus.
  void onApproved(const RiskApproved& approved, std::uint64_t sequence);
  void onOrder(const OrderUpdate& update, bool placedTopic, std::uint64_t sequence, Timestamp now);
  void onFill(const OrderFilled& filled, std::uint64_t sequence, Timestamp now);
  void onPosition(const PositionUpdate& update, std::uint64_t sequence);
  void onAccount(const AccountUpdate& account);
  /// Live market data of an instrument.
  void onData(InstrumentId instrument, Timestamp now);
  void onFeed(const FeedStatus& feed);
  void onHealth(const AgentHealth& health);
  void setLimits(AuditLimits limits) { m_limits = std::move(limits); }

  /// Checks everything; returns what is newly broken since the last cycle, or has grown from an alarm into a stop.
  std::vector<Violation> cycle(Timestamp now);
  /// One row per invariant, as of the last cycle.
  std::vector<AuditStatus::Check> checks() const;
  /// True while any invariant does not hold, as of the last cycle.
  bool anyBroken() const {
    return std::any_of(m_states.begin(), m_states.end(), [](const State& state) { return state.broken; });
  }
  std::uint64_t violations() const { return m_violations; }
  Quantity netOfFills(InstrumentId instrument) const;

 private:
  struct Approval {
    ApprovalBounds bounds;
    std::uint64_t sequence = 0;
  };
  struct Book {
    Order order;
    std::uint64_t sequence = 0;
    Timestamp firstSeen;
    Quantity filled;
    bool stated = false;   ///< a state came by order.updated
    bool checked = false;  ///< it is of this run, so its approval was or is being looked for
    bool proven = true;    ///< false while its approval is being looked for
  };
  struct Holding {
    Quantity net;     ///< of fills, and of what was there before the start
    Quantity stated;  ///< as execution states it
    Price mark;
    bool heard = false;  ///< a word on the position came
    std::uint64_t statedSequence = 0;
    std::uint64_t adoptedSequence = 0;  ///< fills published before it are in the position that was taken over
    std::vector<std::pair<std::uint64_t, Quantity>> early;  ///< fills heard before the first word on the position
    std::optional<Timestamp> differsSince;
    std::optional<Timestamp> lastData;
    std::optional<Timestamp> neededSince;
  };
  struct State {
    bool broken = false;
    bool stop = false;
    std::string text;
    std::optional<Decimal> figure;  ///< of a passive violation when it began
  };
  /// What the accounts of one currency add up to.
  struct Purse {
    Money equity;
    Money highWater;
    std::int64_t riskDay = 0;
  };
  Book& bookOf(const Order& order, std::uint64_t sequence, Timestamp now);
  void adopt(Holding& holding, Quantity stated, std::uint64_t sequence);
  void checkDrawdown();
  bool feedEnded(const std::string& venue) const;
  bool needsApproval(const Order& order) const;
  void prove(Book& book, Timestamp now);
  void checkBounds(const Book& book, const ApprovalBounds& bounds);
  void raise(Invariant invariant, std::string text);
  void report(Invariant invariant, bool stop, const std::string& text);
  void settle(Invariant invariant, bool broken, bool stop, const std::string& text);
  void settlePassive(Invariant invariant, bool broken, Decimal figure, const std::string& text);
  void checkOrders(Timestamp now);
  void checkPositions(Timestamp now);
  void checkAccount();
  void checkExposure();
  void checkStreams(Timestamp now);
  void checkAgents();
  std::string nameOf(InstrumentId instrument) const;

  Instruments m_instruments;
  AuditLimits m_limits;
  Timestamp m_startedAt;
  std::unordered_map<Uuid, Approval> m_approvals;
  std::deque<Uuid> m_approvalAges;
  std::map<ClientOrderId, Book> m_orders;
  std::deque<ClientOrderId> m_over;              ///< orders that ended, oldest first
  std::map<ClientOrderId, InstrumentId> m_live;  ///< orders that are not over
  std::set<ClientOrderId> m_unproven;
  std::set<std::string> m_fillsSeen;
  std::map<InstrumentId, Holding> m_holdings;
  std::map<std::string, AgentHealth> m_agents;
  std::map<std::string, bool> m_feedEnded;
  std::map<std::string, AccountUpdate> m_accounts;  ///< by venue
  std::map<Currency, Purse> m_purses;
  int m_losses = 0;
  std::array<State, kInvariantCount> m_states;
  std::vector<Violation> m_fresh;
  std::uint64_t m_violations = 0;
};

}  // namespace bw::agents
