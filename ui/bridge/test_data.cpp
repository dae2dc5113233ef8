// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/test_data.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace bw::ui {

namespace {

Decimal exactOf(const char* text) {
  return Decimal::parse(text).value();
}
Price priceOf(const char* text) {
  return Price(exactOf(text));
}
Quantity quantityOf(const char* text) {
  return Quantity(exactOf(text));
}
Money usdt(const char* text) {
  return {exactOf(text), Currency("USDT")};
}

struct InstrumentSeed {
  const char* symbol;
  const char* base;
  Decimal tick;
  Decimal lot;
  std::int64_t mid;    ///< best bid in ticks
  std::int64_t first;  ///< first trade of the session in ticks
  std::int64_t lots;   ///< typical size of a level
};

constexpr std::array<InstrumentSeed, 10> kSeeds = {{
    {"BTC-PERP", "BTC", {1, 1}, {1, 3}, 616597, 609120, 900},
    {"ETH-PERP", "ETH", {1, 2}, {1, 3}, 265431, 271200, 9000},
    {"SOL-PERP", "SOL", {1, 3}, {1, 2}, 151234, 151234, 6000},
    {"XRP-PERP", "XRP", {1, 4}, {1, 0}, 6012, 5987, 40000},
    {"DOGE-PERP", "DOGE", {1, 5}, {1, 0}, 10342, 10561, 90000},
    {"ADA-PERP", "ADA", {1, 4}, {1, 0}, 3387, 3401, 30000},
    {"AVAX-PERP", "AVAX", {1, 3}, {1, 1}, 22871, 22410, 4000},
    {"LINK-PERP", "LINK", {1, 3}, {1, 1}, 10447, 10447, 5000},
    {"LTC-PERP", "LTC", {1, 2}, {1, 2}, 6021, 5994, 7000},
    {"DOT-PERP", "DOT", {1, 3}, {1, 1}, 4688, 4702, 8000},
}};

LimitGauge gauge(const char* key, const char* scope, const char* used, const char* limit, const char* unit,
                 const char* action) {
  LimitGauge limitGauge;
  limitGauge.key = key;
  limitGauge.scope = scope;
  limitGauge.used = exactOf(used);
  limitGauge.limit = exactOf(limit);
  limitGauge.unit = unit;
  limitGauge.action = action;
  limitGauge.source = "config/risk.yaml:12";
  return limitGauge;
}

}  // namespace

TestData::TestData(Options options) : m_options(options) {
  m_now = timestampFromIso8601("2025-01-15T12:00:00Z").value();
  m_info = {"SIM", "simulated", "default", "seed 42", "0.1.0", false};
  addInstruments();
  if (m_options.empty) return;
  addMarkets();
  addCandles();
  addSignals();
  addOrders();
  addHistory();
  addPositions();
  addAccount();
  addRisk();
  addAgents();
  addAudit();
  addSession();
  addEvents();
  for (const auto& item : testDifferences(m_now)) apply(item, m_now);
  m_counters.marketPerSecond = 1840;
  m_counters.feedAgeP95Ms = 12.4;
  m_counters.speed = 1;
  if (m_options.stop != StopState::Ready) setStop(m_options.stop);
}

void TestData::addInstruments() {
  for (const auto& seed : kSeeds) {
    Instrument instrument;
    instrument.venue = "simulated";
    instrument.symbol = seed.symbol;
    instrument.base = Currency(seed.base);
    instrument.quote = Currency("USDT");
    instrument.settle = Currency("USDT");
    instrument.tickSize = seed.tick;
    instrument.lotSize = seed.lot;
    instrument.maxLeverage = Decimal(50, 0);
    m_instruments.add(instrument);
    m_mid.push_back(seed.mid);
  }
}

