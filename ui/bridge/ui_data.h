// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/messages/payload.h"

namespace bw::ui {

using Revision = std::uint64_t;

/// Subjects of the replica. Each has a revision that grows by one with every change of it.
enum class Part : std::uint8_t {
  Market,
  Trades,
  Candles,
  Signals,
  Orders,
  Fills,
  Positions,
  Account,
  Risk,
  Agents,
  Events,
  Session,
  Stop,
  Strategies,
  Feeds,
  Audit,
  Counters,
  Inbox,
  Count
};

/// Age class of what is shown (UX 2.0).
enum class Freshness : std::uint8_t { Waiting, Live, Lagging, Stale, Dead, Ended };

/// What the session is: fixed for the life of a window.
struct SessionInfo {
  std::string mode;     ///< "SIM", "REPLAY", "PAPER": the word of the badge and of every button that sends
  std::string venue;    ///< "simulated"
  std::string profile;  ///< "default"
  std::string source;   ///< what feeds it, in words: a file name, "seed 42"
  std::string version;
  bool replay = false;  ///< the market is a recording: speed, step and seek exist
  /// True if the prices are today's, from a venue; then alone may anything be called live.
  bool liveMarket() const { return !replay && mode != "SIM"; }
};

/// Where this session can be reached from outside the window, as it really is.
struct ControlPlaces {
  std::string dataDir;  ///< where `.kill_switch` is looked for; empty: there is no engine
  std::string socket;   ///< path of the control socket
  bool socketOpen = false;
  std::string socketProblem;  ///< why not
};

/// The market of one instrument as last heard of.
struct MarketView {
  BookDepthPtr book;  ///< null: no snapshot yet
  std::optional<BboUpdate> bbo;
  std::optional<TradePrint> last;
  std::optional<Ticks> first;   ///< first trade of the session, for the change
  std::int64_t lotsTraded = 0;  ///< Σ lots of public trades of the session
  double volumeQuote = 0;       ///< Σ price × size of them; for display only
  Revision revision = 0;
  Revision tradesSeen = 0;  ///< public trades so far; trades() holds the last of them
  Timestamp newest;         ///< newest receive stamp since market time last went back
};

/// A line of the event log.
struct EventRow {
  std::uint64_t number = 0;  ///< from 1
  Timestamp time;
  SystemEvent event;
  std::uint32_t count = 1;  ///< equal ones in a row, grouped; a critical one never is
  bool acknowledged = false;
};

/// A fill with the order it belongs to.
struct FillRow {
  Fill fill;
  OrderRole role = OrderRole::Entry;
  std::string strategy;
  Owner owner = Owner::Strategy;  ///< whose slice of the position it is booked to
};

/// What became of a person's answer to a reconciliation item.
struct InboxReply {
  bool ok = true;
  std::string text;  ///< in words, with the remedy if it was refused
};

/// A limit that was exceeded for some time.
struct BreachRow {
  Timestamp from;
  Timestamp to;  ///< while it lasts: the last time it was seen
  bool open = true;
  std::string key;
  std::string scope;
  std::string unit;
  std::string action;
  Decimal limit;
  Decimal peak;  ///< the worst of `used`
};

/// How much of a limit is used up, 1 = all of it; the way round for a floor. For display only.
double usedShare(const LimitGauge& gauge);

/// Measured figures of the status bar; absent = not measured yet.
struct Counters {
  std::optional<double> marketPerSecond;
  std::optional<double> feedAgeP95Ms;
  std::optional<double> roundTripP50Ms;
  std::optional<double> roundTripP99Ms;
  std::optional<double> frameP95Ms;
  std::optional<double> speed;  ///< market seconds per wall second; replay and sim; 0 while the market is held
  std::uint64_t droppedFrames = 0;
  std::uint64_t resyncs = 0;  ///< inconsistencies found in the order stream
  std::optional<double> memoryMb;
  std::optional<double> cpuPercent;
};

/// Everything the face knows: a replica of the engine's published state, changed only by pull().
/// Thread: GUI.
class UiData {
 public:
  static constexpr std::size_t kTrades = 4000;   ///< kept per instrument
  static constexpr std::size_t kCandles = 2000;  ///< kept per instrument and interval
  static constexpr std::size_t kHistory = 2000;  ///< finished orders, fills and events kept

  virtual ~UiData();
  UiData(const UiData&) = delete;
  UiData& operator=(const UiData&) = delete;

  /// Takes in what happened since the last call. Once per frame.
  virtual void pull() = 0;
  /// Market time.
  virtual Timestamp now() const = 0;
  virtual const SessionInfo& info() const = 0;
  virtual const InstrumentTable& instruments() const = 0;

