// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/replay_session.h"

#include <algorithm>
#include <filesystem>

#include "core/base/thread.h"

namespace bw::app {
namespace {

/// How long after the feed's end what is under way may still arrive.
constexpr Duration kSettle = Duration::seconds(1);
constexpr std::uint64_t kCheckEvery = 256;

}  // namespace

ReplaySession::ReplaySession(Places places, Timestamp start)
    : m_places(std::move(places)),
      m_start(start),
      m_clock(start),
      m_log(m_clock, {m_places.temporary ? "" : m_places.logDir() + "/orchestrator.log"}) {}

ReplaySession::~ReplaySession() {
  m_host.reset();
  m_engine.reset();
  std::error_code ignored;
  if (m_places.temporary) std::filesystem::remove_all(m_places.dataDir, ignored);
}

Result<std::unique_ptr<ReplaySession>> ReplaySession::make(EngineOptions options, Settings settings, Places places) {
  MarketRequest request{options.mode, options.input, options.seed, options.fees, options.accountFile};
  auto plan = planMarket(settings, request);
  if (!plan) return plan.error();
  options.threaded = false;
  options.durable = false;
  const std::uint64_t seed = options.seed;
  std::optional<journal::DataLock> lock;
  if (!places.temporary) {
    auto taken = journal::DataLock::take(places.dataDir);
    if (!taken) return taken.error();
    lock.emplace(std::move(*taken));
  }
  std::unique_ptr<ReplaySession> session(new ReplaySession(std::move(places), plan->start));
  session->m_lock = std::move(lock);
  session->m_engine =
      std::make_unique<Engine>(std::move(options), std::move(settings), session->m_places, std::move(*plan),
                               Engine::Clocks{session->m_clock, session->m_clock}, session->m_log, EngineProblems{});
  session->m_host = std::make_unique<SimHost>(session->m_engine->bus(), session->m_clock, session->m_log,
                                              SimHost::Options{seed, false, {}});
  session->m_host->setTraceHash(&session->m_hash);
  return session;
}

void ReplaySession::start() {
  if (m_started) return;
  m_started = true;
  for (const Engine::Placement& placement : Engine::placements())
    m_host->add(m_engine->makeAgent(placement.agent), placement.host);
  m_host->start();
}

void ReplaySession::pace(const Limits& limits, MonoTime startedAt) {
  if (limits.speed <= 0) return;
  const double marketS = static_cast<double>((m_clock.now() - m_start).ns) / 1e9;
  const double wallS = static_cast<double>((m_wall.mono() - startedAt).ns) / 1e9;
  const double ahead = marketS / limits.speed - wallS;
  if (ahead > 0.001) sleepFor(Duration{static_cast<std::int64_t>(std::min(ahead, 0.1) * 1e9)});
}

ReplayResult ReplaySession::run(const Limits& limits) {
  const MonoTime startedAt = m_wall.mono();
  start();
  const Timestamp until = limits.marketDurationS > 0
                              ? m_start + Duration{static_cast<std::int64_t>(limits.marketDurationS * 1e9)}
                              : Timestamp::never();
  std::uint64_t steps = 0;
  while (m_host->step()) {
    if (++steps % kCheckEvery != 0) continue;
    if (m_engine->data()->ended() || m_clock.now() >= until || m_engine->status().state() == SessionState::Shutdown)
      break;
    if (limits.interrupted != nullptr && *limits.interrupted) break;
    pace(limits, startedAt);
  }
  m_host->runUntil(m_clock.now() + kSettle);
  ReplayResult result;
  result.elapsedS = static_cast<double>((m_wall.mono() - startedAt).ns) / 1e9;
  result.data = m_engine->data()->stats();
  result.counters = m_engine->status().counters();
  result.account = m_engine->status().account();
  result.positions = m_engine->status().positions();
  result.audit = m_engine->status().audit();
  result.stop = m_engine->stop().progress();
  result.state = m_engine->status().state();
  for (const auto& [reason, count] : m_engine->status().refusalReasons()) result.refusals.push_back(reason);
  result.traceHash = m_hash.hex();
  result.messages = m_host->stats().delivered;
  m_host->stop();
  return result;
}

}  // namespace bw::app
