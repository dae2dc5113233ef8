// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/alarm_agent.h"

#include <utility>

namespace bw::agents {
namespace {

constexpr Duration kAlarmTick = Duration::seconds(1);

const char* noticeWord(notify::NoticeKind kind) {
  switch (kind) {
    case notify::NoticeKind::Raised:
      return "raised";
    case notify::NoticeKind::Worse:
      return "worse";
    case notify::NoticeKind::Reminder:
      return "still not acknowledged";
  }
  return "?";
}

std::string nameOfAlarm(const AlarmUpdate& alarm) {
  return "alarm " + std::to_string(alarm.id) + " " + alarm.source + "/" + alarm.code +
         (alarm.subject.empty() ? "" : " (" + alarm.subject + ")");
}

}  // namespace

AlarmAgent::AlarmAgent(std::vector<std::shared_ptr<notify::Channel>> channels, Record record)
    : m_channels(std::move(channels)), m_record(std::move(record)) {}

void AlarmAgent::onStart(AgentContext& context) {
  m_context = &context;
  m_notifier = std::make_unique<notify::Notifier>(context.log());
  for (const auto& channel : m_channels) m_notifier->add(channel);
  context.subscribe(Topic::Event);
  context.subscribe(Topic::EmergencyStop);
  context.subscribe(Topic::StopProgress);
  context.subscribe(Topic::RiskAlert);
  context.subscribe(Topic::Control, [](const Message& message) {
    return message.as<ControlCommand>().kind == ControlCommand::Kind::AcknowledgeAlarm;
  });
  context.startTimer(context.clock().now() + kAlarmTick);
}

void AlarmAgent::publish(const AlarmUpdate& alarm) {
  PublishOptions options;
  options.key = alarm.id;
  m_context->publish(Topic::Alarm, alarm, options);
}

void AlarmAgent::raise(const SystemEvent& event, bool everywhere) {
  const Timestamp now = m_context->clock().now();
  std::vector<notify::Notice> tell;
  const auto changed = m_book.onEvent(event, now, tell, everywhere);
  if (!changed) return;
  // On record first: what a person sees is in the audit log already.
  for (const notify::Notice& notice : tell) {
    if (m_record) m_record(nameOfAlarm(notice.alarm) + " " + noticeWord(notice.kind) + ": " + notice.alarm.text);
  }
  publish(*changed);
  for (const notify::Notice& notice : tell) m_notifier->tell(notice, now);
}

void AlarmAgent::acknowledge(const ControlCommand& command, const Message& message) {
  const auto id = static_cast<std::uint64_t>(command.number > 0 ? command.number : 0);
  const auto changed = m_book.acknowledge(id, m_context->clock().now());
  for (const AlarmUpdate& alarm : changed) {
    if (m_record) m_record(nameOfAlarm(alarm) + " acknowledged through " + command.channel);
    publish(alarm);
  }
  ControlAnswer answer;
  if (changed.empty() && id != 0)
    answer = {false, "alarm", "there is no alarm " + std::to_string(id) + " that waits to be acknowledged"};
  PublishOptions options;
  options.correlationId = message.correlationId;
  m_context->publish(Topic::ControlAnswer, answer, options);
}

void AlarmAgent::onMessage(const Message& message) {
  if (const auto* event = std::get_if<SystemEvent>(&message.payload)) {
    raise(*event);
  } else if (const auto* stop = std::get_if<EmergencyStopRaised>(&message.payload)) {
    raise({3, "stop", "emergency.stop",
           "emergency stop " + std::to_string(stop->stopNumber) + " by " + stop->trigger +
               (stop->reason.empty() ? "" : ": " + stop->reason),
           "Watch the stop's steps until it says STOPPED; look at positions and orders before a reset"},
          true);
  } else if (const auto* progress = std::get_if<StopProgress>(&message.payload)) {
    if (progress->state == StopState::Attention && progress->attention != m_attention)
      raise({3, "stop", "stop.attention", progress->attention, "Finish it by hand at the venue"}, true);
    m_attention = progress->state == StopState::Attention ? progress->attention : std::string();
  } else if (const auto* limit = std::get_if<LimitAlert>(&message.payload)) {
    const LimitGauge& gauge = limit->gauge;
    if (!limit->breached) return;
    raise({2, "risk", gauge.key,
           gauge.key + " of " + gauge.scope + " is breached: " + gauge.used.toString() + " " + gauge.unit +
               ", the limit is " + gauge.limit.toString(),
           gauge.action.empty() ? "Reduce the position" : gauge.action, gauge.scope});
  } else if (const auto* command = std::get_if<ControlCommand>(&message.payload)) {
    acknowledge(*command, message);
  }
}

void AlarmAgent::onTimer(TimerId) {
  const Timestamp now = m_context->clock().now();
  for (const notify::Notice& notice : m_book.tick(now)) {
    if (m_record) m_record(nameOfAlarm(notice.alarm) + " " + noticeWord(notice.kind));
    m_notifier->tell(notice, now);
  }
  m_notifier->tick(now);
  m_context->startTimer(now + kAlarmTick);
}

std::string AlarmAgent::selfTest() {
  return m_notifier == nullptr ? "not started" : std::string();
}

}  // namespace bw::agents
