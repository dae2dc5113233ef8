// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/demo_workstation.h"

#include "ui/bridge/test_data.h"

namespace bw::window {

namespace {

/// The deterministic demonstration state: no engine, frozen at 2025-01-15T12:00:00Z unless it is to move.
class DemoWorkstation final : public Workstation {
 public:
  explicit DemoWorkstation(bool moving) : m_data(optionsOf(moving)), m_stop(&m_data) {}
  ui::UiData& data() override { return m_data; }
  ui::UiCommands& commands() override { return m_commands; }
  EmergencyStopPort& stop() override { return m_stop; }
  Result<void> start() override { return {}; }

 private:
  static ui::TestData::Options optionsOf(bool moving) {
    ui::TestData::Options options;
    options.moving = moving;
    return options;
  }
  ui::TestData m_data;
  ui::RecordedCommands m_commands;
  ui::RecordedStop m_stop;
};

}  // namespace

std::unique_ptr<Workstation> makeDemoWorkstation(bool moving) {
  return std::make_unique<DemoWorkstation>(moving);
}

}  // namespace bw::window
