// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/message_bus.h"

#include <algorithm>

namespace bw {
namespace {

/// A stream number for a name: FNV-1a, so that ids do not depend on who registered first.
std::uint64_t streamOfName(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::uint16_t indexOfName(std::vector<std::string>& names, std::string_view name, std::size_t limit) {
  const auto known = std::find(names.begin() + 1, names.end(), name);
  if (known == names.end()) {
    BW_ASSERT(names.size() < limit);
    names.emplace_back(name);
    return static_cast<std::uint16_t>(names.size() - 1);
  }
  return static_cast<std::uint16_t>(known - names.begin());
}

/// Built in place, its payload moved once: a Message made by make_shared<Message>() would be zeroed first.
struct BuiltMessage final : Message {
  explicit BuiltMessage(Payload&& said) { payload = std::move(said); }
};

}  // namespace

Result<void> checkTopicTable(const std::array<TopicInfo, kTopicCount>& topics) {
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    const TopicInfo& info = topics[i];
    const std::string name(info.name);
    if (static_cast<std::size_t>(info.topic) != i) {
      return finalError("bus.topic_table", "topic '" + name + "' is not at its place in the topic table");
    }
    if (info.policy == QueuePolicy::KeepAll && info.ttl.ns != 0) {
      return finalError("bus.topic_table",
                        "keep-all topic '" + name + "' has a ttl; remove the ttl or keep the latest");
    }
    if (info.bound == 0 || info.ttl.ns < 0) {
      return finalError("bus.topic_table", "topic '" + name + "' needs a bound above 0 and a ttl of at least 0");
    }
  }
  return {};
}

MessageBus::MessageBus(const Clock& clock, std::uint64_t seed, const TopicTable& topics)
    : m_clock(clock), m_topics(topics), m_rng(seed) {
  BW_ASSERT(checkTopicTable(topics).ok());
  {
    Lock lock(m_namesMutex);
    m_agents.emplace_back();
    m_hosts.emplace_back();
    m_attachments.emplace_back();
  }
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    Lock lock(m_states[i].mutex);
    m_states[i].audience = std::make_shared<const Audience>();
    m_states[i].history.resize(topics[i].history);
  }
  m_self = makePublisher("bus");
}

MessageBus::~MessageBus() = default;

AgentId MessageBus::registerAgent(std::string_view name) {
  Lock lock(m_namesMutex);
  const AgentId id{indexOfName(m_agents, name, 65536)};
  m_attachments.resize(m_agents.size());
  return id;
}

std::string MessageBus::agentName(AgentId id) const {
  Lock lock(m_namesMutex);
  return id.value < m_agents.size() ? m_agents[id.value] : std::string();
}

AgentId MessageBus::findAgent(std::string_view name) const {
  Lock lock(m_namesMutex);
  const auto known = std::find(m_agents.begin() + 1, m_agents.end(), name);
  return known == m_agents.end() ? AgentId{} : AgentId{static_cast<std::uint16_t>(known - m_agents.begin())};
}

HostIdentity MessageBus::registerHost(std::string_view name) {
  Lock lock(m_namesMutex);
  const HostId id{indexOfName(m_hosts, name, kMaxHosts)};
  std::uint64_t none = 0;
  m_generations[id.value].compare_exchange_strong(none, 1);
  return {id, m_generations[id.value].load()};
}

std::string MessageBus::hostName(HostId id) const {
  Lock lock(m_namesMutex);
  return id.value < m_hosts.size() ? m_hosts[id.value] : std::string();
}

std::uint64_t MessageBus::generationOf(HostId id) const {
  return m_generations[id.value].load(std::memory_order_acquire);
}

