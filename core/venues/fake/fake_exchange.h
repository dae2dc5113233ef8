// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/rng.h"
#include "core/domain/account.h"
#include "core/ports/venue.h"
#include "core/venues/fake/fake_market.h"
#include "core/venues/fake/faults.h"

namespace bw::fake {

struct ExchangeOptions {
  std::string name = "fake";
  Instruments instruments;
  std::vector<Ticks> startBids;  ///< by instrument id; best bid of the beginning
  Decimal startBalance{100'000, 0};
  std::uint64_t seed = 1;
  Timestamp start;
  FaultPlan faults;
  Duration marketGap = Duration::millis(4);  ///< mean time between two market events, all instruments together
  /// As VenueCapabilities::landsWithin says it. None: placements land up to 10 min late and are never lost.
  std::optional<Duration> landsWithin = Duration{0};
  std::optional<Duration> lateBy;  ///< place_late: exactly this late
};

/// What really happened, in order; nothing a fault could touch.
struct LogEntry {
  enum class What : std::uint8_t {
    Sent,     ///< the bytes of a placement left the workstation
    Lost,     ///< that placement will never land
    Landed,   ///< it rests or is about to match
    Refused,  ///< it arrived and was rejected
    Trade,
    Ended,  ///< filled, cancelled or expired
    CancelSent,
  };
  What what = What::Sent;
  Timestamp time;
  ClientOrderId id;
  InstrumentId instrument;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Gtc;
  bool reduceOnly = false;
  Lots quantity;  ///< of the order; Trade: of the trade
  Ticks price;    ///< Sent: limit, else trigger; Trade: of the trade
  std::uint64_t trade = 0;
  Money fee;
  OrderState state = OrderState::Open;  ///< Ended: how
};

/// A deterministic exchange in the process, with one account and seeded faults: the same seed and the same requests
/// give the same run. It has a time of its own, which no jump of a workstation's clock moves, and lives on when a
/// workstation dies; connections are FakeVenue objects. Thread: one.
class FakeExchange {
 public:
  explicit FakeExchange(ExchangeOptions options);

  /// When the next thing happens; never Timestamp::never().
  Timestamp nextTime() const { return m_events.front().time; }
  /// Does one thing that is due at `now`; false if there is none.
  bool step(Timestamp now);
  Timestamp now() const { return m_now; }
  /// No new faults; what is on its way lands or is lost within 2 s. The market goes on, at a twentieth of its pace.
  void endFaults();
  /// Whatever is on its way to a workstation is gone, as when its connections break.
  void dropReports();

  const ExchangeOptions& options() const { return m_options; }
  std::uint64_t faults(Fault fault) const { return m_faultCounts[static_cast<std::size_t>(fault)]; }
  /// The log since the last call.
  std::vector<LogEntry> takeLog();
  std::size_t logSize() const { return m_log.size(); }

  // The truth, for judges.
  Lots position(InstrumentId instrument) const { return {m_states[instrument.value].position}; }
  Ticks mid(InstrumentId instrument) const { return m_states[instrument.value].market.mid(); }
  std::size_t openOrders() const;
  std::size_t underWay() const { return m_underWay; }

 private:
  friend class FakeVenue;
  friend class FakeConnection;

  enum class Kind : std::uint8_t { Market, Arrive, Lose, Cancel, CancelAll, Report, Resnapshot, Uncross, Resume };
  struct Event {
    Timestamp time;
    std::uint64_t order = 0;
    Kind kind = Kind::Market;
    std::uint32_t index = 0;  ///< request, report or instrument
  };
  struct Request {
    PlaceRequest place;
    bool answered = false;  ///< an answer was given already (time-out, 5xx): none when it lands
  };
  struct Held {
    Order order;
    std::int64_t remaining = 0;  ///< lots
    std::int64_t limit = 0;      ///< ticks; 0 = none
    std::int64_t trigger = 0;
    bool live = true;
    bool triggered = false;
    Timestamp landedAt;
  };
  struct State {
    FakeMarket market;
    std::int64_t position = 0;  ///< lots
    std::int64_t basis = 0;     ///< signed ticks × lots of what is held
    std::int64_t flow = 0;      ///< Σ signed ticks × lots of all trades
    std::vector<std::uint32_t> live;
    bool silent = false;
    bool crossed = false;
    std::optional<Ticks> crossedAt;
  };
  struct FeedItem {
    bool isTrade = false;
    BookDelta delta;
    TradePrint trade;
  };

