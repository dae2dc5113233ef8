// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_command.h"

#include <QCoreApplication>
#include <QTimer>
#include <cstdlib>
#include <iostream>

#include "app/cli/interrupt.h"
#include "app/cli/result_json.h"
#include "app/compose/workstation.h"

namespace bw::cli {
namespace {

using api::JsonWriter;

/// Watches a running workstation and says when and why it ends. Thread: main.
class RunWatcher {
 public:
  RunWatcher(const Arguments& arguments, app::Workstation& workstation)
      : m_arguments(arguments),
        m_workstation(workstation),
        m_startedAt(workstation.realClock().mono()),
        m_marketStart(workstation.marketClock().now()) {}

  /// True when the run is over.
  bool over() {
    const api::StatusAgent& status = m_workstation.engine().status();
    const double wall = static_cast<double>((m_workstation.realClock().mono() - m_startedAt).ns) / 1e9;
    const double market = static_cast<double>((m_workstation.marketClock().now() - m_marketStart).ns) / 1e9;
    if (stopSignalCount().exchange(0) > 0) m_workstation.engine().stop().trigger("SIGUSR1", "signal");
    const StopState stop = m_workstation.engine().stop().progress().state;
    const bool settled = stop == StopState::Stopped || stop == StopState::Attention;
    if (status.state() == SessionState::EmergencyStop && settled) return end(kEndedByStop, "emergency stop");
    if (status.state() == SessionState::Shutdown) return end(kFailed, "start-up failed");
    if (interruptFlag()) return end(kInterrupted, "interrupted");
    if (m_workstation.shutdownRequested()) return end(kDone, "shutdown asked for");
    if (m_arguments.durationS > 0 && wall >= m_arguments.durationS) return end(kDone, "duration over");
    if (m_arguments.marketDurationS > 0 && market >= m_arguments.marketDurationS)
      return end(kDone, "market duration over");
    if (!m_arguments.json && wall >= m_nextLine) printLine(wall);
    return false;
  }
  int exitCode() const { return m_exitCode; }
  const std::string& why() const { return m_why; }
  double wallSeconds() const { return static_cast<double>((m_workstation.realClock().mono() - m_startedAt).ns) / 1e9; }

 private:
  bool end(int code, const char* why) {
    m_exitCode = code;
    m_why = why;
    return true;
  }
  void printLine(double wall) {
    m_nextLine = wall + 2;
    const api::StatusAgent& status = m_workstation.engine().status();
    const auto counters = status.counters();
    std::cout << toIso8601(m_workstation.marketClock().now()) << "  " << toString(status.state()) << "  orders "
              << counters.orders << "  fills " << counters.fills << "  refused " << counters.refused;
    if (const auto account = status.account()) std::cout << "  equity " << account->equity.amount().toFixed(2);
    std::cout << std::endl;
  }

