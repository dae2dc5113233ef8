// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace bw::matrix {

enum class Trigger { Plate, Tray, Chord, GuardWindow, File, CommandLine, Rest, Signal, Automatic, Restart };
enum class Freeze { None, Window, Dialog, Trading, Cpu, Disk, Network, GuardDead, Stopped };
inline constexpr std::size_t kTriggers = 10;
inline constexpr std::size_t kFreezes = 9;
inline constexpr const char* kTriggerNames[kTriggers] = {
    "plate",        "tray", "Ctrl+Shift+F12", "guard window", "file",
    "command line", "REST", "SIGUSR1",        "automatic",    "restart with latch"};
inline constexpr const char* kFreezeNames[kFreezes] = {
    "none",      "window blocked", "dialog open", "trading host deadlocked", "all cores spinning",
    "disk full", "network down",   "guard dead",  "workstation SIGSTOPped"};

/// One cell of RELIABILITY 3.8: it works within so many milliseconds (every order is gone from the venue; with the
/// network down: latched on disk), or something else covers it. Zero and null: empty, which does not compile.
struct Cell {
  int worksMs = 0;
  const char* coveredBy = nullptr;
  constexpr bool empty() const { return worksMs == 0 && coveredBy == nullptr; }
};

constexpr Cell works(int ms) {
  return {ms, nullptr};
}
constexpr Cell covered(const char* by) {
  return {0, by};
}

// The window's own channels press through the same port, from the window's thread; that thread needs nothing of what
// hangs.
inline constexpr Cell kGui =
    covered("tests/ui: a press on plate, tray or key is the port's trigger() while dialogs and menus are open");
inline constexpr Cell kSame = covered("SIGUSR1 in this column: the same call, from the window's thread");
inline constexpr Cell kGuardWindow = covered("the guard's window, and every channel without a window");
inline constexpr Cell kNoDialog = covered("no freeze: dialogs are modeless and block no thread (tidy: no exec)");
inline constexpr Cell kSilence = covered("the guard, which cancels after 1 s of silence (row guard window)");

inline constexpr std::array<std::array<Cell, kFreezes>, kTriggers> kMatrix{{
    // none, window blocked, dialog open, trading deadlocked, cores spinning, disk full, network down, guard dead,
    // SIGSTOP
    {{kGui, kGuardWindow, kGui, kSame, kSame, kSame, kSame, kSame, kSilence}},
    {{kGui, kGuardWindow, kGui, kSame, kSame, kSame, kSame, kSame, kSilence}},
    {{kGui, kGuardWindow, kGui, kSame, kSame, kSame, kSame, kSame, kSilence}},
    {{works(1'500), works(1'500), kNoDialog, works(1'500), works(1'500), works(1'500), works(1'500),
      covered("every channel of the living workstation"), works(2'000)}},
    {{works(1'500), works(1'500), kNoDialog, works(1'500), works(1'500), works(1'500), works(1'500), works(1'500),
      works(2'000)}},
    {{works(500), works(500), kNoDialog, works(500), works(500), works(500), works(500), works(500), kSilence}},
    {{works(500), works(500), kNoDialog, works(500), works(500), works(500), works(500), works(500), kSilence}},
    {{works(500), works(500), kNoDialog, works(500), works(500), works(500), works(500), works(500), kSilence}},
    {{works(500), works(500), kNoDialog, works(500), works(500), works(500), works(500), works(500), kSilence}},
    {{works(1'500), works(1'500), kNoDialog, works(1'500), works(1'500), works(1'500), works(1'500),
      covered("no freeze: at a start the guard is started anew"), kSilence}},
}};

constexpr bool anyEmpty() {
  for (const auto& row : kMatrix) {
    for (const Cell& cell : row) {
      if (cell.empty()) return true;
    }
  }
  return false;
}
static_assert(!anyEmpty(), "every trigger says for every freeze how the stop comes about (RELIABILITY 3.8)");

}  // namespace bw::matrix
