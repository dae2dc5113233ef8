// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/mailbox.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <map>

#include "tests/support/bus_messages.h"

using namespace bw;
using bw::test::makeMessage;
using bw::test::textOf;

namespace {

constexpr AgentId kAnna{1};
constexpr AgentId kBert{2};

/// The real table with small bounds, so that a test reaches them.
Mailbox::TopicTable smallTable(std::uint32_t bound) {
  Mailbox::TopicTable table = kTopics;
  for (TopicInfo& info : table) info.bound = bound;
  return table;
}

std::vector<std::string> takeAll(Mailbox& mailbox) {
  std::vector<std::string> texts;
  Mailbox::Delivery delivery;
  while (mailbox.take(delivery)) texts.push_back(textOf(*delivery.message));
  return texts;
}

}  // namespace

TEST_CASE("mailbox: priority decides between topics, order is kept inside one") {
  const ManualClock clock;
  Mailbox mailbox(clock, {});
  mailbox.push(kAnna, makeMessage(Topic::Task, "low 1"));
  mailbox.push(kAnna, makeMessage(Topic::MarketTrade, "normal 1"));
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "high 1"));
  mailbox.push(kAnna, makeMessage(Topic::EmergencyStop, "stop"));
  mailbox.push(kAnna, makeMessage(Topic::Intent, "high 2"));
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "high 3"));
  mailbox.push(kAnna, makeMessage(Topic::MarketTrade, "normal 2"));
  CHECK(mailbox.depth() == 7);
  CHECK(takeAll(mailbox) ==
        std::vector<std::string>{"stop", "high 1", "high 2", "high 3", "normal 1", "normal 2", "low 1"});
  CHECK(mailbox.depth() == 0);
}

TEST_CASE("mailbox: CRITICAL overtakes a batch that the owner is in the middle of") {
  const ManualClock clock;
  Mailbox mailbox(clock, {});
  for (int i = 0; i < 5; ++i) mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "fill"));
  Mailbox::Delivery delivery;
  REQUIRE(mailbox.take(delivery));
  mailbox.push(kAnna, makeMessage(Topic::EmergencyStop, "stop"));
  REQUIRE(mailbox.take(delivery));
  CHECK(textOf(*delivery.message) == "stop");
  CHECK(takeAll(mailbox).size() == 4);
}

TEST_CASE("mailbox: one wake-up until the owner has finished") {
  const ManualClock clock;
  int wakes = 0;
  Mailbox mailbox(clock, {[&] { ++wakes; }, {}});
  mailbox.push(kAnna, makeMessage(Topic::Event, "a"));
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "b"));
  CHECK(wakes == 1);
  Mailbox::Delivery delivery;
  REQUIRE(mailbox.take(delivery));
  CHECK(mailbox.finishTurn());  // "a" still waits: the same wake-up goes on
  mailbox.push(kAnna, makeMessage(Topic::Event, "c"));
  CHECK(wakes == 1);
  takeAll(mailbox);
  CHECK_FALSE(mailbox.finishTurn());
  mailbox.push(kAnna, makeMessage(Topic::Event, "d"));
  CHECK(wakes == 2);
  mailbox.close();
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "too late"));
  CHECK(takeAll(mailbox) == std::vector<std::string>{"d"});
  CHECK(wakes == 2);
}

TEST_CASE("mailbox: keep-all takes reserve at its bound, alarms once and loses nothing") {
  const ManualClock clock;
  const auto table = smallTable(4);
  std::vector<MailboxAlarm> alarms;
  Mailbox mailbox(clock, {{}, [&](const MailboxAlarm& alarm) { alarms.push_back(alarm); }}, table);
  for (int i = 0; i < 10; ++i) mailbox.push(kAnna, makeMessage(Topic::OrderFilled, std::to_string(i)));
  REQUIRE(alarms.size() == 1);
  CHECK(alarms[0].topic == Topic::OrderFilled);
  CHECK(alarms[0].to == kAnna);
  CHECK(alarms[0].depth == 5);
  CHECK(alarms[0].raised);
  const TopicQueueStats full = mailbox.stats(Topic::OrderFilled);
  CHECK(full.depth == 10);
  CHECK(full.reserveMost == 6);
  CHECK(full.dropped == 0);
  Mailbox::Delivery delivery;
  for (int i = 0; i < 7; ++i) {
    REQUIRE(mailbox.take(delivery));
    CHECK(textOf(*delivery.message) == std::to_string(i));
  }
  CHECK(mailbox.finishTurn());
  CHECK(alarms.size() == 1);  // three wait: more than half the bound
  REQUIRE(mailbox.take(delivery));
  CHECK(mailbox.finishTurn());
  REQUIRE(alarms.size() == 2);
  CHECK_FALSE(alarms[1].raised);
  CHECK(takeAll(mailbox) == std::vector<std::string>{"8", "9"});
}

