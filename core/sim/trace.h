// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/bus/message.h"

namespace bw {

/// True for the topics that a trace hash covers: market data, signals, intents, verdicts, orders, cancels, venue
/// reports, fills, positions, balances, the stop. Health, log, progress, latencies and status texts are not.
bool isTraced(Topic topic);

/// Appends the deterministic binary form of a message: topic, market time, then its payload field by field, little
/// endian, doubles by bit pattern, decimals in canonical form, texts with their length. No wall times; messages that
/// are not traced append nothing. The levels of a book are folded into one 64-bit word.
void encodeForTrace(const Message& message, std::vector<char>& out);

/// SHA-256 over the traced messages of a run in order of delivery (DESIGN 8). SimHost adds each message once, when it
/// is first delivered to anybody, however many subscribers it has. Thread: owner only.
class TraceHash {
 public:
  void add(const Message& message);
  /// 64 hexadecimal digits; adding may go on.
  std::string hex() const { return toHex(m_hash.digest()); }
  std::uint64_t messages() const { return m_messages; }

 private:
  Sha256 m_hash;
  std::vector<char> m_buffer;
  std::uint64_t m_messages = 0;
};

}  // namespace bw
