// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/strategies/strategy_bench.h"

namespace bw::test {

Instrument bitcoinInstrument() {
  Instrument instrument;
  instrument.venue = "paper";
  instrument.symbol = "BTCUSDT";
  instrument.base = Currency("BTC");
  instrument.quote = instrument.settle = Currency("USDT");
  instrument.tickSize = Decimal(1, 1);
  instrument.lotSize = Decimal(1, 3);
  instrument.minNotional = Decimal(5, 0);
  instrument.maxLeverage = Decimal(100, 0);
  return instrument;
}

BookDepth levelBook(std::int64_t bidLots, std::int64_t askLots, int levels) {
  BookDepth book;
  book.stale = StaleReason::None;
  book.bidCount = book.askCount = static_cast<std::uint16_t>(levels);
  for (int i = 0; i < levels; ++i) {
    book.bids[static_cast<std::size_t>(i)] = {Ticks{600000 - i}, Lots{bidLots}};
    book.asks[static_cast<std::size_t>(i)] = {Ticks{600001 + i}, Lots{askLots}};
  }
  return book;
}

std::string intentText(const OrderIntent& intent) {
  std::string text = std::string(toString(intent.role)) + " " + std::string(toString(intent.side)) + " " +
                     intent.quantity.toString() + " " + std::string(toString(intent.type));
  if (intent.priceRule.kind == PriceRule::Kind::BookLevel) text += " level " + std::to_string(intent.priceRule.level);
  if (intent.postOnly) text += " post-only";
  if (intent.reduceOnly) text += " reduce-only";
  if (intent.contingent.stop) text += " stop " + intent.contingent.stop->toString();
  if (intent.contingent.target) text += " target " + intent.contingent.target->toString();
  return text;
}

StrategyBench::StrategyBench(const std::string& strategy, const std::map<std::string, std::string>& parameters) {
  const strategies::StrategyInfo* info = strategies::findStrategy(strategy);
  BW_ASSERT(info != nullptr);
  auto made = info->make(*strategies::Parameters::resolve(info->parameters, parameters));
  m_runner = std::make_unique<strategies::StrategyRunner>(std::move(made), m_instrument, *this);
  m_runner->start();
  m_runner->onEquity(Money(Decimal::fromInteger(100000), Currency("USDT")));
}

void StrategyBench::note(const std::string& text) {
  const std::int64_t tenths = (m_now - m_start).toMillis() / 100;
  lines.push_back(std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s: " + text);
}

void StrategyBench::sendIntent(const OrderIntent& intent) {
  intents.push_back(intent);
  note(intentText(intent));
}

void StrategyBench::sendCancel(const CancelRequest& request) {
  cancels.push_back(request);
  note("cancel");
}

void StrategyBench::advance(Duration by) {
  const Timestamp end = m_now + by;
  while (m_wake && *m_wake <= end) {
    m_now = std::max(m_now, *m_wake);
    m_wake.reset();
    m_runner->wake();
  }
  m_now = end;
}

Order StrategyBench::order(const OrderIntent& intent, OrderState state) {
  Order order;
  order.clientId = {2, intent.id.low};
  order.intentId = intent.id;
  order.instrument = m_instrument.id;
  order.side = intent.side;
  order.type = intent.type;
  order.role = intent.role;
  order.quantity = intent.quantity;
  order.state = state;
  if (state == OrderState::Filled) order.filled = intent.quantity;
  order.strategy = intent.strategy;
  order.createdAt = order.updatedAt = m_now;
  m_runner->onOrder(order);
  return order;
}

void StrategyBench::fill(const OrderIntent& intent, const std::string& price, const std::string& quantity) {
  const bool whole = *Quantity::parse(quantity) == intent.quantity;
  Fill fill;
  fill.venueTradeId = std::to_string(++m_fills);
  fill.instrument = m_instrument.id;
  fill.side = intent.side;
  fill.price = *Price::parse(price);
  fill.quantity = *Quantity::parse(quantity);
  fill.venueTime = m_now;
  const Order after = order(intent, whole ? OrderState::Filled : OrderState::PartiallyFilled);
  m_runner->onFill(fill, after);
}

}  // namespace bw::test
