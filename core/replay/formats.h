// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/replay/byte_source.h"
#include "core/replay/record_reader.h"
#include "core/replay/symbol_map.h"

namespace bw::replay {

/// What a format is recognised by: the beginning of its content first, then its names.
struct Sample {
  std::string_view head;      ///< up to 64 KiB of unpacked content
  std::string_view partName;  ///< of the file, or of the file inside the zip, without ".gz"
  std::string_view path;      ///< as the user gave it
};

/// A format that recordings come in.
struct Format {
  std::string_view name;
  bool (*recognises)(const Sample& sample);
  std::unique_ptr<RecordReader> (*make)(std::unique_ptr<ByteSource> bytes, SymbolMap& symbols, const Sample& sample);
  std::string_view noBookReason;  ///< why such a recording has no order book; empty if it may have one
};

/// Every format there is; the first that recognises a sample reads it.
const std::vector<Format>& formats();
/// Null if none recognises it.
const Format* recognise(const Sample& sample);

}  // namespace bw::replay
