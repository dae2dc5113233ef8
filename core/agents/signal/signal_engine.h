// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/agents/signal/divergence.h"
#include "core/agents/signal/signal_settings.h"
#include "core/domain/messages/signals.h"
#include "core/indicators/atr.h"
#include "core/indicators/bollinger.h"
#include "core/indicators/macd.h"
#include "core/indicators/moving_averages.h"
#include "core/indicators/rsi.h"
#include "core/indicators/stochastic.h"
#include "core/indicators/window.h"

namespace bw::agents {

/// Scores one instrument (SPEC 5.4). Values are whole hundredths and weights whole points, so that contributions are
/// exact and the breakdown adds up to the score digit by digit. Pure: no clock, no bus. Thread: owner only.
class SignalEngine {
 public:
  /// `settings` are valid (asserted); `instrument` outlives the engine.
  SignalEngine(const Instrument& instrument, SignalSettings settings);
  /// Takes a closed candle; others, and other time-frames, are passed over. A signal after each primary candle, valid
  /// (warm) or not; id is nil, time is the close of that candle.
  std::optional<SignalGenerated> onCandle(const Candle& candle);
  int bars() const { return m_bars; }
  void reset();
  /// Empty when well: scores a made-up market and looks whether the parts add up.
  static std::string selfTest();

 private:
  struct Trend {
    Duration timeframe;
    indicators::Ema fast;
    indicators::Ema slow;
    Timestamp asOf;
  };
  struct Scored {
    int weight = 0;
    std::int64_t hundredths = 0;  ///< of a point
  };
  void updatePrimary(const indicators::Bar& bar);
  SignalGenerated build(Timestamp time) const;
  void addIndicators(SignalGenerated& signal, std::vector<Scored>& scores) const;
  void addMeanReverting(SignalGenerated& signal, std::vector<Scored>& scores) const;
  void addDivergence(SignalGenerated& signal, std::vector<Scored>& scores) const;
  void addAlignment(SignalGenerated& signal, std::vector<Scored>& scores) const;
  void addComponent(SignalGenerated& signal, std::vector<Scored>& scores, const char* name, const char* group,
                    int weight, double raw, double value, bool available) const;
  void conclude(SignalGenerated& signal, const std::vector<Scored>& scores) const;

  const Instrument* m_instrument;
  SignalSettings m_settings;
  indicators::Rsi m_rsi;
  indicators::Macd m_macd;
  indicators::Bollinger m_bollinger;
  indicators::Atr m_atr;
  indicators::Stochastic m_stochastic;
  indicators::Window m_closes;
  DivergenceFinder m_divergence;
  std::vector<Trend> m_trends;
  double m_close = 0;
  int m_bars = 0;
  Timestamp m_asOf;
};

}  // namespace bw::agents
