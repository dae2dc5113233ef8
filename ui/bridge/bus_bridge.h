// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/bus/mailbox.h"
#include "core/bus/message_bus.h"
#include "ui/bridge/ui_commands.h"
#include "ui/bridge/ui_data.h"

namespace bw::ui {

/// The window's place on the bus: a mailbox like an agent's, emptied by pull(), and a voice for commands. No market
/// tick becomes an event of the GUI thread; keep-all topics arrive whole and in order.
/// Construct it before the agents start, so that nothing is missed.
/// Thread: GUI; the mailbox takes pushes from any thread.
class BusBridge final : public UiData, public UiCommands {
 public:
  /// What is not asked over the bus. All may be empty.
  struct Ports {
    /// Ends a latched stop; empty text = done.
    std::function<std::string(const std::string& phrase, const std::string& cause)> reset;
    /// What the risk check would say; from the GUI thread, so quick.
    std::function<std::vector<CheckResult>(const OrderIntent&)> preview;
    /// Where limits are changed; what it gives outlives the bridge. Null: nowhere.
    std::function<LimitDesk*()> limits;
    /// Market seconds per wall second as they are, 0 while held; empty: as asked for last.
    std::function<double()> speed;
    /// The machine's clock, for rates per second of real time; null: the bus's.
    const Clock* realClock = nullptr;
  };
  /// `bus` and its clock outlive this. `seed` feeds intent ids.
  /// `speed`: market seconds per wall second at the start.
  BusBridge(MessageBus& bus, Instruments instruments, SessionInfo info, Ports ports, std::uint64_t seed,
            double speed = 1);
  ~BusBridge() override;

  void pull() override;
  Timestamp now() const override { return m_bus.clock().now(); }
  const SessionInfo& info() const override { return m_info; }
  const InstrumentTable& instruments() const override { return *m_instruments; }

  void startTrading() override { control(ControlCommand::Kind::StartTrading, {}); }
  void pause() override { control(ControlCommand::Kind::Pause, {}); }
  void resume() override { control(ControlCommand::Kind::Resume, {}); }
  void stopTrading() override { control(ControlCommand::Kind::StopTrading, {}); }
  void submit(OrderIntent intent) override;
  void cancelOrder(ClientOrderId id) override;
  void cancelInstrument(InstrumentId id) override;
  void cancelAll() override;
  void closePosition(InstrumentId id, Ratio share) override;
  std::string reset(const std::string& phrase, const std::string& cause) override;
  void setSpeed(double speed) override;
  /// Speed 0 on the bus is a standing market.
  void setMarketPaused(bool paused) override;
  void step() override { control(ControlCommand::Kind::Step, {}); }
  /// The number is market time in seconds since 1970.
  void seek(Timestamp when) override;
  std::vector<CheckResult> preview(const OrderIntent& intent) override;
  void acknowledgeAlarm(std::uint64_t id) override {
    control(ControlCommand::Kind::AcknowledgeAlarm, {}, static_cast<double>(id));
  }
  void answer(const std::string& item, ReconciliationAction action, const std::string& reason) override;
  LimitDesk* limits() override { return m_ports.limits ? m_ports.limits() : nullptr; }

 private:
  void control(ControlCommand::Kind kind, const std::string& reason, double number = 0);
  bool isOvertaken(const Message& message);
  void measure(const Message& message);
  void takeReply(const Message& message);
  void closeSecond();
  MonoTime mono() const;

  MessageBus& m_bus;
  Instruments m_instruments;
  SessionInfo m_info;
  Ports m_ports;
  std::shared_ptr<Mailbox> m_mailbox;
  std::unique_ptr<Publisher> m_publisher;
  AgentId m_self;
  UuidMaker m_ids;
  double m_speed;                       ///< as asked for last
  std::map<Uuid, std::string> m_asked;  ///< answers to differences nobody has replied to: message id → item
  std::uint64_t m_marketSeen = 0;
  std::uint64_t m_replacedBefore = 0;
  std::vector<double> m_feedAges;                             ///< ms, of the running window
  std::map<InstrumentId, std::uint64_t> m_positionSequences;  ///< of the newest word on each position
  MonoTime m_windowStart;
  std::uint64_t m_lostBefore = 0;
};

}  // namespace bw::ui
