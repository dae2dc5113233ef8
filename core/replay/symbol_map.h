// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/exact.h"
#include "core/domain/instrument.h"
#include "core/replay/step_scale.h"

namespace bw::replay {

/// What a format says about an instrument nobody knows.
struct SymbolHint {
  ContractKind kind = ContractKind::Linear;
  std::string base;
  std::string quote;
};

/// One symbol of a recording. While the recording is looked through first, it takes note of the decimals; afterwards it
/// turns text into ticks and lots.
class SymbolEntry {
 public:
  const std::string& venue() const { return m_venue; }
  const std::string& symbol() const { return m_symbol; }
  InstrumentId id() const { return m_id; }
  /// A price or size of the wire, not negative. False if it is no such number or not whole in ticks or lots.
  bool toTicks(std::string_view text, Ticks& out) { return convert(text, m_price, m_scanPrice, out.value); }
  bool toLots(std::string_view text, Lots& out) { return convert(text, m_size, m_scanSize, out.value); }
  /// A candle's volume: files hold binary fractions of it, so it is rounded down to lots of at most eight decimals.
  bool toVolume(std::string_view text, Lots& out);
  /// For reading straight from a buffer; only when ready().
  const StepScale& priceScale() const { return m_price; }
  const StepScale& sizeScale() const { return m_size; }
  bool ready() const { return m_ready; }
  /// In words, why `text` is no price (or size) of this symbol.
  std::string explain(std::string_view text, bool price) const;
  /// Decimals that the venue's own text has, for its checksum; set by the reader that needs them.
  int wirePriceDecimals = -1;
  int wireSizeDecimals = -1;

 private:
  friend class SymbolMap;
  struct Seen {
    int decimals = 0;
    std::uint64_t fitting = 0;
    std::uint64_t misfitting = 0;
  };
  bool convert(std::string_view text, const StepScale& scale, Seen& seen, std::int64_t& out);

  std::string m_venue;
  std::string m_symbol;
  SymbolHint m_hint;
  const Instrument* m_known = nullptr;
  StepScale m_price;
  StepScale m_size;
  Seen m_scanPrice;
  Seen m_scanSize;
  InstrumentId m_id;
  bool m_ready = false;
};

/// The symbols of one recording: gathered in a first look, then fixed.
/// Thread: owner only.
class SymbolMap {
 public:
  /// Takes a copy of `known`.
  explicit SymbolMap(std::vector<Instrument> known) : m_known(std::move(known)) {}
  /// The entry, made during the first look; null for a symbol that only appears later.
  SymbolEntry* find(std::string_view venue, std::string_view symbol, const SymbolHint& hint = {}) {
    if (m_last != nullptr && m_last->m_symbol == symbol && m_last->m_venue == venue) return m_last;
    return lookUp(venue, symbol, hint);
  }
  /// The first symbol met; null if none. For messages that name none.
  SymbolEntry* first() { return m_entries.empty() ? nullptr : &m_entries.front(); }
  std::size_t size() const { return m_entries.size(); }
  bool anyUnknown() const;
  /// Ends the first look: every symbol becomes an instrument of `table`. Steps of unknown ones, and of known ones whose
  /// steps do not fit the data, are the finest decimals seen, marked derived.
  void finishScan(InstrumentTable& table);
  /// True during the first look.
  bool scanning() const { return m_scanning; }
  const std::deque<SymbolEntry>& entries() const { return m_entries; }

 private:
  SymbolEntry* lookUp(std::string_view venue, std::string_view symbol, const SymbolHint& hint);
  const Instrument* known(std::string_view venue, std::string_view symbol) const;
  Instrument instrumentOf(const SymbolEntry& entry) const;

  const std::vector<Instrument> m_known;
  std::deque<SymbolEntry> m_entries;
  SymbolEntry* m_last = nullptr;
  bool m_scanning = true;
};

}  // namespace bw::replay
