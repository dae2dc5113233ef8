// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/guard/stop_matrix.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/drill/emulator_process.h"
#include "core/api/control_socket.h"
#include "core/base/process.h"
#include "core/base/thread.h"
#include "core/journal/disk.h"
#include "core/journal/latch.h"
#include "core/net/http/http_client.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using matrix::Freeze;
using matrix::Trigger;

constexpr Duration kStart = Duration::seconds(60);
constexpr Duration kLongest = Duration::seconds(15);
constexpr int kResting = 20;

/// One workstation with its guard and venue, for one cell. Thread: owner only; several at once.
class CellBench {
 public:
  std::string run(Trigger trigger, Freeze freeze, double& tookMs) {
    if (std::string problem = start(trigger, freeze); !problem.empty()) return problem;
    if (trigger != Trigger::Restart) apply(freeze);
    const MonoTime pressed = m_clock.mono();
    if (trigger != Trigger::Restart) press(trigger);
    const MonoTime since = trigger == Trigger::Restart ? m_startedAt : pressed;
    while (m_clock.mono() - since < kLongest) {
      if (stopped(freeze)) {
        tookMs = static_cast<double>((m_clock.mono() - since).ns) / 1e6;
        return freeze == Freeze::Network ? backAgain() : std::string();
      }
      sleepFor(Duration::millis(5));
    }
    return "not stopped within 15 s";
  }
  ~CellBench() {
    if (m_station.running()) m_station.signal(SIGKILL);
    // A guard outlives its workstation on purpose; its lock names it, whoever has started it.
    const auto lock = journal::DataLock::take(m_folder.path() + "/guard");
    if (lock) return;
    const std::size_t at = lock.error().detail.find("process ");
    const int pid = at == std::string::npos ? 0 : std::atoi(lock.error().detail.c_str() + at + 8);
    if (pid > 0) ::kill(pid, SIGKILL);
  }

 private:
  std::string start(Trigger trigger, Freeze freeze) {
    auto emulator = app::EmulatorProcess::start(BW_FAKE_VENUES, m_folder.path());
    if (!emulator) return emulator.error().detail;
    m_emulator = std::move(*emulator);
    for (const app::EmulatedVenue& venue : m_emulator.venues()) {
      if (venue.name == "fake-bulk") m_venue = venue;
    }
    app::emulatorAdmin(m_venue, "/admin/knobs", R"({"rtt_us":5000})");
    std::string first;
    if (trigger == Trigger::Restart) {
      rest();
      if (!journal::Latch(m_folder.path()).write({4, "plate", "before", "SIM", m_clock.now(), true})) return "no latch";
      first = freeze == Freeze::Window    ? "ui"
              : freeze == Freeze::Trading ? "trading"
              : freeze == Freeze::Cpu     ? "cpu"
              : freeze == Freeze::Disk    ? "disk"
                                          : "";
      if (freeze == Freeze::Network) apply(freeze);
    }
    std::vector<std::string> command{BW_MATRIX_STATION, m_folder.path(), m_emulator.file(), "fake-bulk", BW_GUARD};
    if (!first.empty()) command.push_back(first);
    auto station = Process::start(command);
    if (!station) return station.error().detail;
    m_station = std::move(*station);
    m_startedAt = m_clock.mono();
    if (trigger == Trigger::Restart) return {};
    const auto line = m_station.readLine(kStart);
    if (!line || line->rfind("ready ", 0) != 0) return "the workstation did not come up";
    m_guardPid = std::stoi(line->substr(6));
    rest();
    return {};
  }
  void rest() {
    for (int i = 1; i <= kResting; ++i)
      app::emulatorAdmin(
          m_venue, "/admin/order",
          R"({"client_id":")" + toString(Uuid{static_cast<std::uint64_t>(i), 1}) +
              R"(","symbol":"BTC-USD","side":"buy","type":"limit","tif":"gtc","quantity":"1","price":"100"})");
  }
  void apply(Freeze freeze) {
    switch (freeze) {
      case Freeze::Window:
        return say("ui");
      case Freeze::Trading:
        return say("trading");
      case Freeze::Cpu:
        return say("cpu");
      case Freeze::Disk:
        return say("disk");
      case Freeze::Network:
        app::emulatorAdmin(m_venue, "/admin/knobs", R"({"half_open":true})");
        return;
      case Freeze::GuardDead:
        ::kill(m_guardPid, SIGKILL);
        return;
      case Freeze::Stopped:
        m_station.signal(SIGSTOP);
        return;
      default:
        return;
    }
  }
  void say(const std::string& word) {
    m_station.writeLine(word);
    sleepFor(Duration::millis(300));
  }
  void press(Trigger trigger) {
    switch (trigger) {
      case Trigger::GuardWindow:
        ::kill(m_guardPid, SIGUSR1);
        return;
      case Trigger::File:
        std::ofstream(m_folder.path() + "/.kill_switch") << "matrix\n";
        return;
      case Trigger::CommandLine:
        // The answer waits for the end; the press does not.
        static_cast<void>(api::askWorkstation(m_folder.path() + "/control.sock",
                                              {"emergency-stop", {{"reason", "matrix"}}}, Duration::millis(50)));
        return;
      case Trigger::Rest: {
        const std::string address = journal::readFile(m_folder.path() + "/rest_address").valueOr("");
        const std::string token = journal::readFile(m_folder.path() + "/rest_token").valueOr("");
        const auto endpoint = net::endpointFrom(address.substr(0, address.find('\n')));
        if (!endpoint) return;
        net::HttpClient client(*endpoint, {});
        static_cast<void>(client.exchange(
            {"POST",
             "/api/v1/emergency-stop",
             {{"Authorization", "Bearer " + token.substr(0, token.find('\n'))}, {"Content-Type", "application/json"}},
             R"({"reason":"matrix"})"},
            Duration::seconds(2)));
        return;
      }
      case Trigger::Signal:
        m_station.signal(SIGUSR1);
        return;
      default:
        m_station.writeLine("auto");
    }
  }
  bool latched() const {
    return journal::Latch(m_folder.path()).read().has_value() ||
           journal::Latch(m_folder.path() + "/guard").read().has_value();
  }
  bool stopped(Freeze freeze) {
    if (freeze == Freeze::Network) return latched();
    const std::string log = app::emulatorAdmin(m_venue, "/admin/open", "");
    return log == "0" && (freeze == Freeze::Disk || latched());
  }
  // The venue answers again: the stop goes on by itself.
  std::string backAgain() {
    app::emulatorAdmin(m_venue, "/admin/knobs", R"({"half_open":false})");
    const MonoTime start = m_clock.mono();
    while (m_clock.mono() - start < kLongest) {
      if (app::emulatorAdmin(m_venue, "/admin/open", "") == "0") return {};
      sleepFor(Duration::millis(20));
    }
    return "not finished after the venue came back";
  }

  SystemClock m_clock;
  test::TemporaryFolder m_folder;
  app::EmulatorProcess m_emulator;
  app::EmulatedVenue m_venue;
  Process m_station;
  int m_guardPid = 0;
  MonoTime m_startedAt;
};

