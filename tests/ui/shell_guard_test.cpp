// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "tests/ui/shell_fixture.h"
#include "ui/panels/ticket/ticket_panel.h"
#include "ui/widgets/decimal_edit.h"

using namespace bw;
using namespace bw::ui;
using bw::ui::test::ShellFixture;

namespace {

Instrument guardedInstrument() {
  Instrument instrument;
  instrument.venue = "simulated";
  instrument.symbol = "BTC-PERP";
  instrument.base = Currency("BTC");
  instrument.quote = instrument.settle = Currency("USDT");
  instrument.tickSize = Decimal(10, 2);
  instrument.lotSize = Decimal(1, 3);
  return instrument;
}

OrderIntent intentOf(const char* quantity, const char* price) {
  OrderIntent intent;
  intent.quantity = Quantity(*Decimal::parse(quantity));
  intent.limitPrice = Price(*Decimal::parse(price));
  return intent;
}

GuardFacts quietMarket() {
  GuardFacts facts;
  facts.mid = Price(*Decimal::parse("60000"));
  facts.touch = Price(*Decimal::parse("59999.90"));
  facts.session = SessionState::Trading;
  return facts;
}

MonoTime at(std::int64_t millis) {
  return MonoTime{1'000'000'000 + millis * 1'000'000};
}

using Kind = GuardVerdict::Kind;

}  // namespace

TEST_CASE("HU01: two presses of one ticket send one intent, 1 to 500 ms apart; a change makes another ticket") {
  const Instrument instrument = guardedInstrument();
  const OrderIntent intent = intentOf("0.05", "59999.90");
  for (const std::int64_t apart : {1, 20, 100, 250, 500}) {
    CAPTURE(apart);
    TicketGuard guard;
    guard.edited(quietMarket().mid);
    CHECK(guard.press(intent, instrument, quietMarket(), at(0)).kind == Kind::Send);
    const GuardVerdict second = guard.press(intent, instrument, quietMarket(), at(apart));
    CHECK(second.kind == Kind::Repeat);
    CHECK_FALSE(second.text.isEmpty());
    guard.edited(quietMarket().mid);
    CHECK(guard.press(intent, instrument, quietMarket(), at(apart + 1)).kind == Kind::Send);
  }
  TicketGuard later;
  later.edited(quietMarket().mid);
  CHECK(later.press(intent, instrument, quietMarket(), at(0)).kind == Kind::Send);
  CHECK(later.press(intent, instrument, quietMarket(), at(1500)).kind == Kind::Send);
}

TEST_CASE("HU02: ten times the usual size is asked about, a hundred times refused; so is more than the book") {
  const Instrument instrument = guardedInstrument();
  GuardFacts facts = quietMarket();
  facts.usual = Quantity(*Decimal::parse("0.05"));
  facts.depth = Quantity(*Decimal::parse("4"));
  for (int factor = 1; factor <= 120; ++factor) {
    CAPTURE(factor);
    OrderIntent intent = intentOf("0.05", "59999.90");
    intent.quantity = Quantity(Decimal(5 * factor, 2));
    TicketGuard guard;
    guard.edited(facts.mid);
    CHECK(TicketGuard::refusal(intent, instrument, facts).isEmpty() == (factor < 100));
    CHECK((guard.press(intent, instrument, facts, at(0)).kind == Kind::Send) == (factor < 10));
    intent.reduceOnly = true;  // what reduces is never held up for its size
    TicketGuard reducing;
    reducing.edited(facts.mid);
    CHECK(TicketGuard::refusal(intent, instrument, facts).isEmpty());
    CHECK(reducing.press(intent, instrument, facts, at(0)).kind == Kind::Send);
  }
  OrderIntent market = intentOf("4.1", "1");
  market.type = OrderType::Market;
  market.limitPrice.reset();
  facts.usual.reset();
  CHECK_FALSE(TicketGuard::refusal(market, instrument, facts).isEmpty());
  market.quantity = Quantity(*Decimal::parse("1"));
  TicketGuard guard;
  guard.edited(facts.mid);
  CHECK(TicketGuard::refusal(market, instrument, facts).isEmpty());
  CHECK(guard.press(market, instrument, facts, at(0)).kind == Kind::Confirm);
  CHECK(guard.press(market, instrument, facts, at(900)).kind == Kind::Send);
}

TEST_CASE("HU04: a market that moved since the ticket was filled in is asked about") {
  const Instrument instrument = guardedInstrument();
  const OrderIntent intent = intentOf("0.05", "59999.90");
  for (const auto& [mid, asked] : {std::pair{"60119", false}, std::pair{"60121", true}, std::pair{"59879", true}}) {
    CAPTURE(mid);
    TicketGuard guard;
    guard.edited(quietMarket().mid);
    GuardFacts facts = quietMarket();
    facts.mid = Price(*Decimal::parse(mid));
    const GuardVerdict verdict = guard.press(intent, instrument, facts, at(0));
    CHECK((verdict.kind == Kind::Confirm) == asked);
    if (asked) CHECK(verdict.text.contains(QStringLiteral("60000.00")));
  }
}

TEST_CASE("HU08: a question is void after its time, after a change and in another state") {
  const Instrument instrument = guardedInstrument();
  GuardFacts facts = quietMarket();
  facts.usual = Quantity(*Decimal::parse("0.001"));
  const OrderIntent big = intentOf("0.05", "59999.90");
  const auto asked = [&] {
    TicketGuard guard;
    guard.edited(facts.mid);
    CHECK(guard.press(big, instrument, facts, at(0)).kind == Kind::Confirm);
    return guard;
  };
  TicketGuard inTime = asked();
  CHECK(inTime.asking(at(29'999)));
  CHECK(inTime.press(big, instrument, facts, at(29'999)).kind == Kind::Send);
  TicketGuard late = asked();
  CHECK_FALSE(late.asking(at(30'000)));
  CHECK(late.press(big, instrument, facts, at(30'000)).kind == Kind::Confirm);
  TicketGuard changed = asked();
  changed.edited(facts.mid);
  CHECK(changed.press(big, instrument, facts, at(500)).kind == Kind::Confirm);
  TicketGuard otherState = asked();
  GuardFacts paused = facts;
  paused.session = SessionState::Paused;
  CHECK(otherState.press(big, instrument, paused, at(500)).kind == Kind::Confirm);
  // Through the touch: five seconds.
  TicketGuard through;
  through.edited(facts.mid);
  const OrderIntent far = intentOf("0.005", "61000");
  CHECK(through.press(far, instrument, quietMarket(), at(0)).kind == Kind::Confirm);
  CHECK(through.asking(at(4999)));
  CHECK_FALSE(through.asking(at(5000)));
}

TEST_CASE("the usual size is the median of what was sent by hand, from three on") {
  std::vector<Order> orders(5);
  std::vector<const Order*> seen;
  const char* sizes[] = {"0.02", "5", "0.03", "0.01", "0.05"};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    orders[i].quantity = Quantity(*Decimal::parse(sizes[i]));
    orders[i].owner = i == 1 ? Owner::Strategy : Owner::Manual;
  }
  for (const std::size_t i : {0U, 1U, 2U}) seen.push_back(&orders[i]);
  CHECK_FALSE(usualQuantity(seen).has_value());
  for (const std::size_t i : {3U, 4U}) seen.push_back(&orders[i]);
  CHECK(*usualQuantity(seen) == Quantity(*Decimal::parse("0.03")));
}

TEST_CASE("a double click on the ticket's button sends once and says so") {
  ShellFixture f({}, {1920, 1080}, QStringLiteral("Trade"));
  f.child<QPushButton>("btnTouch").click();
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("0.020"));
  auto& submit = f.child<QPushButton>("btnSubmit");
  REQUIRE(submit.isEnabled());
  QTest::mouseClick(&submit, Qt::LeftButton);
  QTest::mouseClick(&submit, Qt::LeftButton);
  CHECK(f.commands.intents.size() == 1);
  CHECK(f.child<QLabel>("lblTicketWarning").isVisibleTo(f.window.get()));
  CHECK(submit.text().startsWith(QStringLiteral("Sent: BUY 0.020")));
  f.child<DecimalEdit>("edtQuantity").setText(QStringLiteral("0.021"));
  QTest::mouseClick(&submit, Qt::LeftButton);
  CHECK(f.commands.intents.size() == 2);
  CHECK(f.data.pendingOrder()->quantity == Quantity(Decimal(21, 3)));
}