void TestData::addBook(const Instrument& instrument, Ticks bid, Ticks ask) {
  auto depth = std::make_shared<BookDepth>();
  depth->instrument = instrument.id;
  depth->venueTime = depth->receivedTime = m_now;
  depth->revision = ++m_bookRevision;
  depth->stale = m_options.stale ? StaleReason::Gap : StaleReason::None;
  depth->staleSince = m_options.stale ? m_now - Duration::millis(4200) : Timestamp{};
  depth->bidCount = depth->askCount = BookDepth::kLevels;
  const std::int64_t typical = kSeeds[instrument.id.value].lots;
  std::int64_t below = 0;
  std::int64_t above = 0;
  for (std::size_t i = 0; i < BookDepth::kLevels; ++i) {
    // Every seventh level is missing, so that raw levels and price steps differ.
    below += i > 0 ? 1 + (i % 7 == 6 ? 1 : 0) : 0;
    above += i > 0 ? 1 + (i % 7 == 4 ? 1 : 0) : 0;
    const auto size = [&] {
      return std::max<std::int64_t>(
          1, static_cast<std::int64_t>(static_cast<double>(typical) * (0.15 + 0.02 * static_cast<double>(i)) *
                                       m_rng.exponential(1.0)));
    };
    depth->bids[i] = {{bid.value - below}, {size()}};
    depth->asks[i] = {{ask.value + above}, {size()}};
  }
  if (instrument.id == bitcoin() && !m_options.moving) {
    depth->bids[0].size = {1486};
    depth->asks[0].size = {981};
  }
  apply(BookUpdate{depth}, m_now);
  apply(BboUpdate{instrument.id, m_now, m_now, depth->revision, depth->bids[0], depth->asks[0]}, m_now);
}

void TestData::addTrade(InstrumentId id, Ticks price, std::int64_t lots, Side side, Timestamp time) {
  apply(TradePrint{id, time, time, market(id).tradesSeen + 1, price, {lots}, side}, m_now);
}

void TestData::addMarkets() {
  FeedStatus feed{"simulated", m_options.stale ? FeedStatus::State::Stale : FeedStatus::State::Live,
                  m_options.stale ? "Gap 1042 to 1050, waiting for a snapshot" : "10 instruments", 0.8};
  apply(feed, m_now);
  for (const auto& instrument : m_instruments) {
    const auto& seed = kSeeds[instrument.id.value];
    addTrade(instrument.id, {seed.first}, 1, Side::Buy, m_now - Duration::minutes(240));
    for (int i = 0; i < 120; ++i) {
      const Side side = m_rng.chance(0.5) ? Side::Buy : Side::Sell;
      const std::int64_t price = seed.mid + (side == Side::Buy ? 1 : 0) + m_rng.between(-3, 3) * (120 - i) / 60;
      const bool large = i == 97;
      const auto lots = static_cast<std::int64_t>(1 + m_rng.exponential(static_cast<double>(seed.lots) / 12));
      addTrade(instrument.id, {price}, large ? seed.lots * 6 : lots, side,
               m_now - Duration::millis((120 - i) * 430 + m_rng.between(0, 200)));
    }
    addTrade(instrument.id, {seed.mid}, 5, Side::Sell, m_now - Duration::millis(60));
    addBook(instrument, {seed.mid}, {seed.mid + 1});
  }
}

void TestData::addCandles() {
  for (const auto& instrument : m_instruments) {
    const auto& seed = kSeeds[instrument.id.value];
    for (const std::int64_t seconds : {1, 5, 60}) {
      Rng path = m_rng.fork(static_cast<std::uint64_t>(seconds));
      const Duration interval = Duration::seconds(seconds);
      const int count = 240;
      const double step = static_cast<double>(seed.mid) * 0.0001 * std::sqrt(static_cast<double>(seconds));
      std::vector<double> close(static_cast<std::size_t>(count));
      double price = 0;
      for (auto& value : close) value = price += path.normal() * step + step * 0.05;
      const double shift = static_cast<double>(seed.mid) - close.back();
      const std::int64_t last = m_now.ns / interval.ns * interval.ns;
      double open = close.front() + shift - step;
      for (int i = 0; i < count; ++i) {
        const double end = close[static_cast<std::size_t>(i)] + shift;
        const double high = std::max(open, end) + std::abs(path.normal()) * step * 0.6;
        const double low = std::min(open, end) - std::abs(path.normal()) * step * 0.6;
        const auto ticks = [](double value) { return Ticks{static_cast<std::int64_t>(std::llround(value))}; };
        Candle candle{instrument.id,
                      interval,
                      {last - (count - 1 - i) * interval.ns},
                      ticks(open),
                      ticks(high),
                      ticks(low),
                      ticks(end),
                      {1 + static_cast<std::int64_t>(path.exponential(static_cast<double>(seed.lots)))},
                      static_cast<std::uint32_t>(20),
                      i + 1 < count};
        apply(candle, m_now);
        open = end;
      }
    }
  }
}

