// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/bus/agent.h"
#include "core/bus/sink.h"
#include "core/bus/tap.h"

namespace bw {

/// A small dense number for a host's name. 0 = no host: never fenced (order lanes, venues, window, control socket).
struct HostId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(HostId, HostId) = default;
};

/// A host as it was when somebody asked: what is said with an older generation is refused.
struct HostIdentity {
  HostId id;
  std::uint64_t generation = 0;
};

/// A request that nobody has answered yet; the deadlock detection looks for cycles among these.
struct OpenRequest {
  Uuid correlationId;
  AgentId requester;
  AgentId responder;
  Topic topic = Topic::Event;
  Timestamp since;
  Timestamp deadline = Timestamp::never();
};

struct BusStats {
  std::array<std::uint64_t, kTopicCount> published{};
  std::uint64_t refused = 0;        ///< said by a host of an old generation
  std::uint64_t lateResponses = 0;  ///< to a request that is closed; not delivered
  std::uint64_t filterErrors = 0;   ///< filters that threw; they take nothing
  std::uint64_t historyExpired = 0;
};

/// SPEC 2: every topic at its own place, and no ttl on a keep-all topic. Error "bus.topic_table" names the topic.
Result<void> checkTopicTable(const std::array<TopicInfo, kTopicCount>& topics);

class Publisher;

/// The one bus of a session (SPEC 2). Publishing hands a shared immutable message to the sink of every subscriber;
/// nothing is called back during a publication, so a handler that publishes cannot re-enter its publisher.
/// A directed message (`to`) reaches only that agent, and only if it subscribed to the topic; a response reaches its
/// requester without a subscription.
/// Thread: all functions from any thread. The bus outlives publishers, hosts and agents.
class MessageBus {
 public:
  using TopicTable = std::array<TopicInfo, kTopicCount>;

  /// `seed` feeds message ids. `clock` and `topics` must outlive the bus; the table must pass checkTopicTable().
  MessageBus(const Clock& clock, std::uint64_t seed, const TopicTable& topics = kTopics);
  ~MessageBus();
  MessageBus(const MessageBus&) = delete;
  MessageBus& operator=(const MessageBus&) = delete;

  /// The id of a name, new or known. At most 65,535 names.
  AgentId registerAgent(std::string_view name);
  std::string agentName(AgentId id) const;  ///< "" if unknown
  /// Nobody (0) if no such name is registered.
  AgentId findAgent(std::string_view name) const;

  /// The host of a name, new (generation 1) or known (with its present generation). At most 255 names.
  HostIdentity registerHost(std::string_view name);
  std::string hostName(HostId id) const;
  std::uint64_t generationOf(HostId id) const;
  bool current(HostIdentity host) const { return host.id.value == 0 || generationOf(host.id) == host.generation; }
  /// Fences the host off: whatever its present generation says or subscribes from now on is refused, and its agents'
  /// subscriptions end. Returns the new generation.
  std::uint64_t raiseGeneration(HostId id);

  /// Where `agent` receives responses, and by default what it subscribes to. Refused (false) for a fenced host.
  bool attach(AgentId agent, std::shared_ptr<MessageSink> sink, HostIdentity host = {});
  /// Ends all its subscriptions and its attachment.
  void detach(AgentId agent);
  /// Replaces an earlier subscription of the same agent and topic. False for a fenced host.
  bool subscribe(Topic topic, AgentId agent, std::shared_ptr<MessageSink> sink, MessageFilter filter = {},
                 HostIdentity host = {});
  void unsubscribe(Topic topic, AgentId agent);
  std::vector<AgentId> subscribers(Topic topic) const;

  /// A voice on the bus for an agent, or for any other source: an order lane, a venue, the window, the control socket.
  /// `name` is registered as an agent's.
  std::unique_ptr<Publisher> makePublisher(std::string_view name, HostIdentity host = {});

  std::vector<OpenRequest> openRequests() const;
  /// Answers the request in the responder's stead with SystemEvent{code, text}. False if it is not open.
  bool failRequest(const Uuid& correlationId, std::string_view code, std::string_view text);
  /// Fails every request past its time limit with "request.timeout"; returns how many.
  std::size_t expireRequests();

  /// What the bus remembers of a topic, oldest first; nothing past its ttl.
  std::vector<MessagePtr> history(Topic topic) const;
  /// Everything remembered with this correlation id (or this id), in order of publication.
  std::vector<MessagePtr> historyOf(const Uuid& correlationId) const;
  /// Forgets what is past its ttl. Called by the orchestrator's health check.
  void cleanHistory();

  /// Lets an inspector watch; see Tap.
  std::shared_ptr<Tap> addTap(Tap::Options options);
  void removeTap(const std::shared_ptr<Tap>& tap);

