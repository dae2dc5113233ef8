// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/signal/signal_agent.h"

namespace bw::agents {

SignalAgent::SignalAgent(Instruments instruments, SignalSettings settings)
    : m_instruments(std::move(instruments)), m_settings(std::move(settings)) {
  BW_ASSERT(m_instruments != nullptr);
  for (const Instrument& instrument : *m_instruments) m_engines.try_emplace(instrument.id, instrument, m_settings);
}

void SignalAgent::onStart(AgentContext& context) {
  m_context = &context;
  context.subscribe(Topic::MarketCandle, [](const Message& message) { return message.as<Candle>().closed; });
  context.subscribe(Topic::StateChanged);
  context.subscribe(Topic::EmergencyStop);
}

void SignalAgent::onMessage(const Message& message) {
  switch (message.topic) {
    case Topic::MarketCandle:
      onCandle(message.as<Candle>());
      break;
    case Topic::StateChanged:
      m_halted = message.as<StateChanged>().to == SessionState::EmergencyStop;
      break;
    case Topic::EmergencyStop:
      m_halted = true;
      break;
    default:
      break;
  }
}

void SignalAgent::onCandle(const Candle& candle) {
  const auto engine = m_engines.find(candle.instrument);
  if (engine == m_engines.end()) return;
  auto signal = engine->second.onCandle(candle);
  if (!signal || m_halted) return;
  signal->id = m_context->newId();
  PublishOptions options;
  options.correlationId = signal->id;
  options.key = signal->instrument.value;
  m_context->publish(Topic::Signal, std::move(*signal), options);
}

}  // namespace bw::agents
