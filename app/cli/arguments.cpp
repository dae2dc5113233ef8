// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
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
  sub->add_option("--venue", out.venue, "A fake venue of another process, as --venue-file names it");
  sub->add_option("--venue-file", out.file, "Addresses and keys that venue-emulator wrote");
  sub->add_flag("--guard", out.guard, "Start bellwether-guard, which stops when this process cannot");
  sub->add_flag("--guard-keeps-positions", out.guardKeeps, "The guard cancels orders only, positions and stops stay");
  sub->add_option("--rest-port", out.restPort, "Port of the REST address; 0: any free one")
      ->check(CLI::Range(0, 65535));
  sub->add_option("--duration", out.durationS, "End after this many real seconds")->check(CLI::NonNegativeNumber);
  addTrading(*sub, out);
  addPlaces(*sub, out);
}

void addSimulate(CLI::App& app, Arguments& out) {
  CLI::App* sub = app.add_subcommand(
      "simulate", "Run the whole workstation on virtual time against a fake exchange with seeded faults");
  sub->add_option("--seed", out.seed, "First seed; each episode takes the next")->capture_default_str();
  sub->add_option("--events", out.events, "Messages, timers, disk and wire completions")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sub->add_option("--seeds", out.seeds, "So many times the events")->check(CLI::PositiveNumber)->capture_default_str();
  sub->add_option("--episode", out.episode, "Events of an episode before its faults end")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sub->add_option("--faults", out.faults, "all, none, or names separated by commas")->capture_default_str();
  sub->add_option("--tell-from", out.tellFrom, "With one episode: print every message from this event on");
  sub->add_flag("--json", out.json, "Print one JSON object");
}

