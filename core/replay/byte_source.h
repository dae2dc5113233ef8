// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bw::replay {

/// A stream of bytes out of a file, unpacked as it is read, in bounded memory.
/// Thread: owner only.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `out` with up to `size` bytes; 0 at the end, or where nothing more can be read (then error() says why).
  virtual std::size_t read(char* out, std::size_t size) = 0;
  /// Empty, or what ended the stream early and at which byte of the file.
  virtual std::string error() const = 0;
};

/// A part of a recording: the file itself, or one file inside a zip.
struct RecordingPart {
  std::string name;  ///< file name without folders and without ".gz"
  std::unique_ptr<ByteSource> bytes;
};

/// Opens a file as it is, unpacked if its content is gzip, or every file of a zip, in the order of their names.
/// Error "recording.open" (missing, unreadable) or "recording.zip" (its directory cannot be read).
Result<std::vector<RecordingPart>> openParts(const std::string& path);

/// Bytes held in memory, for tests and for data that is there already.
std::unique_ptr<ByteSource> bytesFromMemory(std::string data);

}  // namespace bw::replay