  // Asked for by connections.
  void place(const PlaceRequest& request);
  void cancel(ClientOrderId id);
  void cancelAll();
  Result<AccountSnapshot> account();
  Result<Order> order(ClientOrderId id);
  void attach(VenueListener* listener);
  void detach(VenueListener* listener);
  void startFeed(std::deque<FeedItem>* feed, std::function<void()> wake);

  void at(Timestamp time, Kind kind, std::uint32_t index);
  bool fails(Fault fault);
  Duration draw(Duration low, Duration high);
  void marketEvent(std::uint32_t index);
  void publish(std::uint32_t index, BookDelta delta);
  void publishTrade(std::uint32_t index, const TradePrint& trade);
  void push(FeedItem item);
  void resnapshot(std::uint32_t index);
  void arrive(std::uint32_t index);
  void leaveTheWay(ClientOrderId id);
  std::string problemOf(const PlaceRequest& request, const State& state) const;
  void match(std::uint32_t number, bool arriving);
  void matchAll(std::uint32_t instrument);
  bool crossesTrigger(const Held& held, const State& state) const;
  void trade(Held& held, std::int64_t lots, Ticks price, bool maker);
  void end(Held& held, OrderState state, const std::string& reason);
  void arriveCancel(std::uint32_t index);
  void cancelHeld(Held& held);
  OrderReport reportOf(OrderReport::Kind kind, const Order& order) const;
  void send(OrderReport report);
  void sendAfter(OrderReport report, Duration delay);
  void deliver(std::uint32_t index);
  AccountSnapshot truth() const;
  void lie(AccountSnapshot& snapshot);
  Money money(InstrumentId instrument, std::int64_t ticksLots) const;
  void log(LogEntry::What what, const Order& order, Lots quantity, Ticks price);
  LogEntry& lastLog() { return m_log.back(); }

  ExchangeOptions m_options;
  Rng m_rng;        ///< of the market and of latencies
  Rng m_faultsRng;  ///< of faults
  Timestamp m_now;
  std::vector<Event> m_events;  ///< heap by (time, order)
  std::uint64_t m_eventOrder = 0;
  std::vector<State> m_states;
  std::deque<Held> m_held;
  std::unordered_map<ClientOrderId, std::uint32_t> m_numbers;   ///< looked up only, never walked
  std::unordered_map<ClientOrderId, std::uint32_t> m_onTheWay;  ///< copies of a placement
  std::size_t m_underWay = 0;
  std::vector<Request> m_requests;
  std::vector<std::uint32_t> m_freeRequests;
  std::vector<OrderReport> m_reports;
  std::vector<std::uint32_t> m_freeReports;
  std::uint64_t m_reportEpoch = 0;
  std::vector<std::uint64_t> m_reportEpochs;  ///< by report; older than m_reportEpoch: gone
  Timestamp m_lastReport;
  std::vector<VenueListener*> m_listeners;
  std::deque<FeedItem>* m_feed = nullptr;
  std::function<void()> m_feedWake;
  std::deque<Fill> m_fills;
  Money m_fees;
  std::uint64_t m_trades = 0;
  std::uint64_t m_orders = 0;
  std::optional<AccountSnapshot> m_old;
  Timestamp m_lastLie;
  Timestamp m_lastLag;
  std::vector<LogEntry> m_log;
  std::array<std::uint64_t, kFaultCount> m_faultCounts{};
};

}  // namespace bw::fake
