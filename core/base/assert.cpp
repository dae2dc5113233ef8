// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace bw {

void assertionFailed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "bellwether: assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace bw
