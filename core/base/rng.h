// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace bw {

/// Seeded pseudo-random numbers: xoshiro256** seeded by splitmix64 (Blackman, Vigna 2018). Same seed, same stream, on
/// every compiler. Thread: owner only.
class Rng {
 public:
  explicit Rng(std::uint64_t seed);
  std::uint64_t next();
  /// Uniform in [0, bound); bound > 0. Without bias (Lemire 2019).
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high);
  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  /// Standard normal (Marsaglia's polar method).
  double normal();
  /// Exponential with the given mean > 0.
  double exponential(double mean);
  bool chance(double probability) { return uniform() < probability; }
  /// An independent stream for a named part, so that one part's draws never shift another's.
  Rng fork(std::uint64_t stream) const;

 private:
  std::uint64_t m_state[4];
  std::uint64_t m_seed;
  double m_spare = 0;
  bool m_hasSpare = false;
};

/// 256 bits from the system's secure source in hexadecimal, for keys and tokens; never for anything that must repeat.
std::string randomToken();

}  // namespace bw
