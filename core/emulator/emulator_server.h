// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/emulator/fake_exchange.h"

namespace bw::emulator {

/// Serves fake venues over HTTP/1.1 on loopback, each on a port of its own, with the round trip and the faults their
/// knobs say. Thread: run() on the caller's; stop() from any.
class EmulatorServer {
 public:
  explicit EmulatorServer(const Clock& clock);
  ~EmulatorServer();
  EmulatorServer(const EmulatorServer&) = delete;
  EmulatorServer& operator=(const EmulatorServer&) = delete;

  /// Opens a listener on a free port of 127.0.0.1 and returns the port. Before run(). Error "emulator.listen".
  Result<std::uint16_t> add(VenueShape shape, std::vector<ApiKey> keys);
  /// Serves until stop().
  void run();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace bw::emulator
