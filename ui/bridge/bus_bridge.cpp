// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/bus_bridge.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bw::ui {

namespace {

/// Everything the face shows; intents, approvals and raw venue reports are seen through what follows from them.
constexpr std::array kShownTopics = {
    Topic::MarketBook,     Topic::MarketBbo,          Topic::MarketTrade,    Topic::MarketCandle, Topic::Feed,
    Topic::Signal,         Topic::Strategy,           Topic::RiskRejected,   Topic::RiskLimits,   Topic::RiskAlert,
    Topic::OrderPlaced,    Topic::OrderUpdated,       Topic::OrderFilled,    Topic::Reconciled,   Topic::PositionOpened,
    Topic::PositionClosed, Topic::PositionMarked,     Topic::BalanceChanged, Topic::StateChanged, Topic::StartupStep,
    Topic::EmergencyStop,  Topic::StopProgress,       Topic::Health,         Topic::Event,        Topic::Audit,
    Topic::ControlAnswer,  Topic::ReconciliationItem, Topic::Alarm,          Topic::Metrics};
constexpr std::array kMarketTopics = {Topic::MarketBook, Topic::MarketBbo, Topic::MarketTrade};
constexpr std::int64_t kWindowNs = 1'000'000'000;
constexpr std::size_t kAgesKept = 4000;

/// A session whose market could not be opened still has a window that says why; its docks link to one nameless
/// instrument that never gets data.
Instruments shownInstruments(Instruments instruments) {
  if (instruments && instruments->size() > 0) return instruments;
  Instrument none;
  none.venue = "none";
  none.symbol = "no market";
  none.base = none.quote = none.settle = Currency("USDT");
  auto table = std::make_shared<InstrumentTable>();
  table->add(none);
  return table;
}

}  // namespace

BusBridge::BusBridge(MessageBus& bus, Instruments instruments, SessionInfo info, Ports ports, std::uint64_t seed,
                     double speed)
    : m_bus(bus),
      m_instruments(shownInstruments(std::move(instruments))),
      m_info(std::move(info)),
      m_ports(std::move(ports)),
      m_mailbox(std::make_shared<Mailbox>(bus.clock(), Mailbox::Hooks{})),
      m_publisher(bus.makePublisher("window")),
      m_self(m_publisher->self()),
      m_ids(Rng(seed)),
      m_speed(speed) {
  m_bus.attach(m_self, m_mailbox);
  for (const Topic topic : kShownTopics) m_bus.subscribe(topic, m_self, m_mailbox);
  m_windowStart = mono();
}

BusBridge::~BusBridge() {
  m_mailbox->close();
  m_bus.detach(m_self);
}

void BusBridge::pull() {
  Mailbox::Delivery delivery;
  do {
    while (m_mailbox->take(delivery)) {
      measure(*delivery.message);
      if (delivery.message->topic == Topic::ControlAnswer) takeReply(*delivery.message);
      if (!isOvertaken(*delivery.message)) apply(delivery.message->payload, delivery.message->timestamp);
      delivery.message.reset();
    }
  } while (m_mailbox->finishTurn());
  const double speed = m_ports.speed ? m_ports.speed() : m_speed;
  if (m_counters.speed != speed) {
    m_counters.speed = speed;
    for (const Part part : {Part::Counters, Part::Market, Part::Feeds}) touch(part);
  }
  if (mono() - m_windowStart >= Duration::nanos(kWindowNs)) closeSecond();
}

// Closes go before marks in a frame's messages: a mark that is older than the close must not bring the position back.
bool BusBridge::isOvertaken(const Message& message) {
  const auto* update = std::get_if<PositionUpdate>(&message.payload);
  if (update == nullptr) return false;
  std::uint64_t& newest = m_positionSequences[update->position.instrument];
  if (message.sequence < newest) return true;
  newest = message.sequence;
  return false;
}

MonoTime BusBridge::mono() const {
  return m_ports.realClock != nullptr ? m_ports.realClock->mono() : m_bus.clock().mono();
}

void BusBridge::measure(const Message& message) {
  const bool market = std::find(kMarketTopics.begin(), kMarketTopics.end(), message.topic) != kMarketTopics.end();
  if (!market) return;
  ++m_marketSeen;
  if (m_feedAges.size() < kAgesKept) {
    m_feedAges.push_back(std::max(0.0, static_cast<double>((now() - message.timestamp).ns) / 1e6));
  }
}

