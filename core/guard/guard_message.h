// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bw::guard {

/// Both ends must speak the same; anything else is refused.
inline constexpr int kProtocol = 1;
inline constexpr std::string_view kVersion = "0.1.0";

/// What workstation and guard say to each other; one message a packet of the local socket.
struct GuardMessage {
  enum class Kind : std::uint8_t {
    Hello,  ///< first, both ways
    Beat,   ///< every 250 ms, both ways
    Press,  ///< from the guard: somebody pressed there
    Bye,    ///< from the workstation: it ends in order, nothing is left for the guard
    Show    ///< from the workstation: its window is frozen, the guard's is to come to the front
  };
  Kind kind = Kind::Beat;
  int protocol = kProtocol;           ///< Hello
  std::string version{kVersion};      ///< Hello
  std::int64_t pid = 0;               ///< Hello
  std::uint64_t number = 0;           ///< Beat: counts up
  std::string state;                  ///< Beat: of the sender's stop, "READY" ...
  std::string level;                  ///< Beat: of the sender's gate
  std::uint64_t stopNumber = 0;       ///< Beat: of the sender's last stop
  std::uint64_t cleared = 0;          ///< Beat of the workstation: the last stop that a person has reset
  std::uint64_t journalSequence = 0;  ///< Beat of the workstation: what is durable
  std::string journalHead;            ///< Beat of the workstation: the head's seal
  std::string channel;                ///< Press; Beat of a guard that has acted: why
  std::string reason;                 ///< Press; Beat of a guard that has acted
};

std::string encode(const GuardMessage& message);
/// Nothing for what encode() does not make.
std::optional<GuardMessage> decode(std::string_view bytes);

}  // namespace bw::guard
