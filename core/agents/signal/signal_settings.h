// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::agents {

/// Weights (whole points), periods (bars) and thresholds of the signal score (SPEC 5.4; config/agents.yaml).
struct SignalSettings {
  int rsiWeight = 20;
  int macdWeight = 20;
  int emaWeight = 20;
  int bollingerWeight = 15;
  int atrWeight = 10;
  int stochasticWeight = 15;
  int divergenceWeight = 15;
  int alignmentWeight = 15;

  /// Long at or above, short at or below the negative. Points, > 0.
  double minScore = 60;
  /// The time-frame whose candles make the signal; one of `timeframes`.
  Duration primary = Duration::seconds(1);
  /// Compared for alignment.
  std::vector<Duration> timeframes = {Duration::seconds(1), Duration::seconds(5), Duration::minutes(1)};
  /// Primary bars before a signal is valid.
  int warmupBars = 35;

  int rsiPeriod = 14;
  double rsiOversold = 30;
  double rsiOverbought = 70;
  int macdFast = 12;
  int macdSlow = 26;
  int macdSignal = 9;
  int emaFast = 12;
  int emaSlow = 26;
  int bollingerPeriod = 20;
  double bollingerWidth = 2;
  int atrPeriod = 14;
  int stochasticPeriod = 14;
  int stochasticSlowing = 3;
  int stochasticSmoothing = 3;

  /// What the weights must add up to.
  static constexpr int kWeightTotal = 130;
  int weightTotal() const;
};

/// Error "signal.weights" ("weights must sum to 130, they sum to 125"), "signal.settings" for anything else.
Result<void> validate(const SignalSettings& settings);

}  // namespace bw::agents
