// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/drill/drill.h"

#include <doctest/doctest.h>

#include <cstdlib>

namespace {

using namespace bw;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSlowBuild = true;
#else
constexpr bool kSlowBuild = false;
#endif
/// Safety deadlines are asserted at five times their figure; instrumented builds get five times that.
constexpr double kSlack = kSlowBuild ? 25 : 5;

// G7. docs/reliability.md says what is measured.
TEST_CASE("the stop over sockets: a thousand orders on five venues, window frozen, every core busy") {
  app::DrillOptions options;
  options.program = BW_FAKE_VENUES;
  options.freezeGui = options.freezeCpu = true;
  const char* runs = std::getenv("BW_DRILL_RUNS");
  options.runs = runs != nullptr ? std::atoi(runs) : kSlowBuild ? 1 : 20;
  const app::DrillReport report = app::runDrill(options);
  MESSAGE(app::drillJson(report, options, false));
  REQUIRE(report.problem == "");
  REQUIRE(report.runs.size() == static_cast<std::size_t>(options.runs));
  CHECK(report.ok());
  CHECK(report.placementsAfter() == 0);
  CHECK(report.unconfirmed() == 0);
  int refused = 0;
  for (const app::DrillRun& run : report.runs) {
    CHECK(run.placed >= 990);
    CHECK(run.state == "STOPPED");
    refused += run.refusedAtEnd;
    for (const app::DrillVenue& venue : run.venues) {
      CHECK(venue.venueCancelRequests > 0);
      CHECK(venue.openAtEnd == 0);
      CHECK(venue.positionsAtEnd == 0);
    }
  }
  CHECK(refused > 0);  // the gate had something to refuse
  CHECK(report.percentile99(&app::DrillRun::gateClosedUs) <= kSlack * 1'000);
  CHECK(report.percentile99(&app::DrillVenue::firstCancelMs) <= kSlack * 50);
  CHECK(report.percentile99(&app::DrillVenue::lastCancelMs) <= kSlack * 250);
  CHECK(report.percentile99(&app::DrillRun::confirmedMs) <= kSlack * 2'000);
}

}  // namespace