std::uint64_t MessageBus::raiseGeneration(HostId id) {
  BW_ASSERT(id.value != 0);
  const std::uint64_t generation = m_generations[id.value].fetch_add(1) + 1;
  const auto fenced = [&](const HostIdentity& host) { return host.id == id && host.generation < generation; };
  {
    Lock lock(m_namesMutex);
    for (Attachment& attachment : m_attachments) {
      if (fenced(attachment.host)) attachment = {};
    }
  }
  for (const TopicInfo& info : m_topics) {
    changeAudience(info.topic, [&](Audience& audience) {
      std::erase_if(audience.subscribers, [&](const Subscriber& s) { return fenced(s.host); });
    });
  }
  return generation;
}

bool MessageBus::attach(AgentId agent, std::shared_ptr<MessageSink> sink, HostIdentity host) {
  Lock lock(m_namesMutex);
  BW_ASSERT(agent.value != 0 && agent.value < m_attachments.size());
  if (!current(host)) return false;
  m_attachments[agent.value] = {std::move(sink), host};
  return true;
}

void MessageBus::detach(AgentId agent) {
  for (const TopicInfo& info : m_topics) unsubscribe(info.topic, agent);
  Attachment ended;
  Lock lock(m_namesMutex);
  if (agent.value < m_attachments.size()) std::swap(ended, m_attachments[agent.value]);
}

template <class Change>
void MessageBus::changeAudience(Topic topic, Change change) {
  TopicState& state = m_states[static_cast<std::size_t>(topic)];
  AudiencePtr before;  // released after the lock: the last owner of a sink may destroy it
  Lock lock(state.mutex);
  auto next = std::make_shared<Audience>(*state.audience);
  change(*next);
  before = std::move(state.audience);
  state.audience = std::move(next);
  state.version.fetch_add(1, std::memory_order_release);
}

MessageBus::AudiencePtr MessageBus::audienceOf(Topic topic, std::uint64_t& version) const {
  const TopicState& state = m_states[static_cast<std::size_t>(topic)];
  Lock lock(state.mutex);
  version = state.version.load(std::memory_order_relaxed);
  return state.audience;
}

bool MessageBus::subscribe(Topic topic, AgentId agent, std::shared_ptr<MessageSink> sink, MessageFilter filter,
                           HostIdentity host) {
  BW_ASSERT(sink != nullptr && agent.value != 0);
  bool accepted = false;
  changeAudience(topic, [&](Audience& audience) {
    accepted = current(host);
    if (!accepted) return;
    std::erase_if(audience.subscribers, [&](const Subscriber& s) { return s.agent == agent; });
    audience.subscribers.push_back({agent, std::move(sink), std::move(filter), host});
  });
  return accepted;
}

void MessageBus::unsubscribe(Topic topic, AgentId agent) {
  changeAudience(topic, [&](Audience& audience) {
    std::erase_if(audience.subscribers, [&](const Subscriber& s) { return s.agent == agent; });
  });
}

std::vector<AgentId> MessageBus::subscribers(Topic topic) const {
  std::uint64_t version = 0;
  std::vector<AgentId> agents;
  for (const Subscriber& s : audienceOf(topic, version)->subscribers) agents.push_back(s.agent);
  return agents;
}

std::unique_ptr<Publisher> MessageBus::makePublisher(std::string_view name, HostIdentity host) {
  return std::make_unique<Publisher>(*this, registerAgent(name), host,
                                     m_rng.fork(streamOfName(name) + host.generation * 0x9e3779b97f4a7c15ULL));
}

std::shared_ptr<Tap> MessageBus::addTap(Tap::Options options) {
  auto tap = std::make_shared<Tap>(options);
  for (const TopicInfo& info : m_topics) {
    if (!options.topics.test(static_cast<std::size_t>(info.topic))) continue;
    changeAudience(info.topic, [&](Audience& audience) { audience.taps.push_back(tap); });
  }
  return tap;
}

void MessageBus::removeTap(const std::shared_ptr<Tap>& tap) {
  for (const TopicInfo& info : m_topics) {
    changeAudience(info.topic, [&](Audience& audience) { std::erase(audience.taps, tap); });
  }
}

