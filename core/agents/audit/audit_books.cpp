// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/audit_books.h"

#include <algorithm>

namespace bw::agents {

namespace {

constexpr std::size_t kApprovalsKept = 65536;
/// Orders that ended and are still known, for late fills.
constexpr std::size_t kEndedKept = 16384;

std::string orderText(const Order& order) {
  return "order " + toString(order.clientId);
}

bool worseThan(Side side, const Price& price, const Price& worst) {
  return side == Side::Buy ? price > worst : price < worst;
}

}  // namespace

std::string_view toString(Invariant invariant) {
  switch (invariant) {
    case Invariant::Approved:
      return "every order approved before";
    case Invariant::WithinApproval:
      return "orders and fills within their approval";
    case Invariant::FillsWithinOrder:
      return "fills within the order's quantity";
    case Invariant::Transitions:
      return "order transitions legal";
    case Invariant::FillsSumToPosition:
      return "fills sum to the position";
    case Invariant::OpenPositions:
      return "open positions";
    case Invariant::Drawdown:
      return "daily drawdown";
    case Invariant::Losses:
      return "consecutive losses";
    case Invariant::FreeMargin:
      return "free margin";
    case Invariant::Exposure:
      return "exposure";
    case Invariant::Streams:
      return "streams not silent";
    case Invariant::Heartbeats:
      return "agents heard from";
    case Invariant::Credentials:
      return "credentials";
    case Invariant::Count:
      break;
  }
  return "?";
}

AuditBooks::AuditBooks(Instruments instruments, AuditLimits limits, Timestamp startedAt)
    : m_instruments(std::move(instruments)), m_limits(std::move(limits)), m_startedAt(startedAt) {
  BW_ASSERT(m_instruments != nullptr);
}

std::string AuditBooks::nameOf(InstrumentId instrument) const {
  return m_instruments->get(instrument).symbol;
}

void AuditBooks::report(Invariant invariant, bool stop, const std::string& text) {
  ++m_violations;
  m_fresh.push_back({invariant, stop, std::string(toString(invariant)) + ": " + text});
}

void AuditBooks::raise(Invariant invariant, std::string text) {
  State& state = m_states[static_cast<std::size_t>(invariant)];
  report(invariant, true, text);
  state.broken = true;
  state.stop = true;
  state.text = std::move(text);
}

void AuditBooks::onApproved(const RiskApproved& approved, std::uint64_t sequence) {
  if (approved.approval == nullptr) return;
  if (m_approvals.try_emplace(approved.intent.id, Approval{approved.approval->bounds(), sequence}).second) {
    m_approvalAges.push_back(approved.intent.id);
  }
  if (m_approvalAges.size() > kApprovalsKept) {
    m_approvals.erase(m_approvalAges.front());
    m_approvalAges.pop_front();
  }
}

bool AuditBooks::needsApproval(const Order& order) const {
  const bool ours = order.owner == Owner::Strategy || order.owner == Owner::Manual;
  return ours && order.role != OrderRole::EmergencyClose && order.createdAt >= m_startedAt;
}

AuditBooks::Book& AuditBooks::bookOf(const Order& order, std::uint64_t sequence, Timestamp now) {
  const auto [entry, added] = m_orders.try_emplace(order.clientId);
  Book& book = entry->second;
  if (added) {
    book.order = order;
    book.sequence = sequence;
    book.firstSeen = now;
    if (!isTerminal(order.state)) m_live[order.clientId] = order.instrument;
    m_holdings.try_emplace(order.instrument);
  }
  book.sequence = std::min(book.sequence, sequence);
  return book;
}

void AuditBooks::checkBounds(const Book& book, const ApprovalBounds& bounds) {
  const Order& order = book.order;
  std::string text;
  if (order.instrument != bounds.instrument) text = "another instrument than approved";
  if (order.side != bounds.side) text = "another side than approved";
  if (bounds.reduceOnly && !order.reduceOnly) text = "approved as reduce-only, sent without";
  if (order.leverage > bounds.maxLeverage) {
    text = "leverage " + order.leverage.toString() + ", approved " + bounds.maxLeverage.toString();
  }
  if (order.quantity > bounds.maxQuantity) {
    text = "quantity " + order.quantity.toString() + ", approved " + bounds.maxQuantity.toString();
  }
  if (order.limitPrice && bounds.worstPrice && worseThan(order.side, *order.limitPrice, *bounds.worstPrice)) {
    text = "price " + order.limitPrice->toString() + ", approved " + bounds.worstPrice->toString();
  }
  if (!text.empty()) raise(Invariant::WithinApproval, orderText(order) + ": " + text);
}

void AuditBooks::prove(Book& book, Timestamp now) {
  const auto approval = m_approvals.find(book.order.intentId);
  if (approval == m_approvals.end()) {
    if (now < book.firstSeen + m_limits.settle) return;
    raise(Invariant::Approved, orderText(book.order) + " has no approval");
  } else if (approval->second.sequence > book.sequence) {
    raise(Invariant::Approved, orderText(book.order) + " was placed before its approval");
  } else {
    checkBounds(book, approval->second.bounds);
  }
  book.proven = true;
}

void AuditBooks::onOrder(const OrderUpdate& update, bool placedTopic, std::uint64_t sequence, Timestamp now) {
  const Order& order = update.order;
  Book& book = bookOf(order, sequence, now);
  // What is heard of first in the middle of its life was there before this run: approved then.
  const bool begins = placedTopic || update.previous == OrderState::Pending;
  const bool grown = book.checked && order.quantity > book.order.quantity;
  if (needsApproval(order) && (grown || (begins && !book.checked))) {
    book.checked = true;
    book.proven = false;
    m_unproven.insert(order.clientId);
  }
  if (placedTopic) return;  // the same news as on order.updated, which keeps its own order
  const OrderState before = book.stated ? book.order.state : update.previous;
  const bool legal = before == order.state || isLegalTransition(before, order.state);
  if (!legal && !order.lateFill) {
    raise(Invariant::Transitions, orderText(order) + " went from " + std::string(toString(before)) + " to " +
                                      std::string(toString(order.state)));
  }
  const bool ends = isTerminal(order.state) && !(book.stated && isTerminal(book.order.state));
  book.order = order;
  book.stated = true;
  if (isTerminal(order.state)) m_live.erase(order.clientId);
  if (!ends) return;
  m_over.push_back(order.clientId);
  if (m_over.size() > kEndedKept) {
    m_orders.erase(m_over.front());
    m_unproven.erase(m_over.front());
    m_over.pop_front();
  }
}

void AuditBooks::onFill(const OrderFilled& filled, std::uint64_t sequence, Timestamp now) {
  const Fill& fill = filled.fill;
  const std::string key = std::to_string(fill.instrument.value) + "/" + fill.venueTradeId;
  if (!m_fillsSeen.insert(key).second) {
    raise(Invariant::FillsSumToPosition, "fill " + fill.venueTradeId + " was applied twice");
    return;
  }
  Book& book = bookOf(filled.order, sequence, now);
  book.filled = book.filled + fill.quantity;
  if (book.filled > book.order.quantity) {
    raise(Invariant::FillsWithinOrder,
          orderText(book.order) + " filled " + book.filled.toString() + " of " + book.order.quantity.toString());
  }
  const auto approval = m_approvals.find(book.order.intentId);
  if (approval != m_approvals.end()) {
    const ApprovalBounds& bounds = approval->second.bounds;
    if (book.filled > bounds.maxQuantity) {
      raise(Invariant::WithinApproval, orderText(book.order) + " filled " + book.filled.toString() + ", approved " +
                                           bounds.maxQuantity.toString());
    }
    if (bounds.worstPrice && worseThan(fill.side, fill.price, *bounds.worstPrice)) {
      raise(Invariant::WithinApproval, orderText(book.order) + " filled at " + fill.price.toString() + ", approved " +
                                           bounds.worstPrice->toString());
    }
  }
  Holding& holding = m_holdings[fill.instrument];
  if (sequence < holding.adoptedSequence) return;
  const Quantity signedQuantity = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
  holding.net = holding.net + signedQuantity;
  if (!holding.heard) holding.early.emplace_back(sequence, signedQuantity);
}

void AuditBooks::adopt(Holding& holding, Quantity stated, std::uint64_t sequence) {
  holding.net = stated;
  holding.adoptedSequence = sequence;
  for (const auto& [heardAt, quantity] : holding.early) {
    if (heardAt > sequence) holding.net = holding.net + quantity;
  }
}

void AuditBooks::onPosition(const PositionUpdate& update, std::uint64_t sequence) {
  if (update.kind == PositionUpdate::Kind::Closed) m_losses = update.tripNet.sign() < 0 ? m_losses + 1 : 0;
  const Position& position = update.position;
  Holding& holding = m_holdings[position.instrument];
  const bool opensNow = update.kind == PositionUpdate::Kind::Opened && position.openedAt >= m_startedAt &&
                        position.owner != Owner::External;
  if (!holding.heard && !opensNow) adopt(holding, position.quantity, sequence);
  holding.heard = true;
  holding.early.clear();
  if (sequence < holding.statedSequence) return;  // an older word on another topic
  holding.statedSequence = sequence;
  holding.stated = position.quantity;
  if (!update.mark.isZero()) holding.mark = update.mark;
}

void AuditBooks::onAccount(const AccountUpdate& account) {
  m_accounts[account.venue] = account;
  const Currency currency = account.equity.currency();
  Money sum = Money::zero(currency);
  for (const auto& [venue, one] : m_accounts) {
    if (one.equity.currency() == currency) sum += one.equity;
  }
  const std::int64_t day = account.time.ns / Duration::seconds(86400).ns;
  const auto [entry, added] = m_purses.try_emplace(currency);
  Purse& purse = entry->second;
  if (added || day != purse.riskDay) purse.highWater = sum;
  purse.riskDay = day;
  purse.equity = sum;
  purse.highWater = std::max(purse.highWater, sum);
}

void AuditBooks::onData(InstrumentId instrument, Timestamp now) {
  m_holdings[instrument].lastData = now;
}

void AuditBooks::onFeed(const FeedStatus& feed) {
  m_feedEnded[feed.venue] = feed.state == FeedStatus::State::Ended;
}

bool AuditBooks::feedEnded(const std::string& venue) const {
  const auto own = m_feedEnded.find(venue);
  if (own != m_feedEnded.end()) return own->second;
  return !m_feedEnded.empty() &&
         std::all_of(m_feedEnded.begin(), m_feedEnded.end(), [](const auto& feed) { return feed.second; });
}

void AuditBooks::onHealth(const AgentHealth& health) {
  m_agents[health.agent] = health;
}

Quantity AuditBooks::netOfFills(InstrumentId instrument) const {
  const auto holding = m_holdings.find(instrument);
  return holding == m_holdings.end() ? Quantity() : holding->second.net;
}

}  // namespace bw::agents
