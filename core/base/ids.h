// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/base/time.h"

namespace bw {

/// A UUID. Ours are version 7 (RFC 9562): 48 bits of milliseconds, then a counter and random bits.
struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool isNil() const { return high == 0 && low == 0; }
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// 8-4-4-4-12 hexadecimal digits, lower case.
std::string toString(const Uuid& id);
/// Error "id.syntax" if not 36 characters of that form.
Result<Uuid> uuidFromString(std::string_view text);

/// Makes version-7 ids that increase within one maker, from the injected time and randomness.
/// Thread: owner only.
class UuidMaker {
 public:
  explicit UuidMaker(Rng rng) : m_rng(rng) {}
  Uuid make(Timestamp now);

 private:
  Rng m_rng;
  std::uint64_t m_lastMillis = 0;
  std::uint32_t m_counter = 0;
};

}  // namespace bw

template <>
struct std::hash<bw::Uuid> {
  std::size_t operator()(const bw::Uuid& id) const noexcept { return id.high * 0x9e3779b97f4a7c15ULL ^ id.low; }
};
