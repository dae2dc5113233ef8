// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_ledger.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.h"

using namespace bw;
using namespace bw::ledger;

namespace {

using BigInt = boost::multiprecision::cpp_int;
using BigFraction = boost::multiprecision::cpp_rational;

constexpr InstrumentId kLinear{0};
constexpr InstrumentId kSpotPair{1};
constexpr InstrumentId kInverseCoin{2};

Decimal number(const char* text) {
  return *Decimal::parse(text);
}
Money tether(const char* text) {
  return {number(text), Currency("USDT")};
}

Instruments bookTable() {
  auto table = std::make_shared<InstrumentTable>();
  for (const ContractKind kind : {ContractKind::Linear, ContractKind::Spot, ContractKind::Inverse}) {
    Instrument i;
    i.venue = "paper";
    i.symbol = std::to_string(static_cast<int>(kind));
    i.kind = kind;
    i.base = Currency("BTC");
    i.quote = Currency("USDT");
    i.settle = kind == ContractKind::Inverse ? Currency("BTC") : Currency("USDT");
    i.tickSize = Decimal(1, 1);
    i.lotSize = kind == ContractKind::Inverse ? Decimal(1, 0) : Decimal(1, 3);
    table->add(i);
  }
  return table;
}

Fill makeFill(InstrumentId instrument, Side side, const Decimal& price, const Decimal& quantity, int id,
              Money fee = tether("0")) {
  Fill f;
  f.venueTradeId = std::to_string(id);
  f.instrument = instrument;
  f.side = side;
  f.price = Price(price);
  f.quantity = Quantity(quantity);
  f.fee = fee;
  f.venueTime = Timestamp::fromSeconds(id);
  return f;
}

std::vector<Fill> randomFills(Rng& rng, InstrumentId instrument, int count, Currency feeIn) {
  std::vector<Fill> fills;
  for (int i = 0; i < count; ++i) {
    const Side side = rng.chance(0.5) ? Side::Buy : Side::Sell;
    const Decimal size =
        instrument == kInverseCoin ? Decimal(rng.between(1, 1000), 0) : Decimal(rng.between(1, 2000), 3);
    fills.push_back(makeFill(instrument, side, Decimal(rng.between(500'000, 700'000), 1), size, i,
                             Money(Decimal(rng.between(-50, 200), 6), feeIn)));
  }
  return fills;
}

BigInt atScale(const Decimal& value, int scale) {
  return BigInt(value.mantissa) * boost::multiprecision::pow(BigInt(10), static_cast<unsigned>(scale - value.scale));
}

// Quantity, flow and fees summed naively.
struct NaiveSums {
  BigInt quantity = 0;  // 10^-12
  BigInt flow = 0;      // 10^-24
  BigInt fees = 0;      // 10^-12
  void add(const Fill& f) {
    const int sign = signOf(f.side);
    quantity += sign * atScale(f.quantity.decimal(), 12);
    flow += sign * atScale(f.quantity.decimal(), 12) * atScale(f.price.decimal(), 12);
    fees += atScale(f.fee.amount(), 12);
  }
};

// By hand more: BW_LEDGER_FILLS=1000000.
int manyFills() {
  const char* text = std::getenv("BW_LEDGER_FILLS");
  return text == nullptr ? 100'000 : std::max(1000, std::atoi(text));
}

}  // namespace

