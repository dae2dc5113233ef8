// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/strategy/strategy_agent.h"

#include <algorithm>

namespace bw::agents {

using strategies::Permission;

/// One hosted strategy and its way to the bus.
class StrategyAgent::Slot final : public strategies::RunnerPort {
 public:
  Slot(AgentContext& context, const StrategySpec& spec, const Instrument& instrument, std::uint64_t index)
      : m_context(context), m_index(index), m_runner(makeStrategy(spec), instrument, *this) {
    if (!spec.enabled) m_runner.setEnabled(false);
  }
  Timestamp now() const override { return m_context.clock().now(); }
  Duration withRoom(Duration wished) const override { return bw::withRoom(m_context.clock(), wished); }
  Uuid newId() override { return m_context.newId(); }
  void sendIntent(const OrderIntent& intent) override {
    PublishOptions options;
    options.correlationId = intent.id;
    m_context.publish(Topic::Intent, intent, options);
  }
  void sendCancel(const CancelRequest& request) override {
    PublishOptions options;
    options.type = MessageType::Request;
    m_context.publish(Topic::CancelRequested, request, options);
  }
  void wakeAt(Timestamp when) override {
    if (m_timer != 0) m_context.cancelTimer(m_timer);
    m_timer = m_context.startTimer(when);
  }
  void statusChanged(const StrategyStatus& status) override {
    PublishOptions options;
    options.key = m_index;
    m_context.publish(Topic::Strategy, status, options);
  }
  bool timer(TimerId id) {
    if (m_timer == 0 || id != m_timer) return false;
    m_timer = 0;
    m_runner.wake();
    return true;
  }
  strategies::StrategyRunner& runner() { return m_runner; }
  const strategies::StrategyRunner& runner() const { return m_runner; }

 private:
  static std::unique_ptr<strategies::Strategy> makeStrategy(const StrategySpec& spec) {
    const strategies::StrategyInfo* info = strategies::findStrategy(spec.strategy);
    BW_ASSERT(info != nullptr);
    return info->make(*strategies::Parameters::resolve(info->parameters, spec.parameters));
  }
  AgentContext& m_context;
  std::uint64_t m_index;
  TimerId m_timer = 0;
  strategies::StrategyRunner m_runner;
};

Result<void> validate(const std::vector<StrategySpec>& specs) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const strategies::StrategyInfo* info = strategies::findStrategy(specs[i].strategy);
    if (info == nullptr) {
      std::string known;
      for (const strategies::StrategyInfo& other : strategies::allStrategies()) {
        known += (known.empty() ? "" : ", ") + std::string(other.name);
      }
      return finalError("strategy.unknown", "there is no strategy \"" + specs[i].strategy + "\"; there are " + known);
    }
    const auto parameters = strategies::Parameters::resolve(info->parameters, specs[i].parameters);
    if (!parameters) return parameters.error();
    for (std::size_t j = 0; j < i; ++j) {
      if (specs[j].strategy == specs[i].strategy && specs[j].instrument == specs[i].instrument) {
        return finalError("strategy.twice", specs[i].strategy + " is named twice for one instrument");
      }
    }
  }
  return {};
}

StrategyAgent::StrategyAgent(Instruments instruments, std::vector<StrategySpec> specs)
    : m_instruments(std::move(instruments)), m_specs(std::move(specs)) {
  BW_ASSERT(m_instruments != nullptr);
  BW_ASSERT(validate(m_specs).ok());
}

StrategyAgent::~StrategyAgent() = default;

void StrategyAgent::onStart(AgentContext& context) {
  m_context = &context;
  m_slots.clear();
  for (std::size_t i = 0; i < m_specs.size(); ++i) {
    m_slots.push_back(std::make_unique<Slot>(context, m_specs[i], m_instruments->get(m_specs[i].instrument), i));
  }
  for (const Topic topic :
       {Topic::MarketBook, Topic::MarketTrade, Topic::Signal, Topic::RiskRejected, Topic::OrderPlaced,
        Topic::OrderUpdated, Topic::OrderFilled, Topic::PositionOpened, Topic::PositionClosed, Topic::PositionMarked,
        Topic::BalanceChanged, Topic::StateChanged, Topic::EmergencyStop}) {
    context.subscribe(topic);
  }
  context.subscribe(Topic::MarketCandle, [](const Message& message) { return message.as<Candle>().closed; });
  for (const auto& slot : m_slots) slot->runner().start();
  onWake();
}