void TestData::addSignals() {
  int row = 0;
  for (const auto& instrument : m_instruments) {
    SignalGenerated signal;
    signal.instrument = instrument.id;
    signal.warm = row != 9;
    signal.warmupText = "Warming up: 12 of 35 bars";
    signal.time = m_now - Duration::millis(420);
    const std::array<std::tuple<const char*, double, double>, 6> parts = {{{"RSI", 18.5, 20},
                                                                           {"MACD", 20, 20},
                                                                           {"EMA trend", 15, 20},
                                                                           {"Bollinger", -6.5, 15},
                                                                           {"ATR", 0, 10},
                                                                           {"Stochastic", 8, 15}}};
    const double tilt = row % 3 == 0 ? 1.0 : row % 3 == 1 ? -0.75 : 0.25;
    for (const auto& [name, points, weight] : parts) {
      const bool available = std::string_view(name) != "ATR";
      signal.breakdown.push_back({name, "indicator", Duration::seconds(60), 50 + points, points * tilt / weight, weight,
                                  points * tilt, available, signal.time});
    }
    signal.breakdown.push_back({"Divergence", "divergence", Duration::seconds(60), 0, 0, 15, 0, false, {}});
    signal.breakdown.push_back(
        {"Alignment", "alignment", Duration::seconds(5), 2, tilt * 0.5, 15, 7.5 * tilt, true, signal.time});
    for (const auto& part : signal.breakdown) signal.score += part.contribution;
    signal.scoreRange = 105;
    signal.confidence = std::abs(signal.score) / 1.3;
    signal.alignment = row % 3 == 0 ? Alignment::Full : row % 3 == 1 ? Alignment::Partial : Alignment::Divergent;
    signal.direction = signal.score > 20 ? Direction::Long : signal.score < -20 ? Direction::Short : Direction::Neutral;
    const double score = signal.score;
    for (int i = 60; i >= 1; --i) {
      signal.score = score * std::cos(i / 14.0);
      signal.time = m_now - Duration::minutes(i);
      apply(signal, m_now);
    }
    signal.score = score;
    signal.time = m_now - Duration::millis(420);
    apply(signal, m_now);
    ++row;
  }
  apply(StrategyStatus{"ninth-level-demo", true, "resting at 61658.8"}, m_now);
  apply(StrategyStatus{"ema-cross", true, "long BTC-PERP"}, m_now);
}

Order TestData::order(int number, InstrumentId id, Side side, OrderState state, const char* price, const char* quantity,
                      const char* filled) const {
  Order order;
  order.clientId = {0x0194690a00007000ULL + static_cast<std::uint64_t>(number), 0x8000000000000000ULL};
  order.venueOrderId = state == OrderState::Pending ? "" : std::to_string(884200 + number);
  order.instrument = id;
  order.side = side;
  order.state = state;
  order.quantity = quantityOf(quantity);
  order.filled = quantityOf(filled);
  order.filledNotional = usdt("0");
  order.fees = usdt("0");
  order.limitPrice = priceOf(price);
  order.leverage = Decimal(5, 0);
  order.strategy = "ninth-level-demo";
  order.createdAt = m_now - Duration::seconds(number * 7);
  order.sentAt = order.createdAt + Duration::millis(1);
  order.updatedAt = order.sentAt + Duration::millis(48 + number);
  return order;
}

void TestData::addOrders() {
  const auto place = [this](Order order, OrderState previous) {
    apply(OrderUpdate{std::move(order), previous, true}, m_now);
  };
  Order open = order(1, bitcoin(), Side::Buy, OrderState::Open, "61658.8", "0.162", "0");
  open.postOnly = true;
  place(open, OrderState::Pending);
  place(order(2, bitcoin(), Side::Sell, OrderState::Pending, "61661.5", "0.100", "0"), OrderState::Pending);
  Order cancelling = order(3, bitcoin(), Side::Buy, OrderState::Open, "61658.2", "0.250", "0");
  cancelling.cancelPending = true;
  place(cancelling, OrderState::Pending);
  place(order(4, {1}, Side::Buy, OrderState::PartiallyFilled, "2654.10", "3.000", "1.250"), OrderState::Pending);
  Order unknown = order(5, {2}, Side::Sell, OrderState::Unknown, "151.300", "20.00", "0");
  unknown.reason = "no answer within 3 s";
  unknown.strategy = "manual";
  unknown.owner = Owner::Manual;
  place(unknown, OrderState::Pending);
  Order stop = order(6, bitcoin(), Side::Sell, OrderState::Open, "60800", "0.485", "0");
  stop.type = OrderType::StopMarket;
  stop.role = OrderRole::StopLoss;
  stop.triggerPrice = priceOf("60800");
  stop.limitPrice.reset();
  stop.reduceOnly = true;
  place(stop, OrderState::Pending);
  Order target = stop;
  target.clientId.high += 1;
  target.type = OrderType::TakeProfitMarket;
  target.role = OrderRole::TakeProfit;
  target.triggerPrice = priceOf("62900");
  place(target, OrderState::Pending);
}