BusStats MessageBus::stats() const {
  BusStats stats;
  for (std::size_t i = 0; i < kTopicCount; ++i) {
    Lock lock(m_states[i].mutex);
    stats.published[i] = m_states[i].published;
  }
  stats.refused = m_refused.load(std::memory_order_relaxed);
  stats.lateResponses = m_late.load(std::memory_order_relaxed);
  stats.filterErrors = m_filterErrors.load(std::memory_order_relaxed);
  stats.historyExpired = m_historyExpired.load(std::memory_order_relaxed);
  return stats;
}

void MessageBus::pushDirect(AgentId to, const MessagePtr& message) {
  std::shared_ptr<MessageSink> sink;
  {
    Lock lock(m_namesMutex);
    if (to.value < m_attachments.size()) sink = m_attachments[to.value].sink;
  }
  if (sink) sink->push(to, message);
}

Publisher::Publisher(MessageBus& bus, AgentId self, HostIdentity host, Rng rng)
    : m_bus(bus), m_self(self), m_host(host), m_ids(rng) {}

bool Publisher::route(Message& message, const PublishOptions& options) {
  if (message.type != MessageType::Response) return true;
  if (m_bus.closeRequest(options.correlationId, m_self, message.to)) return true;
  m_bus.m_late.fetch_add(1, std::memory_order_relaxed);
  return false;
}

Uuid Publisher::publish(Topic topic, Payload&& payload, const PublishOptions& options) {
  Lock lock(m_mutex);
  if (!m_bus.current(m_host)) {
    m_bus.m_refused.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  const Timestamp now = m_bus.m_clock.now();
  const Uuid id = m_ids.make(now);
  std::shared_ptr<Message> message = std::make_shared<BuiltMessage>(std::move(payload));
  message->id = id;
  message->from = m_self;
  message->to = options.to;
  message->type = options.type;
  message->topic = topic;
  message->timestamp = now;
  message->correlationId = options.correlationId.isNil() ? id : options.correlationId;
  message->host = m_host.id.value;
  message->generation = m_host.generation;
  message->key = options.key;
  if (!route(*message, options)) return {};
  if (options.type == MessageType::Request && options.to.value != 0) m_bus.openRequest(*message, options.timeLimit);
  Cached& cached = m_audiences[static_cast<std::size_t>(topic)];
  const auto& state = m_bus.m_states[static_cast<std::size_t>(topic)];
  if (state.version.load(std::memory_order_acquire) != cached.version) {
    cached.audience = m_bus.audienceOf(topic, cached.version);
  }
  m_bus.record(message);
  deliver(std::move(message), *cached.audience);
  m_published.store(m_published.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return id;
}

void Publisher::deliver(const MessagePtr& message, const MessageBus::Audience& audience) {
  for (const auto& tap : audience.taps) tap->offer(message);
  if (message->type == MessageType::Response) return m_bus.pushDirect(message->to, message);
  for (const auto& subscriber : audience.subscribers) {
    if (message->to.value != 0 && message->to != subscriber.agent) continue;
    if (subscriber.filter) {
      try {
        if (!subscriber.filter(*message)) continue;
      } catch (...) {
        m_bus.m_filterErrors.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
    }
    subscriber.sink->push(subscriber.agent, message);
  }
}

Uuid Publisher::request(Topic topic, Payload payload, AgentId to, Duration timeLimit) {
  BW_ASSERT(to.value != 0);
  PublishOptions options;
  options.type = MessageType::Request;
  options.to = to;
  options.timeLimit = timeLimit;
  return publish(topic, std::move(payload), options);
}

Uuid Publisher::respond(const Message& request, Payload payload) {
  PublishOptions options;
  options.type = MessageType::Response;
  options.correlationId = request.correlationId;
  options.key = request.key;
  return publish(request.topic, std::move(payload), options);
}

}  // namespace bw
