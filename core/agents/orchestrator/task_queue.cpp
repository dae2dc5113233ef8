// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/orchestrator/task_queue.h"

#include <algorithm>
#include <exception>

namespace bw::orchestrator {
namespace {

TaskStep stepGuarded(const TaskQueue::Step& step, MonoTime now) {
  try {
    return step(now);
  } catch (const std::exception& e) {
    return {TaskStep::State::Failed, std::string("ended by an exception: ") + e.what(), 0};
  }
}

const char* stateWord(TaskStep::State state) {
  switch (state) {
    case TaskStep::State::Running:
      return "RUNNING";
    case TaskStep::State::Done:
      return "DONE";
    case TaskStep::State::Failed:
      return "FAILED";
    case TaskStep::State::NotInThisBuild:
      return "NOT IN THIS BUILD";
  }
  return "?";
}

}  // namespace

std::uint64_t TaskQueue::add(Spec spec) {
  const std::uint64_t id = m_nextId++;
  const int order = -spec.priority;
  m_queued.emplace(std::make_pair(order, id), Task{id, std::move(spec), {}});
  return id;
}

void TaskQueue::startWaiting(MonoTime now, const std::function<void(const TaskUpdate&)>& onChange) {
  while (m_running.size() < m_maxConcurrent && !m_queued.empty()) {
    auto node = m_queued.extract(m_queued.begin());
    node.mapped().startedAt = now;
    m_running.push_back(std::move(node.mapped()));
    onChange({m_running.back().id, m_running.back().spec.name, "RUNNING", ""});
  }
  m_mostAtOnce = std::max(m_mostAtOnce, m_running.size());
  BW_ASSERT(m_running.size() <= m_maxConcurrent);
}

void TaskQueue::run(MonoTime now, const std::function<void(const TaskUpdate&)>& onChange) {
  startWaiting(now, onChange);
  std::vector<Task> current;
  current.swap(m_running);
  std::vector<std::pair<Task, TaskStep>> ended;
  for (Task& task : current) {
    TaskStep result = stepGuarded(task.spec.step, now);
    if (result.state == TaskStep::State::Running && now - task.startedAt > task.spec.timeLimit) {
      result = {TaskStep::State::Failed,
                "no end after " + std::to_string(task.spec.timeLimit.toMillis()) + " ms" +
                    (result.detail.empty() ? "" : ": " + result.detail),
                0};
    }
    if (result.state == TaskStep::State::Running)
      m_running.push_back(std::move(task));
    else
      ended.emplace_back(std::move(task), std::move(result));
  }
  for (const auto& [task, result] : ended) {
    onChange({task.id, task.spec.name, stateWord(result.state), result.detail});
    if (task.spec.onEnd) task.spec.onEnd(result);
  }
  startWaiting(now, onChange);
}

}  // namespace bw::orchestrator
