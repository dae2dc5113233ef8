// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/order_ledger.h"

#include <algorithm>

#include "core/base/mutant.h"

namespace bw::execution {
namespace {

Quantity missingAtVenue(const Order& order, const OrderReport& report) {
  if (!report.filledInAll || *report.filledInAll <= order.filled) return {};
  return *report.filledInAll - order.filled;
}

}  // namespace

// clang-format off
constinit const std::array<std::array<ReportStep, kOrderStates>, 9> kReportSteps = [] {
  using enum ReportStep;
  return std::array<std::array<ReportStep, kOrderStates>, 9>{{
    // PENDING  OPEN        PARTIAL     FILLED CANC  EXPIR REJEC UNKNOWN
    {{Accept,   Stay,       Stay,       Stay,  Stay, Stay, Stay, Accept}},  // Accepted
    {{Reject,   Contradict, Contradict, Stay,  Stay, Stay, Stay, Reject}},  // Rejected
    {{Doubt,    Doubt,      Doubt,      Stay,  Stay, Stay, Stay, Doubt}},   // Unknown
    {{Accept,   Stay,       Stay,       Stay,  Stay, Stay, Stay, Accept}},  // Triggered
    {{Stay,     Stay,       Stay,       Stay,  Stay, Stay, Stay, Stay}},    // Filled
    {{Cancel,   Cancel,     Cancel,     Stay,  Stay, Stay, Stay, Cancel}},  // Cancelled
    {{Stay,     Stay,       Stay,       Stay,  Stay, Stay, Stay, Stay}},    // CancelRejected
    {{Expire,   Expire,     Expire,     Stay,  Stay, Stay, Stay, Expire}},  // Expired
    {{Deny,     Contradict, Contradict, Stay,  Stay, Stay, Stay, Deny}},    // Absent
  }};
}();
// clang-format on

OrderLedger::OrderLedger(Instruments instruments, std::size_t keepEnded, std::size_t keepFills)
    : m_instruments(std::move(instruments)), m_keepEnded(keepEnded), m_seen(keepFills) {
  BW_ASSERT(m_instruments != nullptr);
}

const Order& OrderLedger::add(Order order) {
  BW_ASSERT(order.state == OrderState::Pending && m_orders.count(order.clientId) == 0);
  return adopt(std::move(order));
}

const Order& OrderLedger::adopt(Order order) {
  BW_ASSERT(!order.clientId.isNil());
  const Currency currency = m_instruments->get(order.instrument).settle;
  if (order.filledNotional.currency() == Currency()) order.filledNotional = Money::zero(currency);
  if (order.fees.currency() == Currency()) order.fees = Money::zero(currency);
  const std::string venueOrderId = order.venueOrderId;
  Order& stored = m_orders[order.clientId] = std::move(order);
  static_cast<void>(link(stored, venueOrderId));
  track(stored);
  return stored;
}

const Order* OrderLedger::find(ClientOrderId clientId) const {
  const auto found = m_orders.find(clientId);
  return found == m_orders.end() ? nullptr : &found->second;
}

ClientOrderId OrderLedger::byVenueId(InstrumentId instrument, const std::string& venueOrderId) const {
  if (venueOrderId.empty()) return {};
  const auto found = m_byVenueId.find({venueOf(instrument), venueOrderId});
  return found == m_byVenueId.end() ? ClientOrderId{} : found->second;
}

ClientOrderId OrderLedger::idOf(const OrderReport& report) const {
  return report.clientId.isNil() ? byVenueId(report.instrument, report.venueOrderId) : report.clientId;
}

// True if the id is new to the order; the order then goes by it.
bool OrderLedger::link(Order& order, const std::string& venueOrderId) {
  if (venueOrderId.empty()) return false;
  Chain& chain = m_chains[order.clientId];
  if (std::find(chain.venueIds.begin(), chain.venueIds.end(), venueOrderId) != chain.venueIds.end()) return false;
  chain.venueIds.push_back(venueOrderId);
  chain.amending = false;
  m_byVenueId[{venueOf(order.instrument), venueOrderId}] = order.clientId;
  order.venueOrderId = venueOrderId;
  return true;
}

// The end of a venue id that an amend replaced, or is about to replace, is not the end of the order.
bool OrderLedger::isOldLink(const Order& order, const OrderReport& report) const {
  const auto chain = m_chains.find(order.clientId);
  if (chain == m_chains.end() || report.venueOrderId.empty()) return false;
  return report.venueOrderId != order.venueOrderId || chain->second.amending;
}

void OrderLedger::expectAmend(ClientOrderId clientId) {
  BW_ASSERT(find(clientId) != nullptr);
  m_chains[clientId].amending = true;
}

void OrderLedger::track(const Order& order) {
  if (isTerminal(order.state)) {
    m_live.erase(order.clientId);
    if (m_endedIds.insert(order.clientId).second) m_ended.push_back(order.clientId);
  } else {
    m_live.insert(order.clientId);
  }
}

void OrderLedger::move(Order& order, OrderState to, Timestamp now, OrderChange& change) {
  if (order.state == to) return;
  BW_ASSERT(isLegalTransition(order.state, to));
  order.state = to;
  order.updatedAt = now;
  if (isTerminal(to)) order.cancelPending = order.replacePending = false;
  change.changed = true;
  track(order);
}

void OrderLedger::contradict(Order& order, const std::string& reason, Timestamp now, OrderChange& change) {
  change.contradiction = true;
  order.reason = reason;
  move(order, OrderState::Unknown, now, change);
}

void OrderLedger::end(Order& order, OrderState to, const OrderReport& report, Timestamp now, OrderChange& change) {
  change.missing = missingAtVenue(order, report);
  if (!change.missing.isZero()) {
    order.reason =
        std::string(toString(to)) + " at the venue, but fills of " + change.missing.toString() + " have not been told";
    Chain& chain = m_chains[order.clientId];
    chain.endsAs = to;
    chain.endsWith = *report.filledInAll;
    move(order, OrderState::Unknown, now, change);
    return;
  }
  order.reason = report.reason;
  move(order, to, now, change);
}

// What a fill makes of the state: an end that only waited for its fills comes with the last of them.
void OrderLedger::advance(Order& order, Timestamp now, OrderChange& change) {
  const auto chain = m_chains.find(order.clientId);
  const bool ends = chain != m_chains.end() && chain->second.endsAs.has_value();
  const Quantity early = BW_MUTANT(20) ? m_instruments->get(order.instrument).quantity({1}) : Quantity{};
  if (order.filled + early >= order.quantity) {
    move(order, OrderState::Filled, now, change);
  } else if (ends && order.filled >= chain->second.endsWith) {
    order.reason = "cancelled or expired at the venue";
    move(order, *chain->second.endsAs, now, change);
  } else if (!ends) {
    move(order, OrderState::PartiallyFilled, now, change);
  }
}

void OrderLedger::step(Order& order, ReportStep step, const OrderReport& report, Timestamp now, OrderChange& change) {
  using enum ReportStep;
  const bool filled = !order.filled.isZero();
  switch (step) {
    case Stay:
      break;
    case Accept:
      if (BW_MUTANT(21) && order.state == OrderState::Unknown) break;
      change.missing = missingAtVenue(order, report);
      if (!change.missing.isZero()) break;
      if (order.state == OrderState::Unknown) order.reason.clear();
      move(order, filled ? OrderState::PartiallyFilled : OrderState::Open, now, change);
      break;
    case Reject:
      if (filled) {
        contradict(order, "REJECTED reported of an order that the venue had filled", now, change);
      } else {
        end(order, OrderState::Rejected, report, now, change);
      }
      break;
    case Cancel:
      end(order, OrderState::Cancelled, report, now, change);
      break;
    case Expire:
      end(order, OrderState::Expired, report, now, change);
      break;
    case Doubt:
      order.reason = report.reason;
      move(order, OrderState::Unknown, now, change);
      break;
    case Deny:
      if (filled && !BW_MUTANT(22)) {
        contradict(order, "the venue denies an order that it had filled", now, change);
        break;
      }
      order.reason = report.reason.empty() ? "never reached the venue" : report.reason;
      move(order, OrderState::Cancelled, now, change);
      break;
    case Contradict:
      contradict(order,
                 report.kind == OrderReport::Kind::Absent
                     ? "the venue denies an order that it had accepted"
                     : "REJECTED reported while " + std::string(toString(order.state)),
                 now, change);
      break;
  }
}

OrderChange OrderLedger::apply(const OrderReport& report, Timestamp now) {
  if (report.kind == OrderReport::Kind::Filled) return applyFill(report.fill, now);
  OrderChange change;
  const auto found = m_orders.find(idOf(report));
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  const ReportStep wanted = kReportSteps[static_cast<std::size_t>(report.kind)][static_cast<std::size_t>(order.state)];
  const bool ends = report.kind == OrderReport::Kind::Rejected || report.kind == OrderReport::Kind::Cancelled ||
                    report.kind == OrderReport::Kind::Expired;
  if (link(order, report.venueOrderId)) change.changed = true;
  if (report.kind == OrderReport::Kind::CancelRejected) {
    if (order.cancelPending) change.changed = true;
    order.cancelPending = order.replacePending = false;
  }
  if (!ends || !isOldLink(order, report)) step(order, wanted, report, now, change);
  change.order = order;
  return change;
}

OrderChange OrderLedger::applyFill(const Fill& fill, Timestamp now) {
  OrderChange change;
  const auto found =
      m_orders.find(fill.clientId.isNil() ? byVenueId(fill.instrument, fill.venueOrderId) : fill.clientId);
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  change.order = order;
  if (BW_MUTANT(19) && isTerminal(order.state)) return change;
  const auto verdict = m_seen.insert(venueOf(fill.instrument), fill.venueTradeId, fill.venueTime);
  if (verdict != ledger::SeenIds::Verdict::New && !BW_MUTANT(18)) {
    change.duplicate = true;
    change.tooOld = verdict == ledger::SeenIds::Verdict::TooOld;
    return change;
  }
  const Instrument& instrument = m_instruments->get(order.instrument);
  const bool wasOver = order.filled > order.quantity;
  order.filled = order.filled + fill.quantity;
  order.filledNotional += instrument.notional(fill.price, fill.quantity);
  if (fill.fee.currency() == order.fees.currency()) order.fees += fill.fee;
  if (order.venueOrderId.empty()) static_cast<void>(link(order, fill.venueOrderId));
  order.updatedAt = now;
  change.changed = true;
  change.fill = fill;
  change.fill->clientId = order.clientId;
  if (isTerminal(order.state)) {
    order.lateFill = true;
  } else {
    advance(order, now, change);
  }
  change.overfilled = !BW_MUTANT(23) && !wasOver && order.filled > order.quantity;
  change.order = order;
  return change;
}

OrderChange OrderLedger::markUnknown(ClientOrderId clientId, const std::string& reason, Timestamp now) {
  OrderReport report;
  report.kind = OrderReport::Kind::Unknown;
  report.clientId = clientId;
  report.reason = reason;
  return apply(report, now);
}

OrderChange OrderLedger::setCancelPending(ClientOrderId clientId, bool pending, Timestamp now) {
  OrderChange change;
  const auto found = m_orders.find(clientId);
  if (found == m_orders.end()) return change;
  Order& order = found->second;
  change.known = true;
  change.previous = order.state;
  if (!isTerminal(order.state) && order.cancelPending != pending) {
    order.cancelPending = pending;
    order.updatedAt = now;
    change.changed = true;
  }
  change.order = order;
  return change;
}

OrderChange OrderLedger::setReplacePending(ClientOrderId clientId, bool pending, Timestamp now) {
  OrderChange change = setCancelPending(clientId, pending, now);
  if (!change.known || isTerminal(change.order.state)) return change;
  Order& order = m_orders[clientId];
  change.changed = change.changed || order.replacePending != pending;
  order.replacePending = pending;
  change.order = order;
  return change;
}

void OrderLedger::restoreState(const Order& journalled) {
  const auto found = m_orders.find(journalled.clientId);
  if (found == m_orders.end()) {
    Order order = journalled;
    order.filled = Quantity{};
    order.filledNotional = Money{};
    order.fees = Money{};
    adopt(std::move(order));
    return;
  }
  Order& order = found->second;
  order.state = journalled.state;
  static_cast<void>(link(order, journalled.venueOrderId));
  order.reason = journalled.reason;
  order.lateFill = journalled.lateFill;
  order.quantity = journalled.quantity;
  order.sentAt = journalled.sentAt;
  order.updatedAt = journalled.updatedAt;
  track(order);
}

bool OrderLedger::hasSeen(const Fill& fill) const {
  return m_seen.check(venueOf(fill.instrument), fill.venueTradeId, fill.venueTime) != ledger::SeenIds::Verdict::New;
}

void OrderLedger::markSeen(const Fill& fill) {
  static_cast<void>(m_seen.insert(venueOf(fill.instrument), fill.venueTradeId, fill.venueTime));
}

std::vector<Order> OrderLedger::live() const {
  std::vector<Order> orders;
  orders.reserve(m_live.size());
  for (const ClientOrderId& id : m_live) orders.push_back(m_orders.at(id));
  return orders;
}

void OrderLedger::forget(ClientOrderId clientId) {
  m_endedIds.erase(clientId);
  const auto found = m_orders.find(clientId);
  BW_ASSERT(found != m_orders.end());
  if (!isTerminal(found->second.state)) return;
  if (const auto chain = m_chains.find(clientId); chain != m_chains.end()) {
    for (const std::string& id : chain->second.venueIds) m_byVenueId.erase({venueOf(found->second.instrument), id});
    m_chains.erase(chain);
  }
  if (hasOurPrefix(clientId)) m_forgottenUpTo = std::max(m_forgottenUpTo, clientId);
  m_orders.erase(found);
}

void OrderLedger::prune() {
  while (m_ended.size() > m_keepEnded) {
    forget(m_ended.front());
    m_ended.pop_front();
  }
}

bool OrderLedger::mayBeForgotten(ClientOrderId clientId) const {
  return hasOurPrefix(clientId) && clientId <= m_forgottenUpTo && find(clientId) == nullptr;
}

}  // namespace bw::execution
