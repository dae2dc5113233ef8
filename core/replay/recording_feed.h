// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/domain/instrument.h"
#include "core/ports/market_feed.h"
#include "core/replay/record_reader.h"

namespace bw::replay {

/// A recording's parts, opened at their beginning.
struct OpenedParts {
  std::vector<std::unique_ptr<RecordReader>> readers;
  std::string format;
  std::string noBookReason;
  std::vector<std::string> unreadable;  ///< parts of no known format, in words
};
Result<OpenedParts> openReaders(const std::string& path, SymbolMap& symbols);

/// Plays a recording: merges its parts by receive time.
/// stats() are those of the file up to the position reached, whatever way it was reached.
/// Thread: owner only.
class RecordingFeed final : public MarketFeed {
 public:
  /// `instruments` by id; `symbols` has ended its first look.
  RecordingFeed(std::string path, std::vector<Instrument> instruments, std::unique_ptr<SymbolMap> symbols,
                OpenedParts parts);
  Timestamp nextTime() override;
  void poll(Timestamp until, MarketSink& sink) override;
  FeedStats stats() const override;
  /// Reads from the beginning up to `when`; the books as they stand there come as snapshots. Error: the file is gone.
  Result<void> seek(Timestamp when) override;

 private:
  RecordReader* earliest(Timestamp& time);
  void tellFindings(MarketSink& sink);

  std::string m_path;
  std::unique_ptr<SymbolMap> m_symbols;
  std::vector<Instrument> m_instruments;  ///< by id
  std::string m_venue;
  OpenedParts m_parts;
  std::vector<BookDelta> m_bookThere;  ///< after a seek: the books at that place, to be told first
  std::vector<BboUpdate> m_bboThere;
  Timestamp m_there = Timestamp::never();
};

}  // namespace bw::replay
