// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategies/strategy_runner.h"

#include <algorithm>

namespace bw::strategies {

namespace {

/// An intent that never became an order is forgotten this long after it could have been sent last.
constexpr Duration kIntentGrace = Duration::seconds(5);
/// The life of an intent that names none.
constexpr Duration kIntentLifeDefault = Duration::seconds(10);
/// Fills that an ended order has and that never come (they were before this run) are waited for this long.
constexpr Duration kFillGrace = Duration::seconds(5);
/// Exits that come to nothing are asked for at 1, 2, 4 … seconds, at most this far apart.
constexpr Duration kExitBackOffMost = Duration::seconds(30);
constexpr Duration kCancelRepeat = Duration::seconds(1);

}  // namespace

StrategyRunner::StrategyRunner(std::unique_ptr<Strategy> strategy, const Instrument& instrument, RunnerPort& port)
    : m_strategy(std::move(strategy)), m_instrument(instrument), m_port(port) {
  BW_ASSERT(m_strategy != nullptr);
}

StrategyRunner::~StrategyRunner() = default;

void StrategyRunner::start() {
  BW_ASSERT(!m_started);
  m_started = true;
  m_startedAt = now();
  m_strategy->onStart(*this);
  publishStatus();
}

void StrategyRunner::setPermission(Permission permission) {
  m_permission = permission;
  if (m_started) m_strategy->onTimer();
  publishStatus();
}

void StrategyRunner::setEnabled(bool enabled) {
  m_enabled = enabled;
  if (!enabled) withdrawEntries();
  if (m_started) m_strategy->onTimer();
  publishStatus();
}

StrategyStatus StrategyRunner::status() const {
  StrategyStatus status;
  status.strategy = std::string(m_strategy->name());
  status.running = running();
  status.text = !m_enabled                              ? "stopped"
                : m_permission == Permission::ExitsOnly ? "paused, " + m_text
                : m_permission == Permission::Nothing   ? "waiting for trading, " + m_text
                                                        : m_text;
  return status;
}

void StrategyRunner::publishStatus() {
  StrategyStatus status = this->status();
  if (status.running == m_published.running && status.text == m_published.text) return;
  m_published = status;
  m_port.statusChanged(m_published);
}

void StrategyRunner::say(std::string text) {
  m_text = std::move(text);
  if (m_started) publishStatus();
}

void StrategyRunner::onBook(const BookDepth& book) {
  releasePending();
  m_bookLive = book.tradable();
  if (m_bookLive) m_strategy->onBook(book);
}

void StrategyRunner::onTrade(const TradePrint& trade) {
  m_strategy->onTrade(trade);
}

void StrategyRunner::onCandle(const Candle& candle) {
  releasePending();
  if (candle.closed) m_strategy->onCandle(candle);
}

void StrategyRunner::onSignal(const SignalGenerated& signal) {
  m_strategy->onSignal(signal);
}

bool StrategyRunner::mine(const Order& order) const {
  return order.owner == Owner::Strategy && order.instrument == m_instrument.id && order.strategy == m_strategy->name();
}

void StrategyRunner::onOrder(const Order& order) {
  if (!mine(order) || m_finished.count(order.clientId) != 0) return;
  std::erase_if(m_pending, [&](const PendingIntent& pending) { return pending.id == order.intentId; });
  const auto known = std::find_if(m_orders.begin(), m_orders.end(),
                                  [&](const Order& other) { return other.clientId == order.clientId; });
  if (isTerminal(order.state)) {
    if (known != m_orders.end()) m_orders.erase(known);
    orderEnded(order);
  } else if (known != m_orders.end()) {
    if (order.updatedAt < known->updatedAt) return;  // an older word on another topic
    *known = order;
  } else {
    m_orders.push_back(order);
  }
  if (!m_enabled) withdrawEntries();
  m_strategy->onOrder(order);
}

void StrategyRunner::exitFailed() {
  m_exitNotBefore = now() + std::min(kExitBackOffMost, Duration::seconds(1LL << std::min(m_exitFailures, 10)));
  ++m_exitFailures;
}

void StrategyRunner::orderEnded(const Order& order) {
  if (order.role == OrderRole::Exit && order.filled.isZero()) exitFailed();
  m_finished.insert(order.clientId);
  std::erase_if(m_cancels, [&](const CancelAsked& asked) { return asked.clientId == order.clientId; });
  if (m_filledOf[order.clientId] < order.filled) {
    const Timestamp until = now() + m_port.withRoom(kFillGrace);
    m_settling.push_back({order.clientId, order.role, order.filled, until});
    wakeAt(until);
  } else {
    m_filledOf.erase(order.clientId);
  }
}

void StrategyRunner::onFill(const Fill& fill, const Order& order) {
  if (!mine(order) || !m_fillsSeen.insert(fill.venueTradeId).second) return;
  const Quantity signedQuantity = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
  m_position = m_position + signedQuantity;
  m_filledEver = true;
  m_exitFailures = 0;
  m_exitNotBefore = {};
  Quantity& sum = m_filledOf[fill.clientId.isNil() ? order.clientId : fill.clientId];
  sum = sum + fill.quantity;
  std::erase_if(m_settling, [&](const Settling& one) { return one.clientId == order.clientId && sum >= one.filled; });
  m_lastFill = fill.venueTime;
  m_strategy->onFill(fill);
}

void StrategyRunner::onRefused(const RiskRefused& refused) {
  const auto erased =
      std::erase_if(m_pending, [&](const PendingIntent& pending) { return pending.id == refused.intent.id; });
  if (erased == 0) return;
  if (refused.intent.role == OrderRole::Exit) exitFailed();
  m_strategy->onRefused(refused);
}

void StrategyRunner::onPosition(const Position& position, bool closed) {
  if (position.instrument != m_instrument.id) return;
  const bool named = position.strategy == m_strategy->name();
  const bool current = position.updatedAt.ns == 0 || position.updatedAt >= m_lastFill;
  const bool older = position.openedAt < m_startedAt;
  if (!m_filledEver && named && older && m_position != position.quantity) {
    m_position = position.quantity;  // held since before this run
  } else if (closed && position.quantity.isZero() && current) {
    m_position = Quantity();  // somebody else closed it: a person or the emergency stop
  }
  m_strategy->onPosition(position);
}

void StrategyRunner::onEquity(const Money& equity) {
  m_equity = equity;
}

void StrategyRunner::wake() {
  m_wake.reset();
  releasePending();
  m_strategy->onTimer();
}

void StrategyRunner::wakeAt(Timestamp when) {
  if (m_wake && *m_wake <= when && *m_wake > now()) return;
  m_wake = when;
  m_port.wakeAt(when);
}

bool StrategyRunner::live(OrderRole role) const {
  return std::any_of(m_pending.begin(), m_pending.end(), [&](const PendingIntent& p) { return p.role == role; }) ||
         std::any_of(m_settling.begin(), m_settling.end(), [&](const Settling& s) { return s.role == role; }) ||
         std::any_of(m_orders.begin(), m_orders.end(), [&](const Order& order) { return order.role == role; });
}

void StrategyRunner::releasePending() {
  std::erase_if(m_pending, [&](const PendingIntent& pending) { return now() >= pending.releaseAt; });
  std::erase_if(m_settling, [&](const Settling& settling) { return now() >= settling.releaseAt; });
}

std::string StrategyRunner::whyNot(const OrderIntent& intent) const {
  const bool entry = intent.role == OrderRole::Entry;
  if (!m_enabled && entry) return "stopped";
  if (m_permission == Permission::Nothing) return "not trading";
  if (m_permission == Permission::ExitsOnly && entry) return "paused";
  if (intent.quantity.sign() <= 0) return "no quantity";
  if (!entry) {
    if (!intent.reduceOnly) return "an exit must be reduce-only";
    if (now() < m_exitNotBefore) return "the last exit came to nothing, the next waits";
    return exitLive() ? "an exit is already asked for" : "";
  }
  if (intent.type == OrderType::Market) return "strategies enter with limit orders only";
  if (!m_bookLive) return "the book is not live";
  if (entryLive()) return "an entry is already asked for";
  if (!m_position.isZero() || exitLive()) return "a position is held";
  return "";
}

Uuid StrategyRunner::submit(OrderIntent intent) {
  releasePending();
  const std::string refusal = whyNot(intent);
  if (!refusal.empty()) {
    say("not asking for an order: " + refusal);
    return {};
  }
  intent.id = m_port.newId();
  intent.instrument = m_instrument.id;
  intent.owner = Owner::Strategy;
  intent.strategy = std::string(m_strategy->name());
  intent.createdAt = now();
  const Duration life = intent.expiresAt == Timestamp::never() ? kIntentLifeDefault : intent.expiresAt - now();
  intent.expiresAt = now() + m_port.withRoom(life);
  m_pending.push_back({intent.id, intent.role, intent.expiresAt + m_port.withRoom(kIntentGrace)});
  m_port.sendIntent(intent);
  return intent.id;
}

void StrategyRunner::cancel(ClientOrderId clientId) {
  if (m_permission == Permission::Nothing) return;
  const auto order =
      std::find_if(m_orders.begin(), m_orders.end(), [&](const Order& other) { return other.clientId == clientId; });
  if (order == m_orders.end()) return;
  const auto asked = std::find_if(m_cancels.begin(), m_cancels.end(),
                                  [&](const CancelAsked& other) { return other.clientId == clientId; });
  if (asked != m_cancels.end()) {
    if (now() < asked->at + kCancelRepeat) return;
    asked->at = now();
  } else {
    m_cancels.push_back({clientId, now()});
  }
  CancelRequest request;
  request.clientId = clientId;
  request.instrument = m_instrument.id;
  request.strategy = std::string(m_strategy->name());
  request.reason = "withdrawn by " + request.strategy;
  m_port.sendCancel(request);
}

void StrategyRunner::withdrawEntries() {
  for (const Order& order : m_orders) {
    if (order.role == OrderRole::Entry) cancel(order.clientId);
  }
}

}  // namespace bw::strategies
