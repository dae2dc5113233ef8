// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/bus/agent.h"
#include "core/notify/notifier.h"

namespace bw::agents {

/// Turns events into alarms (SPEC 9.5, G21): publishes each change on topic Alarm, records it for the audit log, and
/// tells persons through channels. Acknowledgements come as ControlCommand::AcknowledgeAlarm.
/// Thread: its host, which runs on real time.
class AlarmAgent final : public Agent {
 public:
  using Record = std::function<void(const std::string& text)>;
  /// `record` is called on the host for every alarm raised, made worse or acknowledged; it must not block. May be
  /// empty.
  AlarmAgent(std::vector<std::shared_ptr<notify::Channel>> channels, Record record);
  std::string_view name() const override { return "alarms"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  std::string selfTest() override;

 private:
  void raise(const SystemEvent& event, bool everywhere = false);
  void acknowledge(const ControlCommand& command, const Message& message);
  void publish(const AlarmUpdate& alarm);

  std::vector<std::shared_ptr<notify::Channel>> m_channels;
  Record m_record;
  AgentContext* m_context = nullptr;
  notify::AlarmBook m_book;
  std::unique_ptr<notify::Notifier> m_notifier;
  std::string m_attention;
};

}  // namespace bw::agents
