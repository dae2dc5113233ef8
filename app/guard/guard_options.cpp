// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guard/guard_options.h"

#include <algorithm>

namespace bw::guard_app {

std::string parseGuardOptions(int argc, char** argv, GuardOptions& out) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--headless") {
      out.headless = true;
      continue;
    }
    if (word == "--keep-positions") {
      out.keepPositions = true;
      continue;
    }
    std::string* target = word == "--data-dir" ? &out.dataDirectory
                          : word == "--venues" ? &out.venueFile
                          : word == "--venue"  ? &out.venue
                          : word == "--mode"   ? &out.mode
                                               : nullptr;
    if (target == nullptr)
      return "there is no option " + word +
             "; there are --data-dir --venues --venue --mode --headless --keep-positions";
    if (++i >= words.size()) return word + " needs a value";
    *target = words[i];
  }
  if (out.dataDirectory.empty()) return "--data-dir is needed: the workstation's";
  return {};
}

Result<std::unique_ptr<GuardProgram>> GuardProgram::make(const GuardOptions& options) {
  auto program = std::make_unique<GuardProgram>();
  if (!options.venueFile.empty()) {
    auto addresses = app::readEmulatorFile(options.venueFile);
    if (!addresses) return addresses.error();
    program->m_addresses = std::move(*addresses);
  }
  auto& addresses = program->m_addresses;
  if (!options.venue.empty() && options.venue != "fake")
    addresses.erase(std::remove_if(addresses.begin(), addresses.end(),
                                   [&](const app::EmulatedVenue& v) { return v.name != options.venue; }),
                    addresses.end());
  program->m_instruments = app::emulatedInstruments(addresses);
  std::vector<Venue*> venues;
  for (const app::EmulatedVenue& address : addresses) {
    program->m_venues.push_back(app::connectEmulated(program->m_clock, address, program->m_instruments, true));
    venues.push_back(program->m_venues.back().get());
  }
  guard::GuardCore::Options core;
  core.dataDirectory = options.dataDirectory;
  core.socketPath = guard::guardSocketPath(options.dataDirectory);
  core.mode = options.mode;
  core.brain.keepPositions = options.keepPositions;
  program->m_core =
      std::make_unique<guard::GuardCore>(program->m_clock, core, program->m_instruments, venues, [raw = program.get()] {
        raw->m_authorities.push_back(std::make_unique<risk::ApprovalAuthority>());
        return raw->m_authorities.back()->takeEmergencyAuthority();
      });
  if (auto opened = program->m_core->open(); !opened) return opened.error();
  return program;
}

}  // namespace bw::guard_app