struct CellResult {
  std::size_t trigger = 0;
  std::size_t freeze = 0;
  std::string problem;
  double tookMs = -1;
};

// Two at a time; each cell has its own processes.
std::vector<CellResult> runCells(const std::vector<CellResult>& cells) {
  std::vector<CellResult> results = cells;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < results.size(); i = next++) {
      CellBench bench;
      results[i].problem = bench.run(static_cast<Trigger>(results[i].trigger), static_cast<Freeze>(results[i].freeze),
                                     results[i].tookMs);
    }
  };
  Thread other;
  other.start("cells", work);
  work();
  other.join();
  return results;
}

void check(const std::vector<CellResult>& results) {
  for (const CellResult& r : results) {
    const std::string name = std::string(matrix::kTriggerNames[r.trigger]) + " x " + matrix::kFreezeNames[r.freeze];
    MESSAGE(name << ": " << r.tookMs << " ms (at most " << matrix::kMatrix[r.trigger][r.freeze].worksMs << ")");
    CHECK_MESSAGE(r.problem == "", name);
    // A start with a latch has the program's start in it, under whatever hangs.
    const double allowance = r.trigger == static_cast<std::size_t>(Trigger::Restart) ? 5'000 : 0;
    CHECK_MESSAGE(r.tookMs <= 5 * matrix::kMatrix[r.trigger][r.freeze].worksMs + allowance, name);
  }
}

// G9, the part for every change: each freeze once, each channel once.
TEST_CASE("stop matrix, a covering part") {
  const auto at = [](Trigger t, Freeze f) {
    return CellResult{static_cast<std::size_t>(t), static_cast<std::size_t>(f), {}, -1};
  };
  check(runCells({at(Trigger::Rest, Freeze::None), at(Trigger::Signal, Freeze::Window),
                  at(Trigger::CommandLine, Freeze::Trading), at(Trigger::Automatic, Freeze::Cpu),
                  at(Trigger::Signal, Freeze::Disk), at(Trigger::Rest, Freeze::Network),
                  at(Trigger::File, Freeze::GuardDead), at(Trigger::GuardWindow, Freeze::Stopped),
                  at(Trigger::Restart, Freeze::None), at(Trigger::GuardWindow, Freeze::Window)}));
}

TEST_CASE("stop matrix, whole") {
  std::vector<CellResult> cells;
  for (std::size_t t = 0; t < matrix::kTriggers; ++t) {
    for (std::size_t f = 0; f < matrix::kFreezes; ++f) {
      if (matrix::kMatrix[t][f].worksMs > 0) cells.push_back({t, f, {}, -1});
    }
  }
  MESSAGE(cells.size() << " cells are run, " << matrix::kTriggers * matrix::kFreezes - cells.size()
                       << " are covered by others");
  check(runCells(cells));
}

}  // namespace