  const Arguments& m_arguments;
  app::Workstation& m_workstation;
  const MonoTime m_startedAt;
  const Timestamp m_marketStart;
  double m_nextLine = 0;
  int m_exitCode = kDone;
  std::string m_why;
};

std::string resultJson(const Arguments& arguments, app::Workstation& workstation, const RunWatcher& watcher) {
  app::Engine& engine = workstation.engine();
  const auto counters = engine.status().counters();
  const AuditStatus audit = engine.status().audit();
  const StopProgress stop = engine.stop().progress();
  JsonWriter json;
  json.beginObject()
      .field("ok", watcher.exitCode() == kDone)
      .field("mode", arguments.mode)
      .field("ended", watcher.why());
  json.field("state", toString(engine.status().state()))
      .field("market_time", toIso8601(workstation.marketClock().now()));
  json.field("events", counters.events)
      .field("orders", counters.orders)
      .field("fills", counters.fills)
      .field("refused", counters.refused);
  json.field("rejected", counters.rejected).field("cancelled", counters.cancelled);
  writeAccount(json, engine.status().account(), engine.status().positions(), *engine.instruments(),
               engine.settings().startBalance);
  json.field("invariant_cycles", audit.cycles)
      .field("violations", audit.violations)
      .key("invariant_cycle_us_max")
      .statistic(audit.cycleUsMax, 1);
  writeLatencies(json, audit);
  json.field("must_start_by_hand", engine.mustStartByHand());
  json.key("stop")
      .beginObject()
      .field("state", toString(stop.state))
      .field("stop_number", stop.stopNumber)
      .field("trigger", stop.trigger)
      .endObject();
  json.field("seed", arguments.seed).key("elapsed_s").statistic(watcher.wallSeconds(), 2).endObject();
  return json.text();
}

int sayRefusal(const Arguments& arguments, const std::string& reason, const std::string& text, int code) {
  if (arguments.json) {
    JsonWriter json;
    json.beginObject().field("ok", false).field("reason", reason).field("text", text).endObject();
    std::cout << json.text() << std::endl;
  }
  std::cerr << text << "\n";
  return code;
}

std::string firstFailedStep(app::Workstation& workstation) {
  if (const auto step = workstation.engine().status().failedStep())
    return "step " + std::to_string(step->index) + " (" + step->name + "): " + step->detail;
  return "see logs/orchestrator.log in " + workstation.places().dataDir;
}

}  // namespace

int runHeadless(const Arguments& arguments, int argc, char** argv) {
  QCoreApplication application(argc, argv);
  app::WorkstationOptions options;
  options.engine.mode = arguments.mode;
  options.engine.input = arguments.input;
  options.engine.seed = arguments.seed;
  options.engine.fees = arguments.fees;
  options.engine.strategies = arguments.strategies;
  options.engine.parameters = arguments.parameters;
  options.engine.startTrading = !arguments.noTrading;
  options.configDir = arguments.configDir;
  options.profile = arguments.profile;
  options.dataDir = arguments.dataDir;
  options.balance = arguments.balance;
  options.limits = arguments.limits;
  options.speed = arguments.speed == "max" ? 1000 : std::strtod(arguments.speed.c_str(), nullptr);
  if (!arguments.file.empty()) {
    options.venueFile = options.guard.venueFile = arguments.file;
    options.venue = options.guard.venue = arguments.venue;
  }
  options.guard.wanted = arguments.guard;
  options.guard.keepPositions = arguments.guardKeeps;
  options.guard.headless = true;
  options.rest = true;
  options.restPort = static_cast<std::uint16_t>(arguments.restPort);
  auto made = app::Workstation::make(options);
  if (!made)
    return sayRefusal(arguments, made.error().userKey, made.error().detail,
                      made.error().userKey == "usage" ? kUsage : kFailed);
  app::Workstation& workstation = **made;
  const app::EngineProblems& problems = workstation.engine().problems();
  if (!problems.strategy.empty()) return sayRefusal(arguments, "usage", problems.strategy, kUsage);
  if (!problems.journal.empty()) {
    const bool locked = problems.journalKey == "data.locked";
    return sayRefusal(arguments, locked ? "locked" : problems.journalKey, problems.journal, kFailed);
  }
  if (workstation.engine().latchedAtStart()) {
    return sayRefusal(arguments, "latched",
                      "an emergency stop is latched; end it with: bellwether-cli reset --phrase \"" +
                          workstation.engine().stop().resetPhrase() + "\" --cause \"what happened\"",
                      kLatched);
  }
  if (auto started = workstation.start(); !started)
    return sayRefusal(arguments, started.error().userKey, started.error().detail, kFailed);
  RunWatcher watcher(arguments, workstation);
  QTimer poll;
  QObject::connect(&poll, &QTimer::timeout, &application, [&] {
    if (watcher.over()) application.quit();
  });
  poll.start(20);
  application.exec();
  workstation.stop();
  if (watcher.why() == "start-up failed")
    return sayRefusal(arguments, "startup", "start-up failed: " + firstFailedStep(workstation),
                      problems.marketKey.rfind("recording.", 0) == 0 ? kUnreadable : kFailed);
  if (arguments.json)
    std::cout << resultJson(arguments, workstation, watcher) << std::endl;
  else
    std::cout << "Ended: " << watcher.why() << std::endl;
  return watcher.exitCode();
}

}  // namespace bw::cli
