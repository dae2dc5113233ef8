// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/market_feed.h"
#include "core/replay/byte_source.h"
#include "core/replay/line_source.h"
#include "core/replay/symbol_map.h"

namespace bw::replay {

/// Decodes one part of a recording, record by record, in time order.
/// Thread: owner only.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  /// Receive time of the next record; Timestamp::never() at the end.
  virtual Timestamp nextTime() = 0;
  /// Decodes that record and hands what it holds to `sink`. Only after nextTime() gave a time.
  virtual void deliver(MarketSink& sink) = 0;
  /// Unpacked bytes taken so far.
  virtual std::uint64_t bytesRead() const = 0;
  const FeedStats& stats() const { return m_stats; }
  /// Moves what was found wrong since the last call to `out`, in words that name the line.
  void takeFindings(std::vector<std::string>& out);
  bool hasFindings() const { return !m_findings.empty(); }

 protected:
  /// Findings beyond this many are only counted.
  static constexpr std::uint64_t kMaxFindings = 100;
  void noteBad(std::uint64_t line, const std::string& text);
  void noteTruncated(const std::string& text);

  FeedStats m_stats;

 private:
  std::vector<std::string> m_findings;
};

/// A reader of a format with one record per line (or with lines that belong together).
class LineReader : public RecordReader {
 public:
  Timestamp nextTime() final {
    if (!m_have) advance();
    return m_have ? m_time : Timestamp::never();
  }
  void deliver(MarketSink& sink) override;
  std::uint64_t bytesRead() const final { return m_lines.bytesRead(); }

 protected:
  enum class Head : std::uint8_t { Record, Ignore, Bad };
  /// `symbols` outlives the reader.
  LineReader(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols) : m_symbols(symbols), m_lines(std::move(bytes)) {}
  /// Finds a line's receive time and body. Ignore: nothing to count. Bad: m_why says what is wrong.
  virtual Head head(std::string_view line, Timestamp& time, std::string_view& body) = 0;
  /// Decodes a body received at time(). It counts into m_stats. False: the line is bad, m_why says why.
  virtual bool decode(std::string_view body, MarketSink& sink) = 0;

  /// A line further ahead of the one before is damage, unless the next line stands there too. Default: nothing is.
  virtual Duration longestStep() const { return Duration::max(); }
  Timestamp time() const { return m_time; }
  std::uint64_t lineNumber() const { return m_lines.number(); }
  std::string_view body() const { return m_body; }
  /// Lets the next nextTime() read on.
  void consumed() { m_have = false; }
  bool bad(std::string why) {
    m_why = std::move(why);
    return false;
  }
  /// Decodes the current line and counts it as bad if that fails.
  void decodeCurrent(MarketSink& sink);

  SymbolMap& m_symbols;
  std::string m_why;

 private:
  void advance();
  bool isPlausible(Timestamp time);

  LineSource m_lines;
  std::string_view m_body;
  Timestamp m_time{INT64_MIN};
  Timestamp m_goodTime{INT64_MIN};  ///< of the last line that was decoded
  Timestamp m_suspect{INT64_MIN};   ///< a time too far ahead, of the line before
  std::uint64_t m_badRun = 0;       ///< bad lines since the last good one
  bool m_have = false;
  bool m_ended = false;
};

}  // namespace bw::replay
