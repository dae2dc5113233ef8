// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/execution_agent.h"
#include "core/journal/account_records.h"
#include "core/journal/binary.h"

namespace bw::execution {

std::vector<std::string> ExecutionAgent::restore(const std::vector<journal::JournalRecord>& records) {
  BW_ASSERT(m_context == nullptr);
  std::vector<std::string> problems;
  for (const journal::JournalRecord& record : records) {
    restoreOne(record, problems);
    m_orders.prune();
  }
  m_hasHistory = !m_accounts.empty() || m_orders.size() > 0;
  for (const Order& order : m_orders.live())
    m_orders.markUnknown(order.clientId, "restarted: the venue must say what became of it", order.updatedAt);
  return problems;
}

void ExecutionAgent::restoreFill(const Fill& fill) {
  if (m_orders.find(fill.clientId) == nullptr) {
    Order order;
    order.clientId = order.intentId = fill.clientId;
    order.instrument = fill.instrument;
    order.side = fill.side;
    order.state = OrderState::Open;
    order.quantity = fill.quantity;
    order.owner = isStopClose(fill.clientId) ? Owner::Emergency : Owner::External;
    order.reduceOnly = order.owner == Owner::Emergency;
    m_orders.adopt(order);
  }
  const OrderChange change = m_orders.applyFill(fill, fill.venueTime);
  if (change.fill) m_positions.apply(fill, originOf(fill, change.order));
}

void ExecutionAgent::restoreOne(const journal::JournalRecord& record, std::vector<std::string>& problems) {
  const InstrumentTable& instruments = *m_parts.instruments;
  const auto complain = [&](const Error& error) {
    problems.push_back("record " + std::to_string(record.sequence) + ": " + error.detail);
  };
  const auto take = [&](auto decoded, const auto& use) {
    if (decoded) {
      use(*decoded);
    } else {
      complain(decoded.error());
    }
  };
  switch (record.kind) {
    case RecordKind::SessionStart: {
      journal::BinaryReader in(record.payload);
      const std::uint8_t version = in.u8();
      const std::string venue = in.text();
      const Money start = in.money();
      const Timestamp since = version >= 2 ? in.time() : Timestamp{};
      if (version > 2 || !in.ok() || !in.atEnd() || m_positions.hasAccount(venue)) break;
      m_positions.openAccount(venue, start);
      m_accounts[venue].since = since;
      break;
    }
    case RecordKind::OrderIntentApproved:
    case RecordKind::OrderUpdated:
      take(journal::decodeOrder(record.payload, instruments), [&](const Order& order) {
        // The record of the intent is written before anything else about the order, but the disk may group them
        // otherwise.
        if (record.kind == RecordKind::OrderUpdated || m_orders.find(order.clientId) == nullptr)
          m_orders.restoreState(order);
      });
      break;
    case RecordKind::FillApplied:
      take(journal::decodeFill(record.payload, instruments), [&](const Fill& fill) { restoreFill(fill); });
      break;
    case RecordKind::PositionAdopted:
      take(journal::decodePosition(record.payload, instruments),
           [&](const Position& position) { m_positions.adopt(position); });
      break;
    case RecordKind::Funding:
      take(journal::decodeFunding(record.payload, instruments),
           [&](const FundingPayment& payment) { static_cast<void>(m_positions.applyFunding(payment)); });
      break;
    case RecordKind::Transfer:
      take(journal::decodeTransfer(record.payload), [&](const journal::TransferRecord& moved) {
        if (m_positions.hasAccount(moved.venue)) static_cast<void>(m_positions.transfer(moved.venue, moved.transfer));
      });
      break;
    case RecordKind::Reconciliation:
      take(journal::decodeReconciliation(record.payload, instruments),
           [&](const ReconciliationItem& item) { m_inbox.restore(item); });
      break;
    default:
      break;
  }
}

}  // namespace bw::execution
