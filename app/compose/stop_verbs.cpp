// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/stop_verbs.h"

#include <algorithm>
#include <array>

#include "core/gate/stop_executor.h"

namespace bw::app {
namespace {

constexpr std::array<std::pair<const char*, StopLevel>, 4> kLevelWords{{{"no-new", StopLevel::NoNew},
                                                                        {"cancel-all", StopLevel::CancelAll},
                                                                        {"flatten", StopLevel::Flatten},
                                                                        {"cut", StopLevel::Cut}}};
constexpr std::array<std::pair<const char*, StopScope::Kind>, 4> kScopeWords{
    {{"account", StopScope::Kind::Account},
     {"venue", StopScope::Kind::Venue},
     {"agent", StopScope::Kind::Agent},
     {"instrument", StopScope::Kind::Instrument}}};

}  // namespace

Result<StopAsked> stopAskedFor(const api::ControlRequest& request) {
  StopAsked asked;
  const std::string level = request.argument("level");
  if (!level.empty()) {
    const auto found =
        std::find_if(kLevelWords.begin(), kLevelWords.end(), [&](const auto& w) { return level == w.first; });
    if (found == kLevelWords.end())
      return finalError("usage", "--level '" + level + "' is none of no-new, cancel-all, flatten, cut");
    asked.level = found->second;
  }
  const std::string scope = request.argument("scope");
  if (scope.empty() || scope == "all") return asked;
  const std::size_t colon = scope.find(':');
  const auto found = std::find_if(kScopeWords.begin(), kScopeWords.end(),
                                  [&](const auto& w) { return scope.substr(0, colon) == w.first; });
  if (colon == std::string::npos || colon + 1 == scope.size() || found == kScopeWords.end())
    return finalError("usage", "--scope '" + scope +
                                   "' must be all, venue:NAME, account:NAME, agent:NAME or instrument:VENUE/SYMBOL");
  asked.scope = {found->second, scope.substr(colon + 1)};
  return asked;
}

bool isSettled(const StopProgress& progress, const StopAsked& asked) {
  if (asked.level == StopLevel::NoNew) return true;
  const auto over = [](StopState s) { return s == StopState::Stopped || s == StopState::Attention; };
  if (asked.scope.all()) return over(progress.state);
  return std::any_of(progress.scopes.begin(), progress.scopes.end(),
                     [&](const ScopedStop& s) { return s.scope == gate::toText(asked.scope) && over(s.state); });
}

DrillDesk::DrillDesk(Journal& journal, std::string program, Done done)
    : m_journal(journal), m_program(std::move(program)), m_done(std::move(done)) {}

DrillDesk::~DrillDesk() {
  m_quit = true;
  if (m_thread) m_thread->join();
}

Result<void> DrillDesk::start(int orders, int runs, bool freezeGui, bool freezeCpu) {
  {
    const Lock lock(m_mutex);
    if (m_running) return finalError("drill.busy", "a drill is under way");
    m_running = true;
  }
  if (m_thread) m_thread->join();
  DrillOptions options;
  options.program = m_program;
  options.orders = std::clamp(orders, 5, 1'000);
  options.runs = std::clamp(runs, 1, 100);
  options.freezeGui = freezeGui;
  options.freezeCpu = freezeCpu;
  options.cancelled = [this] { return m_quit.load(); };
  m_thread = std::make_unique<Thread>();
  m_thread->start("bw-drill", [this, options] {
    const DrillReport report = runDrill(options);
    const std::string json = drillJson(report, options, true);
    if (auto record = m_journal.append(RecordKind::Decision, "drill " + json))
      static_cast<void>(m_journal.sync(*record));
    {
      const Lock lock(m_mutex);
      m_running = false;
      m_last = json;
    }
    if (m_done) m_done(report, json);
  });
  return {};
}

bool DrillDesk::running() const {
  const Lock lock(m_mutex);
  return m_running;
}

std::string DrillDesk::lastJson() const {
  const Lock lock(m_mutex);
  return m_last;
}

}  // namespace bw::app