TEST_CASE("mailbox: what the owner has taken but not handled counts against the bound") {
  const ManualClock clock;
  const auto table = smallTable(4);
  int alarms = 0;
  Mailbox mailbox(clock, {{}, [&](const MailboxAlarm&) { ++alarms; }}, table);
  for (int i = 0; i < 4; ++i) mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "x"));
  Mailbox::Delivery delivery;
  REQUIRE(mailbox.take(delivery));
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "y"));
  CHECK(alarms == 0);
  mailbox.push(kAnna, makeMessage(Topic::OrderFilled, "z"));
  CHECK(alarms == 1);
  CHECK(mailbox.stats(Topic::OrderFilled).depth == 5);
}

TEST_CASE("mailbox: keep-latest replaces per key and subscriber, and never reorders") {
  const ManualClock clock;
  Mailbox mailbox(clock, {});
  mailbox.push(kAnna, makeMessage(Topic::MarketBook, "btc 1", 1));
  mailbox.push(kBert, makeMessage(Topic::MarketBook, "bert btc 1", 1));
  mailbox.push(kAnna, makeMessage(Topic::MarketBook, "eth 1", 2));
  mailbox.push(kAnna, makeMessage(Topic::MarketBbo, "bbo btc 1", 1));
  mailbox.push(kAnna, makeMessage(Topic::MarketBook, "btc 2", 1));
  mailbox.push(kAnna, makeMessage(Topic::MarketBook, "btc 3", 1));
  CHECK(mailbox.stats(Topic::MarketBook).replaced == 2);
  CHECK(mailbox.stats(Topic::MarketBook).depth == 3);
  CHECK(takeAll(mailbox) == std::vector<std::string>{"bert btc 1", "eth 1", "bbo btc 1", "btc 3"});
  mailbox.push(kAnna, makeMessage(Topic::MarketBook, "btc 4", 1));
  CHECK(takeAll(mailbox) == std::vector<std::string>{"btc 4"});
}

TEST_CASE("mailbox: keep-latest has room for `bound` keys, then the oldest slot goes") {
  const ManualClock clock;
  const auto table = smallTable(100);
  Mailbox mailbox(clock, {}, table);
  for (std::uint64_t key = 0; key < 130; ++key) mailbox.push(kAnna, makeMessage(Topic::MarketBook, "a", key));
  CHECK(mailbox.stats(Topic::MarketBook).depth == 100);
  CHECK(mailbox.stats(Topic::MarketBook).dropped == 30);
  for (std::uint64_t key = 30; key < 130; ++key) mailbox.push(kAnna, makeMessage(Topic::MarketBook, "b", key));
  CHECK(mailbox.stats(Topic::MarketBook).replaced == 100);
  CHECK(takeAll(mailbox) == std::vector<std::string>(100, "b"));
}

TEST_CASE("mailbox: a key that changes all the time is not starved") {
  const ManualClock clock;
  Mailbox mailbox(clock, {});
  std::uint64_t busySeen = 0;
  for (int round = 0; round < 1000; ++round) {
    for (std::uint64_t key = 1; key <= 20; ++key) {
      mailbox.push(kAnna, makeMessage(Topic::MarketBook, "other", key));
      mailbox.push(kAnna, makeMessage(Topic::MarketBook, "busy", 0));
    }
    Mailbox::Delivery delivery;
    for (int i = 0; i < 5 && mailbox.take(delivery); ++i) busySeen += delivery.message->key == 0 ? 1 : 0;
  }
  CHECK(busySeen > 200);
}

