// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/chart/chart_series.h"

#include <algorithm>
#include <cmath>

namespace bw::ui {

namespace {

constexpr std::array<int, 2> kEmaLengths = {12, 26};

/// EMA of closes from index `from` on; NaN until `length` candles are there. Until then it is their plain mean.
void extendEma(ChartLine& line, const std::vector<ChartCandle>& candles, std::size_t from, int length) {
  line.values.resize(candles.size());
  const double weight = 2.0 / (length + 1);
  const bool continues = from > 0 && !std::isnan(line.values[from - 1]);
  double value = continues ? line.values[from - 1] : 0;
  // Without a value to go on from, all of it is worked out anew.
  std::size_t at = continues ? from : 0;
  int seen = continues ? length : 0;
  for (; at < candles.size(); ++at) {
    const auto close = static_cast<double>(candles[at].close);
    if (seen < length) {
      ++seen;
      value += (close - value) / seen;
    } else {
      value += (close - value) * weight;
    }
    line.values[at] = seen < length ? std::nan("") : value;
  }
}

}  // namespace

bool ChartSeries::fill(Turn& turn, const std::vector<Candle>& candles) {
  ChartState& state = *turn.state;
  auto& shown = state.candles;
  // What fell out at the front since this turn was filled.
  std::size_t gone = 0;
  if (!shown.empty() && !candles.empty()) {
    while (gone < shown.size() && shown[gone].openTimeNs < candles.front().openTime.ns) ++gone;
    const bool continues = gone < shown.size() && shown[gone].openTimeNs == candles.front().openTime.ns;
    if (!continues) gone = shown.size();
  } else {
    gone = shown.size();
  }
  const auto cut = static_cast<std::ptrdiff_t>(gone);
  shown.erase(shown.begin(), shown.begin() + cut);
  for (ChartLine& line : state.lines)
    line.values.erase(line.values.begin(), line.values.begin() + std::min(cut, std::ssize(line.values)));
  const std::size_t keep = std::min({turn.closed > gone ? turn.closed - gone : 0, shown.size(), candles.size()});
  shown.resize(candles.size());
  for (std::size_t i = keep; i < candles.size(); ++i) {
    const Candle& from = candles[i];
    shown[i] = {from.openTime.ns, from.open.value,  from.high.value,
                from.low.value,   from.close.value, from.volume.value};
  }
  m_copied = candles.size() - keep;
  state.lines.resize(kEmaLengths.size());
  for (std::size_t i = 0; i < kEmaLengths.size(); ++i) {
    if (state.lines[i].name.isEmpty()) state.lines[i].name = QStringLiteral("EMA %1").arg(kEmaLengths[i]);
    extendEma(state.lines[i], shown, keep, kEmaLengths[i]);
  }
  turn.closed = candles.empty() ? 0 : candles.size() - (candles.back().closed ? 0 : 1);
  state.changedFrom = keep;
  return gone == 0 && keep > 0;
}

std::shared_ptr<ChartState> ChartSeries::next(InstrumentId instrument, Duration interval,
                                              const std::vector<Candle>& candles, std::uint64_t rewrites) {
  m_at = 1 - m_at;
  Turn& turn = m_turns[m_at];
  // Somebody still holds it, or it shows something else: begin anew.
  if (!turn.state || turn.state.use_count() > 1 || turn.instrument != instrument || turn.interval != interval)
    turn = Turn{std::make_shared<ChartState>(), instrument, interval, rewrites, 0};
  if (turn.rewrites != rewrites) turn.closed = 0;
  turn.rewrites = rewrites;
  if (!fill(turn, candles)) ++m_series;
  turn.state->series = m_series;
  return turn.state;
}

}  // namespace bw::ui
