// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bw {

using Sha256Digest = std::array<std::uint8_t, 32>;
/// 64 lower-case hexadecimal digits.
std::string toHex(const Sha256Digest& digest);

/// SHA-256 (FIPS 180-4) over what is added, buffered so that small pieces are cheap.
/// Thread: owner only.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// The digest of all added so far; adding may go on afterwards.
  Sha256Digest digest() const;

 private:
  struct State;
  void flush() const;
  std::unique_ptr<State> m_state;
};

Sha256Digest sha256(std::string_view bytes);
/// CRC-32 (IEEE 802.3, reflected, as zlib); `seed` continues an earlier sum.
std::uint32_t crc32(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace bw
