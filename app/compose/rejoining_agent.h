// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "core/bus/message_bus.h"

namespace bw::app {

/// Around an agent that is made again in the middle of a session: when it has begun, it hears what the bus remembers of
/// the session's state among the topics it subscribed to: live orders, positions, accounts, feeds, start-up steps, the
/// stop, and last the session's state. What comes a second time through the mailbox is dropped. Thread: its host.
class RejoiningAgent final : public Agent {
 public:
  /// `since` > 0: every remembered message with a larger sequence instead, in their order (for an heir that took over
  /// the state of the agent before). `bus` outlives it.
  RejoiningAgent(std::unique_ptr<Agent> inner, const MessageBus& bus, std::uint64_t since);
  std::string_view name() const override { return m_inner->name(); }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override { m_inner->onTimer(id); }
  void onWake() override { m_inner->onWake(); }
  void onStop() override { m_inner->onStop(); }
  std::string selfTest() override { return m_inner->selfTest(); }

 private:
  void tell(const MessagePtr& message);
  void tellState(AgentId self);
  void tellAll(AgentId self);
  bool hears(AgentId self, Topic topic) const;

  std::unique_ptr<Agent> m_inner;
  const MessageBus& m_bus;
  const std::uint64_t m_since;
  std::unordered_set<Uuid> m_told;
  std::uint64_t m_lastTold = 0;
};

}  // namespace bw::app
