// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/compose/preview_agent.h"
#include "app/compose/settings.h"
#include "app/compose/venues.h"
#include "core/agents/data/data_agent.h"
#include "core/agents/orchestrator/orchestrator_agent.h"
#include "core/agents/strategy/strategy_agent.h"
#include "core/api/status_agent.h"
#include "core/base/file_system.h"
#include "core/bus/message_bus.h"
#include "core/gate/order_lane.h"
#include "core/gate/report_queue.h"
#include "core/gate/stop_executor.h"
#include "core/gate/trouble_watch.h"
#include "core/journal/file_journal.h"
#include "core/limits/file_limit_desk.h"
#include "core/notify/notifier.h"
#include "core/risk/approval_authority.h"

namespace bw::execution {
class ExecutionAgent;
}

namespace bw::app {

struct EngineOptions {
  std::string mode = "sim";  ///< "sim", "replay", "paper"
  std::string input;
  std::uint64_t seed = 1;
  std::vector<std::string> fees;
  std::vector<std::string> strategies;  ///< empty: the demo strategy of the settings
  std::vector<std::string> parameters;  ///< "strategy.name=value"
  bool startTrading = true;             ///< by itself, when READY; never with a latch
  bool threaded = true;                 ///< lanes, stop and journal have threads; false: everything runs on SimHost
  bool durable = true;                  ///< false: private runs whose journal may be lost with the machine
  std::string accountFile;              ///< the venue's own; empty: it forgets its account at the end
  FileSystem* disk = nullptr;           ///< null: the machine's own; must outlive the engine
  /// Simulations: puts a journal around the one that was opened; what it returns must not outlive that. Empty: none.
  std::function<std::unique_ptr<Journal>(Journal&)> wrapJournal;
  /// Not threaded only: lane and stop executor are pumped by the owner (lane(), stop()), not by the agent "lanes".
  bool ownerPumps = false;
  /// Puts an agent around or in place of the one that was made (it keeps the name); for drills. Empty: none.
  std::function<std::unique_ptr<Agent>(std::unique_ptr<Agent>)> decorate;
  /// Drills: see journal::FileJournal::Options::fault.
  std::function<int(std::string_view operation)> journalFault;
  orchestrator::HealthMonitor::Limits health;
  Duration stepLimit = Duration::seconds(15);  ///< of the start-up steps that wait for others
};

struct FeedSeat;

/// What went wrong before agents could run; the start-up step it belongs to fails with it. Empty: all is well.
struct EngineProblems {
  std::string settings;    ///< step 1
  std::string strategy;    ///< step 1: the strategies or their parameters that were asked for
  std::string journal;     ///< step 2
  std::string journalKey;  ///< "data.locked", "journal.corrupt" ...
  std::string market;      ///< step 4
  std::string marketKey;   ///< "recording.open", "venue.journal" ...
  std::string positions;   ///< step 7
  void noteMarket(const Error& error) {
    market = error.detail;
    marketKey = error.userKey;
  }
};

/// The parts of a workstation and how they hang together, for any kind of host: makes agents, says where they run, and
/// makes new ones when a host or an agent has to be replaced. app/compose's Workstation runs them on threads,
/// ReplaySession on virtual time.
/// Thread: made, started and stopped by its owner; makeAgent() by the owner of the hosts.
class Engine {
 public:
  struct Placement {
    std::string agent;
    std::string host;
  };
  struct Clocks {
    const Clock& market;
    const Clock& real;  ///< never paused; the same as market on virtual time
  };

  /// `plan` is empty if the market could not even be planned; problems.market then says why. All references outlive it.
  Engine(EngineOptions options, Settings settings, Places places, std::optional<MarketPlan> plan, Clocks clocks,
         Log& log, EngineProblems problems);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Every agent with its host, in the order they are to be started. `threaded`: with those that watch the program and
  /// its machine, on a host that runs on real time.
  static std::vector<Placement> placements(bool threaded = false);
  /// The agent of that name, new; the one before is kept alive but unused. Restores orders, positions and risk counters
  /// from the journal, and what else it missed from the bus.
  Agent& makeAgent(const std::string& name);
  /// What the orchestrator needs from the hosts; set before "orchestrator" is made.
  orchestrator::OrchestratorPorts& orchestratorPorts() { return m_ports; }

  /// Called on the data host with the time up to which the feed has been read. Set before "data" is made.
  void setFeedProgress(std::function<void(Timestamp)> progress) { m_feedProgress = std::move(progress); }

  /// Where the sentinel finds what agents said of themselves. Set before "sentinel" is made.
  void setSelfTests(std::function<std::vector<std::pair<std::string, std::string>>()> selfTests) {
    m_selfTests = std::move(selfTests);
  }
  /// A further way to reach a person with alarms; before "alarms" is made. Used on its host.
  void addChannel(std::shared_ptr<notify::Channel> channel) { m_channels.push_back(std::move(channel)); }

  /// Starts the lane and the stop executor on threads of their own (threaded engines only).
  void startThreads();
  void stopThreads();