  BusStats stats() const;
  const Clock& clock() const { return m_clock; }
  const TopicInfo& info(Topic topic) const { return m_topics[static_cast<std::size_t>(topic)]; }

 private:
  friend class Publisher;
  struct Subscriber {
    AgentId agent;
    std::shared_ptr<MessageSink> sink;
    MessageFilter filter;
    HostIdentity host;
  };
  struct Audience {
    std::vector<Subscriber> subscribers;
    std::vector<std::shared_ptr<Tap>> taps;
  };
  using AudiencePtr = std::shared_ptr<const Audience>;
  /// One topic: who listens (an immutable snapshot with a version) and what was said.
  struct TopicState {
    mutable Mutex mutex;
    AudiencePtr audience BW_GUARDED_BY(mutex);
    std::atomic<std::uint64_t> version{1};
    std::vector<MessagePtr> history BW_GUARDED_BY(mutex);  ///< ring of info.history
    std::size_t historyStart BW_GUARDED_BY(mutex) = 0;
    std::size_t historyCount BW_GUARDED_BY(mutex) = 0;
    std::uint64_t published BW_GUARDED_BY(mutex) = 0;
  };
  struct Attachment {
    std::shared_ptr<MessageSink> sink;
    HostIdentity host;
  };
  static constexpr std::size_t kMaxHosts = 256;

  template <class Change>
  void changeAudience(Topic topic, Change change);
  AudiencePtr audienceOf(Topic topic, std::uint64_t& version) const;
  /// Numbers the message and remembers it.
  void record(const std::shared_ptr<Message>& message);
  std::size_t dropExpired(TopicState& state, const TopicInfo& info, Timestamp now) BW_REQUIRES(state.mutex);
  void openRequest(const Message& message, Duration timeLimit);
  bool closeRequest(const Uuid& correlationId, AgentId responder, AgentId& requester);
  void pushDirect(AgentId to, const MessagePtr& message);

  const Clock& m_clock;
  const TopicTable& m_topics;
  const Rng m_rng;
  std::array<TopicState, kTopicCount> m_states;
  std::atomic<std::uint64_t> m_sequence{0};
  std::array<std::atomic<std::uint64_t>, kMaxHosts> m_generations{};
  std::atomic<std::uint64_t> m_refused{0};
  std::atomic<std::uint64_t> m_late{0};
  std::atomic<std::uint64_t> m_filterErrors{0};
  std::atomic<std::uint64_t> m_historyExpired{0};

  mutable Mutex m_namesMutex;
  std::vector<std::string> m_agents BW_GUARDED_BY(m_namesMutex);  ///< [0] is nobody
  std::vector<std::string> m_hosts BW_GUARDED_BY(m_namesMutex);   ///< [0] is no host
  std::vector<Attachment> m_attachments BW_GUARDED_BY(m_namesMutex);
  mutable Mutex m_requestsMutex;
  std::vector<OpenRequest> m_requests BW_GUARDED_BY(m_requestsMutex);  ///< oldest first
  std::unique_ptr<Publisher> m_self;
};

/// One voice on the bus. Messages of one publisher on one topic reach every subscriber in the order they were
/// published. Thread: any; one at a time inside.
class Publisher {
 public:
  Publisher(MessageBus& bus, AgentId self, HostIdentity host, Rng rng);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// The message's id; nil if it was refused: the host has been fenced off, or a response came too late.
  /// A Request with a `to` stays open until a Response of its correlation id, failRequest() or its time limit.
  Uuid publish(Topic topic, Payload&& payload, const PublishOptions& options = {});
  /// Asks `to` and returns the correlation id that the answer will carry; nil if refused.
  Uuid request(Topic topic, Payload payload, AgentId to, Duration timeLimit);
  /// Answers `request` on its topic. Nil if it is no longer open.
  Uuid respond(const Message& request, Payload payload);

  AgentId self() const { return m_self; }
  HostIdentity host() const { return m_host; }
  std::uint64_t published() const { return m_published.load(std::memory_order_relaxed); }

 private:
  struct Cached {
    std::uint64_t version = 0;
    MessageBus::AudiencePtr audience;
  };
  void deliver(const MessagePtr& message, const MessageBus::Audience& audience);
  /// For a response: finds the requester. False if nobody waits for it.
  bool route(Message& message, const PublishOptions& options);

  MessageBus& m_bus;
  const AgentId m_self;
  const HostIdentity m_host;
  std::atomic<std::uint64_t> m_published{0};
  Mutex m_mutex;
  UuidMaker m_ids BW_GUARDED_BY(m_mutex);
  std::array<Cached, kTopicCount> m_audiences BW_GUARDED_BY(m_mutex);
};

}  // namespace bw
