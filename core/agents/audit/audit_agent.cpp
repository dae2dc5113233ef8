// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/audit_agent.h"

#include <algorithm>

#include "core/agents/audit/metric_rows.h"

namespace bw::agents {

namespace {

constexpr Duration kCycleEvery = Duration::millis(100);
constexpr Duration kStatusEvery = Duration::millis(500);
constexpr Duration kMetricsEvery = Duration::seconds(1);

}  // namespace

AuditAgent::AuditAgent(Instruments instruments, AuditLimits limits, std::function<void(std::string)> onActiveViolation)
    : m_instruments(std::move(instruments)),
      m_limits(std::move(limits)),
      m_onActiveViolation(std::move(onActiveViolation)),
      m_metrics(m_instruments) {
  BW_ASSERT(m_instruments != nullptr);
}

AuditAgent::~AuditAgent() = default;

std::string AuditAgent::symbolOf(InstrumentId instrument) const {
  return m_instruments->get(instrument).symbol;
}

void AuditAgent::onStart(AgentContext& context) {
  m_context = &context;
  m_books = std::make_unique<AuditBooks>(m_instruments, m_limits, context.clock().now());
  for (const Topic topic :
       {Topic::Intent, Topic::RiskApproved, Topic::RiskRejected, Topic::OrderPlaced, Topic::OrderUpdated,
        Topic::OrderFilled, Topic::PositionOpened, Topic::PositionClosed, Topic::PositionMarked, Topic::BalanceChanged,
        Topic::Feed, Topic::Health, Topic::Signal, Topic::RiskLimits}) {
    context.subscribe(topic);
  }
  context.subscribe(Topic::MarketBook,
                    [](const Message& message) { return message.as<BookUpdate>().depth->tradable(); });
  context.subscribe(Topic::MarketCandle, [](const Message& message) { return message.as<Candle>().closed; });
  m_timer = context.startTimer(context.clock().now() + kCycleEvery);
}

void AuditAgent::onMessage(const Message& message) {
  switch (message.topic) {
    case Topic::MarketBook:
    case Topic::MarketCandle:
    case Topic::Signal:
    case Topic::Feed:
    case Topic::Health:
      onMarketMessage(message);
      return;
    default:
      break;
  }
  m_path.onDelivered(message.timestamp, m_context->clock().now());
  onOrderMessage(message);
  runCycle();
}

void AuditAgent::onMarketMessage(const Message& message) {
  switch (message.topic) {
    case Topic::MarketBook:
      m_books->onData(message.as<BookUpdate>().depth->instrument, message.timestamp);
      m_metrics.onBook(*message.as<BookUpdate>().depth);
      break;
    case Topic::MarketCandle:
      m_lastCandle[message.as<Candle>().instrument] = message.timestamp;
      m_metrics.onCandle(message.as<Candle>(), message.timestamp);
      break;
    case Topic::Signal: {
      m_metrics.onSignal(message.as<SignalGenerated>(), message.timestamp);
      const auto candle = m_lastCandle.find(message.as<SignalGenerated>().instrument);
      if (candle != m_lastCandle.end()) m_path.onSignal(candle->second, message.timestamp);
      break;
    }
    case Topic::Feed:
      m_books->onFeed(message.as<FeedStatus>());
      break;
    case Topic::Health:
      m_books->onHealth(message.as<AgentHealth>());
      break;
    default:
      break;
  }
}

void AuditAgent::onOrderMessage(const Message& message) {
  const Timestamp now = m_context->clock().now();
  switch (message.topic) {
    case Topic::Intent:
      m_path.onIntent(message.as<OrderIntent>().id, message.timestamp);
      break;
    case Topic::RiskApproved: {
      const auto& approved = message.as<RiskApproved>();
      m_path.onVerdict(approved.intent.id, message.timestamp);
      m_books->onApproved(approved, message.sequence);
      break;
    }
    case Topic::RiskRejected: {
      const auto& refused = message.as<RiskRefused>();
      m_path.onVerdict(refused.intent.id, message.timestamp);
      logRefused(refused);
      break;
    }
    case Topic::OrderPlaced:
    case Topic::OrderUpdated: {
      const auto& update = message.as<OrderUpdate>();
      m_path.onPlaced(update.order.intentId, message.timestamp);
      if (message.topic == Topic::OrderPlaced) m_metrics.onPlaced(update.order);
      const OrderState state = update.order.state;
      if (state != OrderState::Pending && state != OrderState::Unknown) {
        m_path.onAcknowledged(update.order.intentId, message.timestamp);
      }
      m_books->onOrder(update, message.topic == Topic::OrderPlaced, message.sequence, now);
      if (message.topic == Topic::OrderUpdated) logOrder(update);
      break;
    }
    case Topic::OrderFilled: {
      const auto& filled = message.as<OrderFilled>();
      m_path.onFilled(filled.order.intentId, message.timestamp);
      m_books->onFill(filled, message.sequence, now);
      m_metrics.onFill(filled);
      logFill(filled);
      break;
    }
    case Topic::PositionOpened:
    case Topic::PositionClosed:
    case Topic::PositionMarked:
      m_books->onPosition(message.as<PositionUpdate>(), message.sequence);
      m_metrics.onPosition(message.as<PositionUpdate>(), message.timestamp);
      break;
    case Topic::BalanceChanged:
      m_books->onAccount(message.as<AccountUpdate>());
      m_metrics.onAccount(message.as<AccountUpdate>());
      break;
    case Topic::RiskLimits:
      takeLimits(message.as<RiskStatus>());
      break;
    default:
      break;
  }
}

void AuditAgent::onTimer(TimerId id) {
  if (id != m_timer) return;
  runCycle();
  const Timestamp now = m_context->clock().now();
  if (now - m_lastStatus >= kStatusEvery) publishStatus();
  if (now - m_lastMetrics >= kMetricsEvery) publishMetrics();
  m_timer = m_context->startTimer(now + kCycleEvery);
}

void AuditAgent::runCycle() {
  const MonoTime begin = m_context->clock().mono();
  const std::vector<Violation> fresh = m_books->cycle(m_context->clock().now());
  ++m_cycles;
  m_cycleUsMax = std::max(m_cycleUsMax, static_cast<double>((m_context->clock().mono() - begin).ns) / 1000.0);
  if (const bool broken = m_books->anyBroken(); broken != m_passive) {
    m_passive = broken;
    if (m_onPassive) m_onPassive(broken);
  }
  for (const Violation& violation : fresh) {
    SystemEvent event;
    event.priority = violation.stop ? 3 : 2;
    event.source = "audit";
    event.code = violation.stop ? "invariant.active" : "invariant.passive";
    event.text = violation.text;
    event.action = violation.stop ? "The emergency stop was called. Look at positions and orders before a reset."
                                  : "Only reduce until this is well again.";
    m_context->log().write(violation.stop ? LogLevel::Critical : LogLevel::Error, "audit", event.code, event.text);
    m_context->publish(Topic::Event, std::move(event));
    if (violation.stop && m_onActiveViolation) m_onActiveViolation(violation.text);
  }
}

AuditStatus AuditAgent::status() const {
  AuditStatus status;
  status.invariants = m_books->checks();
  status.cycles = m_cycles;
  status.violations = m_books->violations();
  status.cycleUsMax = m_cycleUsMax;
  status.latencies = m_path.rows();
  return status;
}

void AuditAgent::publishStatus() {
  m_lastStatus = m_context->clock().now();
  m_context->publish(Topic::Audit, status());
}

// A limit that was changed at run time holds for the invariants too.
void AuditAgent::takeLimits(const RiskStatus& status) {
  AuditLimits limits = m_limits;
  for (const LimitGauge& gauge : status.gauges) {
    if (gauge.limit.sign() <= 0) continue;  // off, or nothing may be opened at all: the checks see to that
    if (gauge.key == "MAX_OPEN_POSITIONS")
      limits.maxOpenPositions = static_cast<int>(gauge.limit.rescaled(0, Rounding::Down).mantissa);
    else if (gauge.key == "MAX_CONSECUTIVE_LOSSES")
      limits.maxConsecutiveLosses = static_cast<int>(gauge.limit.rescaled(0, Rounding::Down).mantissa);
    else if (gauge.key == "MAX_DAILY_DRAWDOWN")
      limits.maxDailyDrawdown = Ratio::percent(gauge.limit);
    else if (gauge.key == "MAX_EXPOSURE")
      limits.maxExposure = Ratio::percent(gauge.limit);
  }
  m_limits = limits;
  m_books->setLimits(std::move(limits));
}

void AuditAgent::publishMetrics() {
  const Timestamp now = m_context->clock().now();
  m_lastMetrics = now;
  MetricsUpdate update;
  update.source = "audit";
  update.rows = m_metrics.rows(now);
  // Paths are measured in market time; what counts is real time.
  const double perMilli = 1000 * std::max(1.0, m_context->clock().speed());
  const auto pathRow = [&](const char* name, const char* path, double target, double critical) {
    for (const AuditStatus::Latency& row : m_path.rows()) {
      if (row.name != path) continue;
      update.rows.push_back(row.count > 0 ? metricBelow(name, row.p99Us / perMilli, "ms", target, critical)
                                          : metricUnknown(name, "ms", target, critical));
    }
  };
  pathRow("signal generation p99", "signal", 50, 200);
  pathRow("order placement p99", "intent to placed", 100, 500);
  update.rows.push_back(metricBelow("invariant cycle, worst", m_cycleUsMax / 1000, "ms", 10, 50));
  PublishOptions options;
  options.key = 1;
  m_context->publish(Topic::Metrics, std::move(update), options);
}

void AuditAgent::logFill(const OrderFilled& filled) {
  const Fill& fill = filled.fill;
  const std::string text = std::string(fill.side == Side::Buy ? "bought " : "sold ") + fill.quantity.toString() + " " +
                           symbolOf(fill.instrument) + " at " + fill.price.toString() + " (" +
                           (fill.maker ? "maker" : "taker") + ", " + std::string(toString(filled.order.role)) +
                           "), fee " + fill.fee.toString() + " " + std::string(fill.fee.currency().code());
  m_context->log().write(LogLevel::Info, "trade", "fill", text,
                         {{"order", toString(fill.clientId)}, {"strategy", filled.order.strategy}});
}

void AuditAgent::logOrder(const OrderUpdate& update) {
  const Order& order = update.order;
  if (!update.placed && update.previous == order.state) return;
  std::string text = std::string(toString(order.side)) + " " + order.quantity.toString() + " " +
                     symbolOf(order.instrument) + " " + std::string(toString(order.type));
  if (order.limitPrice) text += " at " + order.limitPrice->toString();
  text += ": " + std::string(toString(order.state));
  if (!order.reason.empty()) text += ", " + order.reason;
  m_context->log().write(LogLevel::Info, "trade", "order", text,
                         {{"order", toString(order.clientId)}, {"strategy", order.strategy}});
}

void AuditAgent::logRefused(const RiskRefused& refused) {
  const OrderIntent& intent = refused.intent;
  m_context->log().write(LogLevel::Info, "trade", "refused",
                         "refused to " + std::string(toString(intent.side)) + " " + intent.quantity.toString() + " " +
                             symbolOf(intent.instrument) + ": " + refused.text,
                         {{"reason", refused.reason}, {"intent", toString(intent.id)}, {"strategy", intent.strategy}});
}

std::string AuditAgent::selfTest() {
  if (m_books == nullptr) return "not started";
  return m_books->checks().size() == kInvariantCount ? std::string() : std::string("an invariant is not checked");
}

}  // namespace bw::agents