TEST_CASE("ledger: 100,000 random fills equal a naive big model, exactly") {
  Rng rng(21);
  PositionLedger ledger(bookTable());
  ledger.openAccount("paper", tether("1000000"));
  NaiveSums naive;
  const auto fills = randomFills(rng, kLinear, manyFills(), Currency("USDT"));
  int flats = 0;
  int trips = 0;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const FillOrigin origin{Owner::Strategy, i % 3 == 0 ? "a" : "b", Decimal(5, 0)};
    const AppliedFill applied = ledger.apply(fills[i], origin);
    CHECK_UNARY(applied.applied);
    naive.add(fills[i]);
    CHECK_UNARY(atScale(applied.position.quantity.decimal(), 12) == naive.quantity);
    CHECK_UNARY(atScale(applied.position.fees.amount(), 12) == naive.fees);
    if (applied.change.closed) ++trips;
    if (applied.position.flat()) {
      ++flats;
      CHECK_UNARY(atScale(applied.position.realised.amount(), 24) == -naive.flow);
    }
    if (i % 500 == 0) {
      const Price mark(Decimal(rng.between(500'000, 700'000), 1));
      ledger.mark(kLinear, mark);
      const Money total = ledger.position(kLinear).realised + ledger.unrealised(kLinear);
      CHECK_UNARY(atScale(total.amount(), 24) == naive.quantity * atScale(mark.decimal(), 12) - naive.flow);
    }
  }
  CHECK(trips > 20);
  const Money mark = ledger.unrealised(kLinear);
  const AccountUpdate account = ledger.account("paper", Timestamp::fromSeconds(1));
  const Position p = ledger.position(kLinear);
  CHECK(account.balance == tether("1000000") + p.realised - p.fees + p.funding);
  CHECK(account.equity == account.balance + mark);
  CHECK(account.available == account.equity - account.marginUsed);
  CHECK(ledger.tripCounts("").trips == static_cast<std::uint64_t>(trips));
}

TEST_CASE("ledger: realised at average cost against fractions, to the rounding of each partial close") {
  Rng rng(22);
  PositionLedger ledger(bookTable());
  BigFraction quantity = 0;
  BigFraction basis = 0;
  BigFraction realised = 0;
  int closes = 0;
  for (const Fill& f : randomFills(rng, kLinear, 1'500, Currency("USDT"))) {
    const BigFraction price(BigInt(f.price.decimal().mantissa), 10);
    BigFraction moved(BigInt(f.quantity.decimal().mantissa) * signOf(f.side), 1000);
    if (quantity != 0 && (quantity > 0) != (moved > 0)) {
      const BigFraction held = quantity > 0 ? quantity : BigFraction(-quantity);
      const BigFraction size = moved > 0 ? moved : BigFraction(-moved);
      BigFraction closed = size < held ? size : held;
      if (quantity < 0) closed = -closed;  // signed like the position
      const BigFraction cost = basis * closed / quantity;
      realised += closed * price - cost;
      basis -= cost;
      quantity -= closed;
      moved += closed;
      ++closes;
    }
    quantity += moved;
    basis += moved * price;
    if (quantity == 0) basis = 0;
    const Position p = ledger.apply(f, {}).position;
    const BigFraction ours(atScale(p.realised.amount(), 8), BigInt(100'000'000));
    const BigFraction off = ours > realised ? BigFraction(ours - realised) : BigFraction(realised - ours);
    CHECK_UNARY(off <= BigFraction(BigInt(closes + 1), BigInt(100'000'000)));
    // Fractions grow with every partial close; start them anew from the ledger's own rounding.
    if (closes % 20 == 19) {
      basis = BigFraction(atScale(p.entryNotional.amount(), 8), BigInt(100'000'000)) * (quantity < 0 ? -1 : 1);
      realised = ours;
    }
  }
  CHECK(closes > 500);
}

TEST_CASE("ledger: any order of the same fills ends with the same quantity, fees and total") {
  Rng rng(23);
  for (const InstrumentId instrument : {kLinear, kSpotPair, kInverseCoin}) {
    const Currency settle = instrument == kInverseCoin ? Currency("BTC") : Currency("USDT");
    auto fills = randomFills(rng, instrument, 200, settle);
    std::vector<Position> ends;
    std::vector<Money> totals;
    for (int round = 0; round < 20; ++round) {
      PositionLedger ledger(bookTable());
      for (const Fill& f : fills) {
        CHECK_UNARY(ledger.apply(f, {}).applied);
        CHECK_UNARY(!ledger.apply(f, {}).applied);
      }
      ledger.mark(instrument, Price(number("61234.5")));
      ends.push_back(ledger.position(instrument));
      totals.push_back(ends.back().realised + ledger.unrealised(instrument));
      for (std::size_t i = fills.size() - 1; i > 0; --i) std::swap(fills[i], fills[rng.below(i + 1)]);
    }
    for (std::size_t i = 1; i < ends.size(); ++i) {
      CHECK(ends[i].quantity == ends[0].quantity);
      CHECK(ends[i].fees == ends[0].fees);
      CHECK(totals[i] == totals[0]);
    }
  }
}

TEST_CASE("ledger: open, add, partial close, flip through zero, close") {
  PositionLedger ledger(bookTable());
  const FillOrigin me{Owner::Strategy, "demo", Decimal(10, 0)};
  auto at = ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), 1, tether("0.02")), me);
  CHECK(at.change.opened);
  at = ledger.apply(makeFill(kLinear, Side::Buy, number("110"), number("1"), 2, tether("0.02")), me);
  CHECK(at.position.averagePrice == Price(number("105")));
  CHECK(at.position.entryNotional == tether("210"));
  at = ledger.apply(makeFill(kLinear, Side::Sell, number("115"), number("1"), 3, tether("0.02")), me);
  CHECK(at.position.realised == tether("10"));
  CHECK_FALSE(at.change.closed.has_value());
  CHECK(ledger.applyFunding({"f1", kLinear, tether("-0.5"), {}}));
  CHECK_FALSE(ledger.applyFunding({"f1", kLinear, tether("-0.5"), {}}));
  at = ledger.apply(makeFill(kLinear, Side::Sell, number("120"), number("3"), 4, tether("0.09")), me);
  REQUIRE(at.change.closed.has_value());
  CHECK(at.change.opened);
  CHECK(at.change.closed->realised == tether("25"));
  CHECK(at.change.closed->fees == tether("0.09"));  // 0.06 + a third of 0.09
  CHECK(at.change.closed->funding == tether("-0.5"));
  CHECK(at.change.closed->net == tether("24.41"));
  CHECK(at.change.closed->largest == Quantity(number("2")));
  CHECK(at.position.quantity == Quantity(number("-2")));
  CHECK(at.position.averagePrice == Price(number("120")));
  ledger.mark(kLinear, Price(number("121")));
  CHECK(ledger.unrealised(kLinear) == tether("-2"));
  at = ledger.apply(makeFill(kLinear, Side::Buy, number("121"), number("2"), 5, tether("0.02")), me);
  CHECK(at.change.closed->net == tether("-2.08"));
  CHECK(at.position.flat());
  CHECK(ledger.position(kLinear).strategy == "demo");
  CHECK(at.position.realised == tether("23"));
  CHECK(ledger.tripCounts("demo").trips == 2);
  CHECK(ledger.tripCounts("demo").consecutiveLosses == 1);
  CHECK(ledger.tripCounts("").losses == 1);
}

