// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/bus/message.h"
#include "core/journal/records.h"
#include "core/risk/risk_limits.h"
#include "core/venues/fake/fake_exchange.h"

namespace bw::execution {
class ExecutionAgent;
}

namespace bw::sim {

/// An invariant of RELIABILITY.md §2 that did not hold.
struct Violation {
  std::string invariant;  ///< "I7"
  std::string text;
};

/// Judges a workstation by a ledger of its own, which is fed from the fake exchange's log only and counts in whole lots
/// and ticks. What the workstation says and does is compared with it after every event. Thread: one.
class Judge {
 public:
  struct Rules {
    Instruments instruments;
    risk::RiskLimits limits;
    Decimal startBalance;
    std::string venue;
    /// False: the venue promises nothing about landing, so that an order that never left before a crash can be proven
    /// by nobody and rightly stays UNKNOWN.
    bool promises = true;
  };
  explicit Judge(Rules rules);

  /// What happened at the venue.
  void onLog(const fake::LogEntry& entry);
  /// The workstation appended a journal record.
  void onRecord(RecordKind kind, std::uint64_t sequence, std::string_view payload);
  /// A placement's bytes are about to leave; `durable` is the journal's durable sequence. `putsBack`: the gate is at
  /// CancelAll, where protective stops may be put back.
  void onSend(const PlaceRequest& request, std::uint64_t durable, bool putsBack, const fake::FakeExchange& exchange);
  /// A message reaches its first receiver.
  void onMessage(const Message& message, const fake::FakeExchange& exchange);
  /// A new workstation found these records on the disk.
  void onRestart(const std::vector<journal::JournalRecord>& records);
  /// A trading host was replaced: approvals and order states of the old one count no more.
  void onNewAgents();
  /// The emergency stop was pressed, or reset by a person.
  void onPressed() { m_pressed = true; }
  void onReset() { m_pressed = false; }

  /// Everything at rest: orders, fills, positions and cash of the workstation against the truth. Empty if equal.
  std::string compare(const execution::ExecutionAgent& execution, const std::optional<AccountUpdate>& account) const;
  void fail(const char* invariant, std::string text);

  const std::optional<Violation>& violation() const { return m_violation; }
  bool pressed() const { return m_pressed; }
  std::uint64_t orders() const { return m_sent; }
  std::uint64_t fills() const { return m_trades.size(); }
  std::uint64_t cancels() const { return m_cancels; }
  std::uint64_t unknowns() const { return m_unknowns; }
  std::uint64_t unknownsResolved() const { return m_unknownsResolved; }
  std::uint64_t refused() const { return m_refusedIntents; }
  const std::map<std::string, std::uint64_t>& reasons() const { return m_reasons; }

 private:
  enum class Fate : std::uint8_t { UnderWay, Lost, Refused, Live, Ended };
  struct Truth {
    Fate fate = Fate::UnderWay;
    OrderState ended = OrderState::Open;
    InstrumentId instrument;
    int side = 1;
    bool reduceOnly = false;
    bool ours = true;        ///< false: a close of the emergency stop
    std::uint64_t life = 0;  ///< that sent it last
    std::int64_t lots = 0;
    std::int64_t filled = 0;
  };
  struct Trade {
    ClientOrderId order;
    InstrumentId instrument;
    int side = 1;
    std::int64_t lots = 0;
    std::int64_t ticks = 0;
    bool told = false;  ///< in this life of the workstation
  };
  struct Intent {
    std::uint64_t sequence = 0;
    Uuid intentId;
  };
  struct Approval {
    InstrumentId instrument;
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    bool reduceOnly = false;
    std::int64_t quantity = 0;  ///< in 10^-8, like the next
    std::optional<std::int64_t> worst;
    bool used = false;
  };
  struct Book {
    std::int64_t position = 0;  ///< lots
    std::int64_t told = 0;      ///< lots, of the trades that the workstation knows
    std::int64_t flow = 0;      ///< Σ signed lots × ticks
    std::int64_t buys = 0;      ///< lots of entries that may still fill
    std::int64_t sells = 0;
    std::int64_t unit = 0;  ///< value of one lot × one tick, in 10^-8
    std::int64_t lot = 0;   ///< in 10^-8
    std::int64_t tick = 0;
    std::int64_t home = 0;  ///< first middle price seen, ticks
  };

  void release(Truth& truth);
  void checkExposure(const PlaceRequest& request, const fake::FakeExchange& exchange);
  std::string liveEntries() const;
  bool reduces(const PlaceRequest& request) const;
  std::string positionsText() const;
  void checkApproval(const PlaceRequest& request, const Intent& intent);
  void onOrder(const OrderUpdate& update);
  void onFill(const OrderFilled& filled);
  void onBook(const BookDepth& depth);
  std::string compareOrders(const execution::ExecutionAgent& execution) const;

  Rules m_rules;
  std::vector<Book> m_books;
  std::int64_t m_start = 0;  ///< in 10^-8, like the fees
  std::int64_t m_fees = 0;
  std::unordered_map<ClientOrderId, Truth> m_truth;  ///< looked up only; m_order tells the order
  std::vector<ClientOrderId> m_order;
  std::vector<Trade> m_trades;  ///< by number of the trade, from 1
  std::int64_t m_liveEntries = 0;
  std::int64_t m_resting = 0;  ///< entries at the venue
  std::unordered_map<ClientOrderId, Intent> m_intents;
  std::unordered_map<Uuid, Approval> m_approvals;
  std::unordered_set<Uuid> m_sentIntents;
  std::unordered_map<ClientOrderId, OrderState> m_states;  ///< as the workstation last said, in this life
  std::map<std::string, std::uint64_t> m_reasons;
  std::uint64_t m_life = 1;
  std::uint64_t m_sent = 0;
  std::uint64_t m_cancels = 0;
  std::uint64_t m_unknowns = 0;
  std::uint64_t m_unknownsResolved = 0;
  std::uint64_t m_refusedIntents = 0;
  bool m_pressed = false;
  std::optional<Violation> m_violation;
};

/// The emergency stop's closes have derived ids.
bool hasDerivedId(ClientOrderId id);
/// A decimal in units of 10^-8; what is finer is a violation of the judge's own assumptions (asserted).
std::int64_t inUnits(const Decimal& value);

}  // namespace bw::sim
