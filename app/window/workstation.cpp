// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/workstation.h"

#include <cctype>
#include <cstdlib>

#include "app/compose/workstation.h"
#include "app/window/demo_workstation.h"
#include "app/window/stop_glue.h"
#if defined(BW_DESKTOP_CHANNEL)
#include "app/window/desktop_channel.h"
#endif
#include "ui/bridge/bus_bridge.h"

namespace bw::window {

namespace {

constexpr double kFastest = 1000;

std::string upperCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The window's view of a running app::Workstation: a bridge on its bus.
class RunningWorkstation final : public Workstation {
 public:
  RunningWorkstation(std::unique_ptr<app::Workstation> engine, const WindowOptions& options, double speed)
      : m_engine(std::move(engine)),
        m_bridge(m_engine->engine().bus(), m_engine->engine().instruments(), infoOf(*m_engine, options),
                 portsOf(*m_engine), options.seed, speed) {
    m_bridge.stopPorts = stopPortsOf(*m_engine);
#if defined(BW_DESKTOP_CHANNEL)
    m_engine->engine().addChannel(std::make_shared<DesktopChannel>());
#endif
  }
  ~RunningWorkstation() override {
    m_engine->stop();
  }

  ui::UiData& data() override {
    return m_bridge;
  }
  ui::UiCommands& commands() override {
    return m_bridge;
  }
  EmergencyStopPort& stop() override {
    return m_engine->engine().stop();
  }
  Result<void> start() override {
    auto started = m_engine->start();
    ui::ControlPlaces places;
    places.dataDir = m_engine->places().dataDir;
    places.socket = m_engine->places().socketPath;
    places.socketOpen = m_engine->controlOpen();
    if (!started)
      places.socketProblem = started.error().detail;
    else if (!places.socketOpen)
      places.socketProblem = "another workstation of this profile has it: " + m_engine->engine().problems().journal;
    m_bridge.setControl(std::move(places));
    return started;
  }

 private:
  static ui::SessionInfo infoOf(app::Workstation& workstation, const WindowOptions& options) {
    ui::SessionInfo info;
    info.mode = upperCase(options.mode);
    const Market& market = workstation.engine().market();
    info.venue = market.venue ? std::string(market.venue->name()) : "none";
    info.profile = options.profile;
    info.source = options.input.empty() ? "seed " + std::to_string(options.seed)
                                        : options.input.substr(options.input.find_last_of('/') + 1);
    info.version = "0.1.0";
    info.replay = !options.input.empty();
    return info;
  }

  static ui::BusBridge::Ports portsOf(app::Workstation& workstation) {
    ui::BusBridge::Ports ports;
    ports.reset = [&workstation](const std::string& phrase, const std::string& cause) {
      const auto done = workstation.engine().stop().reset(phrase, cause);
      return done ? std::string() : done.error().detail;
    };
    ports.speed = [&workstation] {
      return workstation.marketClock().paused() ? 0.0 : workstation.marketClock().speed();
    };
    ports.realClock = &workstation.realClock();
    ports.limits = [&workstation] { return workstation.engine().limitDesk(); };
    ports.preview = [&workstation](const OrderIntent& intent) {
      return workstation.engine().preview().preview(intent).checks;
    };
    return ports;
  }

  using Market = app::Market;
  std::unique_ptr<app::Workstation> m_engine;
  ui::BusBridge m_bridge;
};

}  // namespace

Result<std::unique_ptr<Workstation>> makeWorkstation(const WindowOptions& options) {
  if (options.demo) return makeDemoWorkstation(false);
  const double speed = options.speed == "max" ? kFastest : std::strtod(options.speed.c_str(), nullptr);
  app::WorkstationOptions wanted;
  wanted.engine.mode = options.mode;
  wanted.engine.input = options.input;
  wanted.engine.seed = options.seed;
  wanted.profile = options.profile;
  wanted.dataDir = options.dataDir;
  wanted.configDir = options.configDir;
  wanted.speed = speed;
  auto made = app::Workstation::make(wanted);
  if (!made) return made.error();
  return std::unique_ptr<Workstation>(std::make_unique<RunningWorkstation>(std::move(*made), options, speed));
}

}  // namespace bw::window
