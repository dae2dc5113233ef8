// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/time.h"

namespace bw {

/// SPEC 3.1; the only states there are.
enum class SessionState : std::uint8_t { Initializing, Ready, Trading, Paused, EmergencyStop, Shutdown };
std::string_view toString(SessionState state);  ///< "INITIALIZING" … "EMERGENCY_STOP"

/// system/state.changed. Keep-all.
struct StateChanged {
  SessionState from = SessionState::Initializing;
  SessionState to = SessionState::Initializing;
  std::string cause;
};

/// system/startup.step: one of the ten steps as it goes. Key: index.
struct StartupStep {
  enum class State : std::uint8_t { Waiting, Running, Done, Failed, NotInThisBuild };
  int index = 0;  ///< 1 … 10
  std::string name;
  State state = State::Waiting;
  std::string detail;   ///< real reason of a failure, or what was found
  double progress = 0;  ///< 0 … 1
};

/// control/command: what a person (window, command line, control file) asks of the orchestrator.
struct ControlCommand {
  enum class Kind : std::uint8_t {
    StartTrading,
    Pause,
    Resume,
    StopTrading,
    EmergencyStop,
    Reset,
    Shutdown,
    SetSpeed,
    Step,
    Seek,
    AcknowledgeAlarm  ///< number = the alarm's id, 0 = all; answered by the alarm agent
  };
  Kind kind = Kind::Pause;
  std::string channel;  ///< "window", "cli", "file" ...
  std::string reason;
  std::string phrase;  ///< Reset
  double number = 0;   ///< SetSpeed
};

/// control/answer: what became of a ControlCommand; correlation id = the command's message id.
struct ControlAnswer {
  bool ok = true;
  std::string reason;  ///< stable word when not ok: "illegal_transition", "latched", "phrase" ...
  std::string text;    ///< in words, with the remedy
};

/// system/emergency.stop. CRITICAL, keep-all, to everyone.
struct EmergencyStopRaised {
  std::uint64_t stopNumber = 0;
  std::string trigger;  ///< channel or automatic cause
  std::string reason;
  Timestamp time;
};

/// Plate states of UX 3.4.
enum class StopState : std::uint8_t { Ready, Latched, Stopping, Stopped, Attention, Offline };
std::string_view toString(StopState state);

/// One row of the stop's step table.
struct StopStep {
  Timestamp time;
  std::string step;
  std::string venue;
  std::string symbol;
  std::string result;
  double latencyMs = 0;
};

/// A stop of one account, venue, agent or instrument; plate and orchestrator stay as they are.
struct ScopedStop {
  std::string scope;  ///< "venue kraken", "agent momentum" ...
  std::string level;
  StopState state = StopState::Stopping;
  std::uint64_t stopNumber = 0;
  std::string trigger;
  std::string reason;
  std::string attention;
  Timestamp startedAt;
};

/// system/stop.progress: the stop executor's truth for plate and dock. Key: "stop".
struct StopProgress {
  StopState state = StopState::Ready;
  std::uint64_t stopNumber = 0;
  std::string trigger;
  std::string reason;
  int ordersTotal = 0;
  int ordersCancelled = 0;
  int ordersUnknown = 0;
  int positionsTotal = 0;
  int positionsFlat = 0;
  std::string attention;  ///< what needs a person
  Timestamp startedAt;
  Timestamp updatedAt;
  std::vector<StopStep> steps;
  std::string level;              ///< "CANCEL_ALL", "FLATTEN", "CUT"; empty while READY
  int stopsKept = 0;              ///< protective stops that stay, of what is not or cannot be closed
  std::vector<std::string> kept;  ///< holdings that stay because our fills did not buy them
  std::vector<ScopedStop> scopes;
};

/// system/health: one agent's figures, at most 2 a second. Key: agent.
struct AgentHealth {
  enum class State : std::uint8_t {
    Starting,
    Running,
    Paused,
    Degraded,
    Quarantined,
    Stopped,
    Crashed,
    NotInThisBuild
  };
  std::string agent;
  std::string host;
  State state = State::Starting;
  Duration heartbeatAge;
  std::uint64_t queueDepth = 0;
  std::uint64_t queueCapacity = 0;
  std::uint64_t messagesIn = 0;
  std::uint64_t messagesOut = 0;
  std::uint64_t errors = 0;
  std::uint64_t restarts = 0;
  double latencyP50Us = 0;
  double latencyP95Us = 0;
  double latencyP99Us = 0;
  double latencyMaxUs = 0;
  std::string detail;
};
std::string_view toString(AgentHealth::State state);

/// system/task: a task of the orchestrator's queue changed.
struct TaskUpdate {
  std::uint64_t id = 0;
  std::string name;
  std::string state;  ///< QUEUED RUNNING DONE FAILED
  std::string detail;
};

/// system/event: a line of the event log. priority: 0 low … 3 critical. An alarm demands the named action.
struct SystemEvent {
  int priority = 0;
  std::string source;
  std::string code;
  std::string text;
  std::string action;        ///< not empty: an alarm
  std::string subject = {};  ///< what it is about; one alarm for each source, code and subject
};

/// system/alarm: an alarm as it stands after a change. Key: id.
struct AlarmUpdate {
  std::uint64_t id = 0;
  std::string source;
  std::string code;
  std::string subject;
  int priority = 0;
  std::string text;
  std::string action;
  Timestamp firstAt;  ///< real time, like the next two
  Timestamp lastAt;
  Timestamp acknowledgedAt;
  std::uint64_t count = 0;  ///< how often the cause was reported
  bool acknowledged = false;
};

/// One row of the table of targets (SPEC 13), with what was measured.
struct Metric {
  enum class State : std::uint8_t { NotMeasured, Good, BelowTarget, Critical };
  std::string name;      ///< "signal generation p99"
  std::string value;     ///< "12.3 ms"; empty: not measured yet
  std::string target;    ///< "< 50 ms"
  std::string critical;  ///< "< 200 ms"
  State state = State::NotMeasured;
};
std::string_view toString(Metric::State state);

/// system/metrics: rows of one source, at most one a second. Key: hash of the source.
struct MetricsUpdate {
  std::string source;  ///< "audit", "machine", "window"
  std::vector<Metric> rows;
};

/// system/audit: invariant cycle results and order-path latencies. Key: "audit".
struct AuditStatus {
  struct Check {
    std::string name;
    bool ok = true;
    std::string text;
  };
  std::vector<Check> invariants;
  std::uint64_t cycles = 0;
  std::uint64_t violations = 0;
  double cycleUsMax = 0;
  struct Latency {
    std::string name;
    std::uint64_t count = 0;
    double p50Us = 0;
    double p95Us = 0;
    double p99Us = 0;
    double maxUs = 0;
  };
  std::vector<Latency> latencies;
};

}  // namespace bw
