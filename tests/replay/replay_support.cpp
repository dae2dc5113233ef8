// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/replay/replay_support.h"

#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace bw::test {

void CollectingSink::onBook(const BookDelta& delta) {
  auto& book = books[delta.instrument];
  if (!book) book = std::make_unique<L2Book>(m_table.get(delta.instrument));
  book->apply(delta);
}

void CollectingSink::onBbo(const BboUpdate& bbo) {
  if (!keepAll) bbos.clear();
  bbos.push_back(bbo);
}

void CollectingSink::onTrade(const TradePrint& trade) {
  if (!keepAll) trades.clear();
  trades.push_back(trade);
}

void CollectingSink::onCandle(const Candle& candle) {
  candles.push_back(candle);
}

BookCounters CollectingSink::counters() const {
  BookCounters out;
  for (const auto& [id, book] : books) {
    const BookCounters& c = book->counters();
    out.snapshots += c.snapshots;
    out.deltas += c.deltas;
    out.staleUpdates += c.staleUpdates;
    out.gaps += c.gaps;
    out.checksums += c.checksums;
    out.checksumsOk += c.checksumsOk;
    out.crossed += c.crossed;
    out.malformed += c.malformed;
  }
  return out;
}

std::string CollectingSink::booksHash() const {
  Sha256 hash;
  for (const auto& [id, book] : books) book->addHashLines(hash);
  return toHex(hash.digest());
}

std::unique_ptr<OpenRecording> openForTest(const std::string& path, const std::vector<Instrument>& known) {
  auto out = std::make_unique<OpenRecording>();
  auto feed = replay::openRecording(path, known, out->table, out->info);
  if (feed) {
    out->feed = std::move(*feed);
  } else {
    out->error = feed.error().userKey + ": " + feed.error().detail;
  }
  return out;
}

std::string recordingPath(const std::string& name) {
  const char* folder = std::getenv("BW_TEST_DATA");
  std::string path = std::string(folder == nullptr ? BW_TEST_DATA_DIR : folder) + "/" + name;
  if (std::filesystem::exists(path)) return path;
  std::cout << "SKIPPED: no recording " << path << "\n";
  return {};
}

std::vector<Instrument> knownBtcUsdm() {
  Instrument out;
  out.venue = "binance_usdm";
  out.symbol = "BTCUSDT";
  out.base = Currency("BTC");
  out.quote = out.settle = Currency("USDT");
  out.tickSize = Decimal(1, 1);
  out.lotSize = Decimal(1, 3);
  return {out};
}

std::string writeTemporary(const std::string& name, const std::string& content) {
  struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("bw-replay-test-" + std::to_string(::getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Folder folder;
  const std::string path = (folder.path / name).string();
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string gzipped(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string fileContent(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

}  // namespace bw::test
