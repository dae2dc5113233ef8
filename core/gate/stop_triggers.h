// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/ports/emergency_stop.h"

namespace bw::gate {

/// One press, as the stop thread reads it.
struct StopTrigger {
  std::string channel;
  std::string reason;
  MonoTime time;
  Duration gateClosed;  ///< from the press to the raised level
  StopLevel level = StopLevel::Flatten;
  StopScope scope;
};

/// Hands presses to the stop thread without lock or allocation. Presses beyond 64 unread ones are only counted.
/// Thread: push() any; take() the stop's caller.
class StopTriggers {
 public:
  void push(std::string_view channel, std::string_view reason, MonoTime time, Duration gateClosed,
            StopLevel level = StopLevel::Flatten, StopScope::Kind kind = StopScope::Kind::All,
            std::string_view name = {}) noexcept {
    m_total.fetch_add(1, std::memory_order_relaxed);
    std::uint64_t index = m_pushed.load(std::memory_order_relaxed);
    do {
      if (index - m_taken.load(std::memory_order_acquire) >= kSlots) return;
    } while (!m_pushed.compare_exchange_weak(index, index + 1, std::memory_order_acq_rel));
    Slot& slot = m_slots[index % kSlots];
    slot.channelSize = copy(slot.channel, channel);
    slot.reasonSize = copy(slot.reason, reason);
    slot.nameSize = copy(slot.name, name);
    slot.time = time;
    slot.gateClosed = gateClosed;
    slot.level = level;
    slot.kind = kind;
    slot.ready.store(index + 1, std::memory_order_release);
  }
  /// The oldest unread press.
  std::optional<StopTrigger> take() {
    const std::uint64_t index = m_taken.load(std::memory_order_relaxed);
    Slot& slot = m_slots[index % kSlots];
    if (slot.ready.load(std::memory_order_acquire) != index + 1) return std::nullopt;
    StopTrigger trigger{{slot.channel.data(), slot.channelSize},
                        {slot.reason.data(), slot.reasonSize},
                        slot.time,
                        slot.gateClosed,
                        slot.level,
                        {slot.kind, {slot.name.data(), slot.nameSize}}};
    m_taken.store(index + 1, std::memory_order_release);
    return trigger;
  }
  std::uint64_t total() const noexcept { return m_total.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kSlots = 64;
  struct Slot {
    std::atomic<std::uint64_t> ready{0};
    std::array<char, 48> channel{};
    std::array<char, 256> reason{};
    std::array<char, 96> name{};
    std::size_t nameSize = 0;
    StopLevel level = StopLevel::Flatten;
    StopScope::Kind kind = StopScope::Kind::All;
    std::size_t channelSize = 0;
    std::size_t reasonSize = 0;
    MonoTime time;
    Duration gateClosed;
  };
  template <std::size_t N>
  static std::size_t copy(std::array<char, N>& to, std::string_view from) noexcept {
    const std::size_t size = std::min(N, from.size());
    if (size != 0) std::memcpy(to.data(), from.data(), size);  // an empty view may have no data
    return size;
  }
  std::array<Slot, kSlots> m_slots;
  std::atomic<std::uint64_t> m_pushed{0};
  std::atomic<std::uint64_t> m_taken{0};
  std::atomic<std::uint64_t> m_total{0};
};

}  // namespace bw::gate
