// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/ema_cross.h"

#include "core/indicators/bar.h"

namespace bw::strategies {

namespace {

using CrossKind = Parameter::Kind;

ParameterList emaCrossParameters() {
  return {
      {"fast", "Fast average", CrossKind::Whole, {12, 0}, {2, 0}, {500, 0}, {1, 0}, "Bars of the fast average."},
      {"slow",
       "Slow average",
       CrossKind::Whole,
       {26, 0},
       {3, 0},
       {1000, 0},
       {1, 0},
       "Bars of the slow average; more than the fast one."},
      {"timeframe_s",
       "Time-frame",
       CrossKind::Seconds,
       {1, 0},
       {1, 0},
       {86400, 0},
       {1, 0},
       "Length of the candles looked at."},
      {"warmup_bars", "Warm-up", CrossKind::Whole, {35, 0}, {1, 0}, {5000, 0}, {1, 0}, "Bars before the first trade."},
      sizeParameter(),
      sizeCapParameter(),
      restParameter(),
      stopParameter(),
      targetParameter(),
      leverageParameter(),
      {"reach_percent",
       "Reach",
       CrossKind::Percent,
       {0, 0},
       {0, 0},
       {5, 0},
       {1, 2},
       "How far an entry reaches through the best price of the other side; 0 = it rests at the best of its own."},
  };
}

int signOfNumber(double value) {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

}  // namespace

StrategyInfo EmaCross::info() {
  return {
      "ema-cross", "EMA cross",
      "Enters when a fast moving average crosses a slow one and leaves on the opposite cross.", emaCrossParameters(),
      [](const Parameters& parameters) -> std::unique_ptr<Strategy> { return std::make_unique<EmaCross>(parameters); }};
}

EmaCross::EmaCross(const Parameters& parameters)
    : m_timeframe(parameters.seconds("timeframe_s")),
      m_warmup(parameters.whole("warmup_bars")),
      m_habits(parameters),
      m_reach(parameters.percent("reach_percent")),
      m_fast(parameters.whole("fast")),
      m_slow(parameters.whole("slow")) {}

void EmaCross::onStart(StrategyContext& context) {
  m_context = &context;
  context.say("Warming up: 0 of " + std::to_string(m_warmup) + " bars");
}

void EmaCross::onBook(const BookDepth& book) {
  m_book = book;
  m_hasBook = true;
}

void EmaCross::onCandle(const Candle& candle) {
  if (candle.interval != m_timeframe) return;
  const indicators::Bar bar = indicators::barFromCandle(candle, m_context->instrument());
  m_fast.update(bar);
  m_slow.update(bar);
  ++m_bars;
  const int sign = m_fast.warm() && m_slow.warm() ? signOfNumber(m_fast.value() - m_slow.value()) : 0;
  const bool crossed = sign != 0 && m_lastSign != 0 && sign != m_lastSign;
  if (sign != 0) m_lastSign = sign;
  if (m_bars < m_warmup) {
    m_context->say("Warming up: " + std::to_string(m_bars) + " of " + std::to_string(m_warmup) + " bars");
    return;
  }
  if (m_bars == m_warmup) m_context->say("waiting for a cross");
  const int held = m_context->position().sign();
  if (crossed && held == 0) enter(sign > 0 ? Side::Buy : Side::Sell);
  if (held != 0 && sign == -held) m_leaving = true;
  tidyUp();
}

void EmaCross::onOrder(const Order&) {
  tidyUp();
}

void EmaCross::onFill(const Fill&) {
  const Quantity held = m_context->position();
  m_context->say(held.isZero() ? "flat, waiting for a cross" : "holding " + held.toString());
  tidyUp();
}

void EmaCross::onRefused(const RiskRefused& refused) {
  m_context->say("refused: " + refused.text);
}

void EmaCross::onTimer() {
  tidyUp();
}

void EmaCross::tidyUp() {
  const bool held = !m_context->position().isZero();
  if (!held) m_leaving = false;
  m_habits.withdrawEntries(*m_context, m_leaving ? m_context->now() : m_enteredAt + m_habits.rest());
  if (held && m_leaving) leave();
}

void EmaCross::leave() {
  const Timestamp now = m_context->now();
  if (m_context->exitLive() || now < m_habits.nextExit()) {
    m_context->wakeAt(now + OrderHabits::kExitRetry);
    return;
  }
  m_habits.leave(*m_context, "opposite cross", "leaving on the opposite cross");
}

Price EmaCross::reachingPrice(Side side) const {
  const bool buy = side == Side::Buy;
  const Instrument& instrument = m_context->instrument();
  const Decimal touch = instrument.price(buy ? m_book.asks[0].price : m_book.bids[0].price).decimal();
  const Decimal factor = buy ? Decimal(1, 0) + m_reach.decimal() : Decimal(1, 0) - m_reach.decimal();
  const Rounding inwards = buy ? Rounding::Down : Rounding::Up;
  return instrument.price(instrument.toTicksRounded(Price(multiply(touch, factor, 12, inwards)), inwards));
}

void EmaCross::enter(Side side) {
  const auto equity = m_context->equity();
  if (!m_hasBook || !m_book.tradable() || !equity || m_context->entryLive() || !m_context->openOrders().empty() ||
      !m_context->mayEnter())
    return;
  const Instrument& instrument = m_context->instrument();
  const Price touch = instrument.price(side == Side::Buy ? m_book.bids[0].price : m_book.asks[0].price);
  auto entry = m_habits.entry(*m_context, *equity, side, touch);
  if (!entry) return;
  if (m_reach.isZero())
    entry->priceRule = {PriceRule::Kind::BookLevel, 1};
  else
    entry->limitPrice = reachingPrice(side);
  if (m_context->submit(std::move(*entry)).isNil()) return;
  m_enteredAt = m_context->now();
  m_context->wakeAt(m_enteredAt + m_habits.rest());
  m_context->say("entering on a cross");
}

}  // namespace bw::strategies