void TestData::addHistory() {
  const auto finish = [this](int number, Side side, OrderState state, const char* price, const char* filled,
                             const char* reason) {
    Order done = order(number, bitcoin(), side, state, price, "0.485", filled);
    done.reason = reason;
    apply(OrderUpdate{done, OrderState::Open, false}, m_now);
    return done;
  };
  finish(20, Side::Buy, OrderState::Cancelled, "61640.0", "0", "cancelled by ninth-level-demo after 10 s");
  finish(21, Side::Sell, OrderState::Rejected, "61700.0", "0", "post-only would take");
  finish(22, Side::Buy, OrderState::Expired, "61655.1", "0.100", "IOC remainder");
  const Order bought = finish(23, Side::Buy, OrderState::Filled, "61240.5", "0.485", "");
  const Order sold = finish(24, Side::Sell, OrderState::Filled, "61510.0", "0.485", "");
  const std::int64_t minute = Duration::minutes(1).ns;
  const auto fill = [this, minute](const Order& order, const char* price, std::int64_t minutesAgo, const char* id) {
    Fill execution;
    execution.venueTradeId = id;
    execution.clientId = order.clientId;
    execution.venueOrderId = order.venueOrderId;
    execution.instrument = order.instrument;
    execution.side = order.side;
    execution.price = priceOf(price);
    execution.quantity = order.quantity;
    execution.fee = usdt("5.94");
    execution.maker = true;
    execution.venueTime = {m_now.ns - minutesAgo * minute};
    OrderFilled filled;
    filled.order = order;
    filled.fill = std::move(execution);
    apply(filled, m_now);
  };
  fill(bought, "61605.0", 8, "T-100231");
  fill(sold, "61760.0", 5, "T-100302");
}

void TestData::addPositions() {
  const auto hold = [this](InstrumentId id, const char* quantity, const char* entry, const char* mark,
                           const char* unrealised, const char* notional, bool stop, bool target) {
    PositionUpdate update;
    update.kind = PositionUpdate::Kind::Opened;
    Position& position = update.position;
    position.instrument = id;
    position.quantity = quantityOf(quantity);
    position.entryNotional = usdt(notional);
    position.averagePrice = priceOf(entry);
    position.realised = usdt("12.40");
    position.fees = usdt("3.61");
    position.funding = usdt("-0.42");
    position.leverage = Decimal(5, 0);
    position.strategy = "ema-cross";
    position.openedAt = m_now - Duration::minutes(38);
    position.updatedAt = m_now;
    update.mark = priceOf(mark);
    update.unrealised = usdt(unrealised);
    update.hasStop = stop;
    update.hasTarget = target;
    apply(update, m_now);
  };
  hold(bitcoin(), "0.485", "61240.5", "61659.75", "203.33625", "29701.64", true, true);
  hold({1}, "-4.250", "2671.30", "2654.315", "72.18625", "11353.03", true, false);
  hold({2}, "30.00", "152.100", "151.2345", "-25.965", "4563.00", false, false);
}

void TestData::addAccount() {
  AccountUpdate account;
  account.venue = "simulated";
  account.balance = usdt("10184.26");
  account.unrealised = usdt("249.5575");
  account.equity = usdt("10433.8175");
  account.marginUsed = usdt("9123.53");
  account.available = usdt("1060.73");
  account.realised = usdt("212.60");
  account.fees = usdt("27.92");
  account.funding = usdt("-0.42");
  account.dayPnl = usdt("433.8175");
  account.highWater = usdt("10462.10");
  account.time = m_now;
  apply(account, m_now);
}

