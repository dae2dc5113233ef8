// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/rng.h"
#include "core/domain/messages/execution.h"
#include "core/matching/account_text.h"
#include "core/matching/book_order.h"
#include "core/matching/venue_account.h"

namespace bw::matching {

struct DeskOptions {
  std::string venue;                        ///< "paper"
  std::string prefix;                       ///< of order and trade ids: "P"
  Instruments instruments;                  ///< never null
  std::vector<InstrumentId> active;         ///< tradable here; their settle currencies have a balance
  Decimal startBalance{10'000, 0};          ///< of each settle currency
  Duration latency = Duration::millis(50);  ///< from place() to the venue, mean
  Duration jitter = Duration::millis(10);   ///< uniform, either way; <= latency
  std::uint64_t seed = 1;
};

/// Copies what the options of every in-process venue have in common.
template <class VenueOptions>
void takeCommonOptions(DeskOptions& desk, const VenueOptions& options) {
  desk.instruments = options.instruments;
  desk.active = options.active;
  desk.startBalance = options.startBalance;
  desk.latency = options.latency;
  desk.jitter = options.jitter;
  desk.seed = options.seed;
}

/// The order desk of an in-process venue: requests under way, orders, account, reports and journal text.
///
/// Time: a request made at market time t arrives at t + latency ± jitter (seeded); requests of one connection never
/// overtake each other. Reports are given the moment things happen at the venue: the way back takes no time.
/// Leverage is per instrument (VenueAccount). Initial margin is checked at arrival; reduce-only orders need none and
/// are cancelled or cut when nothing is left to reduce. When equity falls below maintenance margin, every order is
/// cancelled and every position closed at market as a liquidation. A client id that is used twice gets the first
/// order's state again and never a second order.
/// Thread: owner only (DeskHost locks).
class VenueDesk final : public BookListener {
 public:
  explicit VenueDesk(DeskOptions options);

  /// `backend` must outlive the desk; one for each active instrument.
  void setBackend(InstrumentId id, OrderBackend& backend);
  /// Takes over what a journal said. Call after setBackend and before anything else.
  void restore(const AccountImage& image);

  /// Requests as they leave the client. Of `order`, what PlaceRequest holds is used.
  void place(Timestamp now, std::uint32_t connection, const Order& order);
  void cancel(Timestamp now, std::uint32_t connection, const ClientOrderId& clientId, InstrumentId instrument);
  void cancelAll(Timestamp now, std::uint32_t connection);
  /// When the next request arrives; never() if none is under way.
  Timestamp nextDue() const;
  /// Market time goes on to `now`: requests due by then arrive, in order.
  void advance(Timestamp now);
  /// Call around each market event that backends hear: sets the time of what they report, then settles marks,
  /// reduce-only orders and liquidation.
  void setTime(Timestamp now) { m_now = now; }
  void afterMarket(InstrumentId id);
  /// True if a market event of the instrument can matter to us.
  bool interested(InstrumentId id) const { return m_states[id.value].liveOrders != 0 || m_states[id.value].holding; }
  /// Charges funding: longs pay rate × notional at mark when rate > 0, shorts receive it.
  void applyFunding(Timestamp now, InstrumentId id, const Ratio& rate);

  AccountSnapshot snapshot(Timestamp now);
  /// Errors "venue.order_absent", "venue.in_flight" (retryable: sent and not arrived, so nothing is proven).
  Result<Order> order(const ClientOrderId& clientId) const;

  bool hasOutput() const { return !m_reports.empty() || !m_writer.empty(); }
  /// Journal text since the last call; write it before the reports are told to anybody.
  std::string takeJournal();
  std::vector<OrderReport> takeReports();
  /// Not empty: new orders are rejected with this reason (the journal cannot be written).
  void refuse(std::string reason) { m_refusal = std::move(reason); }
  AccountWriter& writer() { return m_writer; }
  const VenueAccount& account() const { return m_account; }
  std::uint64_t sessions() const { return m_sessions; }
  Timestamp now() const { return m_now; }

  void onFill(std::uint64_t id, Ticks price, Lots size, bool maker) override;
  void onTriggered(std::uint64_t id) override;
  void onDone(std::uint64_t id, DoneReason reason, Lots left) override;
  Lots allowance(std::uint64_t id, Lots wanted) override;

 private:
  struct Entry {
    Order order;
    std::uint64_t number = 0;
    bool acknowledged = false;
    bool triggered = false;
    bool liquidation = false;
    std::string cancelReason;
  };
  struct Request {
    enum class Kind : std::uint8_t { Place, Cancel, CancelAll };
    Kind kind = Kind::Place;
    Timestamp due;
    std::uint64_t sequence = 0;
    Order order;  ///< Cancel: client id and instrument only
  };
  struct InstrumentState {
    OrderBackend* backend = nullptr;
    std::uint32_t liveOrders = 0;
    bool holding = false;
    std::int64_t markedAt = 0;  ///< bid + ask ticks of the last mark
  };

  void enqueue(Timestamp now, std::uint32_t connection, Request request);
  void arrive(const Request& request);
  void arrivePlace(const Order& request);
  void arriveCancel(const Order& request);
  void cancelEverything(const std::string& reason);
  std::string problem(const Order& order) const;
  std::string marginProblem(const Order& order) const;
  Price referencePrice(const Order& order) const;
  Money reservedMargin(const Currency& currency, const Order* extra) const;
  BookOrder bookOrder(const Entry& entry) const;
  void submit(Entry& entry);
  void acknowledge(Entry& entry);
  void finish(Entry& entry, OrderState state, const std::string& reason);
  OrderReport& report(OrderReport::Kind kind, const Entry& entry, const std::string& reason = {});
  void journalOrder(const Entry& entry) { m_writer.order(m_now, entry.order, entry.triggered); }
  void countersLine() { m_writer.counters(m_now, m_orders, m_trades, m_draws, m_sessions); }
  void rejected(const Order& order, const std::string& reason);
  void mark(InstrumentId id);
  void settleTouched();
  void settleReduceOnly(InstrumentId id);
  void liquidateIfNeeded(const Currency& currency);
  void forgetOld();

  DeskOptions m_options;
  VenueAccount m_account;
  AccountWriter m_writer;
  Rng m_rng;
  Timestamp m_now;
  std::uint64_t m_orders = 0;
  std::uint64_t m_trades = 0;
  std::uint64_t m_draws = 0;
  std::uint64_t m_sessions = 0;
  std::uint64_t m_requests = 0;
  std::vector<InstrumentState> m_states;
  std::map<std::pair<std::int64_t, std::uint64_t>, Request> m_underWay;  ///< by due time, then order of sending
  std::map<std::uint32_t, Timestamp> m_lastDue;                          ///< by connection
  std::map<std::uint64_t, Entry> m_entries;                              ///< by number; live ones and the latest ended
  std::set<std::uint64_t> m_live;                                        ///< numbers of orders that have not ended
  std::unordered_map<ClientOrderId, std::uint64_t> m_numbers;
  std::deque<std::uint64_t> m_ended;
  std::deque<Fill> m_fills;
  std::deque<FundingPayment> m_payments;
  std::vector<OrderReport> m_reports;
  std::vector<InstrumentId> m_touched;  ///< instruments with a fill since the last settling
  std::string m_refusal;
};

}  // namespace bw::matching
