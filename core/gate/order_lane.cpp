// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/order_lane.h"

#include "core/base/mutant.h"
#include "core/journal/records.h"

namespace bw::gate {

/// Tells the gate that an order was answered before anybody else hears of it.
class OrderLane::Listener final : public VenueListener {
 public:
  Listener(Gate& gate, const Outputs& outputs, OrderLane& lane) : m_gate(gate), m_outputs(outputs), m_lane(lane) {}
  void onReport(const OrderReport& report) override {
    if (report.kind != OrderReport::Kind::Unknown && report.kind != OrderReport::Kind::CancelRejected)
      m_gate.settle(report.clientId);
    if (m_lane.m_budget.openOrders > 0) note(report);
    m_outputs.report(report);
  }

 private:
  void note(const OrderReport& report) {
    using Kind = OrderReport::Kind;
    const Lock lock(m_lane.m_mutex);
    const auto found = m_lane.m_resting.find(report.clientId);
    if (found == m_lane.m_resting.end()) return;
    if (report.kind == Kind::Filled) found->second = found->second - report.fill.quantity;
    const bool ended = report.kind == Kind::Rejected || report.kind == Kind::Cancelled ||
                       report.kind == Kind::Expired || report.kind == Kind::Absent || found->second.sign() <= 0;
    if (ended) m_lane.m_resting.erase(found);
  }
  Gate& m_gate;
  const Outputs& m_outputs;
  OrderLane& m_lane;
};

void OrderLane::Signal::raise() {
  Lock lock(mutex);
  if (pending) return;
  pending = true;
  changed.notifyAll();
  if (wake) wake();
}

OrderLane::OrderLane(Gate& gate, Journal& journal, const Clock& clock, Instruments instruments, Venue& venue,
                     Outputs outputs, Budget budget)
    : m_gate(gate),
      m_journal(journal),
      m_clock(clock),
      m_instruments(std::move(instruments)),
      m_outputs(std::move(outputs)),
      m_budget(budget),
      m_listener(std::make_unique<Listener>(m_gate, m_outputs, *this)),
      m_connection(venue.connect(*m_listener)),
      m_signal(std::make_shared<Signal>()) {
  BW_ASSERT(m_connection != nullptr && m_outputs.report && m_outputs.account);
}

OrderLane::OrderLane(Gate& gate, Journal& journal, const Clock& clock, Instruments instruments, Venue& venue,
                     Outputs outputs)
    : OrderLane(gate, journal, clock, std::move(instruments), venue, std::move(outputs), Budget{}) {}

OrderLane::~OrderLane() {
  stop();
  setWake({});
}

void OrderLane::setWake(std::function<void()> wake) {
  Lock lock(m_signal->mutex);
  m_signal->wake = std::move(wake);
}

void OrderLane::submit(LaneCommand command) {
  {
    Lock lock(m_mutex);
    if (auto* place = std::get_if<PlaceCommand>(&command)) {
      BW_ASSERT(place->approval != nullptr);
      m_placements.push_back({std::move(*place), 0});
    } else {
      m_urgent.push_back(std::move(command));
    }
  }
  m_signal->raise();
}

void OrderLane::start() {
  m_thread.start("bw-lane", [this] { run(); });
}

void OrderLane::stop() {
  if (m_thread.running()) {
    {
      Lock lock(m_signal->mutex);
      m_signal->stopping = true;
      m_signal->changed.notifyAll();
    }
    m_thread.join();
    Lock lock(m_signal->mutex);
    m_signal->stopping = false;
  }
  std::deque<Waiting> left;
  {
    Lock lock(m_mutex);
    left.swap(m_placements);
    m_stats.purged += left.size();
  }
  for (const Waiting& waiting : left)
    reportAbsent(waiting.command.order, "lane.stopped: the order lane was shut down before it was sent");
}

void OrderLane::run() {
  while (true) {
    while (pump()) {
    }
    Lock lock(m_signal->mutex);
    while (!m_signal->pending && !m_signal->stopping) m_signal->changed.wait(m_signal->mutex);
    if (m_signal->stopping) return;
  }
}

bool OrderLane::pump() {
  {
    Lock lock(m_signal->mutex);
    m_signal->pending = false;
  }
  purge();
  journalNew();
  bool worked = false;
  while (sendUrgent()) worked = true;
  // One placement at a time, so that a cancel that comes meanwhile goes first.
  return sendPlacement() || worked;
}

void OrderLane::purge() {
  const std::uint64_t epoch = m_gate.epoch();
  std::deque<Waiting> old;
  {
    Lock lock(m_mutex);
    for (std::size_t i = 0; i < m_placements.size();) {
      if (m_placements[i].command.approval->bounds().epoch == epoch || BW_MUTANT(13)) {
        ++i;
        continue;
      }
      old.push_back(std::move(m_placements[i]));
      m_placements.erase(m_placements.begin() + static_cast<std::ptrdiff_t>(i));
    }
    m_stats.purged += old.size();
  }
  for (const Waiting& waiting : old)
    reportAbsent(waiting.command.order, "gate.epoch: the gate was closed before it was sent");
}

void OrderLane::journalNew() {
  std::vector<std::pair<Order, std::string>> failed;
  std::uint64_t last = 0;
  {
    Lock lock(m_mutex);
    for (std::size_t i = 0; i < m_placements.size();) {
      Waiting& waiting = m_placements[i];
      if (waiting.record != 0) {
        ++i;
        continue;
      }
      auto record = BW_MUTANT(12) ? Result<std::uint64_t>(m_journal.durableSequence() + 0)
                                  : m_journal.append(RecordKind::OrderIntentApproved,
                                                     journal::encodeOrder(waiting.command.order, *m_instruments));
      if (record) {
        waiting.record = last = *record;
        ++i;
      } else {
        failed.emplace_back(std::move(waiting.command.order), record.error().detail);
        m_placements.erase(m_placements.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    m_stats.refused += failed.size();
  }
  for (const auto& [order, reason] : failed) {
    m_gate.raiseNoNew(NoNewCause::Journal);
    reportAbsent(order, "journal.write: " + reason);
  }
  if (last == 0) return;
  std::weak_ptr<Signal> weak = m_signal;
  m_journal.requestSync(last, [weak] {
    if (auto signal = weak.lock()) signal->raise();
  });
}

bool OrderLane::sendUrgent() {
  LaneCommand command;
  {
    Lock lock(m_mutex);
    if (m_urgent.empty()) return false;
    // Cancels overtake queries too.
    auto next = m_urgent.begin();
    for (auto it = m_urgent.begin(); it != m_urgent.end(); ++it) {
      if (!std::holds_alternative<CancelCommand>(*it) || BW_MUTANT(14)) continue;
      next = it;
      break;
    }
    command = std::move(*next);
    m_urgent.erase(next);
    (std::holds_alternative<CancelCommand>(command) ? m_stats.cancels : m_stats.queries) += 1;
  }
  static_cast<void>(hasBudget(false));
  if (const auto* cancel = std::get_if<CancelCommand>(&command)) {
    if (!withdraw(cancel->clientId)) m_connection->cancel(cancel->clientId, cancel->instrument);
  } else if (const auto* one = std::get_if<QueryOrderCommand>(&command)) {
    query(*one);
  } else {
    queryAccount();
  }
  return true;
}

bool OrderLane::withdraw(ClientOrderId clientId) {
  std::optional<Order> found;
  {
    Lock lock(m_mutex);
    for (auto it = m_placements.begin(); it != m_placements.end(); ++it) {
      if (it->command.order.clientId != clientId) continue;
      found = std::move(it->command.order);
      m_placements.erase(it);
      m_stats.purged += 1;
      break;
    }
  }
  if (found) reportAbsent(*found, "cancelled before it left");
  return found.has_value();
}

bool OrderLane::sendPlacement() {
  Waiting waiting;
  {
    Lock lock(m_mutex);
    if (m_placements.empty() || m_placements.front().record == 0) return false;
    waiting = m_placements.front();
  }
  if (m_journal.durableSequence() < waiting.record && !BW_MUTANT(11)) {
    // Not durable: either the writer is still at it and will wake us, or it failed, which sync() tells without waiting.
    if (!m_journal.failed()) return false;
  }
  {
    Lock lock(m_mutex);
    m_placements.pop_front();
  }
  place(waiting);
  return true;
}

void OrderLane::place(Waiting& waiting) {
  const Order& order = waiting.command.order;
  if (m_journal.durableSequence() < waiting.record && !BW_MUTANT(11)) {
    m_gate.raiseNoNew(NoNewCause::Journal);
    countRefused();
    reportAbsent(order, "journal.write: its record could not be stored");
    return;
  }
  if (!hasBudget(true)) {
    countRefused();
    reportAbsent(order, "lane.rate: the request budget is used up but for what cancels need");
    return;
  }
  if (!hasRoom(order)) {
    countRefused();
    reportAbsent(order, "lane.open_orders: more could not be cancelled within 2 s");
    return;
  }
  const Verdict verdict = m_gate.pass(requestFor(order), order, *waiting.command.approval, *m_connection);
  if (!verdict.passed()) {
    Lock lock(m_mutex);
    m_resting.erase(order.clientId);
  }
  if (!verdict.passed()) reportAbsent(order, std::string(toString(verdict.refusal)) + ": " + verdict.text);
  Lock lock(m_mutex);
  (verdict.passed() ? m_stats.placed : m_stats.refused) += 1;
}

void OrderLane::queryAccount() {
  AccountAnswer answer;
  auto snapshot = m_connection->account();
  if (snapshot) {
    answer.snapshot = std::move(*snapshot);
  } else {
    answer.snapshot.venue = std::string(m_connection->venue());
    answer.error = snapshot.error().detail.empty() ? snapshot.error().userKey : snapshot.error().detail;
  }
  m_outputs.account(answer);
}

void OrderLane::query(const QueryOrderCommand& command) {
  OrderReport report;
  report.venue = std::string(m_connection->venue());
  report.clientId = command.clientId;
  report.instrument = command.instrument;
  report.venueTime = m_clock.now();
  auto order = m_connection->order(command.clientId);
  if (!order) {
    const bool absent = order.error().userKey == "venue.order_absent" || BW_MUTANT(17);
    report.kind = absent ? OrderReport::Kind::Absent : OrderReport::Kind::Unknown;
    report.reason = order.error().detail;
    m_outputs.report(report);
    return;
  }
  m_gate.settle(command.clientId);
  if (!order->filled.isZero()) queryAccount();
  report.venueOrderId = order->venueOrderId;
  report.filledInAll = order->filled;
  report.reason = order->reason;
  switch (order->state) {
    case OrderState::Cancelled:
      report.kind = OrderReport::Kind::Cancelled;
      break;
    case OrderState::Expired:
      report.kind = OrderReport::Kind::Expired;
      break;
    case OrderState::Rejected:
      report.kind = OrderReport::Kind::Rejected;
      break;
    case OrderState::Unknown:
      report.kind = OrderReport::Kind::Unknown;
      break;
    default:
      report.kind = OrderReport::Kind::Accepted;
      break;
  }
  m_outputs.report(report);
}

void OrderLane::reportAbsent(const Order& order, const std::string& reason) {
  if (BW_MUTANT(15)) return;
  OrderReport report;
  report.kind = OrderReport::Kind::Absent;
  report.venue = std::string(m_connection->venue());
  report.clientId = order.clientId;
  report.instrument = order.instrument;
  report.reason = "never sent: " + reason;
  report.venueTime = m_clock.now();
  m_outputs.report(report);
}

// A reduce-only order always finds room: it lowers risk.
bool OrderLane::hasRoom(const Order& order) {
  if (m_budget.openOrders == 0) return true;
  Lock lock(m_mutex);
  if (!order.reduceOnly && m_resting.size() >= m_budget.openOrders) return false;
  m_resting.emplace(order.clientId, order.quantity);
  return true;
}

bool OrderLane::hasBudget(bool placement) {
  if (m_budget.requestsPerSecond <= 0) return true;
  const Timestamp now = m_clock.now();
  while (!m_sent.empty() && m_sent.front() + Duration::seconds(1) <= now) m_sent.pop_front();
  const auto limit =
      static_cast<std::size_t>(m_budget.requestsPerSecond - (placement && !BW_MUTANT(16) ? m_budget.cancelReserve : 0));
  if (placement && m_sent.size() >= limit) return false;
  m_sent.push_back(now);
  return true;
}

void OrderLane::countRefused() {
  Lock lock(m_mutex);
  m_stats.refused += 1;
}

OrderLane::Stats OrderLane::stats() const {
  Lock lock(m_mutex);
  return m_stats;
}

std::size_t OrderLane::queued() const {
  Lock lock(m_mutex);
  return m_urgent.size() + m_placements.size();
}

}  // namespace bw::gate
