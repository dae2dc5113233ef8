// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bw::cli {

/// Exit codes of SPEC 14.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kLatched = 3,
  kUnreadable = 4,
  kNobody = 5,
  kEndedByStop = 6,
  kInterrupted = 130
};

/// What was asked for on the command line.
struct Arguments {
  std::string command;  ///< "replay", "run", "status" ...
  bool json = false;
  std::string dataDir;  ///< empty: the profile's own
  std::string configDir;
  std::string profile = "default";
  std::string mode = "sim";
  std::string input;
  std::vector<std::string> strategies;
  std::vector<std::string> parameters;  ///< strategy.name=value
  std::vector<std::string> limits;      ///< KEY=value, a risk limit for this run
  std::vector<std::string> fees;        ///< maker=0.02% taker=0.06%
  std::string speed;                    ///< "max" or a number
  std::uint64_t seed = 1;
  std::string balance;
  double durationS = 0;        ///< wall seconds; 0 = until the end
  double marketDurationS = 0;  ///< market seconds; 0 = until the end
  std::string reason;
  std::string phrase;
  std::string cause;
  std::string id;     ///< explain
  bool wait = false;  ///< emergency-stop: until confirmed
  bool noTrading = false;
  std::vector<std::string> words;    ///< limits: the action, then KEY=VALUE or a file
  std::string confirm;               ///< limits: the new value typed again
  std::string version;               ///< limits undo: which; empty = the last
  int days = 7;                      ///< limits what-if
  std::uint64_t events = 1'000'000;  ///< simulate
  std::uint64_t seeds = 1;
  std::uint64_t episode = 20'000;  ///< events of one life story
  std::string faults = "all";
  std::uint64_t tellFrom = 0;
  int orders = 1'000;  ///< drill
  int runs = 1;
  std::string freeze;  ///< "gui", "cpu" or both with a comma
  int roundTripMs = 20;
  bool details = false;
  bool preferred = false;
  std::string venue = "fake";  ///< drill, venue-emulator, run
  std::string file;            ///< venue-emulator: where addresses and keys are written; run: where they are read
  bool watchInput = false;
  std::string level;  ///< emergency-stop
  std::string scope;  ///< emergency-stop, reset
  bool guard = false;
  bool guardKeeps = false;
  int restPort = 0;
  std::string action;       ///< journal, audit: "verify", "dump" ...
  std::string journalMode;  ///< journal, audit: empty = every mode there is
  std::string headFile;     ///< journal, audit: a copy of a journal's head
};

struct ParseOutcome {
  std::optional<Arguments> arguments;  ///< empty: print the text and exit with the code
  std::string text;
  int exitCode = kDone;
};

/// Reads the command line. Wrong arguments give exit code 2 and a text that names the argument and the remedy.
ParseOutcome parseArguments(int argc, const char* const* argv);

}  // namespace bw::cli
