// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_venue.h"

#include <algorithm>

namespace bw::test {

class FakeConnection final : public VenueConnection {
 public:
  FakeConnection(FakeVenue& venue, std::shared_ptr<FakeVenue::Listeners> listeners, VenueListener& own)
      : m_venue(venue), m_listeners(std::move(listeners)), m_own(own) {
    Lock lock(m_listeners->mutex);
    m_listeners->all.push_back(&m_own);
  }
  ~FakeConnection() override {
    Lock lock(m_listeners->mutex);
    m_listeners->all.erase(std::find(m_listeners->all.begin(), m_listeners->all.end(), &m_own));
  }
  std::string_view venue() const override { return m_venue.name(); }
  VenueCapabilities capabilities() const override {
    Lock lock(m_venue.m_mutex);
    VenueCapabilities capabilities;
    capabilities.stopOrders = capabilities.takeProfitOrders = capabilities.postOnly = capabilities.shortSelling = true;
    capabilities.reduceOnly = m_venue.m_knobs.reduceOnly;
    capabilities.landsWithin = m_venue.m_knobs.landsWithin;
    capabilities.cancelAll = m_venue.m_knobs.cancelAll;
    return capabilities;
  }
  void place(const PlacementPermit&, const PlaceRequest& request) override { m_venue.place(request); }
  void cancel(ClientOrderId clientId, InstrumentId) override { m_venue.cancel(clientId); }
  void cancelAll() override { m_venue.cancelAll(); }
  Result<AccountSnapshot> account() override { return m_venue.account(); }
  Result<Order> order(ClientOrderId clientId) override { return m_venue.order(clientId); }

