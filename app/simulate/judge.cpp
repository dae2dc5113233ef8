// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulate/judge.h"

#include <algorithm>

namespace bw::sim {
namespace {

constexpr int kUnitScale = 8;
/// What exposure may be above its limit because the judge values it at another instant than the risk agent did.
constexpr std::int64_t kSlackPercent = 5;
/// The market without wicks stays this near to where it began.
constexpr std::int64_t kCalmPercent = 2;

}  // namespace

bool hasDerivedId(ClientOrderId id) {
  return ((id.high >> 12) & 0xf) == 8;
}

std::int64_t inUnits(const Decimal& value) {
  std::int64_t mantissa = value.mantissa;
  int scale = value.scale;
  while (scale > kUnitScale) {
    BW_ASSERT(mantissa % 10 == 0);
    mantissa /= 10;
    --scale;
  }
  for (; scale < kUnitScale; ++scale) mantissa *= 10;
  return mantissa;
}

Judge::Judge(Rules rules) : m_rules(std::move(rules)), m_start(inUnits(m_rules.startBalance)) {
  for (const Instrument& instrument : *m_rules.instruments) {
    Book book;
    book.tick = inUnits(instrument.tickSize);
    book.lot = inUnits(instrument.lotSize);
    book.unit = inUnits(instrument.tickSize * instrument.lotSize * instrument.multiplier);
    m_books.push_back(book);
  }
}

void Judge::fail(const char* invariant, std::string text) {
  if (!m_violation) m_violation = Violation{invariant, std::move(text)};
}

void Judge::release(Truth& truth) {
  if (truth.reduceOnly || !truth.ours) return;
  Book& book = m_books[truth.instrument.value];
  (truth.side > 0 ? book.buys : book.sells) -= truth.lots - truth.filled;
  m_liveEntries -= 1;
}

void Judge::onLog(const fake::LogEntry& entry) {
  using What = fake::LogEntry::What;
  if (entry.what == What::CancelSent) {
    m_cancels += 1;
    return;
  }
  Truth& truth = m_truth[entry.id];
  switch (entry.what) {
    case What::Sent: {
      if (truth.lots != 0) {
        // A close's id is derived so that a restarted stop may send it again: the venue takes it once.
        if (truth.ours || truth.life == m_life) fail("I3", "order " + toString(entry.id) + " was sent twice");
        truth.life = m_life;
        return;
      }
      truth.life = m_life;
      truth.instrument = entry.instrument;
      truth.side = signOf(entry.side);
      truth.reduceOnly = entry.reduceOnly;
      truth.lots = entry.quantity.value;
      truth.ours = !hasDerivedId(entry.id);
      m_order.push_back(entry.id);
      m_sent += 1;
      if (truth.reduceOnly || !truth.ours) break;
      Book& book = m_books[entry.instrument.value];
      (truth.side > 0 ? book.buys : book.sells) += truth.lots;
      m_liveEntries += 1;
      break;
    }
    case What::Lost:
      truth.fate = Fate::Lost;
      release(truth);
      break;
    case What::Refused:
      truth.fate = Fate::Refused;
      release(truth);
      break;
    case What::Landed:
      truth.fate = Fate::Live;
      m_resting += truth.reduceOnly ? 0 : 1;
      break;
    case What::Trade: {
      Book& book = m_books[entry.instrument.value];
      const std::int64_t lots = entry.quantity.value * signOf(entry.side);
      book.position += lots;
      book.flow += lots * entry.price.value;
      m_fees += inUnits(entry.fee.amount());
      truth.filled += entry.quantity.value;
      if (!truth.reduceOnly && truth.ours) (truth.side > 0 ? book.buys : book.sells) -= entry.quantity.value;
      BW_ASSERT(entry.trade == m_trades.size() + 1);
      m_trades.push_back(
          {entry.id, entry.instrument, signOf(entry.side), entry.quantity.value, entry.price.value, false});
      break;
    }
    case What::Ended:
      truth.fate = Fate::Ended;
      m_resting -= truth.reduceOnly ? 0 : 1;
      truth.ended = entry.state;
      release(truth);
      break;
    case What::CancelSent:
      break;
  }
}

void Judge::onRecord(RecordKind kind, std::uint64_t sequence, std::string_view payload) {
  if (kind != RecordKind::OrderIntentApproved) return;
  auto order = journal::decodeOrder(payload, *m_rules.instruments);
  if (!order) return fail("I2", "an intent's record cannot be read: " + order.error().detail);
  m_intents[order->clientId] = {sequence, order->intentId};
}

void Judge::onSend(const PlaceRequest& request, std::uint64_t durable, bool putsBack,
                   const fake::FakeExchange& exchange) {
  const std::string name = toString(request.clientId);
  if (hasDerivedId(request.clientId)) {
    if (!m_pressed) fail("I8", "a close of the emergency stop without a stop: " + name);
    return;
  }
  const bool protects = request.reduceOnly && request.type == OrderType::StopMarket;
  if (m_pressed && !(putsBack && protects))
    fail("I8", "order " + name + " left after the gate was closed" + (putsBack ? ", at CancelAll" : ""));
  const auto intent = m_intents.find(request.clientId);
  if (intent == m_intents.end() || intent->second.sequence > durable)
    return fail("I2", "order " + name + " left before its intent was durable");
  if (!m_sentIntents.insert(intent->second.intentId).second)
    return fail("I3", "a second order for intent " + toString(intent->second.intentId));
  checkApproval(request, intent->second);
  if (!request.reduceOnly) checkExposure(request, exchange);
}

void Judge::checkApproval(const PlaceRequest& request, const Intent& intent) {
  const auto found = m_approvals.find(intent.intentId);
  const std::string name = toString(request.clientId);
  if (found == m_approvals.end()) return fail("I12", "order " + name + " left without an approval");
  Approval& approval = found->second;
  if (approval.used) return fail("I12", "order " + name + " uses an approval that was used before");
  approval.used = true;
  const auto& price = request.limitPrice;
  const bool inside = approval.instrument == request.instrument && approval.side == request.side &&
                      approval.type == request.type && (!approval.reduceOnly || request.reduceOnly) &&
                      inUnits(request.quantity.decimal()) <= approval.quantity &&
                      (!approval.worst || !price ||
                       (request.side == Side::Buy ? inUnits(price->decimal()) <= *approval.worst
                                                  : inUnits(price->decimal()) >= *approval.worst));
  if (!inside) fail("I12", "order " + name + " is outside of its approval");
}

std::string Judge::liveEntries() const {
  std::string text;
  for (const ClientOrderId& id : m_order) {
    const Truth& truth = m_truth.at(id);
    const bool live = truth.fate == Fate::UnderWay || truth.fate == Fate::Live;
    if (live && truth.ours && !truth.reduceOnly)
      text += " " + toString(id).substr(9) + (truth.fate == Fate::Live ? "" : " (under way)");
  }
  return text;
}

std::string Judge::positionsText() const {
  std::string text;
  for (const Book& book : m_books) {
    text += " [" + std::to_string(book.position) + " known " + std::to_string(book.told) + " +" +
            std::to_string(book.buys) + " -" + std::to_string(book.sells) + "]";
  }
  return text;
}

// What only makes a position smaller, as the venue or the workstation knows it, is held back by no limit.
bool Judge::reduces(const PlaceRequest& request) const {
  const Book& book = m_books[request.instrument.value];
  const std::int64_t own = inUnits(request.quantity.decimal()) / book.lot;
  const int side = signOf(request.side);
  const std::int64_t pending = side > 0 ? book.buys : book.sells;
  return -book.position * side >= own + pending || -book.told * side >= own;
}

// Worst case: the position and everything that was sent and may still fill, on the worse side, at the venue's prices.
void Judge::checkExposure(const PlaceRequest& request, const fake::FakeExchange& exchange) {
  using risk::RiskKey;
  if (reduces(request)) return;
  const std::string name = toString(request.clientId);
  if (m_liveEntries + 1 > m_rules.limits.count(RiskKey::MaxOpenOrders))
    return fail("I1", "order " + name + " is entry number " + std::to_string(m_liveEntries + 1) + ":" + liveEntries());
  const std::int64_t own = inUnits(request.quantity.decimal()) / m_books[request.instrument.value].lot;
  std::int64_t equity = m_start - m_fees;
  std::int64_t exposure = 0;
  std::int64_t held = 0;
  for (std::size_t i = 0; i < m_books.size(); ++i) {
    Book& book = m_books[i];
    const bool mine = i == request.instrument.value;
    const std::int64_t now = exchange.mid({static_cast<std::uint32_t>(i)}).value;
    if (book.home == 0) book.home = now;
    // A price that has just jumped up is not what the risk agent could value at.
    const std::int64_t mid = std::min(now, book.home + book.home * kCalmPercent / 100);
    const std::int64_t buys = book.buys + (mine && request.side == Side::Buy ? own : 0);
    const std::int64_t sells = book.sells + (mine && request.side == Side::Sell ? own : 0);
    const std::int64_t worst = std::max(std::abs(book.position + buys), std::abs(book.position - sells));
    exposure += worst * mid * book.unit;
    equity += (book.position * mid - book.flow) * book.unit;
    held += worst != 0 ? 1 : 0;
  }
  const std::int64_t value = own * exchange.mid(request.instrument).value * m_books[request.instrument.value].unit;
  const auto limit = [&](RiskKey key) { return inUnits(m_rules.limits.number(key)); };
  if (value / 100 > limit(RiskKey::MaxOrderValue) / 100 * (100 + kSlackPercent) / 100)
    return fail("I1", "order " + name + " is larger than MAX_ORDER_VALUE");
  if (held > m_rules.limits.count(RiskKey::MaxOpenPositions))
    return fail("I1", "order " + name + " makes more positions than MAX_OPEN_POSITIONS:" + positionsText());
  const std::int64_t allowed = equity / 100 * m_rules.limits.count(RiskKey::MaxExposure);
  if (exposure > allowed / 100 * (100 + kSlackPercent))
    return fail("I1", "order " + name + " takes exposure to " + std::to_string(exposure / 100'000'000) + " of " +
                          std::to_string(allowed / 100'000'000));
}

void Judge::onRestart(const std::vector<journal::JournalRecord>& records) {
  onNewAgents();
  m_life += 1;
  m_intents.clear();
  for (Trade& trade : m_trades) trade.told = false;
  for (Book& book : m_books) book.told = 0;
  for (const journal::JournalRecord& record : records) {
    onRecord(record.kind, record.sequence, record.payload);
    if (record.kind != RecordKind::FillApplied) continue;
    auto fill = journal::decodeFill(record.payload, *m_rules.instruments);
    if (!fill) return fail("I15", "a fill's record cannot be read: " + fill.error().detail);
    const std::uint64_t number = std::strtoull(fill->venueTradeId.c_str() + 1, nullptr, 10);
    if (number == 0 || number > m_trades.size()) return fail("I4", "the journal holds a fill that never was");
    Trade& trade = m_trades[number - 1];
    trade.told = true;
    m_books[trade.instrument.value].told += trade.lots * trade.side;
  }
  for (const ClientOrderId& id : m_order) {
    if (m_truth[id].ours && m_intents.count(id) == 0)
      return fail("I2", "order " + toString(id) + " was sent, but its intent is not on the disk after a crash");
  }
}

void Judge::onNewAgents() {
  m_approvals.clear();
  m_states.clear();
}

}  // namespace bw::sim
