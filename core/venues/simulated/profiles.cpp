// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/simulated/profiles.h"

#include <array>

namespace bw::simulated {
namespace {

struct Contract {
  std::string_view base;
  std::string_view sector;
  Decimal tick;
  Decimal lot;
  std::int64_t maxLeverage;
  Profile profile;
};

// Steps and prices of the order that perpetual venues used in 2024; sizes so that a touch holds some 10,000 USDT.
const std::array<Contract, 8>& contracts() {
  static const std::array<Contract, 8> list{{
      {"BTC", "bitcoin", {1, 0}, {1, 3}, 100, {"BTC-PERP", {61'650, 0}, 0.026, 0.85, 14, 1.5, 90, 14}},
      {"ETH", "smart contracts", {1, 1}, {1, 2}, 100, {"ETH-PERP", {2'680, 0}, 0.032, 0.8, 12, 1.2, 180, 14}},
      {"SOL", "smart contracts", {1, 2}, {1, 1}, 50, {"SOL-PERP", {15'420, 2}, 0.042, 0.75, 9, 1.0, 240, 12}},
      {"XRP", "payments", {1, 4}, {1, 0}, 50, {"XRP-PERP", {6'120, 4}, 0.036, 0.6, 7, 0.8, 4'000, 9}},
      {"DOGE", "payments", {1, 5}, {1, 0}, 50, {"DOGE-PERP", {10'240, 5}, 0.045, 0.65, 7, 0.8, 20'000, 11}},
      {"ADA", "smart contracts", {1, 4}, {1, 0}, 50, {"ADA-PERP", {3'450, 4}, 0.038, 0.65, 6, 0.6, 6'000, 8}},
      {"LINK", "data", {1, 3}, {1, 1}, 50, {"LINK-PERP", {10'350, 3}, 0.042, 0.65, 6, 0.6, 1'500, 11}},
      {"AVAX", "smart contracts", {1, 3}, {1, 1}, 50, {"AVAX-PERP", {21'870, 3}, 0.044, 0.7, 6, 0.6, 700, 14}},
  }};
  return list;
}

}  // namespace

std::vector<Instrument> defaultInstruments(std::string_view venue) {
  std::vector<Instrument> list;
  for (const Contract& c : contracts()) {
    Instrument i;
    i.venue = venue;
    i.symbol = c.profile.symbol;
    i.kind = ContractKind::Linear;
    i.base = Currency(c.base);
    i.quote = Currency("USDT");
    i.settle = Currency("USDT");
    i.tickSize = c.tick;
    i.lotSize = c.lot;
    i.minNotional = Decimal(5, 0);
    i.maxLeverage = Decimal::fromInteger(c.maxLeverage);
    i.maintenanceMargin = Ratio::bps(Decimal(50, 0));
    i.assetClass = "crypto";
    i.sector = c.sector;
    list.push_back(std::move(i));
  }
  return list;
}

Profile profileOf(std::string_view symbol) {
  for (const Contract& c : contracts()) {
    if (c.profile.symbol == symbol) return c.profile;
  }
  Profile general;
  general.symbol = symbol;
  return general;
}

}  // namespace bw::simulated
