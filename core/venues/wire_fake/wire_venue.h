// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/domain/instrument.h"
#include "core/net/http/http_client.h"
#include "core/ports/venue.h"

namespace bw::wire_fake {

/// A fake venue in another process, reached over HTTP. Each connection signs with the venue's key; workstation and
/// guard are given different ones. Thread: connect() one at a time; connections as VenueConnection says.
class WireVenue final : public Venue {
 public:
  struct Options {
    std::string name;
    net::Endpoint endpoint;
    std::string keyId;
    Secret secret;
    Instruments instruments;
    VenueCapabilities capabilities;
    std::size_t lines = 8;                     ///< exchanges at once, for single cancels
    Duration deadline = Duration::seconds(2);  ///< of one exchange
  };
  /// `clock` gives the nonces and must outlive the venue: wall time that only rises.
  WireVenue(const Clock& clock, Options options) : m_clock(clock), m_options(std::move(options)) {}
  std::string_view name() const override { return m_options.name; }
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override;

 private:
  const Clock& m_clock;
  const Options m_options;
};

}  // namespace bw::wire_fake
