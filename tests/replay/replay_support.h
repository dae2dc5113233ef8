// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/domain/l2_book.h"
#include "core/replay/recording.h"

namespace bw::test {

/// Takes a feed in and keeps books, counts and the words of what went wrong.
class CollectingSink final : public MarketSink {
 public:
  explicit CollectingSink(const InstrumentTable& table) : m_table(table) {}
  void onBook(const BookDelta& delta) override;
  void onBbo(const BboUpdate& bbo) override;
  void onTrade(const TradePrint& trade) override;
  void onCandle(const Candle& candle) override;
  void onStatus(const FeedStatus& status) override { findings.push_back(status.detail); }
  const L2Book& book(InstrumentId id) const { return *books.at(id); }
  BookCounters counters() const;
  /// SHA-256 over all books in order of their ids.
  std::string booksHash() const;

  std::map<InstrumentId, std::unique_ptr<L2Book>> books;
  std::vector<std::string> findings;
  std::vector<TradePrint> trades;
  std::vector<BboUpdate> bbos;
  std::vector<Candle> candles;
  bool keepAll = true;  ///< false: count, but keep only the last trade and quote

 private:
  const InstrumentTable& m_table;
};

/// A recording that is open, with its table.
struct OpenRecording {
  InstrumentTable table;
  replay::RecordingInfo info;
  std::unique_ptr<MarketFeed> feed;
  std::string error;
};
std::unique_ptr<OpenRecording> openForTest(const std::string& path, const std::vector<Instrument>& known = {});

/// Path below the folder of recordings; empty, and said aloud, if it is not there.
std::string recordingPath(const std::string& name);
/// BTCUSDT on USD-M futures: tick 0.1, lot 0.001.
std::vector<Instrument> knownBtcUsdm();
/// Writes a file into a temporary folder that goes with the process; returns its path.
std::string writeTemporary(const std::string& name, const std::string& content);
std::string gzipped(const std::string& content);
std::string fileContent(const std::string& path);

}  // namespace bw::test
