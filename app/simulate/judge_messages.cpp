// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "app/simulate/judge.h"
#include "core/agents/execution/execution_agent.h"
#include "core/risk/approval/approval.h"

namespace bw::sim {
namespace {

// SPEC 7.3, written down a second time.
bool mayFollow(OrderState from, OrderState to) {
  using S = OrderState;
  if (from == to) return true;
  switch (from) {
    case S::Pending:
      return true;
    case S::Open:
      return to == S::PartiallyFilled || to == S::Filled || to == S::Cancelled || to == S::Expired || to == S::Unknown;
    case S::PartiallyFilled:
      return to == S::Filled || to == S::Cancelled || to == S::Expired || to == S::Unknown;
    case S::Unknown:
      return to != S::Pending;
    default:
      return false;
  }
}

}  // namespace

void Judge::onMessage(const Message& message, const fake::FakeExchange& exchange) {
  switch (message.topic) {
    case Topic::RiskApproved: {
      const auto& approved = message.as<RiskApproved>();
      const ApprovalBounds& bounds = approved.approval->bounds();
      if (m_approvals.count(bounds.intentId) != 0)
        return fail("I12", "intent " + toString(bounds.intentId) + " was approved twice");
      Approval approval{bounds.instrument,
                        bounds.side,
                        bounds.type,
                        bounds.reduceOnly,
                        inUnits(bounds.maxQuantity.decimal()),
                        {},
                        false};
      if (bounds.worstPrice) approval.worst = inUnits(bounds.worstPrice->decimal());
      m_approvals.emplace(bounds.intentId, approval);
      break;
    }
    case Topic::RiskRejected:
      m_refusedIntents += 1;
      m_reasons[message.as<RiskRefused>().reason] += 1;
      break;
    case Topic::OrderPlaced:
    case Topic::OrderUpdated:
      onOrder(message.as<OrderUpdate>());
      break;
    case Topic::OrderFilled:
      onFill(message.as<OrderFilled>());
      break;
    case Topic::MarketBook:
      onBook(*message.as<BookUpdate>().depth);
      break;
    case Topic::EmergencyStop:
      m_pressed = true;
      break;
    case Topic::StopProgress: {
      const auto& progress = message.as<StopProgress>();
      if (progress.state != StopState::Stopped) break;
      if (m_resting != 0)
        return fail("I9", "STOPPED is shown, but " + std::to_string(m_resting) + " orders that add risk rest");
      if (progress.level == "CANCEL_ALL") break;
      if (exchange.openOrders() != 0)
        return fail("I9", "STOPPED is shown, but " + std::to_string(exchange.openOrders()) + " orders rest");
      for (std::size_t i = 0; i < m_books.size(); ++i) {
        if (m_books[i].position != 0) return fail("I9", "STOPPED is shown, but a position is held");
      }
      break;
    }
    default:
      break;
  }
}

void Judge::onOrder(const OrderUpdate& update) {
  const Order& order = update.order;
  const std::string name = toString(order.clientId);
  if (!mayFollow(update.previous, order.state)) {
    return fail("I6", "order " + name + " went from " + std::string(toString(update.previous)) + " to " +
                          std::string(toString(order.state)));
  }
  const bool wasUnknown = update.previous == OrderState::Unknown;
  if (order.state == OrderState::Unknown && !wasUnknown) m_unknowns += 1;
  if (wasUnknown && order.state != OrderState::Unknown) m_unknownsResolved += 1;
  const auto found = m_truth.find(order.clientId);
  if (found == m_truth.end()) return;  // never sent: refused by gate or lane
  const Truth& truth = found->second;
  // Whatever is said to be over must be over, and nothing is alive that never came.
  if (isTerminal(order.state)) {
    if (truth.fate == Fate::UnderWay || truth.fate == Fate::Live) {
      return fail("I7", "order " + name + " is called " + std::string(toString(order.state)) +
                            (truth.fate == Fate::Live ? ", but it rests at the venue" : ", but it may still land"));
    }
    const bool never = truth.fate == Fate::Lost || truth.fate == Fate::Refused;
    if (never && order.state == OrderState::Filled) return fail("I7", "order " + name + " never landed");
  } else if (order.state == OrderState::Open || order.state == OrderState::PartiallyFilled) {
    if (truth.fate == Fate::UnderWay || truth.fate == Fate::Lost || truth.fate == Fate::Refused)
      return fail("I7", "order " + name + " is called open, but it never landed");
  }
}

void Judge::onFill(const OrderFilled& filled) {
  const Fill& fill = filled.fill;
  const std::uint64_t number = std::strtoull(fill.venueTradeId.c_str() + 1, nullptr, 10);
  if (number == 0 || number > m_trades.size()) return fail("I4", "a fill that never was: " + fill.venueTradeId);
  Trade& trade = m_trades[number - 1];
  if (trade.told) return fail("I4", "fill " + fill.venueTradeId + " was applied twice");
  trade.told = true;
  Book& book = m_books[trade.instrument.value];
  book.told += trade.lots * trade.side;
  if (trade.instrument != fill.instrument || trade.side != signOf(fill.side) || trade.order != fill.clientId ||
      trade.lots * book.lot != inUnits(fill.quantity.decimal()) ||
      trade.ticks * book.tick != inUnits(fill.price.decimal())) {
    fail("I4", "fill " + fill.venueTradeId + " is not what the venue traded");
  }
}

void Judge::onBook(const BookDepth& depth) {
  if (!depth.tradable()) return;
  if (depth.bids[0].price >= depth.asks[0].price) return fail("I14", "a crossed book is called tradable");
  for (std::size_t i = 1; i < depth.bidCount; ++i) {
    if (depth.bids[i].price >= depth.bids[i - 1].price) return fail("I14", "bids out of order");
  }
  for (std::size_t i = 1; i < depth.askCount; ++i) {
    if (depth.asks[i].price <= depth.asks[i - 1].price) return fail("I14", "asks out of order");
  }
}

std::string Judge::compareOrders(const execution::ExecutionAgent& execution) const {
  std::size_t live = 0;
  for (const ClientOrderId& id : m_order) {
    const Truth& truth = m_truth.at(id);
    if (!truth.ours) continue;
    const std::string name = toString(id);
    const Order* order = execution.orders().find(id);
    const bool over = truth.fate != Fate::UnderWay && truth.fate != Fate::Live;
    if (order == nullptr && over && execution.orders().mayBeForgotten(id)) continue;  // ended long ago
    if (order == nullptr) return "order " + name + " is not known any more";
    const Book& book = m_books[truth.instrument.value];
    if (inUnits(order->filled.decimal()) != truth.filled * book.lot) {
      return "order " + name + " filled " + order->filled.toString() + ", the venue traded " +
             std::to_string(truth.filled) + " lots";
    }
    const bool open = truth.fate == Fate::Live;
    live += open ? 1 : 0;
    if (truth.fate == Fate::UnderWay) return "order " + name + " is still under way";
    const bool said = order->state == OrderState::Open || order->state == OrderState::PartiallyFilled;
    if (open != said) {
      return "order " + name + " is called " + std::string(toString(order->state)) +
             (open ? ", but it rests at the venue" : ", but it is over");
    }
    if (truth.fate == Fate::Ended && truth.ended != order->state &&
        !(truth.filled < truth.lots && isTerminal(order->state) && order->state != OrderState::Filled)) {
      return "order " + name + " is called " + std::string(toString(order->state)) + ", the venue says " +
             std::string(toString(truth.ended));
    }
  }
  std::size_t said = 0;
  for (const Order& order : execution.orders().live()) {
    const bool neverLeft = m_truth.count(order.clientId) == 0 && order.state == OrderState::Unknown;
    if (neverLeft && !m_rules.promises) continue;
    said += 1;
    if (m_truth.count(order.clientId) == 0) {
      return "order " + toString(order.clientId) + " never left, but is called " + std::string(toString(order.state)) +
             " (" + order.reason + ")";
    }
  }
  if (said != live) return std::to_string(said) + " orders are called live, " + std::to_string(live) + " are";
  return {};
}

std::string Judge::compare(const execution::ExecutionAgent& execution,
                           const std::optional<AccountUpdate>& account) const {
  if (std::string text = compareOrders(execution); !text.empty()) return text;
  std::int64_t basis = 0;
  std::int64_t flow = 0;
  for (const Instrument& instrument : *m_rules.instruments) {
    const Book& book = m_books[instrument.id.value];
    const Position position = execution.positions().position(instrument.id);
    if (inUnits(position.quantity.decimal()) != book.position * book.lot) {
      return instrument.symbol + ": we count " + position.quantity.toString() + ", the venue holds " +
             std::to_string(book.position) + " lots";
    }
    if (!position.flat()) basis += inUnits(position.entryNotional.amount()) * position.quantity.sign();
    flow += book.flow * book.unit;
  }
  // Cash at average cost: start − fees − flow + what is held at its entry price, whatever was rounded in between.
  if (account) {
    const std::int64_t cash = m_start - m_fees - flow + basis;
    const std::int64_t said = inUnits(account->balance.amount());
    if (cash != said)
      return "I13: the balance is " + account->balance.toString() + ", off by " + std::to_string(said - cash) + "e-8";
  }
  return {};
}

}  // namespace bw::sim
