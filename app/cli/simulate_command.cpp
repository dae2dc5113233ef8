// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/simulate_command.h"

#include <unistd.h>

#include <csignal>
#include <cstring>
#include <iostream>

#include "app/cli/interrupt.h"
#include "app/simulate/simulation.h"
#include "core/api/json_writer.h"
#include "core/base/clock.h"

namespace bw::cli {
namespace {

/// What is said if an assertion ends the process: the seed of the running episode.
char g_replayText[160];

void onAbort(int) {
  // Only what may be called in a signal handler.
  static_cast<void>(!::write(STDERR_FILENO, g_replayText, std::strlen(g_replayText)));
  std::signal(SIGABRT, SIG_DFL);
}

std::string replayCommand(std::uint64_t seed, std::uint64_t events, const std::string& faults) {
  return "bellwether-cli simulate --seed " + std::to_string(seed) + " --events " + std::to_string(events) +
         " --episode " + std::to_string(events) + " --faults " + faults;
}

void announce(std::uint64_t seed, std::uint64_t events, const std::string& faults) {
  const std::string text = "\nReplay: " + replayCommand(seed, events, faults) + "\n";
  std::strncpy(g_replayText, text.c_str(), sizeof g_replayText - 1);
}

double rate(const sim::SimulationResult& result, double elapsed) {
  return elapsed > 0 ? static_cast<double>(result.events) / elapsed : 0;
}

std::string resultJson(const Arguments& arguments, const sim::SimulationResult& result, double elapsed) {
  api::JsonWriter json;
  json.beginObject().field("seed", arguments.seed).field("episodes", result.episodes).field("events", result.events);
  json.field("violations", result.violations).key("faults").beginObject();
  for (const auto& [name, count] : result.faults) json.field(name, count);
  json.endObject().field("faults_total", result.faultCount());
  json.field("orders", result.orders).field("fills", result.fills).field("cancels", result.cancels);
  json.field("refused", result.refused).field("crashes", result.crashes).field("restarts", result.restarts);
  json.field("unknowns", result.unknowns).field("unknowns_resolved", result.unknownsResolved);
  json.key("refusal_reasons").beginObject();
  for (const auto& [name, count] : result.reasons) json.field(name, count);
  json.endObject().key("stops").beginObject();
  for (const auto& [name, count] : result.stops) json.field(name, count);
  json.endObject().field("longest_settling_ms", result.longestSettling.toMillis());
  json.field("trace_hash", result.traceHash);
  if (result.violations > 0) {
    json.key("violation").beginObject();
    json.field("invariant", result.violation.invariant).field("text", result.violation.text);
    json.field("seed", result.failedSeed).field("event", result.failedEvent);
    json.field("replay", replayCommand(result.failedSeed, result.failedLength, arguments.faults)).endObject();
  }
  json.key("events_per_s").statistic(rate(result, elapsed), 0).key("elapsed_s").statistic(elapsed, 3).endObject();
  return json.text();
}

void printReport(const Arguments& arguments, const sim::SimulationResult& result, double elapsed) {
  std::cout << result.events << " events in " << result.episodes << " episodes, " << result.faultCount() << " faults, "
            << result.orders << " orders, " << result.fills << " fills, " << result.cancels << " cancels, "
            << result.crashes << " crashes, " << result.unknownsResolved << " of " << result.unknowns
            << " UNKNOWN resolved\n";
  for (const auto& [name, count] : result.faults) std::cout << "  " << name << " " << count << "\n";
  std::cout << result.violations << " violations; " << static_cast<std::uint64_t>(rate(result, elapsed))
            << " events/s; trace " << result.traceHash << "\n";
  for (const std::string& line : result.lastMessages) std::cout << "  " << line << "\n";
  if (result.violations == 0) return;
  std::cout << "VIOLATED " << result.violation.invariant << " at event " << result.failedEvent << ": "
            << result.violation.text
            << "\nReplay: " << replayCommand(result.failedSeed, result.failedLength, arguments.faults) << "\n";
}

}  // namespace

int runSimulate(const Arguments& arguments) {
  auto faults = sim::FaultChoice::parse(arguments.faults);
  if (!faults) {
    std::cerr << faults.error().detail << "\n";
    return kUsage;
  }
  sim::EpisodeOptions options;
  options.seed = arguments.seed;
  options.events = std::min(arguments.episode, arguments.events);
  options.faults = *faults;
  options.tellFrom = arguments.tellFrom;
  const std::uint64_t events = arguments.events * arguments.seeds;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  std::signal(SIGABRT, onAbort);
  announce(options.seed, options.events, arguments.faults);
  const SystemClock clock;
  const MonoTime from = clock.mono();
  MonoTime shown = from;
  const auto progress = [&](const sim::SimulationResult& sum) {
    announce(options.seed + sum.episodes, options.events, arguments.faults);
    if (terminal && clock.mono() - shown > Duration::millis(200)) {
      shown = clock.mono();
      std::cerr << "\r" << sum.events << " of " << events << " events, " << sum.violations << " violations "
                << std::flush;
    }
    return !interruptFlag();
  };
  const sim::SimulationResult result = sim::runEpisodes(options, events, progress);
  const double elapsed = static_cast<double>((clock.mono() - from).ns) / 1e9;
  if (terminal) std::cerr << "\r\x1b[K";
  if (arguments.json)
    std::cout << resultJson(arguments, result, elapsed) << std::endl;
  else
    printReport(arguments, result, elapsed);
  if (result.violations > 0 && arguments.json) {
    for (const std::string& line : result.lastMessages) std::cerr << line << "\n";
    std::cerr << "VIOLATED " << result.violation.invariant << ": " << result.violation.text
              << "\nReplay: " << replayCommand(result.failedSeed, result.failedLength, arguments.faults) << "\n";
  }
  if (interruptFlag()) return kInterrupted;
  return result.violations == 0 ? kDone : kFailed;
}

}  // namespace bw::cli
