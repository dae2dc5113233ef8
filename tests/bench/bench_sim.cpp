// SPDX-License-Identifier: GPL-3.0-or-later
// Messages delivered per second by SimHost on one core: a source on a timer, a listener that answers every fourth
// message, and a second listener; with and without the trace hash.
#include "core/sim/sim_host.h"
#include "tests/bench/bench_report.h"

namespace {

using namespace bw;

/// Publishes a quote each microsecond of virtual time.
class QuoteSource final : public Agent {
 public:
  explicit QuoteSource(std::uint64_t count) : m_count(count) {}
  std::string_view name() const override { return "quotes"; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.requestWake(context.clock().now());
  }
  void onMessage(const Message&) override {}
  void onWake() override {
    BboUpdate quote;
    quote.sequence = ++m_sent;
    quote.bid = {Ticks{static_cast<std::int64_t>(1000 + m_sent % 100)}, Lots{3}};
    m_context->publish(Topic::MarketBbo, quote);
    if (m_sent < m_count) m_context->requestWake(m_context->clock().now() + Duration::micros(1));
  }

 private:
  const std::uint64_t m_count;
  std::uint64_t m_sent = 0;
  AgentContext* m_context = nullptr;
};

/// Adds up what it sees; answers every `everyNth` with a trade.
class QuoteReader final : public Agent {
 public:
  QuoteReader(std::string name, std::uint64_t everyNth) : m_name(std::move(name)), m_everyNth(everyNth) {}
  std::string_view name() const override { return m_name; }
  void onStart(AgentContext& context) override {
    m_context = &context;
    context.subscribe(Topic::MarketBbo);
    context.subscribe(Topic::MarketTrade);
  }
  void onMessage(const Message& message) override {
    const auto* quote = std::get_if<BboUpdate>(&message.payload);
    if (quote == nullptr) return;
    sum += static_cast<std::uint64_t>(quote->bid.price.value);
    if (m_everyNth == 0 || quote->sequence % m_everyNth != 0) return;
    TradePrint trade;
    trade.tradeId = quote->sequence;
    m_context->publish(Topic::MarketTrade, trade);
  }
  std::uint64_t sum = 0;

 private:
  const std::string m_name;
  const std::uint64_t m_everyNth;
  AgentContext* m_context = nullptr;
};

struct Outcome {
  std::uint64_t delivered = 0;
  std::uint64_t sum = 0;
  std::string hash;
};

Outcome runOnce(std::uint64_t quotes, bool traced) {
  ManualClock clock(Timestamp::fromSeconds(1'700'000'000));
  Log log(clock, {});
  MessageBus bus(clock, 1);
  SimHost host(bus, clock, log, {});
  QuoteSource source(quotes);
  QuoteReader answering("answering", 4);
  QuoteReader listening("listening", 0);
  TraceHash hash;
  if (traced) host.setTraceHash(&hash);
  host.add(source, "data");
  host.add(answering, "trading");
  host.add(listening, "audit");
  host.start();
  while (host.step()) {
  }
  return {host.stats().delivered, answering.sum + listening.sum, hash.hex()};
}

}  // namespace

int main() {
  constexpr std::uint64_t kQuotes = 1'000'000;
  Outcome plain;
  Outcome traced;
  const double plainNs = bench::bestOf(3, [&] { plain = runOnce(kQuotes, false); });
  const double tracedNs = bench::bestOf(3, [&] { traced = runOnce(kQuotes, true); });
  const double count = static_cast<double>(plain.delivered);
  bench::report("sim_host_delivered", count * 1000 / plainNs, "M/s", "none", 0);
  bench::report("sim_host_ns_per_delivery", plainNs / count, "ns", "none", 0);
  bench::report("sim_host_delivered_with_trace_hash", count * 1000 / tracedNs, "M/s", "without the hash",
                plainNs / tracedNs);
  return plain.sum == traced.sum && plain.delivered == traced.delivered &&
                 runOnce(1000, true).hash == runOnce(1000, true).hash
             ? 0
             : 1;
}
