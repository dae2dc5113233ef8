// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <cstdlib>

#include "app/guard/headless.h"
#ifdef BW_GUARD_WINDOW
#include "app/guard/guard_window.h"
#endif

int main(int argc, char** argv) {
  using namespace bw::guard_app;
  GuardOptions options;
  if (const std::string wrong = parseGuardOptions(argc, argv, options); !wrong.empty()) {
    std::fprintf(stderr, "bellwether-guard: %s\n", wrong.c_str());
    return 2;
  }
  installSignals();
  auto program = GuardProgram::make(options);
  if (!program) {
    std::fprintf(stderr, "bellwether-guard: %s\n", program.error().detail.c_str());
    return 1;
  }
#ifdef BW_GUARD_WINDOW
  const bool display = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr ||
                       std::getenv("QT_QPA_PLATFORM") != nullptr;
  if (!options.headless && display) return runGuardWindow(**program, argc, argv);
#endif
  return runHeadless(**program);
}
