// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/mutex.h"
#include "core/bus/agent.h"
#include "core/strategies/strategy_runner.h"

namespace bw::agents {

/// A strategy to host: which, with what, on what.
struct StrategySpec {
  std::string strategy;                           ///< a name of strategies::allStrategies()
  std::map<std::string, std::string> parameters;  ///< overrides, key → decimal text
  InstrumentId instrument;
  bool enabled = true;
};

/// Empty result when every spec names a known strategy with valid parameters; else error "strategy.unknown" or
/// "strategy.parameter". One strategy at most once per instrument ("strategy.twice").
Result<void> validate(const std::vector<StrategySpec>& specs);

/// Hosts strategies: hands them the market and their own orders, puts their intents and cancels on the bus. They act in
/// TRADING; in PAUSED they may only leave and withdraw; from the emergency stop on they may do nothing.
/// Thread: its host; setEnabled() from any thread.
class StrategyAgent final : public Agent {
 public:
  /// `specs` are valid (asserted).
  StrategyAgent(Instruments instruments, std::vector<StrategySpec> specs);
  ~StrategyAgent() override;
  std::string_view name() const override { return "strategy"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  void onWake() override;
  std::string selfTest() override;
  /// A person starts or stops every instance of a strategy; takes effect on the agent's host. Unknown names do nothing.
  void setEnabled(const std::string& strategy, bool enabled);
  /// What each hosted strategy is doing, in the order of the specs. Thread: its host.
  std::vector<StrategyStatus> statuses() const;

 private:
  class Slot;
  void setPermission(strategies::Permission permission);
  void onBalance(const AccountUpdate& account);
  template <class Call>
  void forInstrument(InstrumentId instrument, Call call);

  Instruments m_instruments;
  std::vector<StrategySpec> m_specs;
  AgentContext* m_context = nullptr;
  std::vector<std::unique_ptr<Slot>> m_slots;
  Mutex m_mutex;
  std::vector<std::pair<std::string, bool>> m_switches BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::agents