TEST_CASE("mailbox: drop-oldest keeps the newest and counts per subscriber's queue") {
  const ManualClock clock;
  const auto table = smallTable(3);
  Mailbox mailbox(clock, {}, table);
  for (int i = 0; i < 5; ++i) mailbox.push(kAnna, makeMessage(Topic::MarketTrade, "a" + std::to_string(i)));
  mailbox.push(kBert, makeMessage(Topic::MarketTrade, "b0"));
  CHECK(mailbox.stats(Topic::MarketTrade).dropped == 2);
  CHECK(takeAll(mailbox) == std::vector<std::string>{"a2", "a3", "a4", "b0"});
}

TEST_CASE("mailbox: an expired message is never delivered late") {
  ManualClock clock(Timestamp::fromSeconds(1000));
  Mailbox mailbox(clock, {});
  const Duration ttl = infoOf(Topic::Signal).ttl;
  REQUIRE(ttl.ns > 0);
  mailbox.push(kAnna, makeMessage(Topic::Signal, "old", 1, clock.now()));
  mailbox.push(kAnna, makeMessage(Topic::Event, "event", 0, clock.now()));
  clock.advance(Duration::seconds(1));
  mailbox.push(kAnna, makeMessage(Topic::Signal, "new", 2, clock.now()));
  CHECK(mailbox.stats(Topic::Signal).oldest == Timestamp::fromSeconds(1000));
  clock.advance(ttl);
  CHECK(takeAll(mailbox) == std::vector<std::string>{"event", "new"});
  CHECK(mailbox.stats(Topic::Signal).expired == 1);
}

TEST_CASE("mailbox: under threads nothing is lost and each publisher's order is kept per topic") {
  constexpr int kProducers = 3;
  constexpr int kEach = 20'000;
  const ManualClock clock;
  std::atomic<int> wakes{0};
  Mailbox mailbox(clock, {[&] { wakes.fetch_add(1); }, {}});
  std::array<Thread, kProducers> producers;
  std::atomic<int> running{kProducers};
  for (int p = 0; p < kProducers; ++p) {
    producers[static_cast<std::size_t>(p)].start("producer", [&, p] {
      for (int i = 0; i < kEach; ++i) {
        auto message = std::make_shared<Message>();
        message->from = AgentId{static_cast<std::uint16_t>(p + 1)};
        message->topic = i % 3 == 0 ? Topic::OrderFilled : i % 3 == 1 ? Topic::Intent : Topic::MarketBook;
        message->key = static_cast<std::uint64_t>(p * 100 + i % 7);
        message->sequence = static_cast<std::uint64_t>(i + 1);
        mailbox.push(kAnna, message);
      }
      running.fetch_sub(1);
    });
  }
  std::map<std::pair<int, Topic>, std::uint64_t> last;
  std::map<Topic, std::uint64_t> counts;
  bool ordered = true;
  int handledWakes = 0;
  for (;;) {
    const bool done = running.load() == 0;
    if (wakes.load() == handledWakes) {
      if (done && wakes.load() == handledWakes) break;
      std::this_thread::yield();
      continue;
    }
    handledWakes = wakes.load();
    Mailbox::Delivery delivery;
    do {
      while (mailbox.take(delivery)) {
        std::uint64_t& previous = last[{delivery.message->from.value, delivery.message->topic}];
        ordered = ordered && delivery.message->sequence > previous;
        previous = delivery.message->sequence;
        ++counts[delivery.message->topic];
      }
    } while (mailbox.finishTurn());
  }
  for (Thread& producer : producers) producer.join();
  CHECK(ordered);
  CHECK(mailbox.depth() == 0);
  CHECK(counts[Topic::OrderFilled] + counts[Topic::Intent] == kProducers * (6667 + 6667));
  const TopicQueueStats books = mailbox.stats(Topic::MarketBook);
  CHECK(counts[Topic::MarketBook] + books.replaced == books.received);
}
