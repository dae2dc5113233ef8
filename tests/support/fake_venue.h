// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/domain/account.h"
#include "core/ledger/position_ledger.h"
#include "core/ports/venue.h"

namespace bw::test {

/// A venue in the process that does what a test tells it: loses answers, lands orders late, lies about its account.
/// Keeps its own log, which tests believe. Thread: any.
class FakeVenue final : public Venue {
 public:
  struct Knobs {
    bool dropAcks = false;        ///< placements land, nobody hears of it
    bool answerUnknown = false;   ///< placements land, the answer is Unknown (as after a 5xx)
    bool losePlacements = false;  ///< placements never land
    bool rejectPlacements = false;
    bool ignoreCancels = false;
    bool duplicateFills = false;
    bool fillBeforeAck = false;
    bool accountFails = false;
    bool orderFails = false;                            ///< order() gives no answer
    bool hideOrders = false;                            ///< account() lists no orders
    bool cancelAll = true;                              ///< capability
    bool reduceOnly = true;                             ///< capability
    std::optional<Duration> landsWithin = Duration{0};  ///< capability; landAfter is not checked against it
    Duration landAfter{0};                              ///< market time from place() to the venue's book
    Quantity immediate;                                 ///< most that one market order fills at once; 0 = all of it
  };
  struct LogEntry {
    std::string what;  ///< "place", "land", "cancel", "cancelled", "cancel_all", "fill", "reject", "refuse"
    ClientOrderId clientId;
    Timestamp time;
    MonoTime mono;
  };

  FakeVenue(std::string name, const Clock& clock, Instruments instruments);
  std::string_view name() const override { return m_name; }
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override;

  /// Changes the knobs under the lock.
  void set(const std::function<void(Knobs&)>& change);
  /// The price that market orders fill at.
  void setPrice(InstrumentId instrument, Price price);
  void setBalance(Money total);
  /// Pays funding, or moves cash; account() tells it unless `silently`.
  void payFunding(const FundingPayment& payment);
  void transfer(const CashTransfer& transfer, bool silently = false);
  /// Puts an order or a position there as if it had always been.
  void putOrder(const Order& order);
  void putPosition(InstrumentId instrument, Quantity quantity, Price average);
  /// Fills part of a resting order and reports it. Returns the trade id.
  std::string fill(ClientOrderId clientId, Quantity quantity, Price price);
  /// Reports again a fill that was reported before.
  void repeatFill(const std::string& tradeId);
  /// Reports a fill to nobody: only account() shows it.
  void fillSilently(ClientOrderId clientId, Quantity quantity, Price price);
  /// Lands what is due by the clock.
  void advance();
  /// Lands everything that is under way.
  void landAll();
  void report(const OrderReport& report);

  std::vector<LogEntry> log() const;
  std::size_t count(std::string_view what) const;
  std::vector<Order> openOrders() const;
  Quantity position(InstrumentId instrument) const;
  /// Sign changes of a position through zero; a position never crosses zero by exits.
  int crossings() const;

 private:
  friend class FakeConnection;
  /// One entry a connection; a connection may outlive the venue.
  struct Listeners {
    Mutex mutex;
    std::vector<VenueListener*> all BW_GUARDED_BY(mutex);
  };
  struct Pending {
    PlaceRequest request;
    Timestamp due;
  };
  using Reports = std::vector<OrderReport>;

  void place(const PlaceRequest& request);
  void cancel(ClientOrderId clientId);
  void cancelAll();
  Result<AccountSnapshot> account();
  Result<Order> order(ClientOrderId clientId);
  void land(const PlaceRequest& request, Reports& out) BW_REQUIRES(m_mutex);
  void landDue(bool all, Reports& out) BW_REQUIRES(m_mutex);
  void execute(Order& order, Quantity quantity, Price price, Reports& out) BW_REQUIRES(m_mutex);
  void endCancelled(Order& order, Reports& out) BW_REQUIRES(m_mutex);
  void note(const char* what, ClientOrderId clientId) BW_REQUIRES(m_mutex);
  OrderReport reportOf(OrderReport::Kind kind, const Order& order) const BW_REQUIRES(m_mutex);
  void deliver(const Reports& reports);

  const std::string m_name;
  const Clock& m_clock;
  const Instruments m_instruments;
  mutable Mutex m_mutex;
  Knobs m_knobs BW_GUARDED_BY(m_mutex);
  const std::shared_ptr<Listeners> m_listeners = std::make_shared<Listeners>();
  std::map<ClientOrderId, Order> m_orders BW_GUARDED_BY(m_mutex);
  std::vector<Pending> m_pending BW_GUARDED_BY(m_mutex);
  std::map<InstrumentId, Quantity> m_positions BW_GUARDED_BY(m_mutex);
  std::map<InstrumentId, Price> m_prices BW_GUARDED_BY(m_mutex);
  std::map<std::string, Fill> m_fills BW_GUARDED_BY(m_mutex);
  std::vector<Fill> m_recent BW_GUARDED_BY(m_mutex);
  std::vector<LogEntry> m_log BW_GUARDED_BY(m_mutex);
  Money m_balance BW_GUARDED_BY(m_mutex);  ///< before what fills made of it
  ledger::PositionLedger m_ledger BW_GUARDED_BY(m_mutex);
  std::vector<FundingPayment> m_funding BW_GUARDED_BY(m_mutex);
  std::vector<CashTransfer> m_transfers BW_GUARDED_BY(m_mutex);
  std::uint64_t m_nextId BW_GUARDED_BY(m_mutex) = 1;
  int m_crossings BW_GUARDED_BY(m_mutex) = 0;
};

}  // namespace bw::test