  MessageBus& bus() { return *m_bus; }
  gate::Gate& gate() { return *m_gate; }
  /// Pulls the automatic triggers that show at the lane and the feed. The stop thread's heartbeat calls it.
  void watchTrouble();
  gate::TroubleWatch& trouble() { return m_trouble; }
  gate::StopExecutor& stop() { return *m_stop; }
  /// Null without a venue. To be pumped by the owner if EngineOptions::ownerPumps.
  gate::OrderLane* lane() { return m_lane.get(); }
  /// The ones in use; an agent that is made again takes the place of the one before, which stays. Any thread.
  api::StatusAgent& status() { return *m_status.load(); }
  PreviewAgent& preview() { return *m_preview.load(); }
  /// Where limits are read and changed; null when the data directory belongs to another workstation. Any thread.
  LimitDesk* limitDesk() { return m_limitDesk.get(); }
  const Market& market() const { return m_market; }
  const Instruments& instruments() const { return m_market.instruments; }
  const EngineOptions& options() const { return m_options; }
  const Settings& settings() const { return m_settings; }
  const EngineProblems& problems() const { return m_problems; }
  /// The data agent in use. Its stats are read on its host, or after it has stopped.
  DataAgent* data() const { return m_data.load(); }
  /// The execution agent in use; read it on its host, or after it has stopped. Null before it is made.
  const execution::ExecutionAgent* execution() const { return m_execution.load(); }
  /// True if a stop was latched when the engine was made.
  bool latchedAtStart() const { return m_latchedAtStart; }
  /// True if a stop was reset and no person has started trading since: then no session starts it by itself.
  bool mustStartByHand() const { return journal::Latch(m_places.dataDir, disk()).mustStartByHand(); }
  /// The venue's own account, through a connection that nobody else uses. Error if there is no venue.
  Result<AccountSnapshot> venueAccount();
  journal::FileJournal* journal() { return m_journal.get(); }
  std::string mode() const { return m_options.mode; }

 private:
  void openJournal();
  void watchJournal();
  void noteReport(const OrderReport& report);
  FileSystem& disk() const { return m_options.disk != nullptr ? *m_options.disk : realFileSystem(); }
  /// What the order path writes to.
  Journal& orderJournal();
  void openMarket(std::optional<MarketPlan> plan);
  void openLimits();
  limits::ReviewContext reviewContext();
  /// In force now.
  risk::RiskLimits currentLimits() const;
  void buildOrderPath();
  std::vector<agents::StrategySpec> strategySpecs();
  std::unique_ptr<Agent> buildAgent(const std::string& name);
  std::unique_ptr<Agent> buildData();
  std::unique_ptr<Agent> buildRisk();
  std::unique_ptr<Agent> buildExecution();
  std::unique_ptr<Agent> buildAudit();
  std::unique_ptr<Agent> buildOrchestrator();
  std::unique_ptr<Agent> buildSentinel();
  std::unique_ptr<Agent> buildAlarms();
  void recordText(RecordKind kind, const std::string& text);
  void recordStart();
  std::vector<orchestrator::StartupStepSpec> startupSteps();
  void refreshRecords();
  /// The risk counters that the journal holds last; nothing if it has none.
  Result<std::optional<risk::RiskCounters>> lastCounters() const;
  void startedByHand();

  EngineOptions m_options;
  Settings m_settings;
  Places m_places;
  Clocks m_clocks;
  Log& m_log;
  EngineProblems m_problems;
  Market m_market;
  std::unique_ptr<MessageBus> m_bus;
  std::unique_ptr<journal::FileJournal> m_journal;
  std::unique_ptr<Journal> m_brokenJournal;
  std::unique_ptr<Journal> m_wrappedJournal;
  std::unique_ptr<risk::ApprovalAuthority> m_authority;
  std::unique_ptr<gate::Gate> m_gate;
  std::unique_ptr<gate::MarkMirror> m_marks;
  std::unique_ptr<gate::ReportQueue> m_reports;
  gate::TroubleWatch m_trouble;
  std::unique_ptr<gate::OwnedMirror> m_owned;  ///< spot: what fills of this session bought; the stop sells no more
  std::unique_ptr<gate::OrderLane> m_lane;
  std::unique_ptr<gate::StopExecutor> m_stop;
  std::unique_ptr<Publisher> m_stopVoice;
  std::unique_ptr<Publisher> m_journalVoice;  // the journal's writer only
  std::unique_ptr<Publisher> m_limitVoice;
  std::unique_ptr<limits::FileLimitDesk> m_limitDesk;
  std::unique_ptr<VenueConnection> m_proof;
  std::unique_ptr<VenueListener> m_deaf;
  orchestrator::OrchestratorPorts m_ports;
  std::vector<journal::JournalRecord> m_records;
  std::vector<agents::StrategySpec> m_specs;
  bool m_recordsUsed = false;
  std::vector<std::unique_ptr<Agent>> m_agents;
  std::set<std::string> m_made;  ///< names of agents that were made before
  std::atomic<DataAgent*> m_data{nullptr};
  std::atomic<const execution::ExecutionAgent*> m_execution{nullptr};
  std::atomic<api::StatusAgent*> m_status{nullptr};
  std::atomic<PreviewAgent*> m_preview{nullptr};
  std::shared_ptr<FeedSeat> m_feedSeat;
  std::function<void(Timestamp)> m_feedProgress;
  std::function<std::vector<std::pair<std::string, std::string>>()> m_selfTests;
  std::vector<std::shared_ptr<notify::Channel>> m_channels;
  bool m_latchedAtStart = false;
};

}  // namespace bw::app
