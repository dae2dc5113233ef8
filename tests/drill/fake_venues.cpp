// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>

#include "app/drill/emulator_process.h"

/// venue-emulator --venue fake --file FILE --watch-input
int main(int argc, char** argv) {
  std::string file;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string(argv[i]) == "--file") file = argv[i + 1];
  }
  return bw::app::serveEmulator(file, "fake", true, [] { return false; });
}
