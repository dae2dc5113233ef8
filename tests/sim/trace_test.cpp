// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sim/trace.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/support/bus_messages.h"

using namespace bw;

namespace {

std::string traceOf(Topic topic, Payload payload, Timestamp when = Timestamp::fromSeconds(5)) {
  Message message;
  message.topic = topic;
  message.timestamp = when;
  message.payload = std::move(payload);
  TraceHash hash;
  hash.add(message);
  return hash.hex();
}

BookUpdate traceBook(std::int64_t lastSize) {
  auto depth = std::make_shared<BookDepth>();
  depth->bidCount = 2;
  depth->askCount = 1;
  depth->bids[0] = {Ticks{100}, Lots{4}};
  depth->bids[1] = {Ticks{99}, Lots{lastSize}};
  depth->asks[0] = {Ticks{101}, Lots{1}};
  return BookUpdate{depth};
}

}  // namespace

TEST_CASE("trace: only what is traced counts, and the envelope's ids and host do not") {
  const std::string empty = TraceHash().hex();
  CHECK(traceOf(Topic::Health, AgentHealth{}) == empty);
  CHECK(traceOf(Topic::Event, SystemEvent{}) == empty);
  CHECK(traceOf(Topic::Audit, AuditStatus{}) == empty);
  CHECK(traceOf(Topic::Feed, FeedStatus{}) == empty);
  const std::string intent = traceOf(Topic::Intent, OrderIntent{});
  CHECK(intent != empty);
  Message placed;
  placed.topic = Topic::Intent;
  placed.timestamp = Timestamp::fromSeconds(5);
  placed.payload = OrderIntent{};
  placed.id = Uuid{1, 2};
  placed.sequence = 77;
  placed.host = 3;
  placed.generation = 4;
  TraceHash hash;
  hash.add(placed);
  CHECK(hash.hex() == intent);
  CHECK(hash.messages() == 1);
}

TEST_CASE("trace: any field that matters changes the hash, another form of a number does not") {
  std::set<std::string> seen;
  const auto isNew = [&](const std::string& hash) { return seen.insert(hash).second; };
  CHECK(isNew(traceOf(Topic::MarketBook, traceBook(7))));
  CHECK(isNew(traceOf(Topic::MarketBook, traceBook(8))));
  CHECK(isNew(traceOf(Topic::MarketBook, traceBook(7), Timestamp::fromSeconds(6))));
  OrderIntent intent;
  CHECK(isNew(traceOf(Topic::Intent, intent)));
  intent.quantity = Quantity(Decimal(15, 1));
  const std::string sized = traceOf(Topic::Intent, intent);
  CHECK(isNew(sized));
  intent.quantity = Quantity(Decimal(1500, 3));
  CHECK(traceOf(Topic::Intent, intent) == sized);
  intent.limitPrice = Price(Decimal(1, 0));
  CHECK(isNew(traceOf(Topic::Intent, intent)));
  intent.contingent.stop = Price(Decimal(1, 0));
  CHECK(isNew(traceOf(Topic::Intent, intent)));
  RiskRefused refused;
  refused.intent = intent;
  CHECK(isNew(traceOf(Topic::RiskRejected, refused)));
  refused.reason = "MAX_LEVERAGE";
  CHECK(isNew(traceOf(Topic::RiskRejected, refused)));
  refused.checks.push_back({"MAX_LEVERAGE", CheckResult::Outcome::Failed, "1", "6", "5", "x", ""});
  CHECK(isNew(traceOf(Topic::RiskRejected, refused)));
  SignalGenerated signal;
  CHECK(isNew(traceOf(Topic::Signal, signal)));
  signal.score = 0.1 + 0.2;
  CHECK(isNew(traceOf(Topic::Signal, signal)));
  signal.score = 0.3;
  CHECK(isNew(traceOf(Topic::Signal, signal)));
  OrderFilled filled;
  CHECK(isNew(traceOf(Topic::OrderFilled, filled)));
  filled.fill.fee = Money(Decimal(1, 8), Currency("USDT"));
  CHECK(isNew(traceOf(Topic::OrderFilled, filled)));
  PositionUpdate position;
  CHECK(isNew(traceOf(Topic::PositionMarked, position)));
  position.position.quantity = Quantity(Decimal(-1, 3));
  CHECK(isNew(traceOf(Topic::PositionMarked, position)));
}

TEST_CASE("trace: the encoding is the same on every machine and compiler") {
  CHECK(traceOf(Topic::MarketBook, traceBook(7)) == "ac681461d101abeb59198ac890d9b3da95b83437e14e4e68060b7a1eb3fc894e");
  OrderIntent intent;
  intent.strategy = "ninth-level-demo";
  intent.quantity = Quantity(Decimal(-25, 3));
  CHECK(traceOf(Topic::Intent, intent) == "5641c4d563296b86cf3fab7fc4cc5ca8220717184f0d1f977e15257e0856cb77");
}
