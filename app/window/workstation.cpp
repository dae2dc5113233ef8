// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/workstation.h"

#include "app/window/demo_workstation.h"

namespace bw::window {

Result<std::unique_ptr<Workstation>> makeWorkstation(const WindowOptions& options) {
  return makeDemoWorkstation(!options.demo);
}

}  // namespace bw::window
