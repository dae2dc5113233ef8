// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/risk/risk_fixture.h"

namespace bw::risktest {

inline const CheckResult& found(const risk::Verdict& verdict, std::string_view key) {
  const auto it =
      std::find_if(verdict.checks.begin(), verdict.checks.end(), [&](const CheckResult& c) { return c.check == key; });
  REQUIRE(it != verdict.checks.end());
  return *it;
}

/// An engine over any instruments that knows nothing yet.
struct Bare {
  explicit Bare(std::vector<Instrument> list) {
    auto t = std::make_shared<InstrumentTable>();
    for (Instrument& i : list) t->add(std::move(i));
    table = t;
    engine = std::make_unique<risk::RiskEngine>(table, risk::RiskLimits(), authority);
    engine->onSession(SessionState::Trading);
  }
  Bare() : Bare({makeInstrument("BTC")}) {}
  void quote(std::int64_t bid, std::int64_t ask, std::uint32_t id = 0) {
    BboUpdate bbo;
    bbo.instrument = {id};
    bbo.receivedTime = now;
    bbo.bid = {Ticks{bid}, Lots{bid > 0 ? 5 : 0}};
    bbo.ask = {Ticks{ask}, Lots{ask > 0 ? 5 : 0}};
    engine->onBbo(bbo);
  }
  void account(const char* amount, const char* currency = "USDT", const char* venue = "paper") {
    AccountUpdate a;
    a.venue = venue;
    a.equity = Money(dec(amount), Currency(currency));
    engine->onAccount(a, now);
  }
  void limit(const char* key, const char* value) {
    risk::RiskLimits limits = engine->limits();
    REQUIRE(limits.set(std::string_view(key), value, "t").ok());
    engine->setLimits(limits);
  }
  OrderIntent intent(OrderType type = OrderType::Limit, Side side = Side::Buy) {
    OrderIntent o;
    o.id = Uuid{3, ++ids};
    o.type = type;
    o.side = side;
    o.quantity = qty("0.1");
    o.strategy = "s";
    if (type == OrderType::Limit) o.limitPrice = price(side == Side::Buy ? "999" : "1001");
    return o;
  }
  risk::Verdict preview(const OrderIntent& o) const { return engine->preview(o, now); }
  CheckResult check(const OrderIntent& o, std::string_view key) const { return found(preview(o), key); }

  risk::ApprovalAuthority authority;
  Instruments table;
  Timestamp now = Timestamp::fromSeconds(1'723'161'255);
  std::uint64_t ids = 0;
  std::unique_ptr<risk::RiskEngine> engine;
};

inline void statePosition(Bare& b, std::uint32_t id, const char* quantity, const char* average) {
  PositionUpdate p;
  p.position.instrument = {id};
  p.position.quantity = qty(quantity);
  p.position.averagePrice = price(average);
  b.engine->onPosition(p, b.now);
}

inline Instrument pricedIn(const char* symbol, const char* currency) {
  Instrument i = makeInstrument(symbol);
  i.quote = i.settle = Currency(currency);
  return i;
}

}  // namespace bw::risktest
