// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/ninth_level_demo.h"

#include <algorithm>

#include "core/strategies/sizing.h"

namespace bw::strategies {

namespace {

using Kind = Parameter::Kind;

ParameterList ninthLevelParameters() {
  return {
      {"level",
       "Book level",
       Kind::Whole,
       {9, 0},
       {1, 0},
       {50, 0},
       {1, 0},
       "Level of our own side to rest at, 1 = best."},
      {"imbalance_levels",
       "Imbalance depth",
       Kind::Whole,
       {5, 0},
       {1, 0},
       {50, 0},
       {1, 0},
       "Levels of each side that are compared to choose the side."},
      sizeParameter(),
      sizeCapParameter(),
      {"interval_s", "Interval", Kind::Seconds, {10, 0}, {1, 0}, {3600, 0}, {1, 0}, "Least time between two entries."},
      restParameter(),
      {"hold_s",
       "Hold",
       Kind::Seconds,
       {30, 0},
       {1, 0},
       {86400, 0},
       {1, 0},
       "The position is left at market after that."},
      stopParameter(),
      targetParameter(),
      leverageParameter(),
  };
}

}  // namespace

StrategyInfo NinthLevelDemo::info() {
  return {"ninth-level-demo", "Ninth level demo",
          "Rests a small order at the ninth level on the heavier side of the book and leaves after a while.",
          ninthLevelParameters(), [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<NinthLevelDemo>(parameters);
          }};
}

NinthLevelDemo::NinthLevelDemo(const Parameters& parameters)
    : m_level(parameters.whole("level")),
      m_imbalanceLevels(static_cast<std::size_t>(parameters.whole("imbalance_levels"))),
      m_habits(parameters),
      m_interval(parameters.seconds("interval_s")),
      m_hold(parameters.seconds("hold_s")) {}

void NinthLevelDemo::onStart(StrategyContext& context) {
  m_context = &context;
  context.say("waiting for the book");
}

void NinthLevelDemo::onBook(const BookDepth& book) {
  m_book = book;
  m_hasBook = true;
  act();
}

void NinthLevelDemo::onOrder(const Order& order) {
  if (order.role == OrderRole::Entry && order.state == OrderState::Open) {
    const std::string at = order.limitPrice ? order.limitPrice->toString() : "market";
    m_context->say("resting " + std::string(toString(order.side)) + " " + order.quantity.toString() + " at " + at);
  }
  act();
}

void NinthLevelDemo::onFill(const Fill&) {
  if (m_context->position().isZero()) {
    m_filledAt.reset();
    m_context->say("flat");
  } else if (!m_filledAt) {
    m_filledAt = m_context->now();
    m_context->wakeAt(*m_filledAt + m_hold);
    m_context->say("holding " + m_context->position().toString());
  }
  act();
}

void NinthLevelDemo::onRefused(const RiskRefused& refused) {
  m_context->say("refused: " + refused.text);
}

void NinthLevelDemo::onTimer() {
  act();
}

void NinthLevelDemo::act() {
  if (!m_context->position().isZero()) {
    if (!m_filledAt) m_filledAt = m_context->now();
    withdrawEntry();
    leave();
    return;
  }
  m_filledAt.reset();
  if (m_context->entryLive()) {
    withdrawEntry();
  } else if (m_context->openOrders().empty() && !m_context->exitLive()) {
    enter();
  }
}

void NinthLevelDemo::withdrawEntry() {
  if (!m_lastEntry) m_lastEntry = m_context->now();
  m_habits.withdrawEntries(*m_context, *m_lastEntry + m_habits.rest());
}

void NinthLevelDemo::leave() {
  const Timestamp due = std::max(*m_filledAt + m_hold, m_habits.nextExit());
  if (m_context->now() < due || m_context->exitLive()) {
    m_context->wakeAt(std::max(due, m_context->now() + OrderHabits::kExitRetry));
    return;
  }
  m_habits.leave(*m_context, "held long enough", "leaving at market");
}

std::optional<Price> NinthLevelDemo::restingPrice(Side side) const {
  const auto& levels = side == Side::Buy ? m_book.bids : m_book.asks;
  const int count = side == Side::Buy ? m_book.bidCount : m_book.askCount;
  if (count < m_level) return std::nullopt;
  return m_context->instrument().price(levels[static_cast<std::size_t>(m_level - 1)].price);
}

void NinthLevelDemo::enter() {
  const Timestamp now = m_context->now();
  if (!m_hasBook || !m_book.tradable() || !m_context->mayEnter()) return;
  if (m_lastEntry && now < *m_lastEntry + m_interval) return;
  const std::int64_t imbalance = imbalanceLots(m_book, m_imbalanceLevels);
  const auto equity = m_context->equity();
  if (imbalance == 0 || !equity) {
    m_context->say(equity ? "the book is balanced" : "waiting for the account");
    return;
  }
  const Side side = imbalance > 0 ? Side::Buy : Side::Sell;
  const auto price = restingPrice(side);
  if (!price) {
    m_context->say("fewer than " + std::to_string(m_level) + " levels in the book");
    return;
  }
  auto entry = m_habits.entry(*m_context, *equity, side, *price);
  if (!entry) return;
  entry->postOnly = true;
  entry->priceRule = {PriceRule::Kind::BookLevel, m_level};
  if (m_context->submit(std::move(*entry)).isNil()) return;
  m_lastEntry = now;
  m_context->wakeAt(now + std::min(m_habits.rest(), m_interval));
}

}  // namespace bw::strategies
