// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/signal/signal_settings.h"

#include <algorithm>
#include <string>

namespace bw::agents {

int SignalSettings::weightTotal() const {
  return rsiWeight + macdWeight + emaWeight + bollingerWeight + atrWeight + stochasticWeight + divergenceWeight +
         alignmentWeight;
}

Result<void> validate(const SignalSettings& settings) {
  const auto weights = {settings.rsiWeight,        settings.macdWeight,     settings.emaWeight,
                        settings.bollingerWeight,  settings.atrWeight,      settings.stochasticWeight,
                        settings.divergenceWeight, settings.alignmentWeight};
  if (std::any_of(weights.begin(), weights.end(), [](int weight) { return weight < 0; })) {
    return finalError("signal.weights", "a weight is negative; set it to 0 to leave a component out");
  }
  if (settings.weightTotal() != SignalSettings::kWeightTotal) {
    return finalError("signal.weights",
                      "weights must sum to 130, they sum to " + std::to_string(settings.weightTotal()));
  }
  if (!(settings.minScore > 0) || settings.minScore > SignalSettings::kWeightTotal) {
    return finalError("signal.settings", "SIGNAL_MIN_SCORE must be above 0 and at most 130");
  }
  if (std::find(settings.timeframes.begin(), settings.timeframes.end(), settings.primary) ==
      settings.timeframes.end()) {
    return finalError("signal.settings", "the primary time-frame must be one of the time-frames");
  }
  const auto periods = {settings.rsiPeriod,        settings.macdFast,          settings.macdSignal,
                        settings.emaFast,          settings.bollingerPeriod,   settings.atrPeriod,
                        settings.stochasticPeriod, settings.stochasticSlowing, settings.stochasticSmoothing};
  if (std::any_of(periods.begin(), periods.end(), [](int period) { return period < 1 || period > 1000; })) {
    return finalError("signal.settings", "periods are 1 to 1000 bars");
  }
  if (settings.macdFast >= settings.macdSlow || settings.emaFast >= settings.emaSlow) {
    return finalError("signal.settings", "a fast period must be shorter than its slow one");
  }
  if (!(settings.rsiOversold < settings.rsiOverbought) || settings.rsiOversold < 0 || settings.rsiOverbought > 100) {
    return finalError("signal.settings", "RSI_OVERSOLD must be below RSI_OVERBOUGHT, both 0 to 100");
  }
  return {};
}

}  // namespace bw::agents
