// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/domain/instrument.h"
#include "core/domain/order.h"

namespace bw::execution {

/// What should be done next about stops and targets. Cancels come before the intents that take their place.
struct ProtectionAction {
  enum class Kind : std::uint8_t { PublishIntent, Cancel, Alarm };
  Kind kind = Kind::PublishIntent;
  OrderIntent intent;      ///< PublishIntent
  ClientOrderId clientId;  ///< Cancel: the child
  InstrumentId instrument;
  std::string text;  ///< Alarm: in words
};

/// What the planner asks about the account and the market.
struct ProtectionView {
  std::function<Quantity(InstrumentId)> position;  ///< the account's, signed
  /// The venue has neither reduce-only nor OCO: of a position's exits one at a time may rest, or two could fill.
  std::function<bool(InstrumentId)> exclusive;
  std::function<std::optional<Price>(InstrumentId)> price;  ///< of the market now, for targets that are held back
  /// Another exit of the position waits or is live: where exits exclude each other, children make room for it.
  std::function<bool(InstrumentId)> yields;
  /// The gate lets a child of this role and of this entry through. While it does not, the child is not asked for.
  std::function<bool(const Order& entry, OrderRole role)> passes;
};

/// Keeps stop and target of every entry at the size that filled and is still held. Without the venue's OCO a sibling is
/// cancelled first and counted until it is proven gone; only then comes its successor. Where exits exclude each other
/// the stop rests, and the target takes its place once the market has reached it; it gives the place back when the
/// market has gone a quarter of the way back to the stop. A child that ends without having left is asked for again
/// after retryAfter, for as long as it is wanted; one that is refused only `retries` times. Pure. Thread: owner only.
class ProtectionPlanner {
 public:
  struct Settings {
    int retries = 3;  ///< failures of one leg in a row before the alarm
    Duration retryAfter = Duration::seconds(1);
  };
  ProtectionPlanner(Instruments instruments, Settings settings)
      : m_instruments(std::move(instruments)), m_settings(settings) {}

  /// The entry's fills changed.
  void onEntry(const Order& entry);
  /// A child's order was made or changed in any way.
  void onChild(const Order& child);
  /// An intent of ours was refused by risk or could not become an order.
  void onIntentFailed(const OrderIntent& intent, const std::string& reason, Timestamp now);
  /// A person's modify of a child was approved: the planner waits for it instead of making its own.
  void onReplacement(const OrderIntent& intent);
  /// What is to be done now.
  std::vector<ProtectionAction> plan(Timestamp now, const ProtectionView& view, const std::function<Uuid()>& newId);
  bool isChildIntent(const Uuid& intentId) const { return m_intents.count(intentId) != 0; }
  bool busy() const { return !m_groups.empty(); }

 private:
  struct Leg {
    OrderRole role = OrderRole::StopLoss;
    std::optional<Price> price;
    std::optional<Uuid> pendingIntent;
    std::optional<Order> order;  ///< the live child
    std::map<ClientOrderId, Quantity> filledBy;
    bool cancelAsked = false;
    bool alarmed = false;
    int failures = 0;  ///< refusals in a row
    int unsent = 0;    ///< children in a row that never left
    Timestamp notBefore;
  };
  struct Group {
    Order entry;
    std::array<Leg, 2> legs;     // stop, target
    bool targetReached = false;  // exclusive only
  };
  std::array<Quantity, 2> sizes(Group& group, Quantity want, const ProtectionView& view) const;
  Quantity wanted(const Group& group, Quantity position) const;
  void planLeg(Group& group, Leg& leg, Quantity want, bool passes, Timestamp now, const std::function<Uuid()>& newId,
               std::vector<ProtectionAction>& out);
  ProtectionAction alarmOf(const Group& group, const Leg& leg, Quantity want) const;
  OrderIntent childIntent(const Group& group, const Leg& leg, Quantity quantity, Timestamp now, Uuid id) const;
  Leg* legOf(const Order& child);

  Instruments m_instruments;
  Settings m_settings;
  std::map<ClientOrderId, Group> m_groups;  // by entry
  std::map<Uuid, ClientOrderId> m_intents;  // child intent -> entry
};

}  // namespace bw::execution
