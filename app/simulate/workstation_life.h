// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "app/simulate/simulation.h"

namespace bw::sim {

/// One life of the simulated workstation; everything in it dies in a crash. Thread: one.
struct Simulation::Workstation {
  std::shared_ptr<fake::FakeVenue> venue;
  std::unique_ptr<app::Engine> engine;
  std::unique_ptr<RandomTrader> trader;
  std::unique_ptr<SimHost> host;
  std::unique_ptr<Publisher> voice;
  SlowJournal* journal = nullptr;  ///< the engine's; null if its journal could not be opened
  bool laneReady = false;
  bool stopReady = true;
  MonoTime stopDue{INT64_MAX};
};

}  // namespace bw::sim
