// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/protection_planner.h"

#include <algorithm>

#include "core/base/mutant.h"

namespace bw::execution {

void ProtectionPlanner::onEntry(const Order& entry) {
  if (entry.role != OrderRole::Entry || entry.contingent.empty() || entry.filled.isZero()) return;
  const auto [found, isNew] = m_groups.try_emplace(entry.clientId);
  Group& group = found->second;
  group.entry = entry;
  if (!isNew) return;
  group.legs[0].role = OrderRole::StopLoss;
  group.legs[0].price = entry.contingent.stop;
  group.legs[1].role = OrderRole::TakeProfit;
  group.legs[1].price = entry.contingent.target;
}

ProtectionPlanner::Leg* ProtectionPlanner::legOf(const Order& child) {
  if (!child.parent) return nullptr;
  const auto found = m_groups.find(*child.parent);
  if (found == m_groups.end()) return nullptr;
  for (Leg& leg : found->second.legs) {
    if (leg.role == child.role) return &leg;
  }
  return nullptr;
}

void ProtectionPlanner::onChild(const Order& child) {
  Leg* leg = legOf(child);
  if (leg == nullptr) return;
  if (!child.filled.isZero()) leg->filledBy[child.clientId] = child.filled;
  if (leg->pendingIntent == child.intentId) leg->pendingIntent.reset();
  m_intents.erase(child.intentId);
  if (!isTerminal(child.state)) {
    if (!leg->order || leg->order->clientId != child.clientId) leg->cancelAsked = false;
    leg->order = child;
    if (child.state == OrderState::Open) {
      leg->failures = leg->unsent = 0;
      leg->alarmed = false;
    }
    if (!child.cancelPending) leg->cancelAsked = false;
    return;
  }
  const bool current = leg->order && leg->order->clientId == child.clientId;
  const bool asked = leg->cancelAsked || (current && leg->order->cancelPending);
  if (current) leg->order.reset();
  leg->cancelAsked = false;
  // The lane, or the gate, held it back, or the venue never had it.
  const bool unsent = current && !asked && child.state == OrderState::Cancelled && child.venueOrderId.empty();
  if (child.state == OrderState::Rejected) leg->failures += 1;
  if (unsent) leg->unsent += 1;
  if (unsent || child.state == OrderState::Rejected) leg->notBefore = child.updatedAt + m_settings.retryAfter;
}

void ProtectionPlanner::onIntentFailed(const OrderIntent& intent, const std::string&, Timestamp now) {
  const auto known = m_intents.find(intent.id);
  if (known == m_intents.end()) return;
  const auto found = m_groups.find(known->second);
  m_intents.erase(known);
  if (found == m_groups.end()) return;
  for (Leg& leg : found->second.legs) {
    if (leg.pendingIntent != intent.id) continue;
    leg.pendingIntent.reset();
    leg.failures += 1;
    leg.notBefore = now + m_settings.retryAfter;
  }
}

void ProtectionPlanner::onReplacement(const OrderIntent& intent) {
  if (!intent.replaces) return;
  for (auto& [entry, group] : m_groups) {
    for (Leg& leg : group.legs) {
      if (!leg.order || leg.order->clientId != *intent.replaces) continue;
      leg.price = intent.triggerPrice ? intent.triggerPrice : intent.limitPrice;
      leg.pendingIntent = intent.id;
      m_intents[intent.id] = entry;
    }
  }
}

Quantity ProtectionPlanner::wanted(const Group& group, Quantity position) const {
  Quantity open = BW_MUTANT(36) ? group.entry.quantity : group.entry.filled;
  for (const Leg& leg : group.legs) {
    for (const auto& filled : leg.filledBy) open = open - filled.second;
  }
  if (open.sign() <= 0 || position.sign() != signOf(group.entry.side)) return {};
  const Instrument& instrument = m_instruments->get(group.entry.instrument);
  return instrument.quantity(instrument.toLotsRounded(std::min(open, position.abs()), Rounding::Down));
}

OrderIntent ProtectionPlanner::childIntent(const Group& group, const Leg& leg, Quantity quantity, Timestamp now,
                                           Uuid id) const {
  const Order& entry = group.entry;
  OrderIntent intent;
  intent.id = id;
  intent.instrument = entry.instrument;
  intent.side = opposite(entry.side);
  intent.type = leg.role == OrderRole::StopLoss ? OrderType::StopMarket : OrderType::TakeProfitMarket;
  intent.role = leg.role;
  intent.reduceOnly = true;
  intent.quantity = quantity;
  intent.triggerPrice = leg.price;
  intent.leverage = entry.leverage;
  intent.owner = entry.owner;
  intent.strategy = entry.strategy;
  intent.note = leg.role == OrderRole::StopLoss ? "stop of a filled entry" : "target of a filled entry";
  intent.createdAt = now;
  intent.parent = entry.clientId;
  return intent;
}

ProtectionAction ProtectionPlanner::alarmOf(const Group& group, const Leg& leg, Quantity want) const {
  ProtectionAction action;
  action.kind = ProtectionAction::Kind::Alarm;
  action.instrument = group.entry.instrument;
  action.text = std::string(leg.role == OrderRole::StopLoss ? "UNPROTECTED POSITION: the stop" : "The target") +
                " of " + want.toString() + " " + m_instruments->get(group.entry.instrument).symbol +
                " could not be placed in " + std::to_string(leg.failures + leg.unsent) + " tries";
  return action;
}

void ProtectionPlanner::planLeg(Group& group, Leg& leg, Quantity want, bool passes, Timestamp now,
                                const std::function<Uuid()>& newId, std::vector<ProtectionAction>& out) {
  if (!leg.price || leg.pendingIntent) return;
  ProtectionAction action;
  action.instrument = group.entry.instrument;
  if (leg.order) {
    // A child that is pending or UNKNOWN counts as there; it is resized once the venue has spoken.
    const bool settled = leg.order->state == OrderState::Open || leg.order->state == OrderState::PartiallyFilled;
    if (!settled || leg.cancelAsked || leg.order->cancelPending || leg.order->remaining() == want) return;
    leg.cancelAsked = true;
    action.kind = ProtectionAction::Kind::Cancel;
    action.clientId = leg.order->clientId;
    action.text = want.isZero() ? "nothing left to protect" : "resized to what filled";
    out.push_back(std::move(action));
    return;
  }
  if (want.isZero() || !passes || now < leg.notBefore) return;
  const bool refused = leg.failures > m_settings.retries;
  if ((refused || leg.unsent > m_settings.retries) && !leg.alarmed) {
    leg.alarmed = true;
    out.push_back(alarmOf(group, leg, want));
  }
  if (refused) return;
  action.kind = ProtectionAction::Kind::PublishIntent;
  action.intent = childIntent(group, leg, want, now, newId());
  leg.pendingIntent = action.intent.id;
  m_intents[action.intent.id] = group.entry.clientId;
  out.push_back(std::move(action));
}

// What each leg may rest with. Exclusive: one leg alone, and none before the other is proven gone.
std::array<Quantity, 2> ProtectionPlanner::sizes(Group& group, Quantity want, const ProtectionView& view) const {
  const InstrumentId instrument = group.entry.instrument;
  if (!view.exclusive(instrument)) return {want, want};
  if (view.yields(instrument)) return {};
  const Leg& stop = group.legs[0];
  const Leg& target = group.legs[1];
  if (stop.price && target.price) {
    if (const auto price = view.price(instrument)) {
      const bool isLong = group.entry.side == Side::Buy;
      const Price back(target.price->decimal() + (stop.price->decimal() - target.price->decimal()) * Decimal(25, 2));
      if (isLong ? *price >= *target.price : *price <= *target.price) group.targetReached = true;
      if (isLong ? *price <= back : *price >= back) group.targetReached = false;
    }
  } else {
    group.targetReached = !stop.price;
  }
  const std::size_t active = group.targetReached && view.passes(group.entry, OrderRole::TakeProfit) ? 1 : 0;
  std::array<Quantity, 2> size;
  const Leg& other = group.legs[1 - active];
  const bool room = !other.order && !other.pendingIntent;
  if (room) size[active] = want;
  return size;
}

std::vector<ProtectionAction> ProtectionPlanner::plan(Timestamp now, const ProtectionView& view,
                                                      const std::function<Uuid()>& newId) {
  std::vector<ProtectionAction> cancels;
  std::vector<ProtectionAction> rest;
  // What earlier entries of an instrument protect is not there for later ones.
  std::map<InstrumentId, Quantity> left;
  for (auto it = m_groups.begin(); it != m_groups.end();) {
    Group& group = it->second;
    const auto entry = left.try_emplace(group.entry.instrument, view.position(group.entry.instrument)).first;
    const Quantity want = wanted(group, entry->second);
    const bool idle =
        std::none_of(group.legs.begin(), group.legs.end(), [](const Leg& l) { return l.order || l.pendingIntent; });
    if (want.isZero() && idle && isTerminal(group.entry.state)) {
      it = m_groups.erase(it);
      continue;
    }
    entry->second = group.entry.side == Side::Buy ? entry->second - want : entry->second + want;
    const std::array<Quantity, 2> size = sizes(group, want, view);
    std::vector<ProtectionAction> actions;
    for (std::size_t i = 0; i < size.size(); ++i) {
      Leg& leg = group.legs[i];
      planLeg(group, leg, size[i], view.passes(group.entry, leg.role), now, newId, actions);
    }
    for (ProtectionAction& action : actions) {
      (action.kind == ProtectionAction::Kind::Cancel ? cancels : rest).push_back(std::move(action));
    }
    ++it;
  }
  cancels.insert(cancels.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  return cancels;
}

}  // namespace bw::execution
