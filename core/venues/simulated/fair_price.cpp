// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/simulated/fair_price.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw::simulated {
namespace {

constexpr double kDaySeconds = 86'400;
constexpr double kFastestSeconds = 60;

}  // namespace

VolatilityProcess::VolatilityProcess(Rng& rng)
    : m_parts{{{5'400, 0.5, 0}, {1'200, 0.25, 0}, {kFastestSeconds, 0.08, 0}}} {
  for (Part& part : m_parts) part.value = std::sqrt(part.variance) * rng.normal();
}

double VolatilityProcess::step(double seconds, Rng& rng) {
  double log = 0;
  double variance = 0;
  for (Part& part : m_parts) {
    const double keep = std::exp(-seconds / part.memorySeconds);
    part.value = part.value * keep + std::sqrt(part.variance * (1 - keep * keep)) * rng.normal();
    log += part.value;
    variance += part.variance;
  }
  return std::exp(log - variance);
}

FairPrices::FairPrices(std::vector<Profile> profiles, std::vector<double> start, Rng rng)
    : m_rng(rng), m_market(m_rng) {
  m_assets.reserve(profiles.size());
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    m_assets.push_back({profiles[i], start[i], VolatilityProcess(m_rng)});
  }
}

void FairPrices::step() {
  constexpr double seconds = static_cast<double>(kGrid.ns) * 1e-9;
  const double root = std::sqrt(seconds / kDaySeconds);
  const double market = m_market.step(seconds, m_rng) * m_rng.normal();
  for (Asset& asset : m_assets) {
    const double own = asset.volatility.step(seconds, m_rng) * m_rng.normal();
    const double beta = asset.profile.marketBeta;
    const double mixed = beta * market + std::sqrt(1 - beta * beta) * own;
    asset.ticks = std::max(50.0, asset.ticks * std::exp(asset.profile.dailyVolatility * root * mixed));
  }
}

std::vector<double> pastPrices(const Profile& profile, double lastTicks, std::size_t seconds, Rng rng) {
  std::vector<double> path(seconds + 1, lastTicks);
  VolatilityProcess volatility(rng);
  const double root = std::sqrt(1 / kDaySeconds);
  for (std::size_t back = 1; back <= seconds; ++back) {
    const double move = profile.dailyVolatility * root * volatility.step(1, rng) * rng.normal();
    path[seconds - back] = std::max(50.0, path[seconds - back + 1] * std::exp(-move));
  }
  return path;
}

}  // namespace bw::simulated
