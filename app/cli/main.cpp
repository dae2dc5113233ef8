// SPDX-License-Identifier: GPL-3.0-or-later
#include <iostream>

#include "app/cli/arguments.h"
#include "app/cli/control_verbs.h"
#include "app/cli/doctor.h"
#include "app/cli/drill_command.h"
#include "app/cli/interrupt.h"
#include "app/cli/journal_command.h"
#include "app/cli/limits_command.h"
#include "app/cli/replay_command.h"
#include "app/cli/simulate_command.h"
#ifdef BW_HAS_STORAGE
#include "app/cli/rebuild_command.h"
#endif
#ifdef BW_HAS_RUNTIME
#include "app/cli/run_command.h"
#endif

int main(int argc, char** argv) {
  using namespace bw::cli;
  const ParseOutcome parsed = parseArguments(argc, argv);
  if (!parsed.arguments) {
    (parsed.exitCode == kDone ? std::cout : std::cerr) << parsed.text;
    return parsed.exitCode;
  }
  installInterrupt();
  const Arguments& arguments = *parsed.arguments;
  if (arguments.command == "replay") return runReplay(arguments);
  if (arguments.command == "doctor") return runDoctor(arguments);
  if (arguments.command == "limits") return runLimits(arguments);
  if (arguments.command == "drill") return runDrillCommand(arguments);
  if (arguments.command == "venue-emulator") return runEmulator(arguments);
  if (arguments.command == "simulate") return runSimulate(arguments);
#ifdef BW_HAS_STORAGE
  if (arguments.command == "journal" && arguments.action == "rebuild") return runRebuild(arguments);
#endif
  if (arguments.command == "journal" || arguments.command == "audit") return runJournal(arguments);
#ifdef BW_HAS_RUNTIME
  if (arguments.command == "run") return runHeadless(arguments, argc, argv);
#else
  if (arguments.command == "run") {
    std::cerr << "this build has no threads for agents (Qt Core was absent): only replay works\n";
    return kFailed;
  }
#endif
  return runControlVerb(arguments);
}
