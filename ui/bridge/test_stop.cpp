// SPDX-License-Identifier: GPL-3.0-or-later
// The emergency stop of the test data.
#include "ui/bridge/test_data.h"

namespace bw::ui {

void TestData::setStop(StopState state) {
  StopProgress stop;
  stop.state = state;
  if (state != StopState::Ready && state != StopState::Offline) {
    const bool done = state == StopState::Stopped;
    stop.stopNumber = 17;
    stop.trigger = "plate";
    stop.reason = "pressed in the window";
    stop.ordersTotal = 7;
    stop.positionsTotal = 3;
    stop.ordersCancelled = done ? 7 : state == StopState::Latched ? 0 : 6;
    stop.positionsFlat = done ? 3 : state == StopState::Latched ? 0 : 2;
    stop.ordersUnknown = state == StopState::Attention ? 1 : 0;
    stop.attention = state == StopState::Attention ? "1 order UNKNOWN at simulated — act now" : "";
    stop.level = "FLATTEN";
    if (done) stop.kept = {"ETH 1.500 KEPT: held before this program traded"};
    if (state == StopState::Attention) stop.stopsKept = 1;
    stop.startedAt = m_now - Duration::millis(1800);
    stop.updatedAt = m_now;
    const auto step = [&](const char* name, const char* symbol, const std::string& result, double ms) {
      stop.steps.push_back({stop.startedAt + Duration::micros(static_cast<std::int64_t>(ms * 1000)), name, "simulated",
                            symbol, result, ms});
    };
    step("gate closed", "", "level Flatten, epoch 18", 0.04);
    if (state != StopState::Latched) {
      step("latch written", "", "on disk", 3.1);
      step("orders cancelled", "", std::to_string(stop.ordersCancelled) + " of 7", 61);
      step("position closed", "BTC-PERP", "0.485 at 61659.7", 118);
      step("position closed", "ETH-PERP", "4.250 at 2654.32", 131);
    }
    if (state == StopState::Attention) {
      step("position left", "SOL-PERP", "CANNOT CLOSE UNTIL 2025-01-15T14:30:00Z", 164);
      step("order unknown", "SOL-PERP", "1 order UNKNOWN: no answer within 3 s", 1700);
    }
    if (done) {
      step("position closed", "SOL-PERP", "30.00 at 151.234", 164);
      step("end state confirmed", "", "0 orders, flat", 210);
    }
    if (m_options.stop == state || sessionState() != SessionState::EmergencyStop) {
      apply(StateChanged{sessionState(), SessionState::EmergencyStop, "plate"}, m_now);
      apply(EmergencyStopRaised{17, "plate", "pressed in the window", m_now}, m_now);
    }
  }
  apply(stop, m_now);
}

void RecordedStop::trigger(std::string_view channel, std::string_view) noexcept {
  ++presses;
  lastChannel = std::string(channel);
  m_progress.state = StopState::Latched;
  m_progress.stopNumber = 17;
  if (m_data != nullptr && !m_data->latched()) m_data->setStop(StopState::Latched);
}

}  // namespace bw::ui
