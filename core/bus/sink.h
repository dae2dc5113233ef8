// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/bus/message.h"

namespace bw {

/// Takes messages for agents and hands them on later, on the agents' own host. The bus shares ownership.
/// Thread: push() from any.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  /// Queues `message` for `to`. Quick, never blocks on the receiver, never calls back into the publisher.
  virtual void push(AgentId to, const MessagePtr& message) = 0;
};

}  // namespace bw
