// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace bw::cli {
namespace {

void addPlaces(CLI::App& app, Arguments& out) {
  app.add_option("--profile", out.profile, "Profile whose data and settings are used")->capture_default_str();
  app.add_option("--data-dir", out.dataDir, "Data directory instead of the profile's own");
  app.add_flag("--json", out.json, "Print one JSON object; exact values are strings");
}

void addTrading(CLI::App& app, Arguments& out) {
  app.add_option("--strategy", out.strategies, "Strategy to run; may be given more than once");
  app.add_option("--param", out.parameters, "Strategy parameter, STRATEGY.NAME=VALUE");
  app.add_option("--limit", out.limits, "Risk limit for this run, KEY=VALUE (keys as in config/risk.yaml)");
  app.add_option("--fee", out.fees, "Fee for this run, maker=0.02% or taker=0.06%");
  app.add_option("--seed", out.seed, "Seed of everything random")->capture_default_str();
  app.add_option("--balance", out.balance, "Starting balance of the virtual account");
  app.add_option("--config-dir", out.configDir, "Folder with the shipped settings");
  app.add_option("--market-duration", out.marketDurationS, "End after this many seconds of market time")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--no-trading", out.noTrading, "Do not start trading by itself");
}

void addReplay(CLI::App& app, Arguments& out) {
  CLI::App* sub =
      app.add_subcommand("replay", "Replay a recorded market through the whole workstation, on virtual time");
  sub->add_option("--input", out.input, "Recording (format is told from its content)")->required();
  sub->add_option("--speed", out.speed, "max, or a multiple of real time")->default_str("max");
  addTrading(*sub, out);
  addPlaces(*sub, out);
}

void addRun(CLI::App& app, Arguments& out) {
  CLI::App* sub = app.add_subcommand("run", "Run the workstation without a window");
  sub->add_option("--mode", out.mode, "sim (embedded exchange) or paper (recorded market, local fills)")
      ->check(CLI::IsMember({"sim", "paper", "replay"}))
      ->capture_default_str();
  sub->add_option("--input", out.input, "Recording for replay and paper");
  sub->add_option("--speed", out.speed, "Market time per real time, 1 to 1000")->default_str("1");
  sub->add_option("--duration", out.durationS, "End after this many real seconds")->check(CLI::NonNegativeNumber);
  addTrading(*sub, out);
  addPlaces(*sub, out);
}

void addControl(CLI::App& app, Arguments& out) {
  addPlaces(*app.add_subcommand("status", "What a running workstation is doing"), out);
  CLI::App* pause = app.add_subcommand("pause", "Open nothing new; exits and protection keep running");
  pause->add_option("--reason", out.reason, "Why");
  addPlaces(*pause, out);
  addPlaces(*app.add_subcommand("resume", "Trade again after a pause"), out);
  CLI::App* stop =
      app.add_subcommand("emergency-stop", "Cancel everything, close every position, latch until a person resets");
  stop->add_option("--reason", out.reason, "Why");
  stop->add_flag("--wait", out.wait, "Wait until the venue confirms or a person is needed");
  addPlaces(*stop, out);
  CLI::App* reset = app.add_subcommand("reset", "End a latched emergency stop; never starts trading");
  reset->add_option("--phrase", out.phrase, "RESET <MODE> <stop number>, as status shows it");
  reset->add_option("--cause", out.cause, "What happened, at least 10 characters");
  addPlaces(*reset, out);
  CLI::App* explain = app.add_subcommand("explain", "The story of an order: every bus message with its correlation id");
  explain->add_option("id", out.id, "Correlation id or client order id")->required();
  addPlaces(*explain, out);
  CLI::App* doctor = app.add_subcommand("doctor", "Check settings, data directory, journal, latch, fonts and clock");
  doctor->add_option("--config-dir", out.configDir, "Folder with the shipped settings");
  addPlaces(*doctor, out);
}

// Numbers and pairs that CLI11 cannot judge. Empty if all is well.
std::string findingIn(const Arguments& a) {
  for (const std::string& p : a.parameters) {
    const auto equals = p.find('=');
    if (equals == std::string::npos || p.find('.') > equals) return "--param '" + p + "' must be STRATEGY.NAME=VALUE";
  }
  for (const std::string& l : a.limits) {
    if (l.find('=') == std::string::npos) return "--limit '" + l + "' must be KEY=VALUE";
  }
  for (const std::string& f : a.fees) {
    if (f.rfind("maker=", 0) != 0 && f.rfind("taker=", 0) != 0) return "--fee '" + f + "' must be maker=… or taker=…";
  }
  if (a.command == "run" && a.mode != "sim" && a.input.empty()) return "--mode " + a.mode + " needs --input FILE";
  if (!a.speed.empty() && a.speed != "max") {
    char* end = nullptr;
    const double speed = std::strtod(a.speed.c_str(), &end);
    if (*end != '\0' || !(speed > 0) || speed > 100'000)
      return "--speed '" + a.speed + "' must be max or a number above 0";
  }
  return {};
}

}  // namespace

ParseOutcome parseArguments(int argc, const char* const* argv) {
  Arguments out;
  CLI::App app{"bellwether-cli: the trading workstation without its window"};
  app.set_version_flag("--version", "bellwether-cli 0.1.0");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage, 3 refused because a stop is latched, 4 nothing readable,\n"
      "5 no workstation answers, 6 ended by a stop, 130 interrupted.");
  addReplay(app, out);
  addRun(app, out);
  addControl(app, out);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream normal;
    std::ostringstream wrong;
    const int code = app.exit(e, normal, wrong);
    return {std::nullopt, code == 0 ? normal.str() : wrong.str(), code == 0 ? kDone : kUsage};
  }
  out.command = app.get_subcommands().front()->get_name();
  if (out.speed.empty()) out.speed = out.command == "replay" ? "max" : "1";
  const std::string finding = findingIn(out);
  if (!finding.empty()) return {std::nullopt, finding + "\nRun with --help for more information.\n", kUsage};
  return {out, "", kDone};
}

}  // namespace bw::cli
