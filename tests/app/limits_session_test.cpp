// SPDX-License-Identifier: GPL-3.0-or-later
// Limits changed while a whole workstation trades: in force with the next intent, on disk, in the journal, after a
// restart, and tried out on what was decided before.
#include "app/compose/limit_verbs.h"
#include "core/journal/journal_reader.h"
#include "core/limits/limit_log.h"
#include "tests/app/session.h"

using namespace bw;
using namespace bw::test;

namespace {

struct LimitRun {
  explicit LimitRun(app::Places where) : places(std::move(where)) {
    places.temporary = false;  // its files stay for the next one
    auto settings = app::loadSettings(std::string(BW_SOURCE_DIR) + "/config", places.userConfigDir);
    REQUIRE(settings.ok());
    app::EngineOptions options = simPlan(0).engine;
    auto made = app::ReplaySession::make(options, std::move(*settings), places);
    REQUIRE_MESSAGE(made.ok(), (made ? std::string() : made.error().detail));
    session = std::move(*made);
    session->start();
  }
  void run(double seconds) {
    session->host().runUntil(session->clock().now() + Duration{static_cast<std::int64_t>(seconds * 1e9)});
  }
  LimitDesk& desk() {
    REQUIRE(session->engine().limitDesk() != nullptr);
    return *session->engine().limitDesk();
  }
  std::uint64_t acknowledged() {
    const auto history = session->engine().bus().history(Topic::RiskLimits);
    return history.empty() ? 0 : history.back()->as<RiskStatus>().limitsVersion;
  }
  app::Places places;
  std::unique_ptr<app::ReplaySession> session;
};

}  // namespace

TEST_CASE("limits: a change is in force with the next intent, acknowledged, and kept over a restart") {
  auto places = app::temporaryPlaces();
  REQUIRE(places.ok());
  places->userConfigDir = places->dataDir + "/config";
  {
    LimitRun run(*places);
    run.run(90);
    const auto before = run.session->engine().status().counters();
    REQUIRE(before.orders > 0);
    const auto tried = run.desk().whatIf({{"MAX_ORDER_VALUE", "1"}}, 1);
    REQUIRE(tried.ok());
    CHECK(tried->blocked == tried->approved);
    CHECK(tried->approved > 0);
    CHECK(run.desk().whatIf({{"MAX_ORDER_VALUE", "24999"}}, 1)->blocked == 0);

    const auto outcome = run.desk().apply({{"MAX_ORDER_VALUE", "1"}}, {"anna", "test", "", ""});
    REQUIRE_MESSAGE(outcome.ok(), (outcome ? std::string() : outcome.error().detail));
    run.run(60);
    CHECK(run.acknowledged() == outcome->version);
    CHECK(run.session->engine().status().refusalReasons().count("MAX_ORDER_VALUE") == 1);
    CHECK(run.session->engine().preview().status().gauges.size() > 5);
    const std::string answer =
        app::answerLimits(run.desk(), {"limits", {{"action", "show"}, {"key", "MAX_ORDER_VALUE"}}});
    CHECK(answer.find(R"("value":"1")") != std::string::npos);
    CHECK(answer.find(R"("source":"change 1")") != std::string::npos);
    CHECK(app::answerLimits(run.desk(), {"limits", {{"action", "set"}, {"edits", "MAX_ORDER_VALUE=2"}}})
              .find("limits.reason") != std::string::npos);
    CHECK(app::answerLimits(run.desk(), {"limits", {{"action", "set"}, {"edits", "MAX_ORDER_VALUE"}}})
              .find("KEY=VALUE") != std::string::npos);
    CHECK(app::answerLimits(run.desk(), {"limits", {{"action", "nonsense"}}}).find(R"("ok":false)") !=
          std::string::npos);
    run.session->host().stop();
  }
  const auto contents = journal::readJournal(places->journalDir("sim"));
  REQUIRE(contents.ok());
  int changes = 0;
  int effective = 0;
  for (const auto& record : contents->records) {
    if (record.kind != RecordKind::LimitChange) continue;
    limits::decodeChange(record.payload).ok() ? ++changes : ++effective;
  }
  CHECK(changes == 2);    // the change, and the refused loosening
  CHECK(effective == 1);  // what the session started with
  {
    LimitRun again(*places);
    again.run(60);
    CHECK(again.desk().version() == 1);
    CHECK(again.acknowledged() == 1);
    CHECK(again.session->engine().status().refusalReasons().count("MAX_ORDER_VALUE") == 1);
    const auto undo = again.desk().undoOf(0);
    REQUIRE(undo.ok());
    CHECK(undo->at(0).value == "25000");
    REQUIRE(again.desk().apply(*undo, {"anna", "undo", "back to what it was", ""}).ok());
    const auto refused = again.session->engine().status().counters().refused;
    again.run(60);
    CHECK(again.acknowledged() == 2);
    CHECK(again.session->engine().status().counters().refused <= refused + 1);
    again.session->host().stop();
  }
  std::filesystem::remove_all(places->dataDir);
}
