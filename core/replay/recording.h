// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/instrument.h"
#include "core/ports/market_feed.h"

namespace bw::replay {

/// What a recording turned out to be.
struct RecordingInfo {
  std::string format;                     ///< name in the list of formats
  std::vector<InstrumentId> instruments;  ///< in order of appearance
  std::vector<std::string> symbols;       ///< of those
  bool hasBook = false;
  bool hasBbo = false;
  bool hasTrades = false;
  bool hasCandles = false;
  bool derived = false;      ///< some instrument's steps are guessed from the data
  std::string noBookReason;  ///< why no order can be worked on it; empty if hasBook
  Timestamp start;           ///< receive time of the first record
};

/// Opens a recording of any known format (gz and zip are unpacked on the way, in bounded memory). The format comes from
/// the content, then from the name. Its symbols are added to `table`: as in `known` (config/instruments.yaml) where
/// they are known and fit, else with the finest decimals seen, marked derived. Time is the receive stamp. What is wrong
/// inside is told by the feed as FeedStatus and FeedStats, and is never fatal. Errors: "recording.open",
/// "recording.zip", "recording.format" (no known format), "recording.nothing" (nothing in it could be read; the text
/// says what and where).
Result<std::unique_ptr<MarketFeed>> openRecording(const std::string& path, const std::vector<Instrument>& known,
                                                  InstrumentTable& table, RecordingInfo& info);

}  // namespace bw::replay
