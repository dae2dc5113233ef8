// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/mutant.h"
#include "core/risk/risk_day.h"

namespace bw::risk {
namespace {

// How counters and seen fills name an instrument over sessions.
std::string nameOf(const Instrument& instrument) {
  return instrument.venue + '|' + instrument.symbol;
}

CheckResult resultOf(std::string_view key, Finding&& finding) {
  CheckResult r;
  r.check = key;
  r.outcome = finding.outcome;
  if (finding.used) r.used = finding.used->toString();
  if (finding.after) r.after = finding.after->toString();
  if (finding.limit) r.limit = finding.limit->toString();
  r.unit = finding.unit;
  r.text = std::move(finding.text);
  return r;
}

// Intents without an id of their own (the stop's closes) are known by their order's.
const Uuid& keyOf(const Order& order) {
  return order.intentId.isNil() ? order.clientId : order.intentId;
}

void refuse(Verdict& verdict, std::string_view reason, std::string text) {
  verdict.approved = false;
  verdict.reason = reason;
  verdict.text = std::move(text);
}

}  // namespace

RiskEngine::RiskEngine(Instruments instruments, RiskLimits limits, const ApprovalAuthority& authority)
    : m_limits(std::move(limits)), m_authority(authority), m_state(std::move(instruments)) {
  m_dayRule = m_limits.text(RiskKey::RiskDayStart);
  for (const Instrument& instrument : *m_state.instruments) {
    m_state.of(instrument.id).sector = instrument.sector;
    m_state.of(instrument.id).assetClass = instrument.assetClass;
  }
}

void RiskEngine::onBbo(const BboUpdate& bbo) {
  if (!known(bbo.instrument)) return;
  const Instrument& instrument = m_state.instruments->get(bbo.instrument);
  InstrumentState& state = m_state.of(bbo.instrument);
  state.bid = bbo.bid.size.value > 0 ? std::optional(instrument.price(bbo.bid.price)) : std::nullopt;
  state.ask = bbo.ask.size.value > 0 ? std::optional(instrument.price(bbo.ask.price)) : std::nullopt;
  state.dataAt = std::max(state.dataAt.value_or(bbo.receivedTime), bbo.receivedTime);
}

void RiskEngine::onBook(const BookDepth& depth) {
  if (!known(depth.instrument)) return;
  const Instrument& instrument = m_state.instruments->get(depth.instrument);
  InstrumentState& state = m_state.of(depth.instrument);
  state.hasBook = true;
  state.stale = depth.stale;
  if (depth.stale != StaleReason::None) return;
  state.bidLevels.resize(depth.bidCount);
  state.askLevels.resize(depth.askCount);
  for (std::size_t i = 0; i < depth.bidCount; ++i) state.bidLevels[i] = depth.bids[i].price;
  for (std::size_t i = 0; i < depth.askCount; ++i) state.askLevels[i] = depth.asks[i].price;
  // A newer quote of the faster stream stays.
  if (state.dataAt && *state.dataAt > depth.receivedTime) return;
  state.bid = depth.bidCount > 0 ? std::optional(instrument.price(depth.bids[0].price)) : std::nullopt;
  state.ask = depth.askCount > 0 ? std::optional(instrument.price(depth.asks[0].price)) : std::nullopt;
  state.dataAt = depth.receivedTime;
}

void RiskEngine::onVolatility(InstrumentId instrument, Ratio volatility) {
  if (known(instrument)) m_state.of(instrument).volatility = volatility;
}

void RiskEngine::onAtr(InstrumentId instrument, Price atr) {
  if (known(instrument)) m_state.of(instrument).atr = atr;
}

void RiskEngine::onMoveSigma(InstrumentId instrument, const Decimal& sigma) {
  if (known(instrument)) m_state.of(instrument).lastMoveSigma = sigma;
}

void RiskEngine::onCorrelation(InstrumentId a, InstrumentId b, Ratio correlation) {
  m_state.correlations[std::minmax(a, b)] = correlation;
}

void RiskEngine::onExpectedFunding(InstrumentId instrument, Ratio funding) {
  if (known(instrument)) m_state.of(instrument).expectedFunding = funding;
}

void RiskEngine::onRate(Currency currency, const Decimal& rate, Timestamp now) {
  std::deque<RiskState::Rate>& kept = m_state.rates[currency];
  constexpr std::int64_t kMinute = 60'000'000'000;
  if (!kept.empty() && kept.back().time.ns / kMinute == now.ns / kMinute) {
    RiskState::Rate& minute = kept.back();
    minute = {now, rate, std::min(minute.low, rate), std::max(minute.high, rate)};
  } else {
    kept.push_back({now, rate, rate, rate});
  }
  while (now - kept.front().time > Duration::minutes(24 * 60)) kept.pop_front();
}

// A changed rule lets the running day and week end later, never sooner.
void RiskEngine::rollDay(Timestamp now) {
  RiskCounters& c = m_state.counters;
  if (now >= c.dayEnds || c.dayRule != m_dayRule) {
    const auto hour = static_cast<int>(m_limits.count(RiskKey::RiskDayStart));
    const std::string& zone = m_limits.riskDayZone();
    if (!c.dayRule.empty() && c.dayRule != m_dayRule) {
      c.dayEnds = nextDayStart(c.dayEnds - Duration::nanos(1), zone, hour);
      c.weekEnds = nextWeekStart(c.weekEnds - Duration::nanos(1), zone, hour);
    }
    c.dayRule = m_dayRule;
    if (now >= c.dayEnds) {
      c.dayEnds = nextDayStart(now, zone, hour);
      c.dayHigh.reset();
      c.entriesToday = 0;
    }
    if (now >= c.weekEnds) {
      c.weekEnds = nextWeekStart(now, zone, hour);
      c.weekHigh.reset();
    }
  }
  if (c.dayHigh && c.weekHigh) return;
  const auto equity = m_state.equity(now);
  if (!equity) return;
  if (!c.dayHigh) c.dayHigh = *equity;
  if (!c.weekHigh) c.weekHigh = *equity;
}

void RiskEngine::setLimits(RiskLimits limits) {
  m_limits = std::move(limits);
  m_dayRule = m_limits.text(RiskKey::RiskDayStart);
}

void RiskEngine::restore(RiskCounters counters) {
  m_state.counters = std::move(counters);
  for (const Instrument& instrument : *m_state.instruments) {
    const auto marks = m_state.counters.marks.find(nameOf(instrument));
    if (marks != m_state.counters.marks.end()) m_state.of(instrument.id).marks = marks->second;
  }
}

void RiskEngine::onAccount(const AccountUpdate& account, Timestamp now) {
  m_state.accounts[account.venue] = account;
  rollDay(now);
  const auto equity = m_state.equity(now);
  if (!equity) return;
  for (std::optional<Money>* high : {&m_state.counters.dayHigh, &m_state.counters.weekHigh}) {
    if ((*high)->currency() != equity->currency() || **high < *equity) *high = *equity;
  }
}

void RiskEngine::onTransfer(Money amount) {
  for (std::optional<Money>* high : {&m_state.counters.dayHigh, &m_state.counters.weekHigh}) {
    if (*high && (*high)->currency() == amount.currency()) **high += amount;
  }
}

void RiskEngine::onPosition(const PositionUpdate& update, Timestamp now, std::uint64_t sequence) {
  const Position& position = update.position;
  if (!known(position.instrument)) return;
  const Instrument& instrument = m_state.instruments->get(position.instrument);
  InstrumentState& state = m_state.of(position.instrument);
  if (sequence == 0 || sequence > state.statedSequence) {
    if (update.mark.sign() > 0) state.mark = update.mark;
    if (update.kind == PositionUpdate::Kind::Opened) state.largestHeld = position.quantity.abs();
    state.onStated(position, m_seenFills.count(instrument.venue + '|' + position.lastTradeId) != 0);
    state.statedSequence = sequence;
  }
  if (update.kind != PositionUpdate::Kind::Closed) return;
  const bool lost = update.tripNet.sign() < 0;
  state.marks.leftAt = now;
  state.marks.lastTripLost = lost;
  if (lost) state.marks.lostSize = state.largestHeld;
  RiskCounters& c = m_state.counters;
  c.marks[nameOf(instrument)] = state.marks;
  c.accountLosses = lost ? c.accountLosses + 1 : 0;
  if (!position.strategy.empty()) {
    std::uint64_t& losses = c.strategyLosses[position.strategy];
    losses = lost ? losses + 1 : 0;
  }
}

Reservation RiskEngine::reservationOf(const OrderIntent& intent, const OrderDemand& demand) const {
  Reservation r;
  r.intentId = intent.id;
  r.instrument = intent.instrument;
  r.side = intent.side;
  r.role = intent.role;
  // Only what the venue enforces, or what locks the quantity, stays a reduction when other orders fill first;
  // everything else counts on its side, where what is held offsets it.
  const ContractKind kind = m_state.instruments->get(intent.instrument).kind;
  const bool enforced = intent.reduceOnly && kind != ContractKind::Spot && kind != ContractKind::Equity;
  const bool child = intent.role == OrderRole::StopLoss || intent.role == OrderRole::TakeProfit;
  r.reduces = demand.reduces && (enforced || child);
  r.quantity = intent.quantity;
  r.notional = demand.notional;
  r.leverage = std::max(intent.leverage, Decimal(1, 0));
  r.restPrice = demand.restPrice;
  r.owner = intent.owner;
  r.strategy = intent.strategy;
  return r;
}

Reservation RiskEngine::reservationOf(const Order& order) const {
  const Instrument& instrument = m_state.instruments->get(order.instrument);
  Reservation r;
  r.intentId = keyOf(order);
  r.instrument = order.instrument;
  r.side = order.side;
  r.role = order.role;
  r.reduces = order.reduceOnly || (order.role != OrderRole::Entry && order.role != OrderRole::Exit);
  r.quantity = order.quantity;
  r.filled = order.filled;
  r.ordered = true;
  auto price = order.limitPrice ? order.limitPrice : order.triggerPrice;
  if (!price) price = m_state.valuation(order.instrument);
  r.notional =
      price && price->sign() > 0 ? instrument.notional(*price, order.quantity) : Money::zero(instrument.settle);
  r.leverage = std::max(order.leverage, Decimal(1, 0));
  if (order.type == OrderType::Limit) r.restPrice = order.limitPrice;
  r.owner = order.owner;
  r.strategy = order.strategy;
  return r;
}

void RiskEngine::onOrder(const Order& order) {
  if (!known(order.instrument) || order.quantity.sign() <= 0) return;
  Order keyed = order;
  keyed.intentId = keyOf(order);
  m_state.exposure.onOrder(keyed, m_state.exposure.contains(keyed.intentId) ? Reservation{} : reservationOf(order));
}

void RiskEngine::onFill(const OrderFilled& filled, Timestamp now) {
  const Fill& fill = filled.fill;
  if (!known(fill.instrument)) return;
  const Instrument& instrument = m_state.instruments->get(fill.instrument);
  if (!m_seenFills.insert(instrument.venue + '|' + fill.venueTradeId).second) return;
  m_state.exposure.onFill(fill, keyOf(filled.order));
  Quantity delta = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
  if (instrument.kind == ContractKind::Spot && !fill.fee.isZero() && fill.fee.currency() == instrument.base) {
    delta = delta - Quantity(fill.fee.amount());
  }
  InstrumentState& state = m_state.of(fill.instrument);
  state.onFill(fill.venueTradeId, delta);
  if (!state.averagePrice) state.averagePrice = fill.price;
  if (filled.order.role == OrderRole::Entry && filled.order.leverage >= Decimal(1, 0)) {
    state.leverage = filled.order.leverage;
  }
  if (filled.order.role != OrderRole::StopLoss) return;
  m_state.counters.lastStopAt = state.marks.stoppedAt = now;
  m_state.counters.marks[nameOf(instrument)] = state.marks;
}

void RiskEngine::prune(Timestamp now) {
  auto& messages = m_state.messages;
  while (!messages.empty() && now - messages.front() >= Duration::seconds(1)) messages.pop_front();
  auto& sent = m_state.sent;
  while (!sent.empty() && now - sent.front().time >= Duration::seconds(60)) sent.pop_front();
  const auto over = [now](const std::shared_ptr<const RiskApproval>& approval) {
    return approval->consumed() || approval->bounds().expiresAt <= now;
  };
  while (!m_outstanding.empty() && over(m_outstanding.front())) m_outstanding.pop_front();
}

void RiskEngine::onCancel(Timestamp now) {
  prune(now);
  m_state.messages.push_back(now);
}

void RiskEngine::tick(Timestamp now) {
  m_state.exposure.expire(now);
  rollDay(now);
}

Verdict RiskEngine::judge(const OrderIntent& intent, Timestamp now, OrderDemand& demand) const {
  Verdict verdict;
  verdict.approved = true;
  if (!known(intent.instrument)) {
    refuse(verdict, "INSTRUMENT", "the instrument is not in this session's table");
    return verdict;
  }
  if (intent.quantity.sign() <= 0) {
    refuse(verdict, "INSTRUMENT", "quantity " + intent.quantity.toString() + " is not positive");
    return verdict;
  }
  const Instrument& instrument = m_state.instruments->get(intent.instrument);
  try {
    demand.reduces = provablyReduces(intent, instrument, m_state);
    demand = demandOf(intent, instrument, m_state, m_limits);
    verdict.reduces = demand.reduces;
    const CheckInput in{
        intent, instrument, demand, m_limits, m_state, m_state.equity(now), m_state.inAccount(demand.notional, now),
        now};
    verdict.checks.reserve(kChecks.size());
    for (const CheckEntry& check : kChecks) {
      Finding finding = check.always || !demand.reduces
                            ? check.run(in)
                            : Finding::notApplicable("reduces risk, which no limit holds back");
      if (finding.outcome == CheckResult::Outcome::Failed && verdict.approved) {
        refuse(verdict, check.key, finding.text);
      }
      verdict.checks.push_back(resultOf(check.key, std::move(finding)));
    }
  } catch (const ExactOverflow& overflow) {
    refuse(verdict, "OVERFLOW", std::string("the arithmetic does not fit: ") + overflow.what());
  }
  return verdict;
}

Verdict RiskEngine::preview(const OrderIntent& intent, Timestamp now) const {
  OrderDemand demand;
  return judge(intent, now, demand);
}

void RiskEngine::approve(Verdict& verdict, const OrderIntent& intent, const OrderDemand& demand, Timestamp now,
                         std::uint64_t epoch, std::uint64_t generation) {
  const Instrument& instrument = m_state.instruments->get(intent.instrument);
  ApprovalBounds bounds;
  bounds.intentId = intent.id;
  bounds.instrument = intent.instrument;
  bounds.instrumentVersion = instrument.version;
  bounds.side = intent.side;
  bounds.type = intent.type;
  bounds.role = intent.role;
  bounds.reduceOnly = intent.reduceOnly;
  bounds.maxQuantity = BW_MUTANT(59) ? intent.quantity + intent.quantity : intent.quantity;
  bounds.worstPrice = demand.worstPrice;
  // Only what reduces risk gets here without a price; its quantity is the bound then.
  bounds.maxNotional = demand.valuation
                           ? demand.notional
                           : Money(Decimal(std::numeric_limits<std::int64_t>::max(), Money::kScale), instrument.settle);
  bounds.maxLeverage = std::max(intent.leverage, Decimal(1, 0));
  bounds.epoch = epoch;
  bounds.generation = generation;
  bounds.expiresAt = std::min(now + m_approvalLife, intent.expiresAt);

  Reservation reservation = reservationOf(intent, demand);
  reservation.releaseAt = bounds.expiresAt + kReleaseGrace;
  m_state.exposure.reserve(std::move(reservation));
  m_approvedIntents.insert(intent.id);
  m_state.messages.push_back(now);
  if (!demand.reduces) {
    m_state.sent.push_back({now, intent.instrument, intent.side, intent.type, intent.quantity, intent.limitPrice,
                            intent.triggerPrice, intent.strategy});
    ++m_state.counters.entriesToday;
  }
  verdict.approval = m_authority.approve(std::move(bounds));
  if (!demand.reduces) m_outstanding.push_back(verdict.approval);
}

std::size_t RiskEngine::voidApprovals() {
  std::size_t count = 0;
  for (const auto& approval : m_outstanding) count += approval->consume() ? 1 : 0;
  m_outstanding.clear();
  return count;
}

Verdict RiskEngine::evaluate(const OrderIntent& intent, Timestamp now, std::uint64_t epoch, std::uint64_t generation) {
  tick(now);
  prune(now);
  OrderDemand demand;
  Verdict verdict = judge(intent, now, demand);
  if (verdict.approved && m_approvedIntents.count(intent.id) != 0) {
    refuse(verdict, "DUPLICATE_WINDOW", "an intent is approved once only");
  }
  if (verdict.approved) {
    try {
      approve(verdict, intent, demand, now, epoch, generation);
    } catch (const ExactOverflow& overflow) {
      refuse(verdict, "OVERFLOW", std::string("the arithmetic does not fit: ") + overflow.what());
    }
  }
  verdict.approved ? ++m_state.counters.approved : ++m_state.counters.refused;
  return verdict;
}

}  // namespace bw::risk
