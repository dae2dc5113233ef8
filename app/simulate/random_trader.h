// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/bus/agent.h"
#include "core/domain/instrument.h"

namespace bw::sim {

/// A seeded trader that does everything a strategy or a person may ask for, at random: entries of every form with and
/// without protection, exits, changes, cancels. It only speaks on the bus, like any other. Thread: its host.
class RandomTrader final : public Agent {
 public:
  /// `pause`: mean time between two wishes.
  RandomTrader(Instruments instruments, Duration pause);
  std::string_view name() const override { return "trader"; }
  void onStart(AgentContext& context) override;
  void onMessage(const Message& message) override;
  void onTimer(TimerId id) override;
  /// Asks for nothing more.
  void rest() { m_resting = true; }

 private:
  struct Seen {
    BboUpdate bbo;
    bool known = false;
    Quantity position;
  };
  void act();
  void enter();
  void leave();
  void change();
  void cancelOne();
  void cancelMany();
  OrderIntent intentFor(InstrumentId instrument, Side side, OrderRole role);
  void publish(OrderIntent intent);
  const Order* anyOrder();

  Instruments m_instruments;
  const Duration m_pause;
  AgentContext* m_context = nullptr;
  std::vector<Seen> m_seen;
  std::map<ClientOrderId, Order> m_orders;
  bool m_resting = false;
};

}  // namespace bw::sim
