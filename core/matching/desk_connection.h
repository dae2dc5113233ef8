// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/matching/account_text.h"
#include "core/matching/desk_host.h"
#include "core/ports/venue.h"

namespace bw::matching {

/// A connection of an in-process venue: hands everything to the desk, which tells `listener`. Host and listener outlive
/// it. Thread: as VenueConnection says.
std::unique_ptr<VenueConnection> connectTo(DeskHost& host, std::string venue, VenueListener& listener);

/// What the account file of a venue holds; an empty image if there is no file or `path` is empty. Errors: "file.*",
/// "venue.journal" with the file's name.
Result<AccountImage> readAccountFile(const std::string& path, const InstrumentTable& instruments,
                                     std::string_view venue);

}  // namespace bw::matching
