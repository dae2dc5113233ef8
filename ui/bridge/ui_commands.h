// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/domain/messages/reconciliation.h"
#include "core/domain/messages/risk.h"
#include "core/domain/order.h"
#include "core/ports/limit_desk.h"
#include "ui/bridge/stop_ports.h"

namespace bw::ui {

/// What a person can ask for through the window. Everything but reset() and preview() is a request: its outcome is
/// seen in UiData. The emergency stop is not here: it goes through EmergencyStopPort alone.
/// Thread: GUI; none of them blocks.
class UiCommands {
 public:
  virtual ~UiCommands() = default;
  virtual void startTrading() = 0;
  /// No new entries; exits and protection keep running.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Strategies stopped, orders cancelled, positions kept with their protection.
  virtual void stopTrading() = 0;
  /// A manual intent; id, owner, strategy and time are filled in here. Risk decides.
  virtual void submit(OrderIntent intent) = 0;
  virtual void cancelOrder(ClientOrderId id) = 0;
  virtual void cancelInstrument(InstrumentId id) = 0;
  virtual void cancelAll() = 0;
  /// Leaves with a reduce-only market exit of `share` (0 … 1] of the position.
  virtual void closePosition(InstrumentId id, Ratio share) = 0;
  /// Ends a latched stop. Empty: done; else what is missing, in words.
  virtual std::string reset(const std::string& phrase, const std::string& cause) = 0;
  /// Market seconds per wall second, > 0. Replay and sim.
  virtual void setSpeed(double speed) = 0;
  virtual void setMarketPaused(bool paused) = 0;
  virtual void step() = 0;
  virtual void seek(Timestamp when) = 0;
  /// What the risk check would say now; same code as the real one.
  virtual std::vector<CheckResult> preview(const OrderIntent& intent) = 0;
  /// A person's answer to a difference with a venue; what became of it is in UiData::replyTo() and in the changed item.
  virtual void answer(const std::string& item, ReconciliationAction action, const std::string& reason) = 0;
  /// Where risk limits are read and changed; null: this session has none. Its functions may wait for the disk: never
  /// call them on the GUI thread.
  virtual LimitDesk* limits() = 0;
  /// Tells the alarm agent that a person has seen an alarm; 0: all of them.
  virtual void acknowledgeAlarm(std::uint64_t id) = 0;
  /// What can be asked of the stop besides the press; set before the window is made.
  StopPorts stopPorts;
};

}  // namespace bw::ui