 private:
  FakeVenue& m_venue;
  const std::shared_ptr<FakeVenue::Listeners> m_listeners;
  VenueListener& m_own;
};

FakeVenue::FakeVenue(std::string name, const Clock& clock, Instruments instruments)
    : m_name(std::move(name)),
      m_clock(clock),
      m_instruments(std::move(instruments)),
      m_balance(Decimal(10'000, 0), Currency("USDT")),
      m_ledger(m_instruments) {}

std::unique_ptr<VenueConnection> FakeVenue::connect(VenueListener& listener) {
  return std::make_unique<FakeConnection>(*this, m_listeners, listener);
}

void FakeVenue::set(const std::function<void(Knobs&)>& change) {
  Lock lock(m_mutex);
  change(m_knobs);
}

void FakeVenue::setPrice(InstrumentId instrument, Price price) {
  Lock lock(m_mutex);
  m_prices[instrument] = price;
}

void FakeVenue::setBalance(Money total) {
  Lock lock(m_mutex);
  m_balance = total;
}

void FakeVenue::payFunding(const FundingPayment& payment) {
  Lock lock(m_mutex);
  m_balance += payment.amount;
  m_funding.push_back(payment);
}

void FakeVenue::transfer(const CashTransfer& transfer, bool silently) {
  Lock lock(m_mutex);
  m_balance += transfer.amount;
  if (!silently) m_transfers.push_back(transfer);
}

void FakeVenue::putOrder(const Order& order) {
  Lock lock(m_mutex);
  m_orders[order.clientId] = order;
}

void FakeVenue::putPosition(InstrumentId instrument, Quantity quantity, Price average) {
  Lock lock(m_mutex);
  m_positions[instrument] = quantity;
  m_prices.try_emplace(instrument, average);
}

void FakeVenue::note(const char* what, ClientOrderId clientId) {
  m_log.push_back({what, clientId, m_clock.now(), m_clock.mono()});
}

OrderReport FakeVenue::reportOf(OrderReport::Kind kind, const Order& order) const {
  OrderReport report;
  report.kind = kind;
  report.venue = m_name;
  report.clientId = order.clientId;
  report.venueOrderId = order.venueOrderId;
  report.instrument = order.instrument;
  report.venueTime = m_clock.now();
  if (kind == OrderReport::Kind::Cancelled || kind == OrderReport::Kind::Expired) report.filledInAll = order.filled;
  return report;
}

void FakeVenue::deliver(const Reports& reports) {
  std::vector<VenueListener*> listeners;
  {
    Lock lock(m_listeners->mutex);
    for (VenueListener* listener : m_listeners->all) {
      if (std::find(listeners.begin(), listeners.end(), listener) == listeners.end()) listeners.push_back(listener);
    }
  }
  for (const OrderReport& report : reports) {
    for (VenueListener* listener : listeners) listener->onReport(report);
  }
}

void FakeVenue::report(const OrderReport& report) {
  deliver({report});
}

void FakeVenue::place(const PlaceRequest& request) {
  Reports out;
  {
    Lock lock(m_mutex);
    note("place", request.clientId);
    if (m_knobs.answerUnknown) {
      Order named;
      named.clientId = request.clientId;
      named.instrument = request.instrument;
      OrderReport report = reportOf(OrderReport::Kind::Unknown, named);
      report.reason = "503 after the request was sent";
      out.push_back(report);
    }
    if (!m_knobs.losePlacements) {
      if (m_knobs.landAfter.ns > 0) {
        m_pending.push_back({request, m_clock.now() + m_knobs.landAfter});
      } else {
        land(request, out);
      }
    }
  }
  deliver(out);
}

void FakeVenue::land(const PlaceRequest& request, Reports& out) {
  Order order;
  order.clientId = request.clientId;
  order.venueOrderId = m_name + "-" + std::to_string(m_nextId++);
  order.instrument = request.instrument;
  order.side = request.side;
  order.type = request.type;
  order.tif = request.tif;
  order.reduceOnly = request.reduceOnly;
  order.quantity = request.quantity;
  order.limitPrice = request.limitPrice;
  order.triggerPrice = request.triggerPrice;
  order.leverage = request.leverage;
  order.createdAt = order.updatedAt = m_clock.now();
  order.filledNotional = order.fees = Money::zero(m_instruments->get(order.instrument).settle);
  const bool silent = m_knobs.dropAcks || m_knobs.answerUnknown;
  if (m_knobs.rejectPlacements) {
    order.state = OrderState::Rejected;
    order.reason = "the test says no";
    note("reject", order.clientId);
    m_orders[order.clientId] = order;
    OrderReport report = reportOf(OrderReport::Kind::Rejected, order);
    report.reason = order.reason;
    if (!silent) out.push_back(report);
    return;
  }
  order.state = OrderState::Open;
  Order& stored = m_orders[order.clientId] = order;
  note("land", order.clientId);
  const OrderReport accepted = reportOf(OrderReport::Kind::Accepted, stored);
  Reports fills;
  if (order.type == OrderType::Market) {
    Quantity quantity = order.quantity;
    if (!m_knobs.immediate.isZero()) quantity = std::min(quantity, m_knobs.immediate);
    if (order.reduceOnly) {
      const Quantity held = m_positions[order.instrument];
      quantity = held.sign() == -signOf(order.side) ? std::min(quantity, held.abs()) : Quantity{};
    }
    if (!quantity.isZero()) execute(stored, quantity, m_prices[order.instrument], fills);
    if (!isTerminal(stored.state)) {
      stored.state = OrderState::Expired;
      fills.push_back(reportOf(OrderReport::Kind::Expired, stored));
    }
  }
  if (silent) return;
  if (m_knobs.fillBeforeAck) {
    out.insert(out.end(), fills.begin(), fills.end());
    out.push_back(accepted);
  } else {
    out.push_back(accepted);
    out.insert(out.end(), fills.begin(), fills.end());
  }
}

void FakeVenue::execute(Order& order, Quantity quantity, Price price, Reports& out) {
  const Instrument& instrument = m_instruments->get(order.instrument);
  Fill fill;
  fill.venueTradeId = "t" + std::to_string(m_nextId++);
  fill.clientId = order.clientId;
  fill.venueOrderId = order.venueOrderId;
  fill.instrument = order.instrument;
  fill.side = order.side;
  fill.price = price;
  fill.quantity = quantity;
  fill.fee = of(instrument.notional(price, quantity), instrument.takerFee, Rounding::AwayZero);
  fill.venueTime = m_clock.now();
  order.filled = order.filled + quantity;
  order.updatedAt = m_clock.now();
  order.state = order.filled >= order.quantity ? OrderState::Filled : OrderState::PartiallyFilled;
  Quantity& held = m_positions[order.instrument];
  const int before = held.sign();
  held = order.side == Side::Buy ? held + quantity : held - quantity;
  if (before != 0 && held.sign() == -before) m_crossings += 1;
  if (price.sign() > 0) static_cast<void>(m_ledger.apply(fill, {}));
  m_fills[fill.venueTradeId] = fill;
  m_recent.push_back(fill);
  note("fill", order.clientId);
  OrderReport report = reportOf(OrderReport::Kind::Filled, order);
  report.fill = fill;
  out.push_back(report);
  if (m_knobs.duplicateFills) out.push_back(report);
}

std::string FakeVenue::fill(ClientOrderId clientId, Quantity quantity, Price price) {
  Reports out;
  {
    Lock lock(m_mutex);
    execute(m_orders.at(clientId), quantity, price, out);
  }
  deliver(out);
  return out.front().fill.venueTradeId;
}

void FakeVenue::fillSilently(ClientOrderId clientId, Quantity quantity, Price price) {
  Reports out;
  Lock lock(m_mutex);
  execute(m_orders.at(clientId), quantity, price, out);
}

void FakeVenue::repeatFill(const std::string& tradeId) {
  OrderReport report;
  {
    Lock lock(m_mutex);
    const Fill& fill = m_fills.at(tradeId);
    report = reportOf(OrderReport::Kind::Filled, m_orders.at(fill.clientId));
    report.fill = fill;
  }
  deliver({report});
}

void FakeVenue::endCancelled(Order& order, Reports& out) {
  order.state = OrderState::Cancelled;
  order.updatedAt = m_clock.now();
  note("cancelled", order.clientId);
  out.push_back(reportOf(OrderReport::Kind::Cancelled, order));
}

void FakeVenue::cancel(ClientOrderId clientId) {
  Reports out;
  {
    Lock lock(m_mutex);
    note("cancel", clientId);
    const auto found = m_orders.find(clientId);
    if (m_knobs.ignoreCancels) return;
    if (found == m_orders.end() || isTerminal(found->second.state)) {
      Order named;
      named.clientId = clientId;
      OrderReport report = reportOf(OrderReport::Kind::CancelRejected, found == m_orders.end() ? named : found->second);
      report.reason = "no such open order";
      out.push_back(report);
    } else {
      endCancelled(found->second, out);
    }
  }
  deliver(out);
}

void FakeVenue::cancelAll() {
  Reports out;
  {
    Lock lock(m_mutex);
    note("cancel_all", {});
    if (m_knobs.ignoreCancels) return;
    for (auto& entry : m_orders) {
      if (!isTerminal(entry.second.state)) endCancelled(entry.second, out);
    }
  }
  deliver(out);
}

void FakeVenue::landDue(bool all, Reports& out) {
  std::vector<Pending> later;
  std::vector<Pending> due;
  for (Pending& pending : m_pending) (all || pending.due <= m_clock.now() ? due : later).push_back(std::move(pending));
  m_pending = std::move(later);
  for (const Pending& pending : due) land(pending.request, out);
}

void FakeVenue::advance() {
  Reports out;
  {
    Lock lock(m_mutex);
    landDue(false, out);
  }
  deliver(out);
}

void FakeVenue::landAll() {
  Reports out;
  {
    Lock lock(m_mutex);
    landDue(true, out);
  }
  deliver(out);
}

Result<AccountSnapshot> FakeVenue::account() {
  advance();
  Lock lock(m_mutex);
  if (m_knobs.accountFails) return Error{ErrorKind::Retryable, "venue.no_answer", "timed out", 0};
  AccountSnapshot snapshot;
  snapshot.venue = m_name;
  snapshot.venueTime = m_clock.now();
  for (const auto& [id, order] : m_orders) {
    if (!isTerminal(order.state) && !m_knobs.hideOrders) snapshot.openOrders.push_back(order);
  }
  for (const auto& [instrument, quantity] : m_positions) {
    if (quantity.isZero()) continue;
    Position position;
    position.instrument = instrument;
    position.quantity = quantity;
    position.averagePrice = m_prices.at(instrument);
    position.entryNotional = m_instruments->get(instrument).notional(position.averagePrice, quantity);
    position.realised = position.fees = position.funding = Money::zero(m_instruments->get(instrument).settle);
    snapshot.positions.push_back(position);
  }
  Money cash = m_balance;
  for (const Instrument& instrument : *m_instruments) {
    const Position position = m_ledger.position(instrument.id);
    if (instrument.venue == m_name && instrument.settle == cash.currency()) cash += position.realised - position.fees;
  }
  snapshot.balances.push_back({cash.currency(), cash, cash});
  snapshot.recentFills = m_recent;
  snapshot.recentFunding = m_funding;
  snapshot.recentTransfers = m_transfers;
  return snapshot;
}

Result<Order> FakeVenue::order(ClientOrderId clientId) {
  advance();
  Lock lock(m_mutex);
  if (m_knobs.orderFails) return Error{ErrorKind::Retryable, "venue.no_answer", "timed out", 0};
  const auto found = m_orders.find(clientId);
  if (found == m_orders.end()) return finalError("venue.order_absent", "no such order");
  return found->second;
}

std::vector<FakeVenue::LogEntry> FakeVenue::log() const {
  Lock lock(m_mutex);
  return m_log;
}

std::size_t FakeVenue::count(std::string_view what) const {
  Lock lock(m_mutex);
  return static_cast<std::size_t>(
      std::count_if(m_log.begin(), m_log.end(), [&](const LogEntry& e) { return e.what == what; }));
}

std::vector<Order> FakeVenue::openOrders() const {
  Lock lock(m_mutex);
  std::vector<Order> open;
  for (const auto& entry : m_orders) {
    if (!isTerminal(entry.second.state)) open.push_back(entry.second);
  }
  return open;
}

Quantity FakeVenue::position(InstrumentId instrument) const {
  Lock lock(m_mutex);
  const auto found = m_positions.find(instrument);
  return found == m_positions.end() ? Quantity{} : found->second;
}

int FakeVenue::crossings() const {
  Lock lock(m_mutex);
  return m_crossings;
}

}  // namespace bw::test