  Revision revision(Part part) const { return m_revisions[static_cast<std::size_t>(part)]; }
  const MarketView& market(InstrumentId id) const;
  /// Newest last, at most kTrades.
  const std::deque<TradePrint>& trades(InstrumentId id) const;
  /// Oldest first; the last may still be running. Empty if the interval is not built.
  const std::vector<Candle>& candles(InstrumentId id, Duration interval) const;
  /// Grows when a candle that was no longer the last of its series has changed.
  std::uint64_t candleRewrites() const { return m_candleRewrites; }
  /// Grows each time market time went back (a replay was moved to an earlier moment): what had been seen of the time
  /// after it is forgotten here, and a view that keeps market history of its own forgets it too.
  std::uint64_t rewinds() const { return m_rewinds; }
  /// Intervals that have at least one candle, ascending.
  std::vector<Duration> intervals(InstrumentId id) const;
  /// Null: none yet.
  const SignalGenerated* signal(InstrumentId id) const;
  /// Score at each signal, newest last, at most 2,000.
  const std::deque<std::pair<Timestamp, double>>& scores(InstrumentId id) const;
  /// Not finished, oldest first; UNKNOWN among them.
  const std::vector<Order>& workingOrders() const { return m_working; }
  /// Finished, newest last.
  const std::deque<Order>& orderHistory() const { return m_history; }
  /// Newest last.
  const std::deque<FillRow>& fills() const { return m_fills; }
  const std::vector<PositionUpdate>& positions() const { return m_positions; }
  const PositionUpdate* position(InstrumentId id) const;
  const std::vector<AccountUpdate>& accounts() const { return m_accounts; }
  const std::optional<RiskStatus>& risk() const { return m_risk; }
  /// Used by limit of one gauge over the last hour, oldest first, one value in half a minute; for display only.
  const std::deque<float>& limitTrend(const LimitGauge& gauge) const;
  /// Newest first, at most 200.
  const std::deque<BreachRow>& breaches() const { return m_breaches; }
  /// What the order ticket would send now; the gauges show what it would do to them.
  const std::optional<OrderIntent>& pendingOrder() const { return m_pendingOrder; }
  void setPendingOrder(std::optional<OrderIntent> intent);
  const std::vector<AgentHealth>& agents() const { return m_agents; }
  /// Differences between the venues' accounts and ours, oldest first: open ones, and the last kHistory that are not.
  const std::vector<ReconciliationItem>& inbox() const { return m_inbox; }
  /// How many wait for a person.
  int openDifferences() const;
  /// The item that keeps an instrument (or its whole venue) from new risk; null: none does.
  const ReconciliationItem* lockOn(InstrumentId id) const;
  /// The oldest difference of an instrument that is not settled; null: there is none.
  const ReconciliationItem* differenceOf(InstrumentId id) const;
  /// What was said to the last answer given to that item here; null: nothing yet.
  const InboxReply* replyTo(const std::string& item) const;
  /// Newest last.
  const std::deque<EventRow>& events() const { return m_events; }
  SessionState sessionState() const { return m_sessionState; }
  const std::string& sessionCause() const { return m_sessionCause; }
  Timestamp stateSince() const { return m_stateSince; }
  const std::vector<StartupStep>& startupSteps() const { return m_steps; }
  const StopProgress& stop() const { return m_stop; }
  /// True while new risk must not be taken on because of the stop.
  bool latched() const { return m_stop.state != StopState::Ready; }
  /// True while a stop is under way or has ended and waits for its reset; not so with a fault of the stop's path alone.
  bool stopped() const { return latched() && m_stop.state != StopState::Offline; }
  /// When each channel fired last in this session, in real time, by its name: "plate", "cli" …
  const std::map<std::string, Timestamp>& stopTriggers() const { return m_stopTriggers; }
  const ControlPlaces& control() const { return m_control; }
  void setControl(ControlPlaces places);
  const std::vector<StrategyStatus>& strategies() const { return m_strategies; }
  const std::vector<FeedStatus>& feeds() const { return m_feeds; }
  const std::optional<AuditStatus>& audit() const { return m_audit; }
  const Counters& counters() const { return m_counters; }
  /// How old the market of an instrument is, by its feed and its book (UX 4.3).
  Freshness freshness(InstrumentId id) const;
  /// Alarms as the alarm agent tells them: one for each cause, oldest first; empty where there is no such agent.
  const std::vector<AlarmUpdate>& alarms() const { return m_alarms; }
  /// Rows of SPEC 13's table by who measured them.
  const std::map<std::string, std::vector<Metric>>& metrics() const { return m_metrics; }
  /// Alarms nobody has acknowledged.
  int openAlarms() const;
  /// Highest priority among them, -1 = none.
  int worstOpenAlarm() const;
  void acknowledge(std::uint64_t eventNumber);
  void acknowledgeAll();
  /// Frame figures come from the window itself.
  void setFrameFigures(double p95Ms, std::uint64_t dropped);
  /// And so do those of the process; `cpuPercent` < 0: not measured yet.
  void setProcessFigures(double memoryMb, double cpuPercent);

