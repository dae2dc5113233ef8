// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/control_server.h"

#include <algorithm>
#include <cstdlib>

#include "app/compose/limit_verbs.h"
#include "app/compose/message_text.h"
#include "core/base/thread.h"

namespace bw::app {
namespace {

constexpr Duration kAnswerTimeout = Duration::seconds(3);
constexpr Duration kStopTimeout = Duration::seconds(6);
constexpr Duration kPollEvery = Duration::millis(2);

std::string_view typeWord(MessageType type) {
  static constexpr std::string_view kWords[] = {"REQUEST", "RESPONSE", "EVENT", "COMMAND"};
  return kWords[static_cast<std::size_t>(type)];
}

}  // namespace

ControlServer::ControlServer(Parts parts)
    : m_parts(std::move(parts)), m_publisher(m_parts.bus->makePublisher("control-socket")) {}

std::string ControlServer::refusal(const std::string& reason, const std::string& text) const {
  api::JsonWriter json;
  json.beginObject().field("ok", false).field("reason", reason).field("text", text).endObject();
  return json.text();
}

std::string ControlServer::command(ControlCommand command) {
  command.channel = "command line";
  PublishOptions options;
  options.type = MessageType::Command;
  const Uuid id = m_publisher->publish(Topic::Control, std::move(command), options);
  return awaitAnswer(id, "the orchestrator");
}

std::string ControlServer::awaitAnswer(const Uuid& id, const char* whose) {
  const MonoTime until = m_parts.realClock->mono() + kAnswerTimeout;
  while (m_parts.realClock->mono() < until) {
    if (auto answer = m_parts.status().takeAnswer(id)) {
      if (!answer->ok) return refusal(answer->reason, answer->text);
      api::JsonWriter json;
      json.beginObject().field("ok", true).field("state", toString(m_parts.status().state())).endObject();
      return json.text();
    }
    sleepFor(kPollEvery);
  }
  return refusal("timeout", std::string(whose) + " did not answer within 3 s; the emergency stop works all the same");
}

std::string ControlServer::reconcile(const api::ControlRequest& request) {
  const std::string action = request.argument("action");
  if (action == "list") return m_parts.status().reconciliationJson();
  if (action != "answer") return refusal("usage", "reconcile takes list, or answer ID adopt|ignore|close|pause");
  const auto word = reconciliationActionFrom(request.argument("answer"));
  if (!word) {
    return refusal("usage",
                   "'" + request.argument("answer") + "' is no answer; there are adopt, ignore, close and pause");
  }
  PublishOptions options;
  options.type = MessageType::Command;
  const ReconciliationAnswer answer{request.argument("id"), *word, "command line", request.argument("reason")};
  return awaitAnswer(m_publisher->publish(Topic::ReconciliationAnswer, answer, options), "the execution agent");
}

std::string ControlServer::emergencyStop(const api::ControlRequest& request) {
  const MonoTime start = m_parts.realClock->mono();
  const auto asked = stopAskedFor(request);
  if (!asked) return refusal(asked.error().userKey, asked.error().detail);
  const bool plain = request.argument("level").empty() && asked->scope.all();
  if (plain)
    m_parts.stop->trigger("command line", request.argument("reason"));
  else
    m_parts.stop->raise(asked->level, asked->scope, "command line", request.argument("reason"));
  StopProgress progress = m_parts.stop->progress();
  while (!isSettled(progress, *asked) && m_parts.realClock->mono() - start < kStopTimeout) {
    sleepFor(kPollEvery);
    progress = m_parts.stop->progress();
  }
  const auto account = m_parts.venueAccount();
  api::JsonWriter json;
  json.beginObject()
      .field("ok", asked->scope.all() && asked->level != StopLevel::NoNew ? progress.state == StopState::Stopped
                                                                          : isSettled(progress, *asked))
      .field("latched", progress.state != StopState::Ready);
  json.field("stop_number", progress.stopNumber).field("state", toString(progress.state));
  if (account) {
    json.field("open_orders", static_cast<std::uint64_t>(account->openOrders.size()));
    json.field("positions", static_cast<std::uint64_t>(account->positions.size()));
  } else {
    json.key("open_orders").null().key("positions").null().field("unknown", account.error().detail);
  }
  json.field("orders_cancelled", progress.ordersCancelled).field("positions_flat", progress.positionsFlat);
  json.field("level", progress.level).key("scopes").beginArray();
  for (const ScopedStop& scoped : progress.scopes) {
    json.beginObject().field("scope", scoped.scope).field("level", scoped.level).field("state", toString(scoped.state));
    json.field("stop_number", scoped.stopNumber).field("attention", scoped.attention).endObject();
  }
  json.endArray();
  json.field("attention", progress.attention)
      .field("elapsed_ms", (m_parts.realClock->mono() - start).toMillis())
      .endObject();
  return json.text();
}

std::string ControlServer::drill(const api::ControlRequest& request) {
  if (m_parts.drill == nullptr) return refusal("drill.none", "this workstation runs no drills");
  const auto number = [&](const char* key, int otherwise) {
    const std::string text = request.argument(key);
    return text.empty() ? otherwise : static_cast<int>(std::strtol(text.c_str(), nullptr, 10));
  };
  if (request.argument("action") == "last") {
    const std::string last = m_parts.drill->lastJson();
    if (last.empty()) return refusal("drill.none", m_parts.drill->running() ? "it is under way" : "none has been run");
    return last;
  }
  const std::string freeze = request.argument("freeze");
  const auto started =
      m_parts.drill->start(number("orders", 1'000), number("runs", 1), freeze.find("gui") != std::string::npos,
                           freeze.find("cpu") != std::string::npos);
  if (!started) return refusal(started.error().userKey, started.error().detail);
  return R"({"ok":true,"state":"started"})";
}

std::string ControlServer::resetScope(const api::ControlRequest& request) {
  const auto asked = stopAskedFor(request);
  if (!asked || !m_parts.resetScope) return refusal("usage", asked ? "nothing to reset here" : asked.error().detail);
  const auto done = m_parts.resetScope(asked->scope, request.argument("phrase"), request.argument("cause"));
  if (!done) return refusal(done.error().userKey, done.error().detail);
  return R"({"ok":true})";
}

namespace {

// The intent's id behind a client order id, as far as the bus remembers the order.
Uuid intentOf(const MessageBus& bus, const Uuid& id) {
  for (const Topic topic : {Topic::OrderPlaced, Topic::OrderUpdated}) {
    for (const MessagePtr& message : bus.history(topic)) {
      const auto* update = std::get_if<OrderUpdate>(&message->payload);
      if (update != nullptr && update->order.clientId == id) return message->correlationId;
    }
  }
  return {};
}

std::vector<MessagePtr> storyOf(const MessageBus& bus, const Uuid& id) {
  std::vector<MessagePtr> story = bus.historyOf(id);
  const Uuid intent = intentOf(bus, id);
  if (intent.isNil() || intent == id) return story;
  const std::vector<MessagePtr> more = bus.historyOf(intent);
  story.insert(story.end(), more.begin(), more.end());
  std::sort(story.begin(), story.end(),
            [](const MessagePtr& a, const MessagePtr& b) { return a->sequence < b->sequence; });
  return story;
}

}  // namespace

void writeStory(api::JsonWriter& json, const MessageBus& bus, const Uuid& id) {
  json.key("messages").beginArray();
  for (const MessagePtr& message : storyOf(bus, id)) {
    json.beginObject().field("sequence", message->sequence).field("time", toIso8601(message->timestamp));
    json.field("topic", bus.info(message->topic).name).field("from", bus.agentName(message->from));
    json.field("host", bus.hostName({message->host}))
        .field("type", typeWord(message->type))
        .field("text", describe(*message))
        .endObject();
  }
  json.endArray();
}

std::string ControlServer::explain(const std::string& id) {
  auto parsed = uuidFromString(id);
  if (!parsed) return refusal("id", parsed.error().detail);
  api::JsonWriter json;
  json.beginObject().field("ok", true).field("id", id);
  writeStory(json, *m_parts.bus, *parsed);
  json.endObject();
  return json.text();
}

std::string ControlServer::answer(const api::ControlRequest& request) {
  ControlCommand order;
  order.reason = request.argument("reason");
  if (request.verb == "status") return m_parts.status().statusJson(m_parts.moreStatus);
  if (request.verb == "emergency-stop") return emergencyStop(request);
  if (request.verb == "drill") return drill(request);
  if (request.verb == "reset" && !request.argument("scope").empty() && request.argument("scope") != "all")
    return resetScope(request);
  if (request.verb == "explain") return explain(request.argument("id"));
  if (request.verb == "limits") {
    if (m_parts.limits == nullptr) return refusal("limits.none", "this workstation does not own its data directory");
    return answerLimits(*m_parts.limits, request);
  }
  if (request.verb == "reconcile") return reconcile(request);
  if (request.verb == "shutdown") {
    m_parts.requestShutdown();
    return R"({"ok":true})";
  }
  if (request.verb == "pause")
    order.kind = ControlCommand::Kind::Pause;
  else if (request.verb == "resume") {
    order.kind = ControlCommand::Kind::Resume;
    if (m_parts.resumed) m_parts.resumed();
  } else if (request.verb == "start")
    order.kind = ControlCommand::Kind::StartTrading;
  else if (request.verb == "acknowledge") {
    order.kind = ControlCommand::Kind::AcknowledgeAlarm;
    const std::string id = request.argument("id");
    order.number = std::strtod(id.c_str(), nullptr);
    if (!id.empty() && order.number < 1)
      return refusal("id", "'" + id + "' is no alarm's number; status lists them, no number means all");
  } else if (request.verb == "reset") {
    order.kind = ControlCommand::Kind::Reset;
    order.phrase = request.argument("phrase");
    order.reason = request.argument("cause");
  } else {
    return refusal("verb", "unknown verb '" + request.verb + "'");
  }
  return command(std::move(order));
}

}  // namespace bw::app
