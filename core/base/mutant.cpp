// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/mutant.h"

#ifdef BW_MUTANTS
#include <cstdlib>

namespace bw {

bool mutantIsOn(int number) noexcept {
  static const int on = [] {
    const char* text = std::getenv("BW_MUTANT");
    return text == nullptr ? 0 : std::atoi(text);
  }();
  return on == number;
}

}  // namespace bw
#endif
