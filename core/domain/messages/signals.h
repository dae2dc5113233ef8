// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/domain/market.h"
#include "core/domain/order.h"

namespace bw {

enum class Direction : std::uint8_t { Short, Neutral, Long };
enum class Alignment : std::uint8_t { Divergent, Partial, Full };

/// One line of a signal's breakdown. contribution = weight × value; a component that is not available contributes 0.
struct SignalComponent {
  std::string name;   ///< "RSI"
  std::string group;  ///< "indicator", "divergence", "alignment"
  Duration timeframe;
  double raw = 0;           ///< the indicator's own unit
  double value = 0;         ///< -1 … +1
  double weight = 0;        ///< points
  double contribution = 0;  ///< points, signed
  bool available = false;
  Timestamp asOf;
};

/// trading_signals/signal.generated (SPEC 5.4). Key: instrument.
struct SignalGenerated {
  Uuid id;
  InstrumentId instrument;
  Direction direction = Direction::Neutral;
  double score = 0;       ///< -130 … +130 = Σ contributions
  double scoreRange = 0;  ///< what was reachable with the available components
  double confidence = 0;  ///< 0 … 100 %
  Alignment alignment = Alignment::Divergent;
  std::vector<SignalComponent> breakdown;
  std::vector<std::string> detected;
  bool warm = false;
  std::string warmupText;  ///< "Warming up: 12 of 35 bars"
  Timestamp time;
};

/// trading_signals/intent: carries OrderIntent (core/domain/order.h).

/// system/strategy: what a strategy is doing, for status and the window. Key: strategy.
struct StrategyStatus {
  std::string strategy;
  bool running = false;
  std::string text;  ///< "flat", "resting at 61650.1", "stopped by ..."
};

}  // namespace bw
