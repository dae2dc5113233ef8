// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/strategies/strategy_runner.h"

namespace bw::test {

/// A linear BTCUSDT: tick 0.1, lot 0.001, minimum notional 5 USDT.
Instrument bitcoinInstrument();
/// A live book of ten levels a side around 60000.0 / 60000.1, `bidLots` and `askLots` on each level.
BookDepth levelBook(std::int64_t bidLots, std::int64_t askLots, int levels = 10);
/// "entry buy 0.001 LIMIT level 9 post-only stop 59819.3 target 60269.2"
std::string intentText(const OrderIntent& intent);

/// One strategy in a runner, wired by hand; the test is venue and clock. What it asks for is written down as lines
/// "12.0 s: ...".
class StrategyBench final : public strategies::RunnerPort {
 public:
  explicit StrategyBench(const std::string& strategy, const std::map<std::string, std::string>& parameters = {});
  Timestamp now() const override { return m_now; }
  Uuid newId() override { return {1, ++m_ids}; }
  void sendIntent(const OrderIntent& intent) override;
  void sendCancel(const CancelRequest& request) override;
  void wakeAt(Timestamp when) override { m_wake = when; }
  void statusChanged(const StrategyStatus& status) override { statuses.push_back(status); }

  void advance(Duration by);
  /// Makes an order of an intent, or moves it on, and tells the runner.
  Order order(const OrderIntent& intent, OrderState state);
  void fill(const OrderIntent& intent, const std::string& price, const std::string& quantity);
  strategies::StrategyRunner& runner() { return *m_runner; }

  std::vector<std::string> lines;
  std::vector<OrderIntent> intents;
  std::vector<CancelRequest> cancels;
  std::vector<StrategyStatus> statuses;

 private:
  void note(const std::string& text);
  Instrument m_instrument = bitcoinInstrument();
  Timestamp m_start = Timestamp::fromSeconds(1'700'000'000);
  Timestamp m_now = m_start;
  std::optional<Timestamp> m_wake;
  std::uint64_t m_ids = 0;
  std::uint64_t m_fills = 0;
  std::unique_ptr<strategies::StrategyRunner> m_runner;
};

}  // namespace bw::test
