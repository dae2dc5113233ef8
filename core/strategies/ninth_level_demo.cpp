// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/ninth_level_demo.h"

#include <algorithm>

#include "core/strategies/sizing.h"

namespace bw::strategies {

namespace {

using Kind = Parameter::Kind;

constexpr Duration kExitRetry = Duration::seconds(1);
constexpr Duration kIntentLife = Duration::seconds(5);

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
      {"size_percent", "Size", Kind::Percent, {1, 1}, {1, 2}, {10, 0}, {1, 1}, "Notional of an entry, of equity."},
      {"size_cap_percent",
       "Largest size",
       Kind::Percent,
       {2, 0},
       {1, 2},
       {100, 0},
       {1, 1},
       "Where the size is below the instrument's smallest order, that one is used up to this share of equity."},
      {"interval_s", "Interval", Kind::Seconds, {10, 0}, {1, 0}, {3600, 0}, {1, 0}, "Least time between two entries."},
      {"rest_s",
       "Rest",
       Kind::Seconds,
       {10, 0},
       {1, 0},
       {3600, 0},
       {1, 0},
       "An entry not filled by then is withdrawn."},
      {"hold_s",
       "Hold",
       Kind::Seconds,
       {30, 0},
       {1, 0},
       {86400, 0},
       {1, 0},
       "The position is left at market after that."},
      {"stop_percent", "Stop", Kind::Percent, {30, 2}, {0, 0}, {20, 0}, {5, 2}, "Distance from the entry; 0 = none."},
      {"target_percent",
       "Target",
       Kind::Percent,
       {45, 2},
       {0, 0},
       {20, 0},
       {5, 2},
       "Distance from the entry; 0 = none."},
      {"leverage",
       "Leverage",
       Kind::Factor,
       {1, 0},
       {1, 0},
       {100, 0},
       {1, 0},
       "Asked of the venue; does not change the size."},
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
      m_size(parameters.percent("size_percent")),
      m_sizeCap(parameters.percent("size_cap_percent")),
      m_interval(parameters.seconds("interval_s")),
      m_rest(parameters.seconds("rest_s")),
      m_hold(parameters.seconds("hold_s")),
      m_stop(parameters.percent("stop_percent")),
      m_target(parameters.percent("target_percent")),
      m_leverage(parameters.decimal("leverage")) {}

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
  const Timestamp due = *m_lastEntry + m_rest;
  for (const Order& order : m_context->openOrders()) {
    if (order.role != OrderRole::Entry) continue;
    if (m_context->now() < due) {
      m_context->wakeAt(due);
    } else {
      m_context->cancel(order.clientId);
      m_context->wakeAt(m_context->now() + kExitRetry);
    }
  }
}

void NinthLevelDemo::leave() {
  const Timestamp due = std::max(*m_filledAt + m_hold, m_nextExit);
  if (m_context->now() < due || m_context->exitLive()) {
    m_context->wakeAt(std::max(due, m_context->now() + kExitRetry));
    return;
  }
  OrderIntent exit;
  exit.side = m_context->position().sign() > 0 ? Side::Sell : Side::Buy;
  exit.type = OrderType::Market;
  exit.tif = TimeInForce::Ioc;
  exit.role = OrderRole::Exit;
  exit.reduceOnly = true;
  exit.quantity = m_context->position().abs();
  exit.leverage = m_leverage;
  exit.note = "held long enough";
  m_nextExit = m_context->now() + kExitRetry;
  m_context->wakeAt(m_nextExit);
  if (!m_context->submit(std::move(exit)).isNil()) m_context->say("leaving at market");
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
  OrderIntent entry;
  entry.side = imbalance > 0 ? Side::Buy : Side::Sell;
  const auto price = restingPrice(entry.side);
  if (!price) {
    m_context->say("fewer than " + std::to_string(m_level) + " levels in the book");
    return;
  }
  const Instrument& instrument = m_context->instrument();
  const SizedQuantity sized = sizeByEquity(instrument, *equity, *price, m_size, m_sizeCap);
  if (sized.quantity.isZero()) {
    m_context->say("not trading: " + sized.refusal);
    return;
  }
  entry.quantity = sized.quantity;
  entry.postOnly = true;
  entry.priceRule = {PriceRule::Kind::BookLevel, m_level};
  entry.contingent = bracketAround(instrument, entry.side, *price, m_stop, m_target);
  entry.leverage = m_leverage;
  entry.expiresAt = now + kIntentLife;
  if (sized.raised) entry.note = "the instrument's smallest order";
  if (m_context->submit(std::move(entry)).isNil()) return;
  m_lastEntry = now;
  m_context->wakeAt(now + std::min(m_rest, m_interval));
}

}  // namespace bw::strategies
