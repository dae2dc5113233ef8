// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/instrument.h"
#include "core/domain/messages/execution.h"
#include "core/domain/order.h"
#include "core/ledger/seen_ids.h"

namespace bw::execution {

/// What one report or fill did to an order.
struct OrderChange {
  bool known = false;    ///< the order is in the ledger
  bool changed = false;  ///< anything about it changed
  OrderState previous = OrderState::Pending;
  Order order;                 ///< after the change, if known
  std::optional<Fill> fill;    ///< applied now, for the first time
  bool duplicate = false;      ///< a fill that had been applied before
  bool tooOld = false;         ///< a fill from before the horizon: it may have been applied, so it is not
  bool overfilled = false;     ///< more filled than ordered, from this fill on
  bool contradiction = false;  ///< the report does not fit the state: the order is UNKNOWN until the venue proves more
  Quantity missing;            ///< > 0: filled at the venue, but without the fills that say so; the order stays UNKNOWN
};

/// What a report does to an order in some state. The table is OrderLedger's only source of transitions beside fills.
enum class ReportStep : std::uint8_t {
  Stay,
  Accept,      ///< → OPEN, or PARTIALLY_FILLED where some filled
  Reject,      ///< → REJECTED; where some filled a contradiction
  Cancel,      ///< → CANCELLED
  Expire,      ///< → EXPIRED
  Doubt,       ///< → UNKNOWN
  Deny,        ///< the venue never had it: → CANCELLED; where some filled a contradiction
  Contradict,  ///< cannot be true: → UNKNOWN, and told
};
/// Row = OrderReport::Kind, column = OrderState. Filled is Stay: fills move an order by their quantity.
extern const std::array<std::array<ReportStep, kOrderStates>, 9> kReportSteps;

/// The order state machine of SPEC §7.3 for all orders of the workstation. Reports and fills are applied exactly once
/// and in any order: a fill may come before its acknowledgement or after the end. UNKNOWN ends by proof only.
///
/// Bounded: the `keepEnded` orders that ended last are kept, and the fills of SeenIds. Thread: owner only.
class OrderLedger {
 public:
  static constexpr std::size_t kKeepEnded = 20'000;
  explicit OrderLedger(Instruments instruments, std::size_t keepEnded = kKeepEnded,
                       std::size_t keepFills = ledger::SeenIds::kKeep);

  /// A new order, PENDING. Its client id must be new.
  const Order& add(Order order);
  /// Takes over an order in whatever state it is (journal, or found at the venue).
  const Order& adopt(Order order);
  /// Null if unknown.
  const Order* find(ClientOrderId clientId) const;
  /// By any venue id of its chain (an amend gives a new one); nil if unknown.
  ClientOrderId byVenueId(InstrumentId instrument, const std::string& venueOrderId) const;

  OrderChange apply(const OrderReport& report, Timestamp now);
  OrderChange applyFill(const Fill& fill, Timestamp now);
  /// No answer came, or the process was restarted.
  OrderChange markUnknown(ClientOrderId clientId, const std::string& reason, Timestamp now);
  OrderChange setCancelPending(ClientOrderId clientId, bool pending, Timestamp now);
  OrderChange setReplacePending(ClientOrderId clientId, bool pending, Timestamp now);
  /// An amend by the venue's own means was sent: until its answer, the end of the old venue id does not end the order.
  void expectAmend(ClientOrderId clientId);
  /// Recovery: state, flags and venue id of a journalled update; quantities come from fills alone.
  void restoreState(const Order& journalled);

  /// True if the fill was applied before or may have been. Fills are named by venue and venue trade id.
  bool hasSeen(const Fill& fill) const;
  void markSeen(const Fill& fill);
  /// Not terminal, by client id (which is by age for our own).
  std::vector<Order> live() const;
  const std::set<ClientOrderId>& liveIds() const { return m_live; }
  bool hasLive() const { return !m_live.empty(); }
  std::size_t size() const { return m_orders.size(); }
  const std::map<ClientOrderId, Order>& all() const { return m_orders; }
  /// Forgets the oldest ended orders beyond the horizon. Call it between messages.
  void prune();
  /// True for an id of ours that is not known but may be that of a forgotten order.
  bool mayBeForgotten(ClientOrderId clientId) const;

 private:
  using VenueId = std::pair<std::string, std::string>;  // venue, its order id
  struct Chain {
    std::vector<std::string> venueIds;  // oldest first
    bool amending = false;
    std::optional<OrderState> endsAs;  // proven, once fills of `endsWith` are told
    Quantity endsWith;
  };
  ClientOrderId idOf(const OrderReport& report) const;
  const std::string& venueOf(InstrumentId instrument) const { return m_instruments->get(instrument).venue; }
  bool link(Order& order, const std::string& venueOrderId);
  bool isOldLink(const Order& order, const OrderReport& report) const;
  void step(Order& order, ReportStep step, const OrderReport& report, Timestamp now, OrderChange& change);
  void move(Order& order, OrderState to, Timestamp now, OrderChange& change);
  void end(Order& order, OrderState to, const OrderReport& report, Timestamp now, OrderChange& change);
  void advance(Order& order, Timestamp now, OrderChange& change);
  void contradict(Order& order, const std::string& reason, Timestamp now, OrderChange& change);
  void track(const Order& order);
  void forget(ClientOrderId clientId);

  Instruments m_instruments;
  std::size_t m_keepEnded;
  std::map<ClientOrderId, Order> m_orders;
  std::set<ClientOrderId> m_live;
  std::deque<ClientOrderId> m_ended;  // oldest end first
  std::set<ClientOrderId> m_endedIds;
  ClientOrderId m_forgottenUpTo;  // newest id of ours that was forgotten
  std::map<ClientOrderId, Chain> m_chains;
  std::map<VenueId, ClientOrderId> m_byVenueId;
  ledger::SeenIds m_seen;
};

}  // namespace bw::execution