template <class Call>
void StrategyAgent::forInstrument(InstrumentId instrument, Call call) {
  for (const auto& slot : m_slots) {
    if (slot->runner().instrument().id == instrument) call(slot->runner());
  }
}

void StrategyAgent::onMessage(const Message& message) {
  using Runner = strategies::StrategyRunner;
  switch (message.topic) {
    case Topic::MarketBook: {
      const BookDepth& book = *message.as<BookUpdate>().depth;
      forInstrument(book.instrument, [&](Runner& runner) { runner.onBook(book); });
      break;
    }
    case Topic::MarketTrade: {
      const auto& trade = message.as<TradePrint>();
      forInstrument(trade.instrument, [&](Runner& runner) { runner.onTrade(trade); });
      break;
    }
    case Topic::MarketCandle: {
      const auto& candle = message.as<Candle>();
      forInstrument(candle.instrument, [&](Runner& runner) { runner.onCandle(candle); });
      break;
    }
    case Topic::Signal: {
      const auto& signal = message.as<SignalGenerated>();
      forInstrument(signal.instrument, [&](Runner& runner) { runner.onSignal(signal); });
      break;
    }
    case Topic::RiskRejected: {
      const auto& refused = message.as<RiskRefused>();
      forInstrument(refused.intent.instrument, [&](Runner& runner) { runner.onRefused(refused); });
      break;
    }
    case Topic::OrderPlaced:
    case Topic::OrderUpdated: {
      const Order& order = message.as<OrderUpdate>().order;
      forInstrument(order.instrument, [&](Runner& runner) { runner.onOrder(order); });
      break;
    }
    case Topic::OrderFilled: {
      const auto& filled = message.as<OrderFilled>();
      forInstrument(filled.order.instrument, [&](Runner& runner) { runner.onFill(filled.fill, filled.order); });
      break;
    }
    case Topic::PositionOpened:
    case Topic::PositionClosed:
    case Topic::PositionMarked: {
      const auto& update = message.as<PositionUpdate>();
      const bool closed = update.kind == PositionUpdate::Kind::Closed;
      forInstrument(update.position.instrument, [&](Runner& runner) { runner.onPosition(update.position, closed); });
      break;
    }
    case Topic::BalanceChanged:
      onBalance(message.as<AccountUpdate>());
      break;
    case Topic::StateChanged: {
      const SessionState state = message.as<StateChanged>().to;
      setPermission(state == SessionState::Trading  ? Permission::All
                    : state == SessionState::Paused ? Permission::ExitsOnly
                                                    : Permission::Nothing);
      break;
    }
    case Topic::EmergencyStop:
      setPermission(Permission::Nothing);
      break;
    default:
      break;
  }
}

void StrategyAgent::setPermission(Permission permission) {
  for (const auto& slot : m_slots) slot->runner().setPermission(permission);
}

void StrategyAgent::onBalance(const AccountUpdate& account) {
  for (const auto& slot : m_slots) {
    const Instrument& instrument = slot->runner().instrument();
    const bool same = account.venue.empty() || account.venue == instrument.venue;
    if (same || account.equity.currency() == instrument.settle) slot->runner().onEquity(account.equity);
  }
}

void StrategyAgent::onTimer(TimerId id) {
  for (const auto& slot : m_slots) {
    if (slot->timer(id)) return;
  }
}

void StrategyAgent::setEnabled(const std::string& strategy, bool enabled) {
  {
    const Lock lock(m_mutex);
    m_switches.emplace_back(strategy, enabled);
  }
  if (m_context != nullptr) m_context->requestWake(m_context->clock().now());
}

void StrategyAgent::onWake() {
  std::vector<std::pair<std::string, bool>> switches;
  {
    const Lock lock(m_mutex);
    switches.swap(m_switches);
  }
  for (const auto& [strategy, enabled] : switches) {
    for (const auto& slot : m_slots) {
      if (slot->runner().name() == strategy) slot->runner().setEnabled(enabled);
    }
  }
}

std::vector<StrategyStatus> StrategyAgent::statuses() const {
  std::vector<StrategyStatus> result;
  for (const auto& slot : m_slots) result.push_back(slot->runner().status());
  return result;
}

std::string StrategyAgent::selfTest() {
  for (const auto& slot : m_slots) {
    int entries = 0;
    for (const Order& order : slot->runner().openOrders()) entries += order.role == OrderRole::Entry ? 1 : 0;
    if (entries > 1) return std::string(slot->runner().name()) + " has " + std::to_string(entries) + " entries at once";
  }
  return {};
}

}  // namespace bw::agents
