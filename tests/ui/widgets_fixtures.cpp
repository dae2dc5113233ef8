// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/widgets_fixtures.h"

#include <cmath>

namespace bw::ui::test {
namespace {

constexpr std::int64_t kStart = 1'736'942'400'000'000'000;  // 2025-01-15T12:00:00Z

/// A small linear congruential sequence: the same on every machine.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : m_state(seed) {}
  std::int64_t below(std::int64_t n) {
    m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((m_state >> 33) % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t m_state;
};

}  // namespace

std::shared_ptr<LadderState> ladderFixture(int levels) {
  auto s = std::make_shared<LadderState>();
  s->view = ViewState::Live;
  s->symbol = QStringLiteral("BTCUSDT");
  s->revision = 7;
  s->tickSize = Decimal(1, 1);
  s->lotSize = Decimal(1, 3);
  Sequence random(42);
  std::int64_t bid = 616'597;
  std::int64_t ask = 616'598;
  for (int i = 0; i < levels; ++i) {
    s->bids.push_back({bid, 20 + random.below(900) + (i % 11 == 3 ? 3000 : 0)});
    s->asks.push_back({ask, 20 + random.below(900) + (i % 13 == 5 ? 2500 : 0)});
    if (i % 2 == 0) s->tradedAtBid.push_back({bid, 1 + random.below(400)});
    if (i % 3 == 0) s->tradedAtAsk.push_back({ask, 1 + random.below(400)});
    bid -= 1 + random.below(3);
    ask += 1 + random.below(3);
  }
  if (levels > 12) {
    s->orders = {{QStringLiteral("o1"), Side::Buy, s->bids[8].ticks, 162, 900, LadderOrder::State::Open},
                 {QStringLiteral("o2"), Side::Sell, s->asks[4].ticks, 250, -1, LadderOrder::State::Pending},
                 {QStringLiteral("o3"), Side::Buy, s->bids[3].ticks, 75, 40, LadderOrder::State::CancelPending}};
    s->averageEntryTicks = s->bids[5].ticks;
    s->flags = {{LadderFlag::Kind::Stop, s->bids[11].ticks},
                {LadderFlag::Kind::Target, s->asks[10].ticks},
                {LadderFlag::Kind::Liquidation, 560'000}};
  }
  s->positionLots = 162;
  s->entrySide = Side::Buy;
  s->last = LadderPrint{616'598, 12, Side::Buy};
  return s;
}

std::shared_ptr<ChartState> chartFixture(int count) {
  auto s = std::make_shared<ChartState>();
  s->view = ViewState::Live;
  s->symbol = QStringLiteral("BTCUSDT");
  s->interval = QStringLiteral("1 s");
  s->revision = 3;
  s->tickSize = Decimal(1, 1);
  s->lotSize = Decimal(1, 3);
  s->lastClosed = false;
  Sequence random(7);
  std::int64_t price = 616'000;
  double fast = static_cast<double>(price);
  double slow = fast;
  ChartLine ema12{QStringLiteral("EMA 12"), {}};
  ChartLine ema26{QStringLiteral("EMA 26"), {}};
  for (int i = 0; i < count; ++i) {
    ChartCandle c;
    c.openTimeNs = kStart + i * 1'000'000'000LL;
    c.open = price;
    price += random.below(41) - 20 + static_cast<std::int64_t>(6 * std::sin(i / 17.0));
    c.close = price;
    c.high = std::max(c.open, c.close) + random.below(14);
    c.low = std::min(c.open, c.close) - random.below(14);
    c.volume = 100 + random.below(2000);
    fast += (static_cast<double>(price) - fast) * 2 / 13;
    slow += (static_cast<double>(price) - slow) * 2 / 27;
    if (count > 200 && i > count - 70 && i < count - 62) continue;  // a hole
    s->candles.push_back(c);
    ema12.values.push_back(i < 12 ? std::nan("") : fast);
    ema26.values.push_back(i < 26 ? std::nan("") : slow);
  }
  s->lines = {ema12, ema26};
  s->lastTicks = s->candles.back().close;
  const auto at = [&s](int back) { return s->candles[s->candles.size() - static_cast<std::size_t>(back)]; };
  if (count > 100) {
    s->fills = {{at(40).openTimeNs, at(40).low, 162, Side::Buy}, {at(15).openTimeNs, at(15).high, 80, Side::Sell}};
    s->priceLines = {{ChartPriceLine::Kind::AverageEntry, Side::Buy, at(40).low, QStringLiteral("AVG 0.082")},
                     {ChartPriceLine::Kind::Stop, Side::Sell, at(40).low - 60, QStringLiteral("STOP 0.082")},
                     {ChartPriceLine::Kind::Target, Side::Sell, at(40).low + 160, QStringLiteral("TARGET 0.082")},
                     {ChartPriceLine::Kind::Order, Side::Buy, at(1).close - 10, QStringLiteral("BUY 0.100")}};
  }
  return s;
}

std::vector<TapePrint> tapeFixture(int count) {
  Sequence random(11);
  std::vector<TapePrint> prints;
  std::int64_t price = 616'598;
  for (int i = 0; i < count; ++i) {
    const bool buy = random.below(2) == 0;
    price += random.below(3) - 1;
    TapePrint p{
        kStart + i * 137'000'000LL, price, 1 + random.below(300), buy ? Side::Buy : Side::Sell, false, false, 0};
    if (i == count - 5) p.own = true;
    if (i == count - 9) p.lots = 18'250;
    if (i == count - 14) p.missedBefore = 37;
    prints.push_back(p);
  }
  return prints;
}

std::vector<GaugeData> gaugeFixture() {
  const auto gauge = [](const char* name, const char* scope, const char* used, const char* limit, const char* unit,
                        const char* left, double fraction) {
    GaugeData g;
    g.key = g.name = QString::fromUtf8(name);
    g.scope = QString::fromUtf8(scope);
    g.used = QString::fromUtf8(used);
    g.limit = QString::fromUtf8(limit);
    g.unit = QString::fromUtf8(unit);
    g.headroom = QString::fromUtf8(left);
    g.fraction = fraction;
    g.status = gaugeStatusOf(fraction);
    for (int i = 0; i < 30; ++i)
      g.trend.push_back(static_cast<float>(fraction * (0.6 + 0.4 * std::sin(i / 4.0 + fraction * 9))));
    return g;
  };
  std::vector<GaugeData> gauges = {gauge("Position", "BTCUSDT", "4.20", "10.00", "%", "5.80", 0.42),
                                   gauge("Exposure", "Account", "235.1", "300.0", "%", "64.9", 0.784),
                                   gauge("Open orders", "Account", "19", "20", "", "1", 0.95),
                                   gauge("Daily drawdown", "Account", "5.31", "5.00", "%", "0.00", 1.062),
                                   gauge("Free balance", "Account", "8 431", "1 000", "USDT", "7 431", 0.12)};
  gauges[0].withOrder = 0.63;
  gauges[4].minimum = true;
  return gauges;
}

std::vector<StepItem> stepFixture() {
  const char* const titles[] = {"Configuration", "Knowledge bank", "Credentials", "Connect to venue", "Warm-up history",
                                "Positions",     "Risk limits",    "Agents",      "Optimiser",        "Ready"};
  std::vector<StepItem> steps;
  for (int i = 0; i < 10; ++i) {
    StepItem s;
    s.number = i + 1;
    s.title = QString::fromLatin1(titles[i]);
    s.state = i < 4 ? StepItem::State::Done : StepItem::State::Waiting;
    if (i < 4) s.time = QStringLiteral("0.%1 s").arg(i + 1);
    steps.push_back(s);
  }
  steps[4].state = StepItem::State::Running;
  steps[4].progress = 0.37;
  steps[4].detail = QStringLiteral("warming up from the stream, 13 of 35 bars");
  steps[5].state = StepItem::State::Failed;
  steps[5].detail = QStringLiteral("positions.journal: record 17 is corrupt; restore the copy or start with --fresh");
  steps[8].state = StepItem::State::NotInThisBuild;
  steps[8].detail = QStringLiteral("not in this build");
  return steps;
}

}  // namespace bw::ui::test
