// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/replay/byte_source.h"

namespace bw::replay {

/// Cuts a byte stream into lines. Memory is bounded by the longest line allowed.
/// Thread: owner only.
class LineSource {
 public:
  /// Longer lines are passed over and reported.
  static constexpr std::size_t kMaxLine = 4 * 1024 * 1024;
  /// Bytes that may be read (not used) behind a line; JSON parsers look ahead.
  static constexpr std::size_t kPadding = 64;

  enum class Next : std::uint8_t {
    Line,
    TooLong,  ///< a line beyond kMaxLine was passed over; `line` holds its beginning
    CutOff,   ///< what came before the stream ended early; `line` is not whole
    End,
  };

  explicit LineSource(std::unique_ptr<ByteSource> bytes);
  /// The next line without its line feed (and carriage return); valid until the next call.
  Next next(std::string_view& line);
  /// 1-based number of the line that next() gave last.
  std::uint64_t number() const { return m_number; }
  /// Unpacked bytes taken from the stream so far.
  std::uint64_t bytesRead() const { return m_bytesRead; }
  /// Empty, or why the stream ended early.
  std::string error() const { return m_bytes->error(); }
  /// The last line given had no line feed behind it.
  bool lastUnended() const { return m_unended; }

 private:
  bool fill();

  std::unique_ptr<ByteSource> m_bytes;
  std::vector<char> m_buffer;
  std::size_t m_begin = 0;
  std::size_t m_end = 0;
  std::uint64_t m_number = 0;
  std::uint64_t m_bytesRead = 0;
  bool m_eof = false;
  bool m_unended = false;
  std::string m_head;
};

}  // namespace bw::replay
