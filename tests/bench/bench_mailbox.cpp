// SPDX-License-Identifier: GPL-3.0-or-later
// Messages from one host's thread to an agent on another: mailbox with one coalesced wake-up against one queued Qt
// signal per message. Both carry the same shared messages; figures are medians; the sums of what arrived are compared.
#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "core/runtime/agent_host.h"
#include "tests/bench/bench_mailbox_peer.h"
#include "tests/bench/bench_report.h"

namespace {

using namespace bw;
constexpr std::uint64_t kCount = 200'000;
constexpr std::uint64_t kBurst = 1024;  ///< the bus's publisher makes its messages, at most so many ahead
constexpr std::size_t kRounds = 9;

/// Adds up the keys of what it gets.
class SummingAgent final : public Agent {
 public:
  std::string_view name() const override { return "summing"; }
  void onStart(AgentContext& context) override {
    context.subscribe(Topic::OrderFilled);
    context.subscribe(Topic::Event);
  }
  void onMessage(const Message& message) override {
    sum.store(sum.load(std::memory_order_relaxed) + message.key, std::memory_order_relaxed);
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::uint64_t> count{0};
};

void waitFor(const std::atomic<std::uint64_t>& count, std::uint64_t wanted) {
  while (count.load(std::memory_order_acquire) < wanted) std::this_thread::yield();
}

/// The mailbox with its wake-up alone, and a thread with Qt's event loop that drains it: the hand-over itself.
class DrainingObject final : public QObject {
 public:
  explicit DrainingObject(const Clock& clock)
      : m_mailbox(clock, {[this] {
                            QMetaObject::invokeMethod(
                                this, [this] { drain(); }, Qt::QueuedConnection);
                          },
                          {}}) {}
  ~DrainingObject() override { m_mailbox.close(); }
  Mailbox& mailbox() { return m_mailbox; }
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::uint64_t> count{0};

 private:
  void drain() {
    Mailbox::Delivery delivery;
    do {
      std::uint64_t keys = 0;
      std::uint64_t number = 0;
      for (; m_mailbox.take(delivery); ++number) keys += delivery.message->key;
      sum.store(sum.load(std::memory_order_relaxed) + keys, std::memory_order_relaxed);
      count.store(count.load(std::memory_order_relaxed) + number, std::memory_order_release);
    } while (m_mailbox.finishTurn());
  }
  Mailbox m_mailbox;
};

/// Builds and publishes all messages, at most kBurst ahead of the agent.
void publishAll(Publisher& voice, const SummingAgent& agent, std::uint64_t round) {
  PublishOptions options;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    options.key = i;
    voice.publish(Topic::OrderFilled, BboUpdate{}, options);
    if (i % kBurst == 0) waitFor(agent.count, round * kCount + i);
  }
  waitFor(agent.count, (round + 1) * kCount);
}

double median(std::array<double, kRounds> values) {
  std::sort(values.begin(), values.end());
  return values[kRounds / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const QCoreApplication app(argc, argv);
  const SystemClock clock;
  Log log(clock, {});
  std::vector<MessagePtr> messages;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    auto message = std::make_shared<Message>();
    message->topic = Topic::OrderFilled;
    message->key = i;
    messages.push_back(std::move(message));
  }

  qRegisterMetaType<bw::MessagePtr>("bw::MessagePtr");
  QThread peerThread;
  bench::SignalSource source;
  bench::SignalTarget target;
  target.moveToThread(&peerThread);
  QObject::connect(&source, &bench::SignalSource::ready, &target, &bench::SignalTarget::take, Qt::QueuedConnection);
  peerThread.start();

  QThread drainThread;
  DrainingObject draining(clock);
  draining.moveToThread(&drainThread);
  drainThread.start();

  MessageBus bus(clock, 1);
  SummingAgent agent;
  AgentHost host(bus, clock, clock, log, {"bench", 1, 256, &kTopics});
  const AgentId id = host.add(agent);
  host.start();
  while (!host.figures(id).running) std::this_thread::yield();
  const auto voice = bus.makePublisher("voice");

  std::array<double, kRounds> peerNs{};
  std::array<double, kRounds> mailboxNs{};
  std::array<double, kRounds> hostNs{};
  for (std::uint64_t round = 0; round < kRounds; ++round) {  // in turn, so that a busy machine disturbs all alike
    peerNs[round] = bench::bestOf(1, [&] {
      for (const MessagePtr& message : messages) source.send(message);
      waitFor(target.count, (round + 1) * kCount);
    });
    mailboxNs[round] = bench::bestOf(1, [&] {
      for (const MessagePtr& message : messages) draining.mailbox().push(AgentId{1}, message);
      waitFor(draining.count, (round + 1) * kCount);
    });
    hostNs[round] = bench::bestOf(1, [&] { publishAll(*voice, agent, round); });
  }
  peerThread.quit();
  peerThread.wait();
  drainThread.quit();
  drainThread.wait();
  const bool stopped = host.stop(Duration::seconds(5)).ok();

  const double count = static_cast<double>(kCount);
  const double peer = median(peerNs);
  bench::report("qt_queued_signal", count * 1000 / peer, "M/s", "itself", 1);
  bench::report("mailbox_hand_over", count * 1000 / median(mailboxNs), "M/s", "one Qt queued signal per message",
                peer / median(mailboxNs));
  bench::report("bus_publish_to_agent_on_host", count * 1000 / median(hostNs), "M/s",
                "one Qt queued signal per message, made beforehand", peer / median(hostNs));
  const bool same = target.sum == draining.sum && target.sum == agent.sum;
  if (!same) std::fprintf(stderr, "results differ\n");
  return same && stopped ? 0 : 1;
}
