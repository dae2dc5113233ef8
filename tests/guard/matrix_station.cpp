// SPDX-License-Identifier: GPL-3.0-or-later
// matrix_station DATA_DIR VENUE_FILE VENUE GUARD [FREEZE]: the whole workstation without its window, to be frozen.
// Reads words from its input: ui, trading, cpu, disk, auto. Prints "ready GUARD_PID" once it runs with its guard.
#include <QCoreApplication>
#include <atomic>
#include <cstdio>
#include <iostream>

#include "app/compose/workstation.h"
#include "core/base/thread.h"

namespace {

using namespace bw;

std::atomic<bool> uiHangs{false};
std::atomic<bool> tradingHangs{false};
std::atomic<bool> diskFull{false};
std::atomic<bool> busy{false};
std::atomic<bool> over{false};

/// Around the execution agent: hangs for good when told.
class HangingAgent final : public Agent {
 public:
  explicit HangingAgent(std::unique_ptr<Agent> inner) : m_inner(std::move(inner)) {}
  std::string_view name() const override { return m_inner->name(); }
  void onStart(AgentContext& context) override { m_inner->onStart(context); }
  void onMessage(const Message& message) override {
    while (tradingHangs && !over) sleepFor(Duration::millis(5));
    m_inner->onMessage(message);
  }
  void onTimer(TimerId timer) override { m_inner->onTimer(timer); }
  void onWake() override { m_inner->onWake(); }
  void onStop() override { m_inner->onStop(); }

 private:
  std::unique_ptr<Agent> m_inner;
};

void freeze(const std::string& word, app::Workstation* workstation) {
  if (word == "ui") uiHangs = true;
  if (word == "trading") tradingHangs = true;
  if (word == "cpu") busy = true;
  if (word == "disk") diskFull = true;
  if (word == "auto" && workstation != nullptr) workstation->engine().stop().trigger("risk", "drawdown reached");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  QCoreApplication application(argc, argv);
  app::WorkstationOptions options;
  options.configDir = std::string(BW_SOURCE_DIR) + "/config";
  options.dataDir = argv[1];
  options.venueFile = options.guard.venueFile = argv[2];
  options.venue = options.guard.venue = argv[3];
  options.guard.program = argv[4];
  options.guard.wanted = options.guard.headless = true;
  options.rest = true;
  options.engine.startTrading = false;
  options.engine.journalFault = [](std::string_view operation) {
    return diskFull && operation == "write" ? ENOSPC : 0;
  };
  options.engine.decorate = [](std::unique_ptr<Agent> agent) -> std::unique_ptr<Agent> {
    if (agent->name() != "execution") return agent;
    return std::make_unique<HangingAgent>(std::move(agent));
  };
  if (argc > 5) freeze(argv[5], nullptr);
  auto made = app::Workstation::make(options);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().detail.c_str());
    return 1;
  }
  app::Workstation& workstation = **made;
  std::vector<std::unique_ptr<Thread>> spinners;
  for (int i = 0; i < 8; ++i) {
    spinners.push_back(std::make_unique<Thread>());
    spinners.back()->start("spin", [] {
      while (!over) {
        if (!busy) sleepFor(Duration::millis(5));
      }
    });
  }
  if (auto started = workstation.start(); !started) std::fprintf(stderr, "%s\n", started.error().detail.c_str());
  Thread reader;
  reader.start("reader", [&workstation] {
    for (std::string word; std::getline(std::cin, word);) freeze(word, &workstation);
    over = true;
  });
  bool said = false;
  while (!over) {
    while (uiHangs && !over) {
    }
    workstation.windowAlive();
    if (!said && workstation.guard()->link().health().connected) {
      std::printf("ready %d\n", workstation.guard()->pid());
      std::fflush(stdout);
      said = true;
    }
    QCoreApplication::processEvents();
    sleepFor(Duration::millis(5));
  }
  // What hangs on purpose is not waited for.
  std::_Exit(0);
}
