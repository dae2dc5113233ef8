// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/domain/instrument.h"
#include "core/domain/order.h"
#include "tests/support/approval_access.h"
#include "tests/support/temporary_folder.h"

namespace bw::test {

inline Decimal dec(const char* text) {
  return *Decimal::parse(text);
}
inline Price price(const char* text) {
  return Price(dec(text));
}
inline Quantity quantity(const char* text) {
  return Quantity(dec(text));
}

/// Two linear instruments of venue "fake", BTC (tick 0.1, lot 0.001) and ETH (tick 0.01, lot 0.01).
inline Instruments fakeInstruments() {
  auto table = std::make_shared<InstrumentTable>();
  Instrument btc;
  btc.venue = "fake";
  btc.symbol = "BTCUSDT";
  btc.base = Currency("BTC");
  btc.quote = btc.settle = Currency("USDT");
  btc.tickSize = Decimal(1, 1);
  btc.lotSize = Decimal(1, 3);
  btc.maxLeverage = Decimal(100, 0);
  table->add(btc);
  Instrument eth = btc;
  eth.symbol = "ETHUSDT";
  eth.base = Currency("ETH");
  eth.tickSize = Decimal(1, 2);
  eth.lotSize = Decimal(1, 2);
  table->add(eth);
  return table;
}

}  // namespace bw::test
