// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/drill/drill_orders.h"

#include "core/emulator/fake_exchange.h"

namespace bw::app {
namespace {

/// As many as the widest message rate lets pass in a second; then the next account's engine.
constexpr int kOrdersAnEngine = 80;

// As wide as the schema allows: the drill is about the stop, not about limits.
risk::RiskLimits drillLimits() {
  risk::RiskLimits limits;
  for (const auto& [key, value] : {std::pair<const char*, const char*>{"MAX_OPEN_ORDERS", "500"},
                                   {"MAX_MESSAGE_RATE", "100"},
                                   {"MAX_REPEATED_EXECUTIONS", "1000"},
                                   {"DUPLICATE_WINDOW", "0"},
                                   {"MAX_EXPOSURE", "1000"}}) {
    const auto stored = limits.set(std::string_view(key), value, "drill");
    BW_ASSERT(stored.ok());
  }
  return limits;
}

Price markOf(const Instrument& instrument) {
  for (const emulator::FakeSymbol& symbol : emulator::fakeSymbols()) {
    if (symbol.symbol == instrument.symbol) return Price(symbol.price);
  }
  return {};
}

}  // namespace

DrillOrders::DrillOrders(const Clock& clock, const gate::Gate& gate, Instruments instruments)
    : m_clock(clock),
      m_gate(gate),
      m_instruments(std::move(instruments)),
      m_ids(Rng(static_cast<std::uint64_t>(clock.now().ns))) {}

void DrillOrders::nextEngine() {
  m_engine = std::make_unique<risk::RiskEngine>(m_instruments, drillLimits(), m_authority);
  m_engine->onSession(SessionState::Trading);
  AccountUpdate account;
  account.venue = "drill";
  account.equity = account.balance = account.available = Money(Decimal::fromInteger(100'000'000), Currency("USD"));
  m_engine->onAccount(account, m_clock.now());
}

std::optional<gate::PlaceCommand> DrillOrders::next(const Instrument& instrument) {
  if (m_count % kOrdersAnEngine == 0) nextEngine();
  const Timestamp now = m_clock.now();
  const Price mark = markOf(instrument);
  const Ticks mid = instrument.toTicksRounded(mark, Rounding::Down);
  BboUpdate bbo;
  bbo.instrument = instrument.id;
  bbo.receivedTime = now;
  bbo.bid = {mid, Lots{1'000'000}};
  bbo.ask = {mid + Ticks{1}, Lots{1'000'000}};
  m_engine->onBbo(bbo);
  m_engine->onVolatility(instrument.id, Ratio::percent(Decimal(1, 1)));
  OrderIntent intent;
  intent.id = m_ids.make(now);
  intent.instrument = instrument.id;
  intent.quantity = instrument.quantity(Lots{1});
  // No two alike, none near the mark.
  m_count += 1;
  intent.limitPrice = instrument.price({mid.value - mid.value / 200 - static_cast<std::int64_t>(m_count % 200)});
  intent.strategy = "drill";
  intent.createdAt = now;
  risk::Verdict verdict = m_engine->evaluate(intent, now, m_gate.epoch(), m_gate.generation());
  if (!verdict.approved) {
    m_why = verdict.reason + ": " + verdict.text;
    return std::nullopt;
  }
  gate::PlaceCommand command;
  command.order.clientId = m_ids.make(now);
  command.order.intentId = intent.id;
  command.order.instrument = intent.instrument;
  command.order.quantity = intent.quantity;
  command.order.limitPrice = intent.limitPrice;
  command.order.strategy = intent.strategy;
  command.order.createdAt = now;
  command.approval = verdict.approval;
  return command;
}

}  // namespace bw::app
