// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/widgets/candle_chart.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/ladder_widget.h"
#include "ui/widgets/step_list.h"
#include "ui/widgets/tape_widget.h"

namespace bw::ui::test {

/// A book of `levels` levels a side around 61659.70 × 61659.80; three own orders in three states, last trade, position.
std::shared_ptr<LadderState> ladderFixture(int levels);
/// `count` candles of one second with two averages, fills and price lines; deterministic.
std::shared_ptr<ChartState> chartFixture(int count);
/// `count` prints, oldest first; one own, one large.
std::vector<TapePrint> tapeFixture(int count);
/// One gauge in each status.
std::vector<GaugeData> gaugeFixture();
/// Ten start-up steps: done, running, failed, waiting, not in this build.
std::vector<StepItem> stepFixture();

}  // namespace bw::ui::test
