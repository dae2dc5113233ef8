// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "core/bus/agent.h"
#include "tests/support/bus_messages.h"

namespace bw::test {

/// Publishes `count` trades, one per millisecond of market time, from a timer.
class SourceAgent final : public Agent {
 public:
  explicit SourceAgent(std::string name, int count) : m_name(std::move(name)), m_count(count) {}
  std::string_view name() const override { return m_name; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    m_start = context.clock().now();
    if (m_count > 0) context.startTimer(m_start + Duration::millis(1));
  }
  void onMessage(const Message&) override {}
  void onTimer(TimerId) override {
    TradePrint trade;
    trade.tradeId = static_cast<std::uint64_t>(++m_sent);
    trade.price = Ticks{1000 + m_sent % 13};
    trade.size = Lots{1 + m_sent % 5};
    m_context->publish(Topic::MarketTrade, trade);
    if (m_sent < m_count) m_context->startTimer(m_start + Duration::millis(m_sent + 1));
  }
  int sent() const { return m_sent; }

 private:
  const std::string m_name;
  const int m_count;
  Timestamp m_start;
  int m_sent = 0;
  AgentContext* m_context = nullptr;
};

/// Makes an intent of every third trade of each source.
class DeciderAgent final : public Agent {
 public:
  std::string_view name() const override { return "decider"; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.subscribe(Topic::MarketTrade);
  }
  void onMessage(const Message& message) override {
    const auto& trade = message.as<TradePrint>();
    if (trade.tradeId % 3 != 0) return;
    OrderIntent intent;
    intent.id = m_context->newId();
    intent.quantity = Quantity(Decimal(trade.size.value, 3));
    intent.strategy = "relay " + std::to_string(trade.tradeId);
    PublishOptions options;
    options.correlationId = intent.id;
    m_context->publish(Topic::Intent, intent, options);
  }

 private:
  AgentContext* m_context = nullptr;
};

/// Writes down what arrives on its topics as "source topic number".
class RecorderAgent final : public Agent {
 public:
  explicit RecorderAgent(std::vector<Topic> topics = {Topic::MarketTrade, Topic::Intent})
      : m_topics(std::move(topics)) {}
  std::string_view name() const override { return "recorder"; }
  void onStart(AgentContext& context) override {
    for (const Topic topic : m_topics) context.subscribe(topic);
  }
  void onMessage(const Message& message) override {
    std::string line = std::string(infoOf(message.topic).name) + " " + std::to_string(message.from.value) + " ";
    if (const auto* trade = std::get_if<TradePrint>(&message.payload)) line += std::to_string(trade->tradeId);
    if (const auto* intent = std::get_if<OrderIntent>(&message.payload)) line += intent->strategy;
    lines.push_back(line + textOf(message));
  }
  std::vector<std::string> linesOf(std::string_view topic) const {
    std::vector<std::string> found;
    for (const std::string& line : lines) {
      if (line.rfind(topic, 0) == 0) found.push_back(line);
    }
    return found;
  }
  std::vector<std::string> lines;

 private:
  const std::vector<Topic> m_topics;
};

/// Throws at the message whose text is "throw"; answers requests with "re: <text>"; counts the rest.
class FragileAgent final : public Agent {
 public:
  explicit FragileAgent(std::string name = "fragile") : m_name(std::move(name)) {}
  std::string_view name() const override { return m_name; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.subscribe(Topic::Control);
  }
  void onMessage(const Message& message) override {
    const std::string text = textOf(message);
    if (text == "throw") throw std::runtime_error("as I was told");
    ++handled;
    if (message.type != MessageType::Request || text == "silence") return;
    PublishOptions options;
    options.type = MessageType::Response;
    options.correlationId = message.correlationId;
    m_context->publish(message.topic, payloadWith("re: " + text), options);
  }
  std::string selfTest() override { return handled > 0 ? "" : "nothing handled yet"; }
  int handled = 0;

 private:
  const std::string m_name;
  AgentContext* m_context = nullptr;
};

/// Asks another agent on start and keeps the answers.
class AskingAgent final : public Agent {
 public:
  AskingAgent(AgentId whom, std::string what) : m_whom(whom), m_what(std::move(what)) {}
  std::string_view name() const override { return "asking"; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.requestWake(context.clock().now() + Duration::millis(1));
  }
  void onWake() override {
    PublishOptions options;
    options.type = MessageType::Request;
    options.to = m_whom;
    options.timeLimit = Duration::millis(200);
    asked = m_context->publish(Topic::Control, payloadWith(m_what), options);
  }
  void onMessage(const Message& message) override {
    if (message.type == MessageType::Response && message.correlationId == asked) answers.push_back(textOf(message));
  }
  Uuid asked;
  std::vector<std::string> answers;

 private:
  const AgentId m_whom;
  const std::string m_what;
  AgentContext* m_context = nullptr;
};

}  // namespace bw::test
