// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/domain/instrument.h"

namespace bw::gate {

/// The last mid of every instrument, for the stop executor's collar: written by execution, read without a lock.
/// Thread: any.
class MarkMirror {
 public:
  explicit MarkMirror(const InstrumentTable& instruments)
      : m_size(instruments.size()), m_ticks(std::make_unique<std::atomic<std::int64_t>[]>(instruments.size() + 1)) {}
  void set(InstrumentId instrument, Ticks mid) noexcept {
    if (instrument.value < m_size) m_ticks[instrument.value].store(mid.value, std::memory_order_relaxed);
  }
  /// Nothing until a price was seen.
  std::optional<Ticks> get(InstrumentId instrument) const noexcept {
    const std::int64_t ticks =
        instrument.value < m_size ? m_ticks[instrument.value].load(std::memory_order_relaxed) : 0;
    if (ticks <= 0) return std::nullopt;
    return Ticks{ticks};
  }

 private:
  std::size_t m_size;
  std::unique_ptr<std::atomic<std::int64_t>[]> m_ticks;
};

}  // namespace bw::gate
