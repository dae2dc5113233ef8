// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/messages/system.h"

namespace bw::orchestrator {

/// What a task's step function says: still at it, done, or failed with a reason.
struct TaskStep {
  enum class State : std::uint8_t { Running, Done, Failed, NotInThisBuild } state = State::Running;
  std::string detail;
  double progress = 0;
};

/// Work of the orchestrator that takes time: start-up, history loads, exports, restarts. Higher priority first, then
/// first come first served; at most `maxConcurrent` at once (SPEC 3.2). A task is a step function that is called until
/// it is done; a task past its time limit fails with that reason. Pure. Thread: owner only.
class TaskQueue {
 public:
  using Step = std::function<TaskStep(MonoTime now)>;
  struct Spec {
    std::string name;
    int priority = 0;
    Duration timeLimit = Duration::seconds(60);
    Step step;
    std::function<void(const TaskStep&)> onEnd;  ///< may be empty; called once
  };
  explicit TaskQueue(std::size_t maxConcurrent = 10) : m_maxConcurrent(maxConcurrent) {}
  std::uint64_t add(Spec spec);
  /// Starts what may start and steps what runs; the changes are reported to `onChange`.
  void run(MonoTime now, const std::function<void(const TaskUpdate&)>& onChange);
  std::size_t running() const { return m_running.size(); }
  std::size_t queued() const { return m_queued.size(); }
  std::size_t mostAtOnce() const { return m_mostAtOnce; }
  bool idle() const { return m_running.empty() && m_queued.empty(); }

 private:
  struct Task {
    std::uint64_t id = 0;
    Spec spec;
    MonoTime startedAt;
  };
  void startWaiting(MonoTime now, const std::function<void(const TaskUpdate&)>& onChange);

  const std::size_t m_maxConcurrent;
  std::uint64_t m_nextId = 1;
  std::map<std::pair<int, std::uint64_t>, Task> m_queued;  ///< key: negated priority, id
  std::vector<Task> m_running;
  std::size_t m_mostAtOnce = 0;
};

}  // namespace bw::orchestrator
