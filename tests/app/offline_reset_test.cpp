// SPDX-License-Identifier: GPL-3.0-or-later
// A stop is reset while no workstation runs; and the settings that the audit holds a session to.
#include "app/compose/offline_reset.h"

#include "core/journal/latch.h"
#include "tests/app/workstation_bench.h"

using namespace bw;
using bw::test::contains;
using bw::test::eventually;
using bw::test::WorkstationBench;
using bw::test::writeText;

namespace {

const std::string kShipped = std::string(BW_SOURCE_DIR) + "/config";

std::string paperRecording() {
  const char* given = std::getenv("BW_TEST_DATA");
  return std::string(given != nullptr ? given : BW_TEST_DATA_DIR) + "/ticks/hftbacktest_usdm_btcusdt_20240808.gz";
}

}  // namespace

TEST_CASE("offline reset of a paper account: needs its recording, ten seconds, the phrase, and leaves nothing open") {
  const std::string input = paperRecording();
  if (!std::filesystem::exists(input)) {
    std::printf("SKIPPED: the recording %s is absent\n", input.c_str());
    return;
  }
  WorkstationBench bench;
  bench.options().engine.mode = "paper";
  bench.options().engine.input = input;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Trading));
  REQUIRE(eventually([&] { return bench.engine().status().counters().orders > 0; }));
  const app::Places places = bench.workstation().places();
  CHECK(contains(bench.ask("emergency-stop"), "\"latched\":true"));
  bench.stop();

  const auto settings = app::loadSettings(kShipped, "");
  REQUIRE(settings.ok());
  const app::ResetRequest request{"RESET PAPER 1", "a drill, nothing was wrong", input};
  auto done = app::resetOffline(*settings, places, {request.phrase, request.cause, ""});
  REQUIRE_FALSE(done.ok());
  journal::Latch latch(places.dataDir);
  auto state = latch.read();
  REQUIRE(state.has_value());
  CHECK(state->mode == "PAPER");
  done = app::resetOffline(*settings, places, request);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().userKey == "reset.too_soon");
  CHECK(latch.read().has_value());

  std::filesystem::remove(places.dataDir + "/latch");
  state->time = state->time - Duration::seconds(20);
  REQUIRE(latch.write(*state).ok());
  done = app::resetOffline(*settings, places, {request.phrase, request.cause, ""});
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().userKey == "reset.input");
  done = app::resetOffline(*settings, places, {"RESET PAPER 2", request.cause, input});
  REQUIRE_FALSE(done.ok());
  CHECK(latch.read().has_value());
  done = app::resetOffline(*settings, places, request);
  CHECK_MESSAGE(done.ok(), (done ? std::string() : done.error().detail));
  CHECK_FALSE(latch.read().has_value());
  CHECK(latch.mustStartByHand());
}

TEST_CASE("settings: stream_silence_s and agent_silence_s of the user's app.yaml win and are kept in their ranges") {
  const test::ScratchDir user;
  writeText(user / "app.yaml", "stream_silence_s: 10\nagent_silence_s: 2\n");
  auto settings = app::loadSettings(kShipped, user.path());
  REQUIRE_MESSAGE(settings.ok(), (settings ? std::string() : settings.error().detail));
  CHECK(settings->streamSilence == Duration::seconds(10));
  CHECK(settings->agentSilence == Duration::seconds(2));
  for (const char* wrong : {"stream_silence_s: 4\n", "stream_silence_s: 3601\n", "agent_silence_s: 0\n",
                            "agent_silence_s: 61\n", "agent_silence_s: often\n"}) {
    CAPTURE(wrong);
    writeText(user / "app.yaml", wrong);
    settings = app::loadSettings(kShipped, user.path());
    REQUIRE_FALSE(settings.ok());
    CHECK(contains(settings.error().detail, "app.yaml:1"));
  }
}

TEST_CASE("audit: while a passive violation lasts the gate takes no new risk") {
  WorkstationBench bench;
  bench.options().engine.startTrading = false;
  bench.options().limits = {"MAX_OPEN_POSITIONS=3"};
  bench.options().speed = 1;
  bench.start();
  REQUIRE(bench.reaches(SessionState::Ready));
  gate::Gate& gate = bench.engine().gate();
  CHECK_FALSE(gate.hasNoNew(gate::NoNewCause::PassiveViolation));
  const auto limit =
      static_cast<std::uint32_t>(bench.engine().settings().limits.count(risk::RiskKey::MaxOpenPositions));
  const Instruments instruments = bench.engine().instruments();
  REQUIRE(instruments->size() > limit);
  const auto voice = bench.engine().bus().makePublisher("test");
  const auto say = [&](const char* quantity) {
    for (std::uint32_t i = 0; i <= limit; ++i) {
      PositionUpdate update;
      update.position.instrument = {i};
      update.position.owner = Owner::External;
      update.position.quantity = Quantity(Decimal::parse(quantity).value());
      PublishOptions options;
      options.key = i;
      voice->publish(Topic::PositionMarked, update, options);
    }
  };
  const SystemClock real;
  const MonoTime from = real.mono();
  say("1");
  CHECK(eventually([&] { return gate.hasNoNew(gate::NoNewCause::PassiveViolation); }));
  CHECK(bench.engine().stop().progress().stopNumber == 0);
  CHECK(eventually([&] {
    for (const AlarmUpdate& alarm : bench.engine().status().alarms()) {
      if (alarm.code == "invariant.passive") return true;
    }
    return false;
  }));
  const Duration seen = real.mono() - from;
  MESSAGE("position beyond its limit to alarm seen: " << seen.toMicros() << " us");
  CHECK(seen < Duration::seconds(5));
}
