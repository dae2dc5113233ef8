// SPDX-License-Identifier: GPL-3.0-or-later
// stop_station DATA_DIR VENUE_FILE ORDERS: places orders through lanes and gate, goes on placing, beats to the guard.
// Prints "resting" once the orders rest, then the stop's state at each change. SIGUSR1 presses, SIGTERM ends in order.
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "app/drill/drill_orders.h"
#include "app/drill/emulator_process.h"
#include "core/gate/stop_executor.h"
#include "core/guard/guard_core.h"
#include "core/guard/guard_link.h"
#include "core/journal/file_journal.h"

namespace {

using namespace bw;

std::atomic<int> presses{0};
std::atomic<bool> ended{false};

struct Deaf final : VenueListener {
  void onReport(const OrderReport&) override {}
};

int runStation(const std::string& dataDir, const std::string& file, int orders) {
  const SystemClock clock;
  auto venues = app::readEmulatorFile(file);
  if (!venues) return 1;
  const Instruments instruments = app::emulatedInstruments(*venues);
  gate::Gate gate(clock, instruments);
  gate::MarkMirror marks(*instruments);
  journal::MemoryJournal journal;
  Deaf deaf;
  app::DrillOrders maker(clock, gate, instruments);
  std::atomic<int> accepted{0};
  std::vector<std::unique_ptr<wire_fake::WireVenue>> clients;
  std::vector<std::unique_ptr<gate::OrderLane>> lanes;
  std::vector<Venue*> stopped;
  for (const app::EmulatedVenue& venue : *venues) {
    clients.push_back(app::connectEmulated(clock, venue, instruments, false));
    stopped.push_back(clients.back().get());
    gate::OrderLane::Outputs outputs;
    outputs.report = [&](const OrderReport& r) { accepted += r.kind == OrderReport::Kind::Accepted ? 1 : 0; };
    outputs.account = [](const AccountAnswer&) {};
    lanes.push_back(std::make_unique<gate::OrderLane>(gate, journal, clock, instruments, *clients.back(), outputs));
  }
  gate::StopExecutor::Config config;
  config.dataDirectory = dataDir;
  config.probeEvery = Duration::seconds(1);
  gate::StopExecutor stop({gate, journal, clock, instruments, &marks, deaf, stopped, nullptr},
                          maker.takeEmergencyAuthority(), config, {});
  guard::GuardLink link(clock, guard::guardSocketPath(dataDir),
                        {&stop, [&] { return std::string(gate::toString(gate.level())); }, {}});
  gate.requireLease(clock, Duration::seconds(1));
  stop.setHeartbeat([&] { link.beat(); }, Duration::millis(250));
  stop.start();
  for (const auto& lane : lanes) lane->start();
  const auto placeOne = [&](std::size_t v) {
    if (auto command = maker.next(*instruments->find((*venues)[v].name, "BTC-USD")))
      lanes[v]->submit(std::move(*command));
  };
  for (int i = 0; i < orders; ++i) placeOne(static_cast<std::size_t>(i) % lanes.size());
  while (accepted < orders && !ended) sleepFor(Duration::millis(2));
  std::printf("resting\n");
  std::fflush(stdout);
  std::string state;
  for (int turn = 0; !ended; ++turn) {
    if (presses.exchange(0) > 0) stop.trigger("SIGUSR1", "signal");
    if (turn % 5 == 0 && gate.level() == gate::Level::Run) placeOne(static_cast<std::size_t>(turn / 5) % lanes.size());
    const std::string now = std::string(toString(stop.progress().state)) + " " +
                            std::string(gate::toString(gate.level())) + (link.health().connected ? " guard" : " alone");
    if (now != state) std::printf("%s\n", now.c_str());
    state = now;
    std::fflush(stdout);
    sleepFor(Duration::millis(20));
  }
  for (const auto& lane : lanes) lane->stop();
  stop.shutdown();
  link.farewell();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  ::signal(SIGUSR1, [](int) { presses.fetch_add(1); });
  ::signal(SIGTERM, [](int) { ended = true; });
  return runStation(argv[1], argv[2], std::atoi(argv[3]));
}
