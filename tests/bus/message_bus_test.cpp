// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/message_bus.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>

#include "core/base/thread.h"
#include "core/bus/mailbox.h"
#include "tests/support/bus_messages.h"

using namespace bw;
using bw::test::CollectingSink;
using bw::test::payloadWith;
using bw::test::textOf;

namespace {

/// A bus with two listeners and one voice.
struct BusFixture {
  ManualClock clock{Timestamp::fromSeconds(1'700'000'000)};
  MessageBus bus{clock, 7};
  std::shared_ptr<CollectingSink> annaSink = std::make_shared<CollectingSink>();
  std::shared_ptr<CollectingSink> bertSink = std::make_shared<CollectingSink>();
  AgentId anna = bus.registerAgent("anna");
  AgentId bert = bus.registerAgent("bert");
  std::unique_ptr<Publisher> voice = bus.makePublisher("voice");

  BusFixture() {
    bus.attach(anna, annaSink);
    bus.attach(bert, bertSink);
  }
};

}  // namespace

TEST_CASE("bus: the topic table is sound, and a ttl on a keep-all topic is an error that names it") {
  CHECK(checkTopicTable(kTopics).ok());
  auto table = kTopics;
  table[static_cast<std::size_t>(Topic::OrderFilled)].ttl = Duration::seconds(1);
  const auto checked = checkTopicTable(table);
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.error().userKey == "bus.topic_table");
  CHECK(checked.error().detail.find("order.filled") != std::string::npos);
  auto swapped = kTopics;
  std::swap(swapped[0], swapped[1]);
  CHECK_FALSE(checkTopicTable(swapped).ok());
}

TEST_CASE("bus: names are dense ids that stay") {
  BusFixture f;
  CHECK(f.anna.value != 0);
  CHECK(f.bert.value == f.anna.value + 1);
  CHECK(f.bus.registerAgent("anna") == f.anna);
  CHECK(f.bus.agentName(f.bert) == "bert");
  CHECK(f.bus.findAgent("nobody at all") == AgentId{});
}

TEST_CASE("bus: the envelope is filled in and numbered") {
  BusFixture f;
  f.bus.subscribe(Topic::Event, f.anna, f.annaSink);
  PublishOptions options;
  options.key = 9;
  const Uuid first = f.voice->publish(Topic::Event, payloadWith("one"), options);
  const Uuid second = f.voice->publish(Topic::Event, payloadWith("two"));
  REQUIRE(f.annaSink->got.size() == 2);
  const Message& message = *f.annaSink->got[0].second;
  CHECK(message.id == first);
  CHECK(message.correlationId == first);
  CHECK(message.from == f.voice->self());
  CHECK(message.timestamp == f.clock.now());
  CHECK(message.key == 9);
  CHECK(f.annaSink->got[1].second->sequence == message.sequence + 1);
  CHECK(second > first);
}

TEST_CASE("bus: filters, direct addressing and leaving at run time") {
  BusFixture f;
  f.bus.subscribe(Topic::Event, f.anna, f.annaSink, [](const Message& m) { return m.key == 1; });
  f.bus.subscribe(Topic::Event, f.bert, f.bertSink);
  PublishOptions keyed;
  keyed.key = 1;
  f.voice->publish(Topic::Event, payloadWith("for both"), keyed);
  f.voice->publish(Topic::Event, payloadWith("bert only"));
  PublishOptions direct;
  direct.key = 1;
  direct.to = f.anna;
  f.voice->publish(Topic::Event, payloadWith("anna only"), direct);
  f.bus.unsubscribe(Topic::Event, f.bert);
  f.voice->publish(Topic::Event, payloadWith("after"), keyed);
  direct.to = f.bert;
  f.voice->publish(Topic::Event, payloadWith("to one who left"), direct);
  CHECK(f.annaSink->texts() == std::vector<std::string>{"for both", "anna only", "after"});
  CHECK(f.bertSink->texts() == std::vector<std::string>{"for both", "bert only"});
  f.bus.subscribe(Topic::Event, f.bert, f.bertSink, [](const Message&) -> bool { throw 1; });
  f.voice->publish(Topic::Event, payloadWith("thrown at"), keyed);
  CHECK(f.bus.stats().filterErrors == 1);
  CHECK(f.bertSink->got.size() == 2);
}

TEST_CASE("bus: a request is open until its answer, which needs no subscription") {
  BusFixture f;
  f.bus.subscribe(Topic::Control, f.bert, f.bertSink);
  const auto annaVoice = f.bus.makePublisher("anna");
  const auto bertVoice = f.bus.makePublisher("bert");
  const Uuid id = annaVoice->request(Topic::Control, payloadWith("how are you"), f.bert, Duration::seconds(2));
  REQUIRE(f.bertSink->got.size() == 1);
  const auto open = f.bus.openRequests();
  REQUIRE(open.size() == 1);
  CHECK(open[0].requester == f.anna);
  CHECK(open[0].responder == f.bert);
  CHECK(open[0].topic == Topic::Control);
  CHECK(open[0].since == f.clock.now());
  CHECK(f.voice->respond(*f.bertSink->got[0].second, payloadWith("not asked")).isNil());
  CHECK_FALSE(bertVoice->respond(*f.bertSink->got[0].second, payloadWith("well")).isNil());
  REQUIRE(f.annaSink->got.size() == 1);
  CHECK(f.annaSink->got[0].second->type == MessageType::Response);
  CHECK(f.annaSink->got[0].second->correlationId == id);
  CHECK(f.bus.openRequests().empty());
  CHECK(bertVoice->respond(*f.bertSink->got[0].second, payloadWith("twice")).isNil());
  CHECK(f.bus.stats().lateResponses == 2);
  CHECK(f.annaSink->got.size() == 1);
}

TEST_CASE("bus: a request past its limit fails with a named error, and a late answer is not delivered") {
  BusFixture f;
  f.bus.subscribe(Topic::Control, f.bert, f.bertSink);
  const auto annaVoice = f.bus.makePublisher("anna");
  const auto bertVoice = f.bus.makePublisher("bert");
  annaVoice->request(Topic::Control, payloadWith("quick"), f.bert, Duration::millis(500));
  const Uuid patient = annaVoice->request(Topic::Control, payloadWith("patient"), f.bert, Duration{0});
  f.clock.advance(Duration::millis(499));
  CHECK(f.bus.expireRequests() == 0);
  f.clock.advance(Duration::millis(1));
  CHECK(f.bus.expireRequests() == 1);
  REQUIRE(f.annaSink->got.size() == 1);
  const auto& failure = f.annaSink->got[0].second->as<SystemEvent>();
  CHECK(failure.code == "request.timeout");
  CHECK(failure.text == "bert did not answer anna in 500 ms");
  CHECK(bertVoice->respond(*f.bertSink->got[0].second, payloadWith("sorry")).isNil());
  CHECK(f.bus.failRequest(patient, "deadlock.broken", "youngest of a cycle"));
  CHECK_FALSE(f.bus.failRequest(patient, "deadlock.broken", "again"));
  CHECK(f.annaSink->got.back().second->as<SystemEvent>().code == "deadlock.broken");
  CHECK(f.bus.openRequests().empty());
}

TEST_CASE("bus: after its generation is raised a host says and hears nothing more") {
  BusFixture f;
  const HostIdentity old = f.bus.registerHost("trading");
  const AgentId risk = f.bus.registerAgent("risk");
  auto riskSink = std::make_shared<CollectingSink>();
  CHECK(f.bus.attach(risk, riskSink, old));
  CHECK(f.bus.subscribe(Topic::Intent, risk, riskSink, {}, old));
  f.bus.subscribe(Topic::Event, f.anna, f.annaSink);
  const auto hung = f.bus.makePublisher("risk", old);
  f.voice->publish(Topic::Intent, payloadWith("before"));
  CHECK(f.bus.raiseGeneration(old.id) == old.generation + 1);
  CHECK_FALSE(f.bus.current(old));
  f.voice->publish(Topic::Intent, payloadWith("after"));
  CHECK(riskSink->texts() == std::vector<std::string>{"before"});
  CHECK(hung->publish(Topic::Event, payloadWith("I am back")).isNil());
  CHECK(f.bus.stats().refused == 1);
  CHECK(f.annaSink->got.empty());
  CHECK_FALSE(f.bus.subscribe(Topic::Intent, risk, riskSink, {}, old));
  CHECK_FALSE(f.bus.attach(risk, riskSink, old));
  const HostIdentity fresh = f.bus.registerHost("trading");
  CHECK(fresh.id == old.id);
  CHECK(fresh.generation == old.generation + 1);
  CHECK(f.bus.subscribe(Topic::Intent, risk, riskSink, {}, fresh));
  const auto reborn = f.bus.makePublisher("risk", fresh);
  CHECK_FALSE(reborn->publish(Topic::Event, payloadWith("new")).isNil());
  CHECK(f.annaSink->got.at(0).second->generation == fresh.generation);
  f.voice->publish(Topic::Intent, payloadWith("again"));
  CHECK(riskSink->texts() == std::vector<std::string>{"before", "again"});
}

TEST_CASE("bus: history is bounded, ordered, forgets by ttl and tells an order's story") {
  BusFixture f;
  const std::uint32_t bound = infoOf(Topic::MarketBook).history;
  for (std::uint32_t i = 0; i < bound + 5; ++i) f.voice->publish(Topic::MarketBook, payloadWith(std::to_string(i)));
  const auto books = f.bus.history(Topic::MarketBook);
  REQUIRE(books.size() == bound);
  CHECK(textOf(*books.front()) == "5");
  CHECK(textOf(*books.back()) == std::to_string(bound + 4));

  f.voice->publish(Topic::Signal, payloadWith("old"));
  f.clock.advance(infoOf(Topic::Signal).ttl);
  f.voice->publish(Topic::Signal, payloadWith("new"));
  CHECK(f.bus.history(Topic::Signal).size() == 2);
  f.clock.advance(Duration{1});
  CHECK(f.bus.history(Topic::Signal).size() == 1);
  f.bus.cleanHistory();
  CHECK(f.bus.stats().historyExpired == 1);

  const Uuid intent = f.voice->publish(Topic::Intent, payloadWith("intent"));
  PublishOptions chained;
  chained.correlationId = intent;
  f.voice->publish(Topic::RiskApproved, payloadWith("approved"), chained);
  f.voice->publish(Topic::Intent, payloadWith("another"));
  f.voice->publish(Topic::OrderPlaced, payloadWith("placed"), chained);
  f.voice->publish(Topic::OrderFilled, payloadWith("filled"), chained);
  std::vector<std::string> story;
  for (const MessagePtr& message : f.bus.historyOf(intent)) story.push_back(textOf(*message));
  CHECK(story == std::vector<std::string>{"intent", "approved", "placed", "filled"});
}

TEST_CASE("bus: a tap samples, is bounded, counts what it lost and slows nobody") {
  BusFixture f;
  Tap::Options options;
  options.capacity = 4;
  options.everyNth = 2;
  options.topics.reset();
  options.topics.set(static_cast<std::size_t>(Topic::Event));
  const auto tap = f.bus.addTap(options);
  for (int i = 0; i < 20; ++i) f.voice->publish(Topic::Event, payloadWith(std::to_string(i)));
  f.voice->publish(Topic::Task, payloadWith("not watched"));
  std::vector<MessagePtr> seen;
  CHECK(tap->drain(seen) == 4);
  CHECK(textOf(*seen[1]) == "2");
  CHECK(tap->seen() == 20);
  CHECK(tap->lost() == 6);
  f.bus.removeTap(tap);
  f.voice->publish(Topic::Event, payloadWith("unseen"));
  CHECK(tap->seen() == 20);
}

TEST_CASE("bus: publishing, joining, leaving and fencing from many threads at once") {
  ManualClock clock{Timestamp::fromSeconds(1)};
  MessageBus bus(clock, 1);
  Mailbox::Hooks none;
  auto mailbox = std::make_shared<Mailbox>(clock, none);
  const AgentId reader = bus.registerAgent("reader");
  bus.subscribe(Topic::OrderFilled, reader, mailbox);
  constexpr std::size_t kProducers = 3;
  constexpr std::uint64_t kEach = 5'000;
  std::array<std::unique_ptr<Publisher>, kProducers> voices;
  std::array<Thread, kProducers> producers;
  std::atomic<std::size_t> running{kProducers};
  for (std::size_t p = 0; p < kProducers; ++p) {
    voices[p] = bus.makePublisher("producer" + std::to_string(p));
    producers[p].start("producer", [&, p] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        PublishOptions options;
        options.key = i;
        voices[p]->publish(i % 2 == 0 ? Topic::OrderFilled : Topic::Event, payloadWith("x"), options);
      }
      running.fetch_sub(1);
    });
  }
  Thread restless;
  restless.start("restless", [&] {
    auto sink = std::make_shared<Mailbox>(clock, Mailbox::Hooks{});
    const HostIdentity host = bus.registerHost("restless");
    while (running.load() != 0) {
      const AgentId agent = bus.registerAgent("restless");
      bus.subscribe(
          Topic::OrderFilled, agent, sink, [](const Message& m) { return m.key % 3 == 0; }, host);
      bus.history(Topic::OrderFilled);
      bus.stats();
      bus.unsubscribe(Topic::OrderFilled, agent);
      std::this_thread::yield();
    }
    bus.raiseGeneration(host.id);
  });
  std::array<std::uint64_t, 64> lastKey{};
  std::uint64_t received = 0;
  bool ordered = true;
  Mailbox::Delivery delivery;
  for (;;) {
    const bool done = running.load() == 0;
    while (mailbox->take(delivery)) {
      std::uint64_t& last = lastKey.at(delivery.message->from.value);
      ordered = ordered && (last == 0 || delivery.message->key > last);
      last = delivery.message->key;
      ++received;
    }
    if (done && mailbox->idle()) break;
    std::this_thread::yield();
  }
  for (Thread& producer : producers) producer.join();
  restless.join();
  CHECK(ordered);
  CHECK(received == kProducers * kEach / 2);
  CHECK(bus.stats().published[static_cast<std::size_t>(Topic::OrderFilled)] == kProducers * kEach / 2);
}

TEST_CASE("bus: a subscriber that never reads does not hold up a publisher") {
  ManualClock clock;
  MessageBus bus(clock, 1);
  auto slow = std::make_shared<Mailbox>(clock, Mailbox::Hooks{});
  const AgentId sleeper = bus.registerAgent("sleeper");
  for (const TopicInfo& info : kTopics) bus.subscribe(info.topic, sleeper, slow);
  const auto voice = bus.makePublisher("voice");
  const std::uint32_t bound = infoOf(Topic::OrderFilled).bound;
  for (std::uint32_t i = 0; i < bound * 2; ++i) {
    voice->publish(Topic::OrderFilled, payloadWith("fill"));
    voice->publish(Topic::MarketBook, payloadWith("book"));
    voice->publish(Topic::Task, payloadWith("task"));
  }
  CHECK(slow->stats(Topic::OrderFilled).depth == bound * 2);
  CHECK(slow->stats(Topic::OrderFilled).reserveMost == bound);
  CHECK(slow->stats(Topic::MarketBook).depth == 1);
  CHECK(slow->stats(Topic::Task).depth == infoOf(Topic::Task).bound);
  CHECK(slow->stats(Topic::Task).dropped == bound * 2 - infoOf(Topic::Task).bound);
}
