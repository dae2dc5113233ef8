// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/process.h"
#include "core/domain/instrument.h"
#include "core/venues/wire_fake/wire_venue.h"

namespace bw::app {

/// One fake venue of the other process, as its address file tells it.
struct EmulatedVenue {
  std::string name;
  std::string url;
  std::string deskKey;
  Secret deskSecret;
  std::string guardKey;
  Secret guardSecret;
};

/// Reads the address file that `bellwether-cli venue-emulator` wrote (mode 0600). Error "emulator.file".
Result<std::vector<EmulatedVenue>> readEmulatorFile(const std::string& path);

/// What `bellwether-cli venue-emulator` does: serves every shape, or `only` one, writes the address file and prints
/// "ready". Until SIGINT, SIGTERM or, with `watchInput`, the end of its input. Returns the exit code.
int serveEmulator(const std::string& file, const std::string& only, bool watchInput, bool (*interrupted)());

/// The instruments of the fake venues.
Instruments emulatedInstruments(const std::vector<EmulatedVenue>& venues);
/// A client of one. `guard`: with the guard's key. `clock` must outlive it.
std::unique_ptr<wire_fake::WireVenue> connectEmulated(const Clock& clock, const EmulatedVenue& venue,
                                                      const Instruments& instruments, bool guard);

/// The fake venues in another process, for as long as this lives. Thread: owner only.
class EmulatorProcess {
 public:
  /// `program`: bellwether-cli. Errors "process.start", "emulator.file".
  static Result<EmulatorProcess> start(const std::string& program, const std::string& directory);
  const std::vector<EmulatedVenue>& venues() const { return m_venues; }
  const std::string& file() const { return m_file; }
  int pid() const { return m_process.pid(); }

 private:
  Process m_process;
  std::string m_file;
  std::vector<EmulatedVenue> m_venues;
};

/// A request to a venue's /admin/ paths; the answer's body, empty if there was none.
std::string emulatorAdmin(const EmulatedVenue& venue, const std::string& path, const std::string& body);

/// One line of a venue's own log.
struct VenueLogLine {
  MonoTime arrived;  ///< by the venue's clock, which is this machine's
  std::string key;
  std::string what;
  int count = 0;
  std::string id;
};
std::vector<VenueLogLine> venueLog(const EmulatedVenue& venue);

}  // namespace bw::app