TEST_CASE("ledger: a fee taken in base makes the spot position smaller and is counted once") {
  PositionLedger ledger(bookTable());
  ledger.openAccount("paper", tether("1000"));
  const Money coinFee(number("0.001"), Currency("BTC"));
  const auto bought = ledger.apply(makeFill(kSpotPair, Side::Buy, number("100"), number("1"), 1, coinFee), {});
  CHECK(bought.position.quantity == Quantity(number("0.999")));
  CHECK(bought.position.fees == tether("0.1"));
  ledger.mark(kSpotPair, Price(number("100")));
  // 1000 − 100 paid + 0.999 coins at 100
  CHECK(ledger.account("paper", Timestamp{}).equity == tether("999.9"));
  const Money foreign(number("0.5"), Currency("BNB"));
  ledger.apply(makeFill(kSpotPair, Side::Sell, number("100"), number("0.999"), 2, foreign), {});
  REQUIRE(ledger.otherFees().size() == 1);
  CHECK(ledger.otherFees()[0] == foreign);
  CHECK(ledger.account("paper", Timestamp{}).equity == tether("999.9"));
}

TEST_CASE("OR30: with fees taken in base the position is what remains, in any order, and no cash is lost") {
  Rng rng(31);
  std::vector<Fill> fills;
  BigInt quantity = 0;  // 10^-12
  BigInt paid = 0;      // 10^-20, without rounding
  const int count = manyFills() / 10;
  for (int i = 0; i < count; ++i) {
    const Side side = rng.chance(0.55) ? Side::Buy : Side::Sell;
    const Decimal size(rng.between(1, 2000), 3);
    const Decimal fee(rng.between(0, 900), 7);
    fills.push_back(
        makeFill(kSpotPair, side, Decimal(rng.between(500'000, 700'000), 1), size, i, Money(fee, Currency("BTC"))));
    quantity += signOf(side) * atScale(size, 12) - atScale(fee, 12);
    paid += signOf(side) * atScale(size, 12) * atScale(fills.back().price.decimal(), 8);
  }
  const Price mark(number("61234.5"));
  for (int round = 0; round < 3; ++round) {
    PositionLedger ledger(bookTable());
    for (const Fill& f : fills) CHECK_UNARY(ledger.apply(f, {}).applied);
    ledger.mark(kSpotPair, mark);
    const Position p = ledger.position(kSpotPair);
    CHECK(atScale(p.quantity.decimal(), 12) == quantity);
    const Money total = p.realised + ledger.unrealised(kSpotPair) - p.fees;
    const BigInt exact = quantity * atScale(mark.decimal(), 8) - paid;
    const BigInt off = exact - atScale(total.amount(), 20);
    CHECK(off >= 0);                                                               // rounded against us …
    CHECK(off <= BigInt(count + 1) * boost::multiprecision::pow(BigInt(10), 12));  // … by at most 10^-8 a fill
    for (std::size_t i = fills.size() - 1; i > 0; --i) std::swap(fills[i], fills[rng.below(i + 1)]);
  }
}

