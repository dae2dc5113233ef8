// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/execution_agent.h"

#include <algorithm>

#include "core/base/mutant.h"
#include "core/domain/messages/limits.h"
#include "core/risk/risk_limits.h"

namespace bw::execution {
namespace {

constexpr Duration kWatchGap = Duration::millis(500);

bool matches(const Order& order, const CancelRequest& request) {
  switch (request.scope) {
    case CancelRequest::Scope::Order:
      return order.clientId == request.clientId;
    case CancelRequest::Scope::Instrument:
      return order.instrument == request.instrument && !isProtective(order.role);
    case CancelRequest::Scope::Strategy:
      return order.strategy == request.strategy && !isProtective(order.role);
    case CancelRequest::Scope::All:
      return !isProtective(order.role);
  }
  return false;
}

}  // namespace

ExecutionAgent::ExecutionAgent(ExecutionParts parts, ExecutionSettings settings)
    : m_parts(std::move(parts)),
      m_settings(settings),
      m_discovery(settings.discovery),
      m_orders(m_parts.instruments),
      m_positions(m_parts.instruments),
      m_protection(m_parts.instruments, settings.protection),
      m_unknown(settings.unknown),
      m_rejects(settings.rejects),
      m_comparer(m_parts.instruments, settings.compare),
      m_inbox(settings.inbox),
      m_markets(m_parts.instruments->size()) {}

void ExecutionAgent::onStart(AgentContext& context) {
  m_owner.bind();
  m_context = &context;
  m_parts.gate.raiseGeneration(context.generation());
  for (const Topic topic : {Topic::RiskApproved, Topic::RiskRejected, Topic::CancelRequested, Topic::VenueReport,
                            Topic::VenueAccount, Topic::MarketBook, Topic::MarketBbo, Topic::StateChanged,
                            Topic::EmergencyStop, Topic::ReconciliationAnswer, Topic::Limits}) {
    context.subscribe(topic);
  }
  m_stopped = m_parts.gate.level() >= gate::Level::CancelAll;
  const Timestamp now = context.clock().now();
  for (const Order& order : m_orders.live()) {
    m_unknownSince[order.clientId] = now;
    m_unknown.noteSendable(order.clientId, now + m_settings.lateSending);
  }
  tellRestored();
  m_inbox.restart(now);
  for (const ReconciliationItem& item : m_inbox.items()) {
    const bool over = item.kind == ReconciliationKind::UnknownOrder && m_unknownSince.count(item.order) == 0;
    if (over) settle(reconcile::subjectOf(item));
    if (!over || m_inbox.find(item.id) != nullptr) tell(item);
  }
  for (const auto& entry : m_orders.all()) {
    m_protection.onEntry(entry.second);
  }
  for (const auto& entry : m_orders.all()) m_protection.onChild(entry.second);
  askAccounts();
  m_watchTimer = context.startTimer(context.clock().now() + kWatchGap);
}

// Risk and everybody else count what came back from the journal before anything new is approved.
void ExecutionAgent::tellRestored() {
  for (const Order& order : m_orders.live())
    m_context->publish(Topic::OrderUpdated, OrderUpdate{order, order.state, false}, correlated(order));
  for (const Position& position : m_positions.positions()) {
    PublishOptions options;
    options.key = position.instrument.value;
    m_context->publish(Topic::PositionMarked, describe(position.instrument, PositionUpdate::Kind::Changed), options);
  }
}

void ExecutionAgent::onTimer(TimerId id) {
  BW_ON_OWNER_THREAD(m_owner);
  if (id == m_reconcileTimer) askAccounts();
  if (id != m_watchTimer) return;
  watchOrders();
  endLateExits();
  escalate();
  runProtection();
  m_orders.prune();
  m_watchTimer = m_context->startTimer(m_context->clock().now() + kWatchGap);
}

void ExecutionAgent::onMessage(const Message& message) {
  BW_ON_OWNER_THREAD(m_owner);
  switch (message.topic) {
    case Topic::MarketBbo: {
      const auto& bbo = message.as<BboUpdate>();
      m_markets[bbo.instrument.value].bbo = bbo;
      onMarket(bbo.instrument);
      break;
    }
    case Topic::MarketBook: {
      const auto& book = message.as<BookUpdate>();
      m_markets[book.depth->instrument.value].depth = book.depth;
      onMarket(book.depth->instrument);
      break;
    }
    case Topic::RiskApproved:
      onApproved(message.as<RiskApproved>());
      break;
    case Topic::RiskRejected: {
      const auto& refused = message.as<RiskRefused>();
      m_protection.onIntentFailed(refused.intent, refused.text, m_context->clock().now());
      break;
    }
    case Topic::CancelRequested:
      onCancelRequest(message.as<CancelRequest>());
      break;
    case Topic::VenueReport:
      onReport(message.as<OrderReport>());
      break;
    case Topic::VenueAccount:
      onAccount(message.as<AccountAnswer>());
      break;
    case Topic::ReconciliationAnswer:
      onAnswer(message.as<ReconciliationAnswer>(), message.id);
      break;
    case Topic::EmergencyStop:
      m_stopped = true;
      break;
    case Topic::Limits:
      takeLimits(message.as<LimitCommand>());
      break;
    case Topic::StateChanged: {
      const auto& change = message.as<StateChanged>();
      if (change.to == SessionState::Trading && change.from != SessionState::Trading) m_rejects.enableAll();
      m_session = change.to;
      m_sessionKnown = true;
      if (change.to == SessionState::EmergencyStop || change.to == SessionState::Shutdown) m_stopped = true;
      if (change.from == SessionState::EmergencyStop && change.to == SessionState::Ready) m_stopped = false;
      break;
    }
    default:
      break;
  }
}

MarketView ExecutionAgent::viewOf(InstrumentId instrument) const {
  const Market& market = m_markets[instrument.value];
  return {market.depth.get(), market.bbo};
}

void ExecutionAgent::onMarket(InstrumentId id) {
  Market& market = m_markets[id.value];
  const Instrument& instrument = m_parts.instruments->get(id);
  const bool book = market.depth != nullptr && market.depth->tradable();
  if (!book && (!market.bbo || market.bbo->bid.size.value <= 0 || market.bbo->ask.size.value <= 0)) return;
  const Ticks bid = book ? market.depth->bids[0].price : market.bbo->bid.price;
  const Ticks ask = book ? market.depth->asks[0].price : market.bbo->ask.price;
  if (m_parts.marks != nullptr) m_parts.marks->set(id, Ticks{(bid.value + ask.value) / 2});
  const Timestamp now = m_context->clock().now();
  if (now - market.markedAt < m_settings.markGap) return;
  market.markedAt = now;
  const auto mid = viewOf(id).mid(instrument);
  if (!mid || m_positions.position(id).flat()) return;
  m_positions.mark(id, *mid);
  PublishOptions options;
  options.key = id.value;
  const PositionUpdate update = describe(id, PositionUpdate::Kind::Marked);
  snapshotPosition(update);
  m_context->publish(Topic::PositionMarked, update, options);
  publishAccount(instrument.venue);
}

Order ExecutionAgent::orderFor(const OrderIntent& intent) const {
  Order order;
  order.intentId = intent.id;
  order.instrument = intent.instrument;
  order.side = intent.side;
  order.type = intent.type;
  order.tif = intent.tif;
  order.role = intent.role;
  order.postOnly = intent.postOnly;
  order.reduceOnly = intent.reduceOnly || intent.role != OrderRole::Entry;
  order.quantity = intent.quantity;
  order.limitPrice = intent.limitPrice;
  order.triggerPrice = intent.triggerPrice;
  order.leverage = intent.leverage;
  order.contingent = intent.contingent;
  order.owner = intent.owner;
  order.strategy = intent.strategy;
  order.parent = intent.parent;
  order.filledNotional = order.fees = Money::zero(m_parts.instruments->get(intent.instrument).settle);
  order.createdAt = order.updatedAt = m_context->clock().now();
  return order;
}

// An approved intent that becomes no order is told as a cancelled one, so that its reservation ends.
void ExecutionAgent::drop(const OrderIntent& intent, const std::string& code, const std::string& text) {
  Order order = orderFor(intent);
  order.clientId = m_context->newId();
  order.state = OrderState::Cancelled;
  order.reason = code + ": " + text;
  m_context->publish(Topic::OrderUpdated, OrderUpdate{order, OrderState::Pending, false}, correlated(order));
  event(1, code.c_str(), "Not placed: " + text);
  m_protection.onIntentFailed(intent, code, m_context->clock().now());
}

void ExecutionAgent::onApproved(const RiskApproved& approved) {
  const OrderIntent& intent = approved.intent;
  BW_ASSERT(approved.approval != nullptr);
  if (m_stopped && !BW_MUTANT(34)) return drop(intent, "EMERGENCY_STOP", "the emergency stop holds the gate closed");
  std::string code;
  if (const std::string problem = entryProblem(intent, code); !problem.empty()) return drop(intent, code, problem);
  if (intent.replaces) return startReplace(approved);
  std::string reason;
  Quantity wanted = intent.quantity;
  if (intent.role != OrderRole::Entry) {
    const auto allowed = exitQuantity(intent, reason);
    if (!allowed) return drop(intent, "EXIT_REFUSED", reason);
    wanted = *allowed;
    if (intent.role == OrderRole::Exit && exitsExclude(intent.instrument) && hasLiveChild(intent.instrument)) {
      m_waitingExits.insert_or_assign(intent.instrument, approved);
      return runProtection();
    }
  }
  place(approved, wanted);
}

bool ExecutionAgent::exitsExclude(InstrumentId instrument) const {
  gate::OrderLane* lane = laneOf(instrument);
  if (lane == nullptr) return false;
  const VenueCapabilities can = lane->capabilities();
  return !can.reduceOnly && !can.oco;
}

bool ExecutionAgent::hasLiveExit(InstrumentId instrument) const {
  return std::any_of(m_orders.liveIds().begin(), m_orders.liveIds().end(), [&](const ClientOrderId& id) {
    const Order& order = *m_orders.find(id);
    return order.instrument == instrument && order.role == OrderRole::Exit;
  });
}

bool ExecutionAgent::hasLiveChild(InstrumentId instrument) const {
  return std::any_of(m_orders.liveIds().begin(), m_orders.liveIds().end(), [&](const ClientOrderId& id) {
    const Order& order = *m_orders.find(id);
    return order.instrument == instrument && isProtective(order.role);
  });
}

// An approval that can no longer be used waits for nothing; protection comes back.
void ExecutionAgent::endLateExits() {
  const Timestamp now = m_context->clock().now();
  for (auto it = m_waitingExits.begin(); it != m_waitingExits.end();) {
    if (now < it->second.approval->bounds().expiresAt) {
      ++it;
      continue;
    }
    const OrderIntent intent = it->second.intent;
    it = m_waitingExits.erase(it);
    drop(intent, "EXIT_LATE", "the position's stop was not proven gone in time");
  }
}

// Stop and target are proven gone: what they filled meanwhile is not sold again.
void ExecutionAgent::placeWaitingExit(InstrumentId instrument) {
  const auto waiting = m_waitingExits.find(instrument);
  if (waiting == m_waitingExits.end() || hasLiveChild(instrument)) return;
  const RiskApproved approved = waiting->second;
  m_waitingExits.erase(waiting);
  std::string reason;
  const auto allowed = exitQuantity(approved.intent, reason);
  if (!allowed) return drop(approved.intent, "EXIT_REFUSED", reason);
  if (m_stopped) return drop(approved.intent, "EMERGENCY_STOP", "the emergency stop holds the gate closed");
  place(approved, *allowed);
}

// Why an entry is not placed although risk approved it; empty: it may.
std::string ExecutionAgent::entryProblem(const OrderIntent& intent, std::string& code) {
  if (intent.role != OrderRole::Entry) return {};
  const std::string& venue = venueOf(intent.instrument);
  if (m_sessionKnown && m_session == SessionState::Paused) {
    code = "PAUSED";
    return "no new entries while paused";
  }
  if (const auto account = m_accounts.find(venue); account != m_accounts.end() && account->second.unanswered) {
    code = "NO_ACCOUNT";
    return venue + " does not tell its account";
  }
  if (!intent.reduceOnly && m_inbox.locked(intent.instrument, venue)) {
    code = "RECONCILE";
    return m_inbox.lockReason(intent.instrument, venue);
  }
  if (intent.postOnly && m_rejects.disabled(intent.strategy, intent.instrument)) {
    code = "REPEATED_REJECTS";
    return "post-only entries of " + intent.strategy + " were refused again and again";
  }
  return {};
}

// Exits never cross zero, and a position has at most one live exit beside its stop and target.
std::optional<Quantity> ExecutionAgent::exitQuantity(const OrderIntent& intent, std::string& reason) const {
  const Quantity held = m_positions.position(intent.instrument).quantity;
  if (held.isZero() || held.sign() == signOf(intent.side)) {
    reason = "there is no position that this would reduce";
    return std::nullopt;
  }
  if (intent.role == OrderRole::Exit) {
    const auto waiting = m_waitingExits.find(intent.instrument);
    if (waiting != m_waitingExits.end() && waiting->second.intent.id != intent.id) {
      reason = "another exit of this position waits for its stop to make room";
      return std::nullopt;
    }
    for (const Order& order : m_orders.live()) {
      if (order.instrument != intent.instrument || order.role != OrderRole::Exit) continue;
      if (intent.replaces == order.clientId) continue;
      reason = "another exit of this position is live: " + toString(order.clientId);
      return std::nullopt;
    }
  }
  return BW_MUTANT(33) ? intent.quantity : std::min(intent.quantity, held.abs());
}

// A limit that was changed at run time holds for the next order. What cannot be read changes nothing; risk tells of it.
void ExecutionAgent::takeLimits(const LimitCommand& command) {
  risk::RiskLimits limits;
  for (const LimitEdit& value : command.values) {
    if (!limits.set(std::string_view(value.key), value.value, "change")) return;
  }
  m_discovery.maxSlippage = limits.ratio(risk::RiskKey::MaxSlippage);
  m_discovery.marketCollar = limits.ratio(risk::RiskKey::PriceCollar);
}

void ExecutionAgent::place(const RiskApproved& approved, Quantity wanted) {
  const OrderIntent& intent = approved.intent;
  gate::OrderLane* lane = laneOf(intent.instrument);
  const Instrument& instrument = m_parts.instruments->get(intent.instrument);
  if (lane == nullptr) return drop(intent, "NO_LANE", "no order lane for venue " + instrument.venue);
  auto found =
      discoverOrder(intent, approved.approval->bounds(), wanted, instrument, viewOf(intent.instrument), m_discovery);
  if (!found) return drop(intent, found.error().userKey, found.error().detail);
  Order order = orderFor(intent);
  order.clientId = m_context->newId();
  order.quantity = found->quantity;
  order.limitPrice = found->limitPrice;
  order.triggerPrice = found->triggerPrice;
  order.tif = found->tif;
  order.midAtDecision = found->mid;
  order.sentAt = order.createdAt;
  m_orders.add(order);
  m_unknown.noteSendable(order.clientId, approved.approval->bounds().expiresAt);
  m_protection.onChild(order);
  m_context->publish(Topic::OrderPlaced, OrderUpdate{order, OrderState::Pending, true}, correlated(order));
  lane->submit(gate::PlaceCommand{order, approved.approval});
}

void ExecutionAgent::startReplace(const RiskApproved& approved) {
  const Order* old = m_orders.find(*approved.intent.replaces);
  if (old == nullptr || isTerminal(old->state))
    return drop(approved.intent, "REPLACE_GONE", "the order to be modified has ended");
  if (m_replacing.count(old->clientId) != 0)
    return drop(approved.intent, "REPLACE_BUSY", "another change of this order is under way");
  m_replacing.emplace(old->clientId, approved);
  m_replaceFilled[old->clientId] = old->filled;
  m_protection.onReplacement(approved.intent);
  const Order order = *old;
  cancel(order, "modified");
  after(m_orders.setReplacePending(order.clientId, true, m_context->clock().now()));
  if (BW_MUTANT(35)) continueReplace(order);
}

void ExecutionAgent::continueReplace(const Order& old) {
  const auto found = m_replacing.find(old.clientId);
  if (found == m_replacing.end()) return;
  const RiskApproved approved = found->second;
  // What filled meanwhile is not ordered a second time.
  Quantity wanted = approved.intent.quantity - (old.filled - m_replaceFilled[old.clientId]);
  m_replacing.erase(found);
  m_replaceFilled.erase(old.clientId);
  if (m_stopped) return drop(approved.intent, "EMERGENCY_STOP", "the emergency stop holds the gate closed");
  std::string code;
  if (const std::string problem = entryProblem(approved.intent, code); !problem.empty())
    return drop(approved.intent, code, problem);
  if (old.state == OrderState::Filled || wanted.sign() <= 0)
    return drop(approved.intent, "REPLACE_FILLED", "the order filled before it could be modified");
  if (approved.intent.role != OrderRole::Entry) {
    std::string reason;
    const auto allowed = exitQuantity(approved.intent, reason);
    if (!allowed) return drop(approved.intent, "EXIT_REFUSED", reason);
    wanted = std::min(wanted, *allowed);
  }
  place(approved, wanted);
}

void ExecutionAgent::abandonReplace(const Order& old) {
  const auto waiting = m_replacing.find(old.clientId);
  if (waiting == m_replacing.end()) return;
  const OrderIntent intent = waiting->second.intent;
  m_replacing.erase(waiting);
  m_replaceFilled.erase(old.clientId);
  drop(intent, "REPLACE_ABANDONED", "the order to be modified was cancelled, or could not be");
}

void ExecutionAgent::onCancelRequest(const CancelRequest& request) {
  for (const Order& order : m_orders.live()) {
    if (!matches(order, request)) continue;
    abandonReplace(order);
    cancel(order, request.reason.empty() ? "asked for" : request.reason);
  }
}

void ExecutionAgent::cancel(const Order& order, const std::string& reason) {
  gate::OrderLane* lane = laneOf(order.instrument);
  if (lane == nullptr) return;
  record(RecordKind::CancelSent,
         journal::encodeCancel({order.clientId, order.instrument, reason}, *m_parts.instruments));
  lane->submit(gate::CancelCommand{order.clientId, order.instrument});
  after(m_orders.setCancelPending(order.clientId, true, m_context->clock().now()));
}

std::string ExecutionAgent::selfTest() {
  int unproven = 0;
  for (const Order& order : m_orders.live()) unproven += order.state == OrderState::Unknown ? 1 : 0;
  return unproven == 0 ? std::string() : std::to_string(unproven) + " orders are UNKNOWN";
}

}  // namespace bw::execution
