// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/bus/topic.h"
#include "core/domain/messages/payload.h"

namespace bw {

/// A small dense number for an agent's name, given by the bus at registration. 0 = broadcast or nobody.
struct AgentId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(AgentId, AgentId) = default;
};

enum class MessageType : std::uint8_t { Request, Response, Event, Command };

/// An immutable message: envelope (SPEC 2.2) and payload. Shared between subscribers.
struct Message {
  Uuid id;
  AgentId from;
  AgentId to;  ///< 0 = everyone who subscribed
  MessageType type = MessageType::Event;
  Topic topic = Topic::Event;
  Timestamp timestamp;  ///< market time of publication
  Uuid correlationId;
  std::uint64_t sequence = 0;    ///< per bus, in order of publication
  std::uint16_t host = 0;        ///< publisher's host
  std::uint64_t generation = 0;  ///< of that host; the bus refuses an old one
  std::uint64_t key = 0;         ///< KeepLatest topics: which slot (usually the instrument)
  Payload payload;

  Priority priority() const { return infoOf(topic).priority; }
  /// The payload, which must be a T.
  template <class T>
  const T& as() const {
    const T* value = std::get_if<T>(&payload);
    BW_ASSERT(value != nullptr);
    return *value;
  }
};
using MessagePtr = std::shared_ptr<const Message>;

}  // namespace bw
