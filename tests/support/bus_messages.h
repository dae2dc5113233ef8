// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/bus/message_bus.h"

namespace bw::test {

/// A payload that fits the topic well enough for tests of transport; `text` travels in it.
inline Payload payloadWith(const std::string& text) {
  SystemEvent event;
  event.text = text;
  return event;
}

inline std::string textOf(const Message& message) {
  const auto* event = std::get_if<SystemEvent>(&message.payload);
  return event == nullptr ? std::string() : event->text;
}

/// A message as the bus would make it.
inline MessagePtr makeMessage(Topic topic, const std::string& text, std::uint64_t key = 0, Timestamp when = {}) {
  auto message = std::make_shared<Message>();
  message->topic = topic;
  message->key = key;
  message->timestamp = when;
  message->payload = payloadWith(text);
  return message;
}

/// Keeps what it is given, for a reader on the same thread.
class CollectingSink final : public MessageSink {
 public:
  void push(AgentId to, const MessagePtr& message) override { got.push_back({to, message}); }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const auto& [to, message] : got) texts.push_back(textOf(*message));
    return texts;
  }
  std::vector<std::pair<AgentId, MessagePtr>> got;
};

}  // namespace bw::test
