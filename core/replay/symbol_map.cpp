// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/symbol_map.h"

#include <algorithm>

namespace bw::replay {
namespace {

// A step of this many decimals at most; finer ones leave too few digits for the value.
constexpr int kFinestDerived = 12;

// Decimals of a number that matter: "0.01200" has three.
int decimalsOf(std::string_view text) {
  const auto value = Decimal::parse(text);
  return value ? value->canonical().scale : -1;
}

Currency currencyOr(const std::string& code, const char* fallback) {
  return Currency(code.empty() || code.size() > 7 ? std::string_view(fallback) : std::string_view(code));
}

}  // namespace

bool SymbolEntry::convert(std::string_view text, const StepScale& scale, Seen& seen, std::int64_t& out) {
  if (m_ready) return scale.parse(text, out);
  const int decimals = decimalsOf(text);
  if (decimals < 0 || text[0] == '-') return false;
  if (decimals <= kFinestDerived) seen.decimals = std::max(seen.decimals, decimals);
  if (m_known != nullptr) ++(scale.parse(text, out) ? seen.fitting : seen.misfitting);
  out = 1;
  return true;
}

bool SymbolEntry::toVolume(std::string_view text, Lots& out) {
  constexpr int kVolumeDecimals = 8;
  if (m_ready && m_size.parse(text, out.value)) return true;
  const auto value = Decimal::parse(text);
  if (!value || value->isNegative()) return false;
  try {
    if (m_ready) {
      out.value = divide(*value, m_size.step(), 0, Rounding::Down).mantissa;
      return true;
    }
    const Decimal kept = value->rescaled(std::min<int>(value->scale, kVolumeDecimals), Rounding::Down).canonical();
    m_scanSize.decimals = std::max<int>(m_scanSize.decimals, kept.scale);
    if (m_known != nullptr) ++m_scanSize.fitting;
    return true;
  } catch (const ExactOverflow&) {
    return false;
  }
}

std::string SymbolEntry::explain(std::string_view text, bool price) const {
  const std::string shown = "'" + std::string(text.substr(0, 40)) + "'";
  const std::string what = price ? "price " : "size ";
  const auto value = Decimal::parse(text);
  if (!value) return what + shown + " is not a number that fits";
  if (value->isNegative()) return what + shown + " is negative";
  return what + shown + " is not a multiple of " + (price ? m_price : m_size).step().toString();
}

const Instrument* SymbolMap::known(std::string_view venue, std::string_view symbol) const {
  for (const Instrument& instrument : m_known) {
    if (instrument.venue == venue && instrument.symbol == symbol) return &instrument;
  }
  return nullptr;
}

SymbolEntry* SymbolMap::lookUp(std::string_view venue, std::string_view symbol, const SymbolHint& hint) {
  for (SymbolEntry& entry : m_entries) {
    if (entry.m_symbol == symbol && entry.m_venue == venue) return m_last = &entry;
  }
  if (!m_scanning || symbol.empty()) return nullptr;
  SymbolEntry& entry = m_entries.emplace_back();
  entry.m_venue = venue;
  entry.m_symbol = symbol;
  entry.m_hint = hint;
  entry.m_known = known(venue, symbol);
  if (entry.m_known != nullptr) {
    entry.m_price = StepScale(entry.m_known->tickSize);
    entry.m_size = StepScale(entry.m_known->lotSize);
  }
  return m_last = &entry;
}

bool SymbolMap::anyUnknown() const {
  return std::any_of(m_entries.begin(), m_entries.end(), [](const SymbolEntry& e) {
    return e.m_known == nullptr || e.m_scanPrice.misfitting != 0 || e.m_scanSize.misfitting != 0;
  });
}

Instrument SymbolMap::instrumentOf(const SymbolEntry& entry) const {
  // A single odd number is a bad line; many of them mean that the steps have changed since.
  const auto fits = [](const SymbolEntry::Seen& seen) {
    return seen.misfitting * 20 <= seen.fitting + seen.misfitting;
  };
  const bool priceFits = entry.m_known != nullptr && fits(entry.m_scanPrice);
  const bool sizeFits = entry.m_known != nullptr && fits(entry.m_scanSize);
  Instrument out;
  if (entry.m_known != nullptr) {
    out = *entry.m_known;
  } else {
    out.venue = entry.m_venue;
    out.symbol = entry.m_symbol;
    out.kind = entry.m_hint.kind;
    out.base = currencyOr(entry.m_hint.base, entry.m_symbol.size() <= 7 ? entry.m_symbol.c_str() : "BASE");
    out.quote = currencyOr(entry.m_hint.quote, "USD");
    out.settle = out.quote;
  }
  if (!priceFits) out.tickSize = Decimal(1, entry.m_scanPrice.decimals);
  if (!sizeFits) out.lotSize = Decimal(1, entry.m_scanSize.decimals);
  if (!priceFits || !sizeFits) out.derived = true;
  return out;
}

void SymbolMap::finishScan(InstrumentTable& table) {
  for (SymbolEntry& entry : m_entries) {
    Instrument made = instrumentOf(entry);
    entry.m_price = StepScale(made.tickSize);
    entry.m_size = StepScale(made.lotSize);
    const Instrument* there = table.find(made.venue, made.symbol);
    entry.m_id = there != nullptr ? there->id : table.add(std::move(made));
    if (there != nullptr) {
      entry.m_price = StepScale(there->tickSize);
      entry.m_size = StepScale(there->lotSize);
    }
    entry.m_ready = true;
  }
  m_scanning = false;
}

}  // namespace bw::replay
