// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/domain/messages/market_data.h"
#include "core/domain/messages/risk.h"
#include "core/risk/approval_authority.h"
#include "core/risk/check_list.h"

namespace bw::risk {

/// The answer to one intent.
struct Verdict {
  bool approved = false;
  std::shared_ptr<const RiskApproval> approval;  ///< null for a refusal and for a preview
  std::string reason;                            ///< key of the first failing check; empty if approved
  std::string text;                              ///< the same in words
  std::vector<CheckResult> checks;               ///< all of them, in order
  bool reduces = false;                          ///< provably adds no risk
};

/// The gatekeeper's judgement: state in, verdicts out, nothing else. All checks run on every intent; approval reserves
/// its exposure before the function returns, so that two intents can never pass a limit together. Thread: owner only.
class RiskEngine {
 public:
  /// `authority` outlives the engine.
  RiskEngine(Instruments instruments, RiskLimits limits, const ApprovalAuthority& authority);

  const RiskLimits& limits() const { return m_limits; }
  /// In force for the next verdict; see voidApprovals() for those already given.
  void setLimits(RiskLimits limits);

  void onSession(SessionState state) { m_state.session = state; }
  void onBbo(const BboUpdate& bbo);
  void onBook(const BookDepth& depth);
  /// ATR(14, 1 h) ÷ price, from the indicators, rounded up by the caller.
  void onVolatility(InstrumentId instrument, Ratio volatility);
  /// ATR(14) of the signals' time-frame.
  void onAtr(InstrumentId instrument, Price atr);
  void onMoveSigma(InstrumentId instrument, const Decimal& sigma);
  void onCorrelation(InstrumentId a, InstrumentId b, Ratio correlation);
  /// Funding that the next interval is expected to cost (> 0: longs pay), as a share of the notional.
  void onExpectedFunding(InstrumentId instrument, Ratio funding);
  /// Account currency per unit of `currency`.
  void onRate(Currency currency, const Decimal& rate, Timestamp now);
  void onAccount(const AccountUpdate& account, Timestamp now);
  /// A transfer in (> 0) or out, in account currency: moves the highest equities along.
  void onTransfer(Money amount);
  /// `sequence`: of the message. Statements come on several topics, so an older one may be heard late: it changes
  /// nothing but the counts of ended trips. 0: heard in order.
  void onPosition(const PositionUpdate& update, Timestamp now, std::uint64_t sequence = 0);
  void onOrder(const Order& order);
  /// A fill, counted once by venue and trade id.
  void onFill(const OrderFilled& filled, Timestamp now);
  /// A cancel was sent: counts towards the message rate, is never held back.
  void onCancel(Timestamp now);
  /// Releases approvals that became no order, rolls the risk day. Call it with every message or timer.
  void tick(Timestamp now);

  /// Judges and, if it approves, reserves. `epoch` is the gate's, `generation` the trading host's.
  Verdict evaluate(const OrderIntent& intent, Timestamp now, std::uint64_t epoch, std::uint64_t generation);
  /// The same judgement without reservation, approval or counters: for the order ticket.
  Verdict preview(const OrderIntent& intent, Timestamp now) const;

  std::vector<LimitGauge> gauges(Timestamp now) const;
  /// The gauges as they would stand with this intent filled.
  std::vector<LimitGauge> gaugesWith(const OrderIntent& intent, Timestamp now) const;
  /// gauges(), counters and what is in breach, ready to publish.
  RiskStatus status(Timestamp now) const;
  /// A drawdown or loss limit that is reached.
  struct Breach {
    std::string key;
    Decimal used;
    std::string text;  ///< "MAX_DAILY_DRAWDOWN: 5.1 % of 5 %"
  };
  /// What is reached now; what raises the emergency stop, unless a person has tightened the limit below it.
  std::vector<Breach> breaches(Timestamp now) const;

  const RiskCounters& counters() const { return m_state.counters; }
  /// What an earlier session left. Before the first message.
  void restore(RiskCounters counters);
  const RiskState& state() const { return m_state; }

  /// Uses up every approval that could add risk and has not been used: what was allowed under looser limits. Its
  /// exposure counts until it expires. Returns how many.
  std::size_t voidApprovals();
  /// At a played market's speed an approval lives longer in market time (see withRoom()).
  void setApprovalLife(Duration life) { m_approvalLife = life; }

  /// How long an approval may be used.
  static constexpr Duration kApprovalLife = Duration::seconds(5);
  /// How long after that its exposure still counts, for an order that is on its way to us.
  static constexpr Duration kReleaseGrace = Duration::seconds(1);

 private:
  Verdict judge(const OrderIntent& intent, Timestamp now, OrderDemand& demand) const;
  void approve(Verdict& verdict, const OrderIntent& intent, const OrderDemand& demand, Timestamp now,
               std::uint64_t epoch, std::uint64_t generation);
  Reservation reservationOf(const OrderIntent& intent, const OrderDemand& demand) const;
  Reservation reservationOf(const Order& order) const;
  bool known(InstrumentId instrument) const { return instrument.value < m_state.perInstrument.size(); }
  void rollDay(Timestamp now);
  void prune(Timestamp now);

  RiskLimits m_limits;
  const ApprovalAuthority& m_authority;
  RiskState m_state;
  std::string m_dayRule;
  Duration m_approvalLife = kApprovalLife;
  std::deque<std::shared_ptr<const RiskApproval>> m_outstanding;  // that add risk, oldest first
  std::unordered_set<std::string> m_seenFills;
  std::unordered_set<Uuid> m_approvedIntents;
};

}  // namespace bw::risk
