// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/ids.h"
#include "core/gate/gate.h"
#include "core/gate/order_lane.h"
#include "core/risk/risk_engine.h"

namespace bw::app {

/// Makes the drill's orders as trading does: an intent, a risk engine's approval under wide limits, an order inside it.
/// There is no other way to the gate. Thread: owner only.
class DrillOrders {
 public:
  /// `clock` and `gate` must outlive it.
  DrillOrders(const Clock& clock, const gate::Gate& gate, Instruments instruments);
  /// A resting buy of one lot far below the mark. Nothing if the engine refused; then why() says the reason.
  std::optional<gate::PlaceCommand> next(const Instrument& instrument);
  std::unique_ptr<EmergencyAuthority> takeEmergencyAuthority() { return m_authority.takeEmergencyAuthority(); }
  const std::string& why() const { return m_why; }

 private:
  void nextEngine();
  const Clock& m_clock;
  const gate::Gate& m_gate;
  Instruments m_instruments;
  risk::ApprovalAuthority m_authority;
  std::unique_ptr<risk::RiskEngine> m_engine;
  UuidMaker m_ids;
  std::uint64_t m_count = 0;
  std::string m_why;
};

}  // namespace bw::app
