// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/base/rng.h"
#include "core/bus/message.h"

namespace bw {

/// Options of one publication; what is left out is filled in by the bus.
struct PublishOptions {
  Uuid correlationId;  ///< nil: the new message's own id
  MessageType type = MessageType::Event;
  AgentId to;
  std::uint64_t key = 0;
  Duration timeLimit;  ///< requests: answered by then, else failed with "request.timeout"; 0 = none
};

using TimerId = std::uint64_t;
/// Takes a message only if it returns true. Runs on the publisher's thread: pure, quick, no locks.
using MessageFilter = std::function<bool(const Message&)>;

/// What a host gives the agents it runs. All functions on the agent's own host, but requestWake().
class AgentContext {
 public:
  virtual ~AgentContext() = default;
  virtual const Clock& clock() const = 0;
  virtual Uuid newId() = 0;
  virtual Rng& rng() = 0;
  virtual Log& log() = 0;
  virtual AgentId self() const = 0;
  /// Generation of the host; approvals and orders carry it.
  virtual std::uint64_t generation() const = 0;
  virtual void subscribe(Topic topic, MessageFilter filter = {}) = 0;
  virtual void unsubscribe(Topic topic) = 0;
  /// Puts the payload on the bus; subscribers get it after the caller's handler has returned. Returns the message's id.
  virtual Uuid publish(Topic topic, Payload payload, const PublishOptions& options = {}) = 0;
  /// Calls onTimer(id) once, when market time reaches `when`.
  virtual TimerId startTimer(Timestamp when) = 0;
  virtual void cancelTimer(TimerId id) = 0;
  /// From any thread: calls the agent's onWake() on its host at or soon after `when` (an earlier pending wake wins).
  virtual void requestWake(Timestamp when) = 0;
};

/// One specialised part of the workstation: turns messages into calls on pure components and results into messages.
/// Runs on exactly one host; the same object file on SimHost and on AgentHost.
class Agent {
 public:
  virtual ~Agent() = default;
  virtual std::string_view name() const = 0;
  /// Subscribe here. `context` outlives the agent's running time.
  virtual void onStart(AgentContext& context) = 0;
  virtual void onMessage(const Message& message) = 0;
  virtual void onTimer(TimerId) {}
  virtual void onWake() {}
  virtual void onStop() {}
  /// The deep check: empty when well, else what is wrong.
  virtual std::string selfTest() { return {}; }
};

}  // namespace bw