void BusBridge::closeSecond() {
  const MonoTime end = mono();
  const double seconds = static_cast<double>((end - m_windowStart).ns) / 1e9;
  std::uint64_t replaced = 0;
  for (const Topic topic : kMarketTopics) {
    const auto stats = m_mailbox->stats(topic);
    replaced += stats.replaced + stats.dropped;
  }
  // What was replaced by something newer before the frame came was a message of the market too.
  m_counters.marketPerSecond = static_cast<double>(m_marketSeen + (replaced - m_replacedBefore)) / seconds;
  m_replacedBefore = replaced;
  m_marketSeen = 0;
  if (!m_feedAges.empty()) {
    const auto rank = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(m_feedAges.size() - 1));
    std::nth_element(m_feedAges.begin(), m_feedAges.begin() + rank, m_feedAges.end());
    m_counters.feedAgeP95Ms = m_feedAges[static_cast<std::size_t>(rank)];
    m_feedAges.clear();
  }
  m_windowStart = end;
  const std::uint64_t lost = m_mailbox->stats(Topic::Event).dropped;
  if (lost > m_lostBefore) {
    addEvent({1,
              "window",
              "window.events_lost",
              std::to_string(lost - m_lostBefore) + " events did not fit the window's queue",
              {}},
             now());
    m_lostBefore = lost;
  }
  touch(Part::Counters);
}

void BusBridge::submit(OrderIntent intent) {
  intent.id = m_ids.make(now());
  intent.owner = Owner::Manual;
  intent.strategy = "manual";
  intent.createdAt = now();
  PublishOptions options;
  options.correlationId = intent.id;
  m_publisher->publish(Topic::Intent, std::move(intent), options);
}

void BusBridge::cancelOrder(ClientOrderId id) {
  CancelRequest request;
  request.scope = CancelRequest::Scope::Order;
  request.clientId = id;
  request.reason = "cancelled in the window";
  m_publisher->publish(Topic::CancelRequested, std::move(request));
}

void BusBridge::cancelInstrument(InstrumentId id) {
  CancelRequest request;
  request.scope = CancelRequest::Scope::Instrument;
  request.instrument = id;
  request.reason = "all of this instrument cancelled in the window";
  m_publisher->publish(Topic::CancelRequested, std::move(request));
}

void BusBridge::cancelAll() {
  CancelRequest request;
  request.scope = CancelRequest::Scope::All;
  request.reason = "all cancelled in the window";
  m_publisher->publish(Topic::CancelRequested, std::move(request));
}

void BusBridge::closePosition(InstrumentId id, Ratio share) {
  const PositionUpdate* held = position(id);
  if (held == nullptr) return;
  const Instrument& instrument = m_instruments->get(id);
  const Decimal wanted = multiply(held->position.quantity.abs().decimal(), share.decimal(), 12, Rounding::ToZero);
  const Lots lots = instrument.toLotsRounded(Quantity(wanted), Rounding::ToZero);
  if (lots.value <= 0) return;
  OrderIntent intent;
  intent.instrument = id;
  intent.side = held->position.quantity.sign() > 0 ? Side::Sell : Side::Buy;
  intent.type = OrderType::Market;
  intent.tif = TimeInForce::Ioc;
  intent.role = OrderRole::Exit;
  intent.reduceOnly = true;
  intent.quantity = instrument.quantity(lots);
  intent.leverage = held->position.leverage;
  intent.note = "closed in the window";
  submit(std::move(intent));
}

std::string BusBridge::reset(const std::string& phrase, const std::string& cause) {
  return m_ports.reset ? m_ports.reset(phrase, cause) : "This session cannot be reset from the window";
}

void BusBridge::control(ControlCommand::Kind kind, const std::string& reason, double number) {
  ControlCommand command;
  command.kind = kind;
  command.channel = "window";
  command.reason = reason;
  command.number = number;
  PublishOptions options;
  options.type = MessageType::Command;
  m_publisher->publish(Topic::Control, std::move(command), options);
}

void BusBridge::answer(const std::string& item, ReconciliationAction action, const std::string& reason) {
  ReconciliationAnswer said;
  said.id = item;
  said.action = action;
  said.by = "window";
  said.reason = reason;
  PublishOptions options;
  options.type = MessageType::Command;
  m_asked[m_publisher->publish(Topic::ReconciliationAnswer, std::move(said), options)] = item;
}

void BusBridge::takeReply(const Message& message) {
  const auto asked = m_asked.find(message.correlationId);
  if (asked == m_asked.end()) return;
  const auto& reply = message.as<ControlAnswer>();
  noteReply(asked->second, {reply.ok, reply.text});
  m_asked.erase(asked);
}

void BusBridge::setSpeed(double speed) {
  m_speed = speed;
  control(ControlCommand::Kind::SetSpeed, {}, speed);
}

void BusBridge::setMarketPaused(bool paused) {
  control(ControlCommand::Kind::SetSpeed, paused ? "paused" : "", paused ? 0 : m_speed);
}

void BusBridge::seek(Timestamp when) {
  control(ControlCommand::Kind::Seek, {}, static_cast<double>(when.ns) / 1e9);
}

std::vector<CheckResult> BusBridge::preview(const OrderIntent& intent) {
  return m_ports.preview ? m_ports.preview(intent) : std::vector<CheckResult>{};
}

}  // namespace bw::ui
