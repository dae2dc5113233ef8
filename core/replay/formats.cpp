// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/formats.h"

#include "core/replay/binance_reader.h"

namespace bw::replay {
namespace {

using Bytes = std::unique_ptr<ByteSource>;
using Reader = std::unique_ptr<RecordReader>;

bool isBinance(const Sample& sample) {
  std::string venue;
  return BinanceReader::recognises(sample.head, venue);
}

Reader makeBinance(Bytes bytes, SymbolMap& symbols, const Sample& sample) {
  std::string venue;
  BinanceReader::recognises(sample.head, venue);
  return std::make_unique<BinanceReader>(std::move(bytes), symbols, venue);
}

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> list = {
      {"binance", isBinance, makeBinance, ""},
  };
  return list;
}

const Format* recognise(const Sample& sample) {
  for (const Format& format : formats()) {
    if (format.recognises(sample)) return &format;
  }
  return nullptr;
}

}  // namespace bw::replay
