// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/agents/signal/signal_engine.h"
#include "core/bus/agent.h"

namespace bw::agents {

/// Turns closed candles into scored signals: one engine per instrument, one message per primary candle. Halted by the
/// emergency stop: it goes on learning and publishes nothing until READY. Thread: its host.
class SignalAgent final : public Agent {
 public:
  /// `settings` are valid (asserted).
  SignalAgent(Instruments instruments, SignalSettings settings);
  std::string_view name() const override { return "signal"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  std::string selfTest() override { return SignalEngine::selfTest(); }

 private:
  void onCandle(const Candle& candle);

  Instruments m_instruments;
  SignalSettings m_settings;
  AgentContext* m_context = nullptr;
  std::map<InstrumentId, SignalEngine> m_engines;
  bool m_halted = false;
};

}  // namespace bw::agents
