// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "core/base/rng.h"
#include "core/domain/instrument.h"
#include "core/journal/file_journal.h"

namespace bw::test {

/// Writes a life of orders into a journal: intents, states, fills (some twice), cancels, a stop and texts.
/// Thread: owner only.
class JournalStory {
 public:
  explicit JournalStory(std::uint64_t seed) : m_rng(seed), m_ids(Rng(seed + 1)) {
    for (const char* symbol : {"BTCUSDT", "ETHUSDT", "1000 'odd' | näme"}) {
      Instrument instrument;
      instrument.venue = "fake";
      instrument.symbol = symbol;
      m_table.add(instrument);
    }
  }

  /// At least `records` more records, the last ones durable.
  void write(Journal& journal, std::uint64_t records) {
    std::uint64_t last = 0;
    const auto add = [&](RecordKind kind, const std::string& payload) {
      const auto sequence = journal.append(kind, payload);
      REQUIRE(sequence.ok());
      last = *sequence;
    };
    const std::uint64_t end = journal.durableSequence() + records;
    while (last < end) {
      Order order = newOrder();
      add(RecordKind::OrderIntentApproved, journal::encodeOrder(order, m_table));
      order.state = OrderState::Open;
      order.venueOrderId = std::to_string(m_rng.below(1'000'000));
      add(RecordKind::OrderUpdated, journal::encodeOrder(order, m_table));
      const std::uint64_t fills = m_rng.below(3);
      for (std::uint64_t i = 0; i < fills; ++i) {
        Fill fill = newFill(order);
        order.filled = order.filled + fill.quantity;
        order.state = OrderState::PartiallyFilled;
        add(RecordKind::FillApplied, journal::encodeFill(fill, m_table));
        if (m_rng.chance(0.2)) add(RecordKind::FillApplied, journal::encodeFill(fill, m_table));
        add(RecordKind::OrderUpdated, journal::encodeOrder(order, m_table));
      }
      if (m_rng.chance(0.3)) {
        add(RecordKind::CancelSent, journal::encodeCancel({order.clientId, order.instrument, "test"}, m_table));
        order.state = OrderState::Cancelled;
        order.reason = "the test wants 'so'";
        add(RecordKind::OrderUpdated, journal::encodeOrder(order, m_table));
      }
      if (m_rng.chance(0.05)) add(RecordKind::StateChange, "PAUSED because");
      if (m_rng.chance(0.02))
        add(RecordKind::StopRaised, journal::encodeStop({7, "plate", "why", "STOPPING", "", m_now}));
      if (m_rng.chance(0.02)) add(RecordKind::Decision, std::string("\x01\x02 bytes", 8));
    }
    REQUIRE(journal.sync(last).ok());
  }

 private:
  Order newOrder() {
    m_now = m_now + Duration::millis(7);
    Order order;
    order.clientId = m_ids.make(m_now);
    order.intentId = m_ids.make(m_now);
    order.instrument = {static_cast<std::uint32_t>(m_rng.below(m_table.size()))};
    order.side = m_rng.chance(0.5) ? Side::Buy : Side::Sell;
    order.quantity = Quantity(Decimal(m_rng.between(1, 900'000), 3));
    if (m_rng.chance(0.8)) order.limitPrice = Price(Decimal(m_rng.between(1, 6'000'000'000), 4));
    order.filledNotional = Money(Decimal(m_rng.between(0, 1'000'000), 8), Currency("USDT"));
    order.fees = Money(Decimal(m_rng.between(-500, 500), 8), Currency("USDT"));
    order.strategy = "demo";
    order.createdAt = order.updatedAt = m_now;
    if (m_rng.chance(0.2)) order.parent = m_ids.make(m_now);
    return order;
  }

  Fill newFill(const Order& order) {
    Fill fill;
    fill.venueTradeId = "t" + std::to_string(++m_trades);
    fill.clientId = order.clientId;
    fill.venueOrderId = order.venueOrderId;
    fill.instrument = order.instrument;
    fill.side = order.side;
    fill.price = Price(Decimal(m_rng.between(1, 6'000'000'000), 4));
    fill.quantity = Quantity(Decimal(m_rng.between(1, 9'000), 3));
    fill.fee = Money(Decimal(m_rng.between(-99, 99), 8), Currency("USDT"));
    fill.maker = m_rng.chance(0.5);
    fill.venueTime = m_now;
    return fill;
  }

  Rng m_rng;
  UuidMaker m_ids;
  InstrumentTable m_table;
  Timestamp m_now = Timestamp::fromSeconds(1'700'000'000);
  int m_trades = 0;
};

}  // namespace bw::test