void TestData::addRisk() {
  RiskStatus risk;
  risk.gauges = {
      gauge("MAX_POSITION_PERCENT", "BTC-PERP", "58.2", "60", "% equity", "reduce-only"),
      gauge("MAX_EXPOSURE", "account", "437.1", "500", "% equity", "refuses entries"),
      gauge("MAX_LEVERAGE", "account", "5", "20", "x", "refuses entries"),
      gauge("MAX_DAILY_DRAWDOWN", "account", "0.27", "3", "% of highest", "emergency stop"),
      gauge("MAX_ORDER_VALUE", "account", "5250", "5000", "USDT", "refuses the order"),
      gauge("MAX_MESSAGE_RATE", "simulated", "1.2", "20", "1/s", "delays"),
      gauge("MAX_OPEN_ORDERS", "account", "7", "50", "count", "refuses entries"),
      gauge("MAX_DATA_AGE", "BTC-PERP", "12", "1000", "ms", "refuses entries"),
  };
  LimitGauge free = gauge("MIN_FREE_BALANCE", "account", "1060.73", "900", "USDT", "refuses entries");
  free.lowerBound = true;
  risk.gauges.push_back(free);
  risk.breakers = {{"simulated", "CLOSED", "", {}},
                   {"SOL-PERP lock", "OPEN", "three refusals in a row", m_now - Duration::minutes(3)},
                   {"daily drawdown", "CLOSED", "", {}},
                   {"loss streak", "CLOSED", "1 of 3", {}}};
  risk.reason = "MAX_ORDER_VALUE breached by the last intent";
  risk.approved = 214;
  risk.refused = 17;
  apply(risk, m_now);
}

void TestData::addAgents() {
  struct Row {
    const char* name;
    const char* host;
    AgentHealth::State state;
    std::uint64_t in;
    double p50;
    const char* detail;
  };
  using State = AgentHealth::State;
  const std::array<Row, 9> rows = {{{"orchestrator", "control", State::Running, 1204, 4, ""},
                                    {"data", "data", State::Running, 918233, 2, ""},
                                    {"signal", "trading", State::Running, 90112, 18, ""},
                                    {"strategy", "trading", State::Running, 91020, 6, ""},
                                    {"risk", "trading", State::Running, 2310, 9, ""},
                                    {"execution", "trading", State::Running, 4112, 11, ""},
                                    {"audit", "audit", State::Degraded, 18023, 35, "cycle took 12.1 ms, target 10 ms"},
                                    {"optimizer", "", State::NotInThisBuild, 0, 0, "not in this build"},
                                    {"guard", "", State::NotInThisBuild, 0, 0, "not in this build"}}};
  for (const auto& row : rows) {
    AgentHealth health;
    health.agent = row.name;
    health.host = row.host;
    health.state = row.state;
    health.heartbeatAge = Duration::millis(120);
    health.queueDepth = row.in % 7;
    health.queueCapacity = 8192;
    health.messagesIn = row.in;
    health.messagesOut = row.in / 3;
    health.latencyP50Us = row.p50;
    health.latencyP95Us = row.p50 * 3;
    health.latencyP99Us = row.p50 * 9;
    health.latencyMaxUs = row.p50 * 40;
    health.detail = row.detail;
    apply(health, m_now);
  }
}

void TestData::addAudit() {
  AuditStatus audit;
  for (const char* name :
       {"positions", "drawdown", "losses", "free margin", "exposure", "streams", "heartbeats", "credentials"}) {
    audit.invariants.push_back(
        {name, std::string_view(name) != "exposure", std::string_view(name) == "exposure" ? "437.1 of 500" : ""});
  }
  audit.cycles = 14400;
  audit.violations = 1;
  audit.cycleUsMax = 12100;
  audit.latencies = {{"signal generation", 90112, 18, 54, 160, 720},
                     {"intent to approval", 231, 22, 61, 130, 410},
                     {"approval to sent", 214, 48, 120, 300, 900}};
  apply(audit, m_now);
}

void TestData::addEvents() {
  apply(SystemEvent{0, "data", "feed.live", "Simulated venue connected, 10 instruments", {}},
        m_now - Duration::minutes(12));
  apply(SystemEvent{1, "risk", "limit.near", "MAX_EXPOSURE at 87 % of its limit", {}}, m_now - Duration::minutes(6));
  apply(SystemEvent{2, "audit", "audit.slow", "Invariant cycle took 12.1 ms, target 10 ms",
                    "Check the load of this machine"},
        m_now - Duration::minutes(3));
  for (int i = 0; i < 3; ++i) {
    apply(SystemEvent{1, "execution", "order.unknown", "SOL-PERP order without an answer for 3 s", {}},
          m_now - Duration::minutes(2));
  }
  apply(SystemEvent{3, "risk", "position.unprotected", "SOL-PERP long 30.00 has no stop",
                    "Add a stop or close the position"},
        m_now - Duration::seconds(41));
}

