// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/drill_command.h"

#include <iostream>

#include "app/cli/interrupt.h"
#include "app/compose/settings.h"
#include "app/drill/drill.h"
#include "core/journal/file_journal.h"

namespace bw::cli {
namespace {

void printReport(const app::DrillReport& report) {
  std::cout << (report.ok() ? "The drill passed.\n" : "The drill FAILED.\n");
  std::cout << "  gate closed after          " << report.percentile99(&app::DrillRun::gateClosedUs) << " us\n"
            << "  first cancel on the wire   " << report.percentile99(&app::DrillVenue::firstCancelMs) << " ms\n"
            << "  last cancel on the wire    " << report.percentile99(&app::DrillVenue::lastCancelMs) << " ms\n"
            << "  confirmed by the venues    " << report.percentile99(&app::DrillRun::confirmedMs) << " ms\n"
            << "  placements after the gate  " << report.placementsAfter() << "\n"
            << "  unconfirmed                " << report.unconfirmed() << "\n(99th percentile of " << report.runs.size()
            << " runs over their venues)\n";
}

// The evidence, hash-chained: a record for the whole and each run.
Result<void> keepEvidence(const Arguments& arguments, const std::string& json) {
  auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) return places.error();
  const SystemClock clock;
  journal::FileJournal::Options options;
  options.directory = places->journalDir("drill");
  options.segmentBytes = 1024 * 1024;
  auto opened = journal::FileJournal::open(clock, options);
  if (!opened) return opened.error();
  auto record = (*opened)->append(RecordKind::Decision, "drill " + json);
  if (!record) return record.error();
  return (*opened)->sync(*record);
}

}  // namespace

int runDrillCommand(const Arguments& arguments) {
  app::DrillOptions options;
  options.program = ownProgram();
  options.orders = arguments.orders;
  options.runs = arguments.runs;
  options.freezeGui = arguments.freeze.find("gui") != std::string::npos;
  options.freezeCpu = arguments.freeze.find("cpu") != std::string::npos;
  options.preferred = arguments.preferred;
  options.roundTripMs = arguments.roundTripMs;
  options.cancelled = [] { return interruptFlag().load(); };
  options.say = [](const std::string& line) { std::cerr << line << "\n"; };
  const app::DrillReport report = app::runDrill(options);
  const auto kept = keepEvidence(arguments, app::drillJson(report, options, arguments.runs <= 20));
  if (!kept) std::cerr << "the evidence could not be kept: " << kept.error().detail << "\n";
  if (arguments.json)
    std::cout << app::drillJson(report, options, arguments.details) << std::endl;
  else
    printReport(report);
  if (!report.problem.empty()) std::cerr << report.problem << "\n";
  if (interruptFlag()) return kInterrupted;
  return report.ok() && kept ? kDone : kFailed;
}

int runEmulator(const Arguments& arguments) {
  return app::serveEmulator(arguments.file, arguments.venue, arguments.watchInput,
                            [] { return interruptFlag().load(); });
}

}  // namespace bw::cli
