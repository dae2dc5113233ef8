// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/risk/risk_engine.h"

namespace bw::risktest {

inline Decimal dec(const char* text) {
  return *Decimal::parse(text);
}
inline Price price(const char* text) {
  return Price(dec(text));
}
inline Quantity qty(const char* text) {
  return Quantity(dec(text));
}
inline Money usdt(const char* text) {
  return {dec(text), Currency("USDT")};
}

inline Instrument makeInstrument(const char* symbol, ContractKind kind = ContractKind::Linear) {
  Instrument i;
  i.venue = "paper";
  i.symbol = symbol;
  i.kind = kind;
  i.base = Currency("BTC");
  i.quote = Currency("USDT");
  i.settle = kind == ContractKind::Inverse ? Currency("BTC") : Currency("USDT");
  i.tickSize = Decimal(1, 1);
  i.lotSize = kind == ContractKind::Inverse ? Decimal(1, 0) : Decimal(1, 3);
  i.maxLeverage = kind == ContractKind::Spot ? Decimal(1, 0) : Decimal(100, 0);
  return i;
}

/// An engine in TRADING with 10,000 USDT, quotes 999.9 × 1000.0 in every linear instrument, low volatility.
struct Desk {
  static constexpr InstrumentId kBtc{0};
  static constexpr InstrumentId kEth{1};
  static constexpr InstrumentId kSpot{2};
  static constexpr InstrumentId kInverse{3};

  Desk() : Desk(risk::RiskLimits()) {}
  explicit Desk(const risk::RiskLimits& limits)
      : instruments(table()), engine(std::make_unique<risk::RiskEngine>(instruments, limits, authority)) {
    engine->onSession(SessionState::Trading);
    for (const InstrumentId id : {kBtc, kEth, kSpot, kInverse}) {
      quote(id, 9999, 10000);
      engine->onVolatility(id, Ratio::percent(dec("0.1")));
    }
    engine->onRate(Currency("BTC"), dec("1000"), now);
    equity("10000");
  }
  static Instruments table() {
    auto t = std::make_shared<InstrumentTable>();
    t->add(makeInstrument("BTC"));
    t->add(makeInstrument("ETH"));
    t->add(makeInstrument("SPOT", ContractKind::Spot));
    t->add(makeInstrument("INV", ContractKind::Inverse));
    return t;
  }
  void quote(InstrumentId id, std::int64_t bid, std::int64_t ask) {
    BboUpdate bbo;
    bbo.instrument = id;
    bbo.receivedTime = now;
    bbo.bid = {Ticks{bid}, Lots{1000}};
    bbo.ask = {Ticks{ask}, Lots{1000}};
    engine->onBbo(bbo);
  }
  void equity(const char* amount) {
    AccountUpdate a;
    a.venue = "paper";
    a.equity = a.balance = a.available = usdt(amount);
    engine->onAccount(a, now);
  }
  void set(const char* key, const char* value) {
    risk::RiskLimits limits = engine->limits();
    const auto stored = limits.set(std::string_view(key), value, "test");
    BW_ASSERT(stored.ok());
    engine->setLimits(limits);
  }
  /// A limit buy of 0.1 at 999.0 in BTC, 1x.
  OrderIntent intent() {
    OrderIntent o;
    o.id = Uuid{1, ++lastId};
    o.instrument = kBtc;
    o.quantity = qty("0.1");
    o.limitPrice = price("999");
    o.strategy = "demo";
    return o;
  }
  risk::Verdict evaluate(const OrderIntent& o) { return engine->evaluate(o, now, 1, 1); }
  void position(InstrumentId id, const char* quantity, const char* average,
                PositionUpdate::Kind kind = PositionUpdate::Kind::Marked, const char* net = "0") {
    PositionUpdate p;
    p.kind = kind;
    p.position.instrument = id;
    p.position.quantity = qty(quantity);
    p.position.averagePrice = price(average);
    p.position.strategy = "demo";
    p.mark = price(average);
    p.tripNet = usdt(net);
    engine->onPosition(p, now);
  }
  Order order(const OrderIntent& o, OrderState state) {
    Order r;
    r.clientId = Uuid{2, o.id.low};
    r.intentId = o.id;
    r.instrument = o.instrument;
    r.side = o.side;
    r.type = o.type;
    r.role = o.role;
    r.reduceOnly = o.reduceOnly;
    r.quantity = o.quantity;
    r.limitPrice = o.limitPrice;
    r.leverage = o.leverage;
    r.state = state;
    r.strategy = o.strategy;
    return r;
  }
  void fill(const OrderIntent& o, const char* tradeId, const char* quantity, OrderState after) {
    OrderFilled f;
    f.order = order(o, after);
    f.order.filled = qty(quantity);
    f.fill.venueTradeId = tradeId;
    f.fill.instrument = o.instrument;
    f.fill.side = o.side;
    f.fill.price = *o.limitPrice;
    f.fill.quantity = qty(quantity);
    f.fill.fee = usdt("0");
    engine->onFill(f, now);
  }

  risk::ApprovalAuthority authority;
  Instruments instruments;
  Timestamp now = Timestamp::fromSeconds(1'723'161'255);
  std::uint64_t lastId = 0;
  std::unique_ptr<risk::RiskEngine> engine;
};

}  // namespace bw::risktest
