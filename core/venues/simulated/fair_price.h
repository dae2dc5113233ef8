// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/venues/simulated/profiles.h"

namespace bw::simulated {

/// Log volatility as a sum of mean-reverting (Ornstein-Uhlenbeck) parts of different memory: what makes quiet and wild
/// hours cluster. Mean of its square is 1. Thread: owner only.
class VolatilityProcess {
 public:
  explicit VolatilityProcess(Rng& rng);
  /// The multiplier for the next step of `seconds`.
  double step(double seconds, Rng& rng);

 private:
  struct Part {
    double memorySeconds;
    double variance;
    double value;
  };
  std::array<Part, 3> m_parts;
};

/// Latent fair prices of all instruments on a grid of market time, driven by one common factor and one part of each
/// instrument's own. What traders do never changes it, so it depends on the seed alone.
/// Thread: owner only.
class FairPrices {
 public:
  static constexpr Duration kGrid = Duration::millis(100);

  /// `start` in ticks (double: a latent statistic, rounded to ticks where orders are made of it).
  FairPrices(std::vector<Profile> profiles, std::vector<double> start, Rng rng);
  /// One grid step.
  void step();
  double ticks(std::size_t index) const { return m_assets[index].ticks; }

 private:
  struct Asset {
    Profile profile;
    double ticks;
    VolatilityProcess volatility;
  };
  Rng m_rng;
  VolatilityProcess m_market;
  std::vector<Asset> m_assets;
};

/// A past of one instrument that ends at `lastTicks`: one price a second, oldest first, of the same statistics.
std::vector<double> pastPrices(const Profile& profile, double lastTicks, std::size_t seconds, Rng rng);

}  // namespace bw::simulated
