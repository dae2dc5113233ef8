// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/status_agent.h"

#include <algorithm>

namespace bw::api {
namespace {

constexpr std::size_t kAlarmsKept = 500;

}  // namespace

StatusAgent::StatusAgent(Instruments instruments, std::string mode, std::string profile)
    : m_instruments(std::move(instruments)),
      m_mode(std::move(mode)),
      m_profile(std::move(profile)),
      m_latest(m_instruments->size()) {}

void StatusAgent::onStart(AgentContext& context) {
  for (const Topic topic : {Topic::MarketBook,
                            Topic::MarketBbo,
                            Topic::MarketTrade,
                            Topic::Feed,
                            Topic::OrderPlaced,
                            Topic::OrderUpdated,
                            Topic::OrderFilled,
                            Topic::RiskRejected,
                            Topic::PositionOpened,
                            Topic::PositionClosed,
                            Topic::PositionMarked,
                            Topic::BalanceChanged,
                            Topic::StateChanged,
                            Topic::StartupStep,
                            Topic::ControlAnswer,
                            Topic::StopProgress,
                            Topic::Health,
                            Topic::Audit,
                            Topic::Signal,
                            Topic::Reconciled,
                            Topic::Alarm,
                            Topic::Metrics,
                            Topic::ReconciliationItem}) {
    context.subscribe(topic);
  }
}

void StatusAgent::onMessage(const Message& message) {
  Lock lock(m_mutex);
  m_lastSequence = std::max(m_lastSequence.load(), message.sequence);
  take(message);
}

void StatusAgent::continueFrom(const StatusAgent& before) {
  Lock theirs(before.m_mutex);
  Lock ours(m_mutex);
  m_state = before.m_state.load();
  m_lastSequence = before.m_lastSequence.load();
  m_latest = before.m_latest;
  m_open = before.m_open;
  m_positions = before.m_positions;
  m_account = before.m_account;
  m_health = before.m_health;
  m_steps = before.m_steps;
  m_answers = before.m_answers;
  m_feeds = before.m_feeds;
  m_warm = before.m_warm;
  m_reconciled = before.m_reconciled;
  m_items = before.m_items;
  m_stop = before.m_stop;
  m_audit = before.m_audit;
  m_alarms = before.m_alarms;
  m_metrics = before.m_metrics;
  m_cause = before.m_cause;
  m_refusals = before.m_refusals;
  m_counters = before.m_counters;
}

void StatusAgent::takeOrder(const OrderUpdate& update) {
  const Order& order = update.order;
  if (update.placed) ++m_counters.orders;
  if (update.previous != order.state) {
    if (order.state == OrderState::Rejected) ++m_counters.rejected;
    if (order.state == OrderState::Cancelled) ++m_counters.cancelled;
  }
  if (isTerminal(order.state))
    m_open.erase(order.clientId);
  else
    m_open[order.clientId] = order;
}

void StatusAgent::take(const Message& message) {
  if (const auto* book = std::get_if<BookUpdate>(&message.payload)) {
    ++m_counters.events;
    m_latest[book->depth->instrument.value].depth = book->depth;
  } else if (const auto* bbo = std::get_if<BboUpdate>(&message.payload)) {
    ++m_counters.events;
    m_latest[bbo->instrument.value].bbo = *bbo;
    m_latest[bbo->instrument.value].hasBbo = true;
  } else if (const auto* trade = std::get_if<TradePrint>(&message.payload)) {
    ++m_counters.events;
    ++m_latest[trade->instrument.value].trades;
  } else if (const auto* order = std::get_if<OrderUpdate>(&message.payload)) {
    takeOrder(*order);
  } else if (std::holds_alternative<OrderFilled>(message.payload)) {
    ++m_counters.fills;
  } else if (const auto* refused = std::get_if<RiskRefused>(&message.payload)) {
    ++m_counters.refused;
    ++m_refusals[refused->reason];
  } else if (const auto* position = std::get_if<PositionUpdate>(&message.payload)) {
    // A mark may be overtaken by the close of its position: the older word is not believed.
    std::uint64_t& newest = m_positionSequences[position->position.instrument];
    if (message.sequence < newest) return;
    newest = message.sequence;
    if (position->position.flat())
      m_positions.erase(position->position.instrument);
    else
      m_positions[position->position.instrument] = *position;
  } else if (const auto* account = std::get_if<AccountUpdate>(&message.payload)) {
    m_account = *account;
  } else if (const auto* change = std::get_if<StateChanged>(&message.payload)) {
    m_state = change->to;
    m_cause = change->cause;
  } else if (const auto* step = std::get_if<StartupStep>(&message.payload)) {
    m_steps[step->index] = *step;
  } else if (const auto* answer = std::get_if<ControlAnswer>(&message.payload)) {
    if (m_answers.size() > 256) m_answers.erase(m_answers.begin());
    m_answers[message.correlationId] = *answer;
  } else if (const auto* stop = std::get_if<StopProgress>(&message.payload)) {
    m_stop = *stop;
  } else if (const auto* health = std::get_if<AgentHealth>(&message.payload)) {
    m_health[health->agent] = *health;
  } else if (const auto* feed = std::get_if<FeedStatus>(&message.payload)) {
    m_feeds[feed->venue] = *feed;
  } else if (const auto* signal = std::get_if<SignalGenerated>(&message.payload)) {
    m_warm[signal->instrument] = signal->warm;
  } else if (const auto* reconciled = std::get_if<ReconciliationResult>(&message.payload)) {
    m_reconciled = *reconciled;
  } else if (const auto* item = std::get_if<ReconciliationItem>(&message.payload)) {
    if (item->state == ReconciliationItem::State::Settled)
      m_items.erase(item->id);
    else
      m_items[item->id] = *item;
  } else if (const auto* audit = std::get_if<AuditStatus>(&message.payload)) {
    m_audit = *audit;
  } else if (const auto* alarm = std::get_if<AlarmUpdate>(&message.payload)) {
    m_alarms[alarm->id] = *alarm;
    if (m_alarms.size() > kAlarmsKept) m_alarms.erase(m_alarms.begin());
  } else if (const auto* metrics = std::get_if<MetricsUpdate>(&message.payload)) {
    m_metrics[metrics->source] = metrics->rows;
  }
}

std::optional<ControlAnswer> StatusAgent::takeAnswer(const Uuid& correlationId) {
  Lock lock(m_mutex);
  const auto it = m_answers.find(correlationId);
  if (it == m_answers.end()) return std::nullopt;
  ControlAnswer answer = it->second;
  m_answers.erase(it);
  return answer;
}

StatusAgent::Counters StatusAgent::counters() const {
  Lock lock(m_mutex);
  return m_counters;
}

std::map<std::string, std::uint64_t> StatusAgent::refusalReasons() const {
  Lock lock(m_mutex);
  return m_refusals;
}

std::optional<AccountUpdate> StatusAgent::account() const {
  Lock lock(m_mutex);
  return m_account;
}

std::vector<Position> StatusAgent::positions() const {
  Lock lock(m_mutex);
  std::vector<Position> all;
  for (const auto& entry : m_positions) all.push_back(entry.second.position);
  return all;
}

AuditStatus StatusAgent::audit() const {
  Lock lock(m_mutex);
  return m_audit;
}

std::vector<AlarmUpdate> StatusAgent::alarms() const {
  Lock lock(m_mutex);
  std::vector<AlarmUpdate> all;
  for (const auto& entry : m_alarms) all.push_back(entry.second);
  return all;
}

StopProgress StatusAgent::stop() const {
  Lock lock(m_mutex);
  return m_stop;
}

std::size_t StatusAgent::tradableBooks() const {
  Lock lock(m_mutex);
  std::size_t count = 0;
  for (const Latest& latest : m_latest) count += latest.depth && latest.depth->tradable() ? 1 : 0;
  return count;
}

std::size_t StatusAgent::warmSignals() const {
  Lock lock(m_mutex);
  std::size_t count = 0;
  for (const auto& entry : m_warm) count += entry.second ? 1 : 0;
  return count;
}

std::optional<StartupStep> StatusAgent::failedStep() const {
  Lock lock(m_mutex);
  for (const auto& entry : m_steps) {
    if (entry.second.state == StartupStep::State::Failed) return entry.second;
  }
  return std::nullopt;
}

std::optional<ReconciliationResult> StatusAgent::reconciled() const {
  Lock lock(m_mutex);
  return m_reconciled;
}

void StatusAgent::writeMarket(JsonWriter& json) const {
  json.key("instruments").beginArray();
  for (const Instrument& instrument : *m_instruments) {
    const Latest& latest = m_latest[instrument.id.value];
    json.beginObject().field("symbol", instrument.symbol).field("venue", instrument.venue);
    if (latest.depth) {
      const BookDepth& depth = *latest.depth;
      json.field("revision", depth.revision).field("book", toString(depth.stale));
      if (depth.bidCount > 0) {
        json.field("best_bid", instrument.price(depth.bids[0].price).decimal().toFixed(instrument.priceDecimals()));
        json.field("best_bid_size", instrument.quantity(depth.bids[0].size).toString());
      }
      if (depth.askCount > 0) {
        json.field("best_ask", instrument.price(depth.asks[0].price).decimal().toFixed(instrument.priceDecimals()));
        json.field("best_ask_size", instrument.quantity(depth.asks[0].size).toString());
      }
    }
    json.field("trades", latest.trades).endObject();
  }
  json.endArray();
}

void StatusAgent::writeTrading(JsonWriter& json) const {
  json.key("orders").beginArray();
  for (const auto& entry : m_open) {
    const Order& order = entry.second;
    json.beginObject()
        .field("client_id", toString(order.clientId))
        .field("symbol", m_instruments->get(order.instrument).symbol);
    json.field("side", toString(order.side)).field("type", toString(order.type)).field("state", toString(order.state));
    json.fieldExact("quantity", order.quantity.decimal()).fieldExact("filled", order.filled.decimal());
    if (order.limitPrice) json.fieldExact("price", order.limitPrice->decimal());
    if (order.triggerPrice) json.fieldExact("trigger", order.triggerPrice->decimal());
    json.field("role", toString(order.role))
        .field("strategy", order.strategy)
        .field("correlation_id", toString(order.intentId))
        .endObject();
  }
  json.endArray().key("positions").beginArray();
  for (const auto& entry : m_positions) {
    const PositionUpdate& update = entry.second;
    json.beginObject().field("symbol", m_instruments->get(update.position.instrument).symbol);
    json.fieldExact("quantity", update.position.quantity.decimal())
        .fieldExact("average_price", update.position.averagePrice.decimal());
    json.fieldExact("unrealised", update.unrealised.amount()).field("protected", update.hasStop).endObject();
  }
  json.endArray();
  if (m_account) {
    const AccountUpdate& a = *m_account;
    json.key("account")
        .beginObject()
        .field("currency", a.equity.currency().code())
        .fieldExact("equity", a.equity.amount());
    json.fieldExact("balance", a.balance.amount())
        .fieldExact("realised_pnl", a.realised.amount())
        .fieldExact("unrealised", a.unrealised.amount());
    json.fieldExact("fees", a.fees.amount())
        .fieldExact("funding", a.funding.amount())
        .fieldExact("margin_used", a.marginUsed.amount());
    json.fieldExact("available", a.available.amount()).endObject();
  }
  json.key("counters")
      .beginObject()
      .field("orders", m_counters.orders)
      .field("fills", m_counters.fills)
      .field("refused", m_counters.refused);
  json.field("rejected", m_counters.rejected)
      .field("cancelled", m_counters.cancelled)
      .field("events", m_counters.events)
      .endObject();
}

void StatusAgent::writeItems(JsonWriter& json) const {
  std::vector<const ReconciliationItem*> items;
  for (const auto& entry : m_items) items.push_back(&entry.second);
  std::stable_sort(items.begin(), items.end(),
                   [](const ReconciliationItem* a, const ReconciliationItem* b) { return a->seenAt < b->seenAt; });
  json.beginArray();
  for (const ReconciliationItem* item : items) {
    json.beginObject().field("id", item->id).field("kind", toString(item->kind)).field("state", toString(item->state));
    json.field("venue", item->venue);
    if (item->instrument) json.field("symbol", m_instruments->get(*item->instrument).symbol);
    if (!item->order.isNil()) json.field("order", bw::toString(item->order));
    json.field("title", item->title).field("text", item->text).field("ours", item->ours).field("theirs", item->theirs);
    json.field("locked", item->locked).key("actions").beginArray();
    for (const ReconciliationAction action : item->actions) json.value(toString(action));
    json.endArray();
    if (item->answer) json.field("answer", toString(*item->answer)).field("answered_by", item->answeredBy);
    json.field("seen", toIso8601(item->seenAt)).field("updated", toIso8601(item->updatedAt));
    if (item->escalatesAt != Timestamp::never()) json.field("cancels_all_at", toIso8601(item->escalatesAt));
    json.endObject();
  }
  json.endArray();
}

std::string StatusAgent::reconciliationJson() const {
  Lock lock(m_mutex);
  JsonWriter json;
  json.beginObject().field("ok", true).key("items");
  writeItems(json);
  json.endObject();
  return json.text();
}

void StatusAgent::writeSystem(JsonWriter& json) const {
  json.key("reconciliation");
  writeItems(json);
  json.key("stop")
      .beginObject()
      .field("state", toString(m_stop.state))
      .field("stop_number", m_stop.stopNumber)
      .field("trigger", m_stop.trigger);
  json.field("reason", m_stop.reason).field("attention", m_stop.attention).endObject();
  json.key("startup").beginArray();
  for (const auto& entry : m_steps) {
    static constexpr std::string_view kWords[] = {"waiting", "running", "done", "failed", "not in this build"};
    json.beginObject().field("step", entry.second.index).field("name", entry.second.name);
    json.field("state", kWords[static_cast<std::size_t>(entry.second.state)])
        .field("detail", entry.second.detail)
        .endObject();
  }
  json.endArray().key("agents").beginArray();
  for (const auto& entry : m_health) {
    const AgentHealth& h = entry.second;
    json.beginObject().field("agent", h.agent).field("host", h.host).field("state", toString(h.state));
    json.field("heartbeat_age_ms", h.heartbeatAge.toMillis()).field("in", h.messagesIn).field("out", h.messagesOut);
    json.key("p99_us").statistic(h.latencyP99Us, 1).endObject();
  }
  json.endArray().key("feeds").beginArray();
  for (const auto& entry : m_feeds)
    json.beginObject().field("venue", entry.second.venue).field("detail", entry.second.detail).endObject();
  json.endArray().key("audit").beginObject().field("cycles", m_audit.cycles).field("violations", m_audit.violations);
  json.field("latency_clock", "market").key("latency_us").beginArray();
  for (const AuditStatus::Latency& l : m_audit.latencies) {
    json.beginObject()
        .field("name", l.name)
        .field("count", l.count)
        .key("p50")
        .statistic(l.p50Us, 1)
        .key("p95")
        .statistic(l.p95Us, 1);
    json.key("p99").statistic(l.p99Us, 1).key("max").statistic(l.maxUs, 1).endObject();
  }
  json.endArray().endObject();
}

void StatusAgent::writeAlarms(JsonWriter& json) const {
  json.key("alarms").beginArray();
  for (const auto& entry : m_alarms) {
    const AlarmUpdate& a = entry.second;
    json.beginObject().field("id", a.id).field("priority", a.priority).field("source", a.source).field("code", a.code);
    json.field("subject", a.subject).field("text", a.text).field("action", a.action).field("count", a.count);
    json.field("first", toIso8601(a.firstAt)).field("last", toIso8601(a.lastAt));
    json.field("acknowledged", a.acknowledged).endObject();
  }
  json.endArray().key("metrics").beginArray();
  for (const auto& [source, rows] : m_metrics) {
    for (const Metric& row : rows) {
      json.beginObject().field("source", source).field("name", row.name).field("value", row.value);
      json.field("target", row.target).field("critical", row.critical).field("state", toString(row.state)).endObject();
    }
  }
  json.endArray();
}

std::string StatusAgent::statusJson(const std::function<void(JsonWriter&)>& extra) const {
  JsonWriter json;
  Lock lock(m_mutex);
  json.beginObject()
      .field("ok", true)
      .field("mode", m_mode)
      .field("profile", m_profile)
      .field("state", toString(m_state.load()));
  json.field("cause", m_cause);
  writeMarket(json);
  writeTrading(json);
  writeSystem(json);
  writeAlarms(json);
  if (extra) extra(json);
  json.endObject();
  return json.text();
}

}  // namespace bw::api
