// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/ports/emergency_stop.h"
#include "ui/bridge/test_desk.h"
#include "ui/bridge/ui_commands.h"
#include "ui/bridge/ui_data.h"

namespace bw::ui {

/// A rich, deterministic state of everything, for tests and pictures: no engine behind it. Always mode SIM.
/// Thread: GUI.
class TestData final : public UiData {
 public:
  struct Options {
    bool empty = false;   ///< instruments only: every view shows its empty state
    bool moving = false;  ///< each pull() moves books, tape and candles a little
    bool stale = false;   ///< the feed has been silent since a gap
    StopState stop = StopState::Ready;
  };
  explicit TestData(Options options);
  TestData() : TestData(Options{}) {}

  void pull() override;
  Timestamp now() const override { return m_now; }
  const SessionInfo& info() const override { return m_info; }
  const InstrumentTable& instruments() const override { return m_instruments; }

  /// As if it had been said to an answer of a difference.
  void reply(const std::string& item, InboxReply reply) { noteReply(item, std::move(reply)); }
  /// As if the message had come from the engine.
  void feed(const Payload& payload) { apply(payload, m_now); }
  /// The stop in a given state, with counters and steps that agree.
  void setStop(StopState state);
  /// One small random step of every market.
  void move();
  /// The first instrument: BTC-PERP at 61659.7 × 61659.8.
  static InstrumentId bitcoin() { return {0}; }

 private:
  void addInstruments();
  void addMarkets();
  void addBook(const Instrument& instrument, Ticks bid, Ticks ask);
  void addTrade(InstrumentId id, Ticks price, std::int64_t lots, Side side, Timestamp time);
  void addCandles();
  void addSignals();
  void addOrders();
  void addHistory();
  void addPositions();
  void addAccount();
  void addRisk();
  void addAgents();
  void addAudit();
  void addEvents();
  void addSession();
  Order order(int number, InstrumentId id, Side side, OrderState state, const char* price, const char* quantity,
              const char* filled) const;

  Options m_options;
  Timestamp m_now;
  SessionInfo m_info;
  InstrumentTable m_instruments;
  Rng m_rng{42};
  std::vector<std::int64_t> m_mid;  ///< best bid in ticks by instrument
  std::uint64_t m_bookRevision = 0;
};

/// Writes down what was asked for; sends nothing.
class RecordedCommands final : public UiCommands {
 public:
  void startTrading() override { calls.emplace_back("start"); }
  void pause() override { calls.emplace_back("pause"); }
  void resume() override { calls.emplace_back("resume"); }
  void stopTrading() override { calls.emplace_back("stop trading"); }
  void submit(OrderIntent intent) override;
  void cancelOrder(ClientOrderId id) override { calls.push_back("cancel " + bw::toString(id)); }
  void cancelInstrument(InstrumentId id) override { calls.push_back("cancel instrument " + std::to_string(id.value)); }
  void cancelAll() override { calls.emplace_back("cancel all"); }
  void closePosition(InstrumentId id, Ratio share) override;
  std::string reset(const std::string& phrase, const std::string& cause) override;
  void setSpeed(double speed) override { calls.push_back("speed " + std::to_string(static_cast<int>(speed))); }
  void setMarketPaused(bool paused) override { calls.emplace_back(paused ? "market paused" : "market runs"); }
  void step() override { calls.emplace_back("step"); }
  void seek(Timestamp when) override { calls.push_back("seek " + toIso8601(when)); }
  /// Eight checks; MAX_ORDER_VALUE fails above 5,000 of notional at a price of 60,000.
  std::vector<CheckResult> preview(const OrderIntent& intent) override;
  void acknowledgeAlarm(std::uint64_t id) override { calls.push_back("acknowledge alarm " + std::to_string(id)); }
  void answer(const std::string& item, ReconciliationAction action, const std::string& reason) override {
    calls.push_back("answer " + item + " " + std::string(toString(action)) + " | " + reason);
  }
  LimitDesk* limits() override { return desk; }

  TestLimitDesk ownDesk;
  LimitDesk* desk = &ownDesk;  ///< null: a session without
  std::vector<std::string> calls;
  std::vector<OrderIntent> intents;
  std::string resetAnswer;
};

/// A stop port that counts presses and, if given data, latches it.
class RecordedStop final : public EmergencyStopPort {
 public:
  explicit RecordedStop(TestData* data = nullptr) : m_data(data) {}
  void trigger(std::string_view channel, std::string_view reason) noexcept override;
  StopProgress progress() const override { return m_progress; }
  int presses = 0;
  std::string lastChannel;

 private:
  TestData* m_data;
  StopProgress m_progress;
};

}  // namespace bw::ui