void TestData::addSession() {
  static constexpr std::array<const char*, 10> kNames = {"Configuration",        "Knowledge bank",
                                                         "Audit and invariants", "Data and connections",
                                                         "Candle warm-up",       "Signals from history",
                                                         "Risk from positions",  "Execution and credentials",
                                                         "Optimizer baseline",   "Ready"};
  for (int i = 0; i < 10; ++i) {
    const bool missing = i == 1 || i == 8;
    apply(StartupStep{i + 1, kNames[static_cast<std::size_t>(i)],
                      missing ? StartupStep::State::NotInThisBuild : StartupStep::State::Done,
                      missing  ? "not in this build"
                      : i == 4 ? "history generated, 35 bars"
                               : "",
                      1},
          m_now - Duration::minutes(13));
  }
  apply(StateChanged{SessionState::Initializing, SessionState::Ready, "start-up complete"},
        m_now - Duration::minutes(13));
  apply(StateChanged{SessionState::Ready, SessionState::Trading, "started in the window"},
        m_now - Duration::minutes(12));
}

void TestData::move() {
  m_now = m_now + Duration::millis(16);
  for (const auto& instrument : m_instruments) {
    if (!m_rng.chance(instrument.id == bitcoin() ? 0.6 : 0.1)) continue;
    std::int64_t& bid = m_mid[instrument.id.value];
    const Side side = m_rng.chance(0.5) ? Side::Buy : Side::Sell;
    bid += m_rng.between(-2, 2);
    addTrade(instrument.id, {side == Side::Buy ? bid + 1 : bid}, m_rng.between(1, 400), side, m_now);
    addBook(instrument, {bid}, {bid + 1});
    for (const Duration interval : intervals(instrument.id)) {
      Candle candle = candles(instrument.id, interval).back();
      if (candle.openTime + interval <= m_now) {
        candle = {instrument.id, interval,     {m_now.ns / interval.ns * interval.ns},
                  candle.close,  candle.close, candle.close,
                  candle.close,  {0},          0,
                  false};
      }
      candle.close = {bid};
      candle.high = std::max(candle.high, candle.close);
      candle.low = std::min(candle.low, candle.close);
      candle.volume += Lots{5};
      apply(candle, m_now);
    }
  }
}

void TestData::pull() {
  if (m_options.moving && !m_options.empty) move();
}

void RecordedCommands::submit(OrderIntent intent) {
  calls.emplace_back("submit");
  intents.push_back(std::move(intent));
}

void RecordedCommands::closePosition(InstrumentId id, Ratio share) {
  calls.push_back("close " + std::to_string(id.value) + " " + share.toString());
}

std::string RecordedCommands::reset(const std::string& phrase, const std::string& cause) {
  calls.push_back("reset " + phrase + " | " + cause);
  return resetAnswer;
}

std::vector<CheckResult> RecordedCommands::preview(const OrderIntent& intent) {
  const Decimal price = intent.limitPrice ? intent.limitPrice->decimal() : Decimal(60000, 0);
  const Decimal value = multiply(price, intent.quantity.decimal(), 2, Rounding::Up);
  const bool tooMuch = value > Decimal(5000, 0);
  using Outcome = CheckResult::Outcome;
  std::vector<CheckResult> checks = {
      {"MAX_ORDER_VALUE", tooMuch ? Outcome::Failed : Outcome::Passed, "0", value.toString(), "5000", "USDT",
       "order value " + value.toString() + " USDT, limit 5000 USDT"},
      {"MAX_POSITION_PERCENT", Outcome::Passed, "58.2", "59.1", "60", "% equity", ""},
      {"MAX_EXPOSURE", Outcome::Passed, "437.1", "440.0", "500", "% equity", ""},
      {"MAX_LEVERAGE", Outcome::Passed, "5", intent.leverage.toString(), "20", "x", ""},
      {"PRICE_COLLAR", Outcome::Passed, "0", "1.5", "100", "bps", ""},
      {"MIN_FREE_BALANCE", Outcome::Passed, "1060.73", "911.00", "900", "USDT", ""},
      {"MAX_DATA_AGE", Outcome::Passed, "12", "12", "1000", "ms", ""},
      {"MIN_LIQUIDATION_BUFFER", Outcome::NotApplicable, "", "", "5", "%", "no stop given"}};
  return checks;
}

}  // namespace bw::ui