TEST_CASE("ledger: inverse contracts earn in the coin") {
  PositionLedger ledger(bookTable());
  const Money noFee(Decimal{}, Currency("BTC"));
  ledger.apply(makeFill(kInverseCoin, Side::Buy, number("50000"), number("10000"), 1, noFee), {});
  ledger.mark(kInverseCoin, Price(number("62500")));
  CHECK(ledger.unrealised(kInverseCoin) == Money(number("0.04"), Currency("BTC")));  // 10000/50000 − 10000/62500
  CHECK(ledger.position(kInverseCoin).averagePrice == Price(number("50000")));
  const auto closed = ledger.apply(makeFill(kInverseCoin, Side::Sell, number("40000"), number("10000"), 2, noFee), {});
  CHECK(closed.change.closed->net == Money(number("-0.05"), Currency("BTC")));
}

TEST_CASE("ledger: slices belong to owners and sum to the account; adopted positions count") {
  PositionLedger ledger(bookTable());
  ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("2"), 1), {Owner::Strategy, "a", Decimal(1, 0)});
  ledger.apply(makeFill(kLinear, Side::Sell, number("100"), number("0.5"), 2),
               {Owner::Manual, "manual", Decimal(1, 0)});
  CHECK(ledger.slices().size() == 2);
  CHECK(ledger.position(kLinear).quantity == Quantity(number("1.5")));
  Position outside;
  outside.instrument = kLinear;
  outside.owner = Owner::External;
  outside.quantity = Quantity(number("1"));
  outside.averagePrice = Price(number("90"));
  outside.entryNotional = tether("90");
  ledger.adopt(outside);
  CHECK(ledger.position(kLinear).quantity == Quantity(number("2.5")));
  CHECK(ledger.position(kLinear).realised.isZero());
  CHECK(ledger.slices().size() == 3);
}

TEST_CASE("ledger: an adopted difference nets what it contradicts, largest first, and the rest is external") {
  PositionLedger ledger(bookTable());
  const auto buy = [&](const char* size, const char* strategy, int id) {
    ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number(size), id), {Owner::Strategy, strategy, {}});
  };
  buy("1", "small", 1);
  buy("3", "large", 2);
  Position at;
  at.instrument = kLinear;
  at.averagePrice = Price(number("90"));
  auto adopted = ledger.adoptDifference(at, Quantity(number("-3.5")));
  REQUIRE(adopted.size() == 2);
  CHECK(adopted[0].strategy == "large");
  CHECK(adopted[0].quantity == Quantity(number("-3")));
  CHECK(adopted[1].strategy == "small");
  CHECK(adopted[1].quantity == Quantity(number("-0.5")));
  CHECK(ledger.position(kLinear).quantity == Quantity(number("0.5")));
  CHECK(ledger.position(kLinear).realised == tether("-35"));
  adopted = ledger.adoptDifference(at, Quantity(number("-2")));
  REQUIRE(adopted.size() == 2);
  CHECK(adopted[1].owner == Owner::External);
  CHECK(adopted[1].quantity == Quantity(number("-1.5")));
  REQUIRE(ledger.slicesOf(kLinear).size() == 1);
  CHECK(ledger.update(kLinear, PositionUpdate::Kind::Changed).slices.size() == 1);
  // Zero changes the leverage alone, and nothing where nothing is held.
  at.quantity = Quantity{};
  at.owner = Owner::External;
  at.leverage = number("7");
  ledger.adopt(at);
  CHECK(ledger.position(kLinear).leverage == number("7"));
  CHECK(ledger.position(kLinear).quantity == Quantity(number("-1.5")));
  PositionLedger flat(bookTable());
  flat.adopt(at);
  CHECK(flat.position(kLinear).flat());
  CHECK(flat.slicesOf(kSpotPair).empty());
}