 protected:
  UiData() = default;
  /// Applies one message. Orders, fills and events are applied one by one, never merged.
  void apply(const Payload& payload, Timestamp time);
  void touch(Part part) { ++m_revisions[static_cast<std::size_t>(part)]; }
  void addEvent(const SystemEvent& event, Timestamp time);
  void noteReply(const std::string& item, InboxReply reply);
  Counters m_counters;

 private:
  void on(const BookUpdate& m, Timestamp time);
  void on(const BboUpdate& m, Timestamp time);
  void on(const TradePrint& m, Timestamp time);
  void on(const Candle& m, Timestamp time);
  void on(const FeedStatus& m, Timestamp time);
  void on(const SignalGenerated& m, Timestamp time);
  void on(const StrategyStatus& m, Timestamp time);
  void on(const RiskRefused& m, Timestamp time);
  void on(const RiskStatus& m, Timestamp time);
  void on(const LimitAlert& m, Timestamp time);
  void on(const OrderUpdate& m, Timestamp time);
  void on(const OrderFilled& m, Timestamp time);
  void on(const ReconciliationResult& m, Timestamp time);
  void on(const PositionUpdate& m, Timestamp time);
  void on(const AccountUpdate& m, Timestamp time);
  void on(const StateChanged& m, Timestamp time);
  void on(const StartupStep& m, Timestamp time);
  void on(const EmergencyStopRaised& m, Timestamp time);
  void on(const StopProgress& m, Timestamp time);
  void on(const AgentHealth& m, Timestamp time);
  void on(const SystemEvent& m, Timestamp time);
  void on(const AuditStatus& m, Timestamp time);
  void on(const AlarmUpdate& m, Timestamp time);
  void on(const MetricsUpdate& m, Timestamp time);
  void on(const ReconciliationItem& m, Timestamp time);
  void storeOrder(const Order& order);
  void noteMarketTime(InstrumentId id, Timestamp time);
  void rewind(InstrumentId id, Timestamp to);
  void noteRoundTrip(const Order& order);
  void noteGauges(const RiskStatus& status, Timestamp time);
  void noteBreach(const LimitGauge& gauge, bool breached, Timestamp time);

  using CandleKey = std::pair<std::uint32_t, std::int64_t>;
  std::array<Revision, static_cast<std::size_t>(Part::Count)> m_revisions{};
  std::map<std::uint32_t, MarketView> m_markets;
  std::map<std::uint32_t, std::deque<TradePrint>> m_trades;
  std::map<CandleKey, std::vector<Candle>> m_candles;
  std::uint64_t m_candleRewrites = 0;
  std::uint64_t m_rewinds = 0;
  std::map<std::uint32_t, SignalGenerated> m_signals;
  std::map<std::uint32_t, std::deque<std::pair<Timestamp, double>>> m_scores;
  std::vector<Order> m_working;
  std::deque<Order> m_history;
  std::deque<FillRow> m_fills;
  std::vector<PositionUpdate> m_positions;
  std::vector<AccountUpdate> m_accounts;
  std::optional<RiskStatus> m_risk;
  std::map<std::string, std::deque<float>> m_trends;  ///< by key and scope
  Timestamp m_trendAt;                                ///< when they took a value last
  std::deque<BreachRow> m_breaches;
  std::optional<OrderIntent> m_pendingOrder;
  std::vector<AgentHealth> m_agents;
  std::vector<ReconciliationItem> m_inbox;
  std::map<std::string, InboxReply> m_replies;
  std::deque<EventRow> m_events;
  std::vector<AlarmUpdate> m_alarms;
  std::map<std::string, std::vector<Metric>> m_metrics;
  std::uint64_t m_eventCount = 0;
  SessionState m_sessionState = SessionState::Initializing;
  std::string m_sessionCause;
  Timestamp m_stateSince;
  std::vector<StartupStep> m_steps;
  StopProgress m_stop;
  std::map<std::string, Timestamp> m_stopTriggers;
  ControlPlaces m_control;
  std::vector<StrategyStatus> m_strategies;
  std::vector<FeedStatus> m_feeds;
  std::optional<AuditStatus> m_audit;
  std::deque<double> m_roundTrips;
};

}  // namespace bw::ui
