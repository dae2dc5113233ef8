// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/base/mutex.h"
#include "tests/app/workstation_bench.h"

namespace bw::test {

/// Makes agents hang or throw from outside. Thread: any.
struct Drill {
  std::atomic<bool> hang{false};
  std::atomic<bool> fail{false};
  std::atomic<int> hanging{0};
  std::atomic<int> made{0};
  std::optional<Topic> only;  ///< hangs at messages of this topic alone; set before the start
  Mutex mutex;
  Condition changed;
  bool released BW_GUARDED_BY(mutex) = false;

  void waitForRelease() {
    ++hanging;
    Lock lock(mutex);
    while (!released) changed.wait(mutex);
    --hanging;
  }
  void release() {
    Lock lock(mutex);
    released = true;
    changed.notifyAll();
  }
  void holdAgain() {
    Lock lock(mutex);
    released = false;
  }
};

/// Around another agent: hangs or throws when the drill says so, once each. Thread: its host.
class DrilledAgent final : public Agent {
 public:
  DrilledAgent(std::unique_ptr<Agent> inner, Drill& drill) : m_inner(std::move(inner)), m_drill(drill) {
    ++m_drill.made;
  }
  std::string_view name() const override { return m_inner->name(); }
  void onStart(AgentContext& context) override { m_inner->onStart(context); }
  void onMessage(const Message& message) override {
    if (m_drill.fail.exchange(false)) throw std::runtime_error("a drill: thrown on purpose");
    if (!m_drill.only || *m_drill.only == message.topic) hangIfTold();
    m_inner->onMessage(message);
  }
  void onTimer(TimerId id) override {
    if (!m_drill.only) hangIfTold();
    m_inner->onTimer(id);
  }
  void onWake() override {
    if (!m_drill.only) hangIfTold();
    m_inner->onWake();
  }
  void onStop() override { m_inner->onStop(); }
  std::string selfTest() override { return m_inner->selfTest(); }

 private:
  void hangIfTold() {
    if (m_drill.hang.exchange(false)) m_drill.waitForRelease();
  }

  std::unique_ptr<Agent> m_inner;
  Drill& m_drill;
};

inline void drillAgent(WorkstationBench& bench, const std::string& name, Drill& drill) {
  bench.options().engine.health = {Duration::millis(1000), Duration::millis(2000), Duration::minutes(10)};
  bench.options().engine.decorate = [name, &drill](std::unique_ptr<Agent> agent) -> std::unique_ptr<Agent> {
    if (agent->name() != name) return agent;
    return std::make_unique<DrilledAgent>(std::move(agent), drill);
  };
}

}  // namespace bw::test