TEST_CASE("ledger: a fill from before the horizon is not counted, and says so") {
  PositionLedger ledger(bookTable());
  const int count = static_cast<int>(SeenIds::kKeep) + 10;
  for (int i = 0; i < count; ++i) {
    const Side side = i % 2 == 0 ? Side::Buy : Side::Sell;
    ledger.apply(makeFill(kLinear, side, number("100"), number("1"), i), {});
  }
  const Quantity before = ledger.position(kLinear).quantity;
  const AppliedFill again = ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), 3), {});
  CHECK_FALSE(again.applied);
  CHECK(again.tooOld);
  CHECK(ledger.position(kLinear).quantity == before);
  CHECK(ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), count), {}).applied);
}

TEST_CASE(
    "ledger: funding is shared among slices, and kept where nothing is held; fees of third currencies stay apart") {
  PositionLedger ledger(bookTable());
  CHECK(ledger.applyFunding({"before", kLinear, tether("-1"), {}}));  // nobody holds anything
  CHECK(ledger.position(kLinear).funding == tether("-1"));
  for (int i = 0; i < 3; ++i) {
    Fill fill = makeFill(kLinear, Side::Buy, number("100"), number(i == 2 ? "2" : "1"), i,
                         Money(number("0.5"), Currency(i == 0 ? "BNB" : "KCS")));
    ledger.apply(fill, {Owner::Strategy, i == 2 ? "b" : "a", {}});
  }
  ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), 10), {Owner::Manual, "c", {}});
  ledger.apply(makeFill(kLinear, Side::Sell, number("100"), number("1"), 11), {Owner::Manual, "c", {}});
  CHECK(ledger.applyFunding({"held", kLinear, tether("-3"), {}}));
  CHECK(ledger.position(kLinear).funding == tether("-4"));
  Money sum = tether("0");
  for (const Position& slice : ledger.slicesOf(kLinear)) sum += slice.funding;
  CHECK(sum == tether("-3"));
  CHECK(ledger.otherFees().size() == 2);
  CHECK(ledger.unrealised(kSpotPair).isZero());
  CHECK_FALSE(ledger.markOf(kSpotPair));
  CHECK(ledger.tripCounts("nobody").trips == 0);
}

TEST_CASE("ledger: an overflow changes nothing") {
  PositionLedger ledger(bookTable());
  ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), 1), {});
  const Fill huge = makeFill(kLinear, Side::Buy, number("9000000000000"), number("9000000000"), 2);
  CHECK_THROWS_AS(ledger.apply(huge, {}), ExactOverflow);
  CHECK(ledger.position(kLinear).quantity == Quantity(number("1")));
  CHECK(ledger.position(kLinear).lastTradeId == "1");
}

TEST_CASE("ledger: the day's highest equity and P&L, without transfers") {
  PositionLedger ledger(bookTable());
  ledger.openAccount("paper", tether("1000"));
  const Timestamp noon = Timestamp::fromSeconds(43'200);
  ledger.apply(makeFill(kLinear, Side::Buy, number("100"), number("1"), 1), {});
  ledger.mark(kLinear, Price(number("150")));
  CHECK(ledger.account("paper", noon).highWater == tether("1050"));
  CHECK(ledger.transfer("paper", {"w1", tether("-500"), {}}));
  CHECK_FALSE(ledger.transfer("paper", {"w1", tether("-500"), {}}));
  ledger.mark(kLinear, Price(number("140")));
  const AccountUpdate later = ledger.account("paper", noon);
  CHECK(later.equity == tether("540"));
  CHECK(later.highWater == tether("550"));
  CHECK(later.dayPnl == tether("40"));
  const AccountUpdate tomorrow = ledger.account("paper", noon + Duration::minutes(24 * 60));
  CHECK(tomorrow.dayPnl == tether("0"));
  CHECK(tomorrow.highWater == tether("540"));
}