void addDrill(CLI::App& app, Arguments& out) {
  CLI::App* drill =
      app.add_subcommand("drill", "Press the emergency stop on fake venues in another process, and measure");
  drill->add_option("--venue", out.venue, "Which venues")->check(CLI::IsMember({"fake"}))->capture_default_str();
  drill->add_option("--orders", out.orders, "Open orders, over five venues")
      ->check(CLI::Range(5, 1'000))
      ->capture_default_str();
  drill->add_option("--runs", out.runs, "How often")->check(CLI::Range(1, 100'000))->capture_default_str();
  drill->add_option("--freeze", out.freeze, "gui, cpu, or gui,cpu: what hangs meanwhile");
  drill->add_option("--rtt", out.roundTripMs, "Round trip to the venues, ms")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  drill->add_flag("--raise-priority", out.preferred, "Ask the system to prefer the stop's threads");
  drill->add_flag("--details", out.details, "Every run and venue");
  addPlaces(*drill, out);
  CLI::App* emulator = app.add_subcommand("venue-emulator", "Serve fake venues on loopback ports");
  emulator->add_option("--venue", out.venue, "fake (all five) or one shape's name")->capture_default_str();
  emulator->add_option("--file", out.file, "File for addresses and keys, mode 0600")->required();
  emulator->add_flag("--watch-input", out.watchInput, "End when the input ends");
}

void addControl(CLI::App& app, Arguments& out) {
  addPlaces(*app.add_subcommand("status", "What a running workstation is doing"), out);
  CLI::App* pause = app.add_subcommand("pause", "Open nothing new; exits and protection keep running");
  pause->add_option("--reason", out.reason, "Why");
  addPlaces(*pause, out);
  addPlaces(*app.add_subcommand("resume", "Trade again after a pause"), out);
  addPlaces(*app.add_subcommand("start", "Start trading by hand, as after a reset"), out);
  CLI::App* stop =
      app.add_subcommand("emergency-stop", "Cancel everything, close every position, latch until a person resets");
  stop->add_option("--reason", out.reason, "Why");
  stop->add_option("--level", out.level, "no-new, cancel-all, flatten or cut")
      ->check(CLI::IsMember({"no-new", "cancel-all", "flatten", "cut"}));
  stop->add_option("--scope", out.scope, "all, venue:NAME, account:NAME, agent:NAME or instrument:VENUE/SYMBOL");
  stop->add_flag("--wait", out.wait, "Wait until the venue confirms or a person is needed");
  addPlaces(*stop, out);
  CLI::App* reset = app.add_subcommand("reset", "End a latched emergency stop; never starts trading");
  reset->add_option("--scope", out.scope,
                    "The stop of a part: venue:NAME, account:NAME, agent:NAME, instrument:VENUE/SYMBOL");
  reset->add_option("--phrase", out.phrase, "RESET <MODE> <stop number>, as status shows it");
  reset->add_option("--cause", out.cause, "What happened, at least 10 characters");
  reset->add_option("--input", out.input, "Recording of a stopped paper account, when no workstation runs");
  reset->add_option("--config-dir", out.configDir, "Folder with the shipped settings");
  addPlaces(*reset, out);
  CLI::App* acknowledge = app.add_subcommand("acknowledge", "Say that you have seen an alarm, or all of them");
  acknowledge->add_option("id", out.id, "The alarm's number from status; without it all");
  addPlaces(*acknowledge, out);

  CLI::App* explain = app.add_subcommand("explain", "The story of an order: every bus message with its correlation id");
  explain->add_option("id", out.id, "Correlation id or client order id")->required();
  addPlaces(*explain, out);
  CLI::App* reconcile = app.add_subcommand(
      "reconcile", "Differences with the venue's account: list, or answer ID adopt|ignore|close|pause");
  reconcile->add_option("words", out.words, "list, or answer with the item's id and the action")->expected(0, 3);
  reconcile->add_option("--reason", out.reason, "Why, for the audit");
  addPlaces(*reconcile, out);
  CLI::App* limits = app.add_subcommand(
      "limits",
      "Risk limits: show [KEY], set KEY=VALUE…, history [KEY], undo, export, import FILE, what-if KEY=VALUE…");
  limits->add_option("words", out.words, "What to do, and with which limits")->required();
  limits->add_option("--reason", out.reason, "Why; a loosening needs at least 10 characters");
  limits->add_option("--confirm", out.confirm, "The new value of the largest loosening, typed again (testnet, live)");
  limits->add_option("--version", out.version, "Which change to undo instead of the last");
  limits->add_option("--days", out.days, "How far what-if looks back")->check(CLI::Range(1, 365));
  limits->add_option("--mode", out.mode, "Whose journal what-if reads when no workstation runs")->capture_default_str();
  limits->add_option("--config-dir", out.configDir, "Folder with the shipped settings");
  addPlaces(*limits, out);
  CLI::App* doctor = app.add_subcommand("doctor", "Check settings, data directory, journal, latch, fonts and clock");
  doctor->add_option("--config-dir", out.configDir, "Folder with the shipped settings");
  addPlaces(*doctor, out);
}

void addJournal(CLI::App& app, Arguments& out) {
  CLI::App* journal = app.add_subcommand("journal", "Check or print the journal, or make its tables again");
  journal->add_option("action", out.action, "verify, dump, or rebuild (the tables in SQLite)")
      ->required()
      ->check(CLI::IsMember({"verify", "dump", "rebuild"}));
  CLI::App* audit = app.add_subcommand("audit", "Prove that no record of the audit chain was changed or removed");
  audit->add_option("action", out.action, "verify")->required()->check(CLI::IsMember({"verify"}));
  for (CLI::App* sub : {journal, audit}) {
    sub->add_option("--mode", out.journalMode, "sim, paper ...; every mode there is if not given");
    sub->add_option("--head", out.headFile, "A copy of the journal's head, kept elsewhere, to compare with");
    addPlaces(*sub, out);
  }
}

std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = 4;
  for (const std::string& candidate : known) {
    const std::size_t distance = editDistance(word, candidate);
    if (distance < least && distance < word.size()) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

// What is wrong with the first word, naming it and what may have been meant; empty if it is a command or an option.
std::string wrongCommand(const CLI::App& app, int argc, const char* const* argv) {
  if (argc > 1 && argv[1][0] == '-') return {};
  std::vector<std::string> known;
  for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  if (argc < 2) return "which command? There are: " + list + "\nRun with --help for more information.\n";
  const std::string word = argv[1];
  if (std::find(known.begin(), known.end(), word) != known.end()) return {};
  const std::string meant = nearest(word, known);
  return "there is no command '" + word + "'" + (meant.empty() ? "" : "; did you mean " + meant + "?") +
         "\nThere are: " + list + "\nRun with --help for more information.\n";
}

// The text of a parse error with the option that may have been meant.
std::string withSuggestion(const CLI::App& app, const std::string& text, int argc, const char* const* argv) {
  const auto subs = app.get_subcommands();
  if (subs.empty()) return text;
  std::vector<std::string> known;
  for (const CLI::Option* option : subs.front()->get_options()) known.push_back(option->get_name());
  for (int i = 2; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (word.rfind("--", 0) != 0 || std::find(known.begin(), known.end(), word) != known.end()) continue;
    const std::string meant = nearest(word, known);
    return "'" + subs.front()->get_name() + "' has no option " + word +
           (meant.empty() ? "" : "; did you mean " + meant + "?") + "\nRun with --help for more information.\n";
  }
  return text;
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
  if (!a.freeze.empty() && a.freeze != "gui" && a.freeze != "cpu" && a.freeze != "gui,cpu" && a.freeze != "cpu,gui")
    return "--freeze '" + a.freeze + "' must be gui, cpu or gui,cpu";
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
  CLI::App app{"bellwether-cli: the trading workstation without its window", "bellwether-cli"};
  app.set_version_flag("--version", "bellwether-cli 0.1.0");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage, 3 refused because a stop is latched, 4 nothing readable,\n"
      "5 no workstation answers, 6 ended by a stop, 130 interrupted.");
  addReplay(app, out);
  addRun(app, out);
  addSimulate(app, out);
  addControl(app, out);
  addDrill(app, out);
  addJournal(app, out);
  if (const std::string wrong = wrongCommand(app, argc, argv); !wrong.empty()) return {std::nullopt, wrong, kUsage};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream normal;
    std::ostringstream wrong;
    const int code = app.exit(e, normal, wrong);
    if (code == 0) return {std::nullopt, normal.str(), kDone};
    return {std::nullopt, withSuggestion(app, wrong.str(), argc, argv), kUsage};
  }
  out.command = app.get_subcommands().front()->get_name();
  if (out.speed.empty()) out.speed = out.command == "replay" ? "max" : "1";
  const std::string finding = findingIn(out);
  if (!finding.empty()) return {std::nullopt, finding + "\nRun with --help for more information.\n", kUsage};
  return {out, "", kDone};
}

}  // namespace bw::cli
