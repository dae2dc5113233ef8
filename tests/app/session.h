// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/compose/replay_session.h"

namespace bw::test {

/// What one run of a whole workstation on virtual time is asked to do.
struct SessionPlan {
  app::EngineOptions engine;
  std::vector<std::string> limits;  ///< KEY=VALUE
  double marketSeconds = 0;
};

inline SessionPlan simPlan(double marketSeconds) {
  SessionPlan plan;
  plan.engine.mode = "sim";
  plan.marketSeconds = marketSeconds;
  return plan;
}

/// A recording of the data folder; empty (said aloud) where it is absent.
inline std::string recordingPath(const std::string& name) {
  const char* given = std::getenv("BW_TEST_DATA");
  const std::string path = std::string(given != nullptr ? given : BW_TEST_DATA_DIR) + "/ticks/" + name;
  if (std::filesystem::exists(path)) return path;
  std::printf("SKIPPED: the recording %s is absent\n", path.c_str());
  return {};
}

inline SessionPlan replayPlan(const std::string& input) {
  SessionPlan plan;
  plan.engine.mode = "replay";
  plan.engine.input = input;
  return plan;
}

/// The session, not started; fails the test if it cannot be made.
inline std::unique_ptr<app::ReplaySession> makeSession(const SessionPlan& plan) {
  auto settings = app::loadSettings(std::string(BW_SOURCE_DIR) + "/config", "");
  REQUIRE_MESSAGE(settings.ok(), (settings ? std::string() : settings.error().detail));
  for (const std::string& limit : plan.limits) {
    const auto set = app::applyLimit(*settings, limit);
    REQUIRE_MESSAGE(set.ok(), limit);
  }
  auto places = app::temporaryPlaces();
  REQUIRE(places.ok());
  auto session = app::ReplaySession::make(plan.engine, std::move(*settings), *places);
  REQUIRE_MESSAGE(session.ok(), (session ? std::string() : session.error().detail));
  return std::move(*session);
}

inline app::ReplaySession::Limits limitsOf(const SessionPlan& plan) {
  app::ReplaySession::Limits limits;
  limits.marketDurationS = plan.marketSeconds;
  return limits;
}

inline app::ReplayResult runSession(const SessionPlan& plan) {
  return makeSession(plan)->run(limitsOf(plan));
}

}  // namespace bw::test
