// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/domain/messages/system.h"

namespace bw {

/// How hard a stop is; each does what the ones before it do. The emergency stop by hand is Flatten.
enum class StopLevel : std::uint8_t {
  NoNew,      ///< only orders that reduce risk; does not latch
  CancelAll,  ///< every order that can add risk is cancelled; positions and their stops stay
  Flatten,    ///< positions are closed too
  Cut,        ///< nothing is sent any more, cancels included; connections closed and keys wiped until the next start
};

/// What a stop is about. A venue has one account until set-up allows more, so both are named by the venue.
struct StopScope {
  enum class Kind : std::uint8_t { All, Account, Venue, Agent, Instrument };
  Kind kind = Kind::All;
  std::string name;  ///< Account, Venue: the venue; Agent: the strategy; Instrument: "venue/symbol"
  bool all() const { return kind == Kind::All; }
};

/// The emergency stop as everything that may press it sees it. Nobody can reset through this port.
class EmergencyStopPort {
 public:
  virtual ~EmergencyStopPort() = default;
  /// Closes the gate and wakes the stop thread: level Flatten, everything. Any thread, any number of times; never
  /// blocks, never throws.
  virtual void trigger(std::string_view channel, std::string_view reason) noexcept = 0;
  /// The same at a level and for a part. A level only rises; who knows no levels stops everything.
  virtual void raise(StopLevel, const StopScope&, std::string_view channel, std::string_view reason) noexcept {
    trigger(channel, reason);
  }
  /// The stop's truth, as last confirmed. Any thread.
  virtual StopProgress progress() const = 0;
};

}  // namespace bw
