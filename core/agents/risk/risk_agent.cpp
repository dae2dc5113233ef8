// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/risk/risk_agent.h"

#include <array>

#include "core/risk/decision_record.h"

namespace bw::agents {
namespace {

constexpr Duration kStatusEvery = Duration::millis(250);
constexpr Duration kStatusAtLeast = Duration::seconds(1);

// 0 well, 1 near (from 75 %), 2 breached. Momentary figures raise no alarm of their own; the checks refuse on them.
int alertLevel(const LimitGauge& gauge) {
  if (gauge.key == "MAX_MESSAGE_RATE" || gauge.key == "MAX_DATA_AGE") return 0;
  const Decimal three = Decimal::fromInteger(3);
  const Decimal four = Decimal::fromInteger(4);
  if (gauge.lowerBound) {
    if (gauge.used < gauge.limit) return 2;
    return gauge.limit.sign() > 0 && gauge.used * three <= gauge.limit * four ? 1 : 0;
  }
  const bool stops = gauge.action == "EMERGENCY STOP";
  if (stops ? gauge.used >= gauge.limit : gauge.used > gauge.limit) return 2;
  return gauge.used.sign() > 0 && gauge.used * four >= gauge.limit * three ? 1 : 0;
}

}  // namespace

RiskAgent::RiskAgent(Instruments instruments, risk::RiskLimits limits, const risk::ApprovalAuthority& authority,
                     RiskAgentPorts ports)
    : m_instruments(instruments),
      m_engine(instruments, std::move(limits), authority),
      m_ports(std::move(ports)),
      m_statistics(std::move(instruments)) {
  BW_ASSERT(m_ports.epoch != nullptr);
  m_statistics.setFixedRates(m_ports.fixedRates);
  m_limitsVersion = m_ports.limitsVersion;
}

void RiskAgent::onStart(AgentContext& context) {
  m_context = &context;
  constexpr std::array kTopicsHeard = {Topic::Intent,         Topic::OrderPlaced,     Topic::OrderUpdated,
                                       Topic::OrderFilled,    Topic::CancelRequested, Topic::PositionOpened,
                                       Topic::PositionClosed, Topic::PositionMarked,  Topic::BalanceChanged,
                                       Topic::MarketBbo,      Topic::MarketBook,      Topic::MarketCandle,
                                       Topic::StateChanged,   Topic::Limits};
  for (const Topic topic : kTopicsHeard) context.subscribe(topic);
  context.startTimer(context.clock().now() + kStatusEvery);
}

void RiskAgent::onMessage(const Message& message) {
  switch (message.topic) {
    case Topic::Intent:
      onIntent(message.as<OrderIntent>());
      break;
    case Topic::MarketBbo:
    case Topic::MarketBook:
    case Topic::MarketCandle:
      onMarket(message);
      break;
    case Topic::StateChanged:
      m_engine.onSession(message.as<StateChanged>().to);
      m_changed = true;
      break;
    case Topic::Limits:
      onLimits(message.as<LimitCommand>());
      break;
    default:
      onOrders(message);
      break;
  }
}

Result<risk::RiskLimits> limitsFrom(const LimitCommand& command) {
  risk::RiskLimits limits;
  const std::string source = "change " + std::to_string(command.version);
  for (const LimitEdit& value : command.values) {
    if (auto set = limits.set(std::string_view(value.key), value.value, source); !set)
      return finalError("limits.invalid", set.error().detail);
  }
  if (auto valid = limits.validate(); !valid) return finalError("limits.invalid", valid.error().detail);
  return limits;
}

void RiskAgent::onLimits(const LimitCommand& command) {
  if (command.version <= m_limitsVersion) return;  // versions only rise
  auto limits = limitsFrom(command);
  SystemEvent event;
  event.source = "risk";
  if (!limits) {
    event.priority = 3;
    event.code = "limits.invalid";
    event.text = "version " + std::to_string(command.version) + " of the limits is not used: " + limits.error().detail;
    m_context->publish(Topic::Event, event);
    return;
  }
  checkBreaches();  // by the old limits, which still hold for what they found
  m_engine.setLimits(std::move(*limits));
  tolerateTightened();
  const std::size_t voided = command.tightens ? m_engine.voidApprovals() : 0;
  m_limitsVersion = command.version;
  m_changed = true;
  event.priority = 1;
  event.code = "limits.changed";
  event.text = "limits version " + std::to_string(command.version) + " in force (" + command.who + ": " +
               command.reason + "), " + std::to_string(voided) + " approvals void";
  m_context->publish(Topic::Event, event);
  afterChange();
  publishStatus();
}

void RiskAgent::onMarket(const Message& message) {
  if (message.topic == Topic::MarketBbo) {
    m_engine.onBbo(message.as<BboUpdate>());
    m_statistics.onBbo(message.as<BboUpdate>(), m_engine);
  }
  if (message.topic == Topic::MarketBook) m_engine.onBook(*message.as<BookUpdate>().depth);
  if (message.topic == Topic::MarketCandle) m_statistics.onCandle(message.as<Candle>(), m_engine);
}

void RiskAgent::onOrders(const Message& message) {
  const Timestamp now = m_context->clock().now();
  switch (message.topic) {
    case Topic::OrderPlaced:
    case Topic::OrderUpdated:
      m_engine.onOrder(message.as<OrderUpdate>().order);
      break;
    case Topic::OrderFilled:
      m_engine.onFill(message.as<OrderFilled>(), now);
      break;
    case Topic::CancelRequested:
      m_engine.onCancel(now);
      break;
    case Topic::PositionOpened:
    case Topic::PositionClosed:
    case Topic::PositionMarked:
      m_engine.onPosition(message.as<PositionUpdate>(), now, message.sequence);
      break;
    default:  // BalanceChanged
      m_engine.onAccount(message.as<AccountUpdate>(), now);
      break;
  }
  m_changed = true;
  if (message.topic == Topic::PositionClosed || message.topic == Topic::BalanceChanged) afterChange();
}

void RiskAgent::afterChange() {
  checkBreaches();
  if (m_ports.onCounters) m_ports.onCounters(m_engine.counters());
}

void RiskAgent::onIntent(const OrderIntent& intent) {
  const Timestamp now = m_context->clock().now();
  m_statistics.settle(m_engine, now);
  m_engine.setApprovalLife(withRoom(m_context->clock(), risk::RiskEngine::kApprovalLife));
  risk::Verdict verdict = m_engine.evaluate(intent, now, m_ports.epoch(), m_context->generation());
  if (m_ports.onDecision) m_ports.onDecision(recordOf(intent, verdict, m_engine.state()).encode());
  PublishOptions options;
  options.correlationId = intent.id;
  m_changed = true;
  if (!verdict.approved) {
    m_context->publish(
        Topic::RiskRejected,
        RiskRefused{intent, std::move(verdict.reason), std::move(verdict.text), std::move(verdict.checks)}, options);
    return;
  }
  m_context->publish(Topic::RiskApproved, RiskApproved{intent, std::move(verdict.approval), std::move(verdict.checks)},
                     options);
  if (m_ports.onCounters) m_ports.onCounters(m_engine.counters());
}

void RiskAgent::checkBreaches() {
  std::set<std::string> now;
  for (const risk::RiskEngine::Breach& breach : m_engine.breaches(m_context->clock().now())) {
    now.insert(breach.key);
    // Tightened below the figure: only reducing orders, and the stop if the figure gets worse.
    const auto tolerated = m_tolerated.find(breach.key);
    if (tolerated != m_tolerated.end() && breach.used <= tolerated->second) continue;
    if (m_breached.count(breach.key) != 0) continue;
    m_breached.insert(breach.key);
    if (m_ports.onBreach) m_ports.onBreach(breach.text);
    m_changed = true;
  }
  const auto over = [&now](const std::string& key) { return now.count(key) == 0; };
  std::erase_if(m_breached, over);
  std::erase_if(m_tolerated, [&over](const auto& entry) { return over(entry.first); });
}

void RiskAgent::tolerateTightened() {
  for (const risk::RiskEngine::Breach& breach : m_engine.breaches(m_context->clock().now())) {
    if (m_breached.count(breach.key) == 0) m_tolerated.try_emplace(breach.key, breach.used);
  }
}

void RiskAgent::alert(const RiskStatus& status) {
  for (const LimitGauge& gauge : status.gauges) {
    const int level = alertLevel(gauge);
    int& known = m_alertLevels[{gauge.key, gauge.scope}];
    if (level > known) m_context->publish(Topic::RiskAlert, LimitAlert{gauge, level == 2});
    known = level;
  }
}

void RiskAgent::publishStatus() {
  const Timestamp now = m_context->clock().now();
  if (!m_changed && now - m_publishedAt < kStatusAtLeast) return;
  RiskStatus status = m_engine.status(now);
  status.limitsVersion = m_limitsVersion;
  alert(status);
  m_context->publish(Topic::RiskLimits, std::move(status));
  m_changed = false;
  m_publishedAt = now;
}

void RiskAgent::onTimer(TimerId) {
  const Timestamp now = m_context->clock().now();
  m_statistics.settle(m_engine, now);
  m_engine.tick(now);
  publishStatus();
  m_context->startTimer(now + kStatusEvery);
}

std::string RiskAgent::selfTest() {
  for (const Instrument& instrument : *m_instruments) {
    for (const Side side : {Side::Buy, Side::Sell}) {
      const risk::ExposureBook& book = m_engine.state().exposure;
      if (book.recount(instrument.id, side).notional != book.totals(instrument.id, side).notional) {
        return "pending exposure of " + instrument.symbol + " does not add up";
      }
    }
  }
  return {};
}

}  // namespace bw::agents
