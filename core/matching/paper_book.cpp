// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/paper_book.h"

#include <algorithm>

#include "core/base/assert.h"

namespace bw::matching {
namespace {

bool betterPrice(Side side, Ticks a, Ticks b) {
  return side == Side::Buy ? a > b : a < b;
}

}  // namespace

PaperBook::PaperBook(const Instrument& instrument, BookListener& listener) : m_listener(listener), m_book(instrument) {}

Level PaperBook::best(Side side) const {
  if (m_bboNewer) {
    const Level touch = side == Side::Buy ? m_bbo.bid : m_bbo.ask;
    if (touch.size.value > 0) return touch;
  }
  return m_book.side(side).best();
}

Lots PaperBook::displayed(Side side, Ticks price) const {
  if (m_bboNewer) {
    const Level touch = side == Side::Buy ? m_bbo.bid : m_bbo.ask;
    if (touch.size.value > 0) {
      if (price == touch.price) return touch.size;
      if (betterPrice(side, price, touch.price)) return {};
    }
  }
  return m_book.side(side).sizeAt(price);
}

bool PaperBook::Span::holds(Side side, Ticks price) const {
  return (best.size.value > 0 && !betterPrice(side, best.price, price)) ||
         (worst.size.value > 0 && !betterPrice(side, worst.price, price));
}

PaperBook::Span PaperBook::spanOf(Side side) const {
  return {best(side), m_book.side(side).worst()};
}

// True if the book would show a level at this price: at or better than the worst one that it shows.
bool PaperBook::inSight(Side side, Ticks price) const {
  return spanOf(side).holds(side, price);
}

Lots PaperBook::available(Side side, Ticks price) const {
  const Lots shown = displayed(side, price);
  for (const Consumed& c : m_consumed) {
    if (c.side == side && c.price == price && c.shown == shown)
      return {std::max<std::int64_t>(0, (shown - c.taken).value)};
  }
  return shown;
}

void PaperBook::consume(Side side, Ticks price, Lots shown, Lots taken) {
  for (Consumed& c : m_consumed) {
    if (c.side != side || c.price != price) continue;
    c.taken = c.shown == shown ? c.taken + taken : taken;
    c.shown = shown;
    return;
  }
  m_consumed.push_back({side, price, shown, taken});
}

void PaperBook::pruneConsumed() {
  std::erase_if(m_consumed, [&](const Consumed& c) { return displayed(c.side, c.price) != c.shown; });
}

template <class Visit>
void PaperBook::forEachLevel(Side side, Visit&& visit) const {
  const Level touch = m_bboNewer ? (side == Side::Buy ? m_bbo.bid : m_bbo.ask) : Level{};
  if (touch.size.value > 0 && !visit(touch)) return;
  m_book.side(side).forEach([&](const Level& level) {
    if (touch.size.value > 0 && !betterPrice(side, touch.price, level.price)) return true;
    return static_cast<bool>(visit(level));
  });
}

Lots PaperBook::allowed(const BookOrder& order, Lots wanted) {
  if (!order.guarded) return wanted;
  return {std::clamp<std::int64_t>(m_listener.allowance(order.id, wanted).value, 0, wanted.value)};
}

bool PaperBook::fill(const BookOrder& order, Lots& left, Ticks price, Lots size, bool maker) {
  const Lots may = allowed(order, size);
  if (may.value > 0) {
    left -= may;
    m_listener.onFill(order.id, price, may, maker);
  }
  if (may == size) return true;
  const Lots rest = left;
  left = {};
  m_listener.onDone(order.id, DoneReason::ReduceOnly, rest);
  return false;
}

Lots PaperBook::takeable(const BookOrder& order) const {
  std::int64_t sum = 0;
  forEachLevel(opposite(order.side), [&](const Level& level) {
    if (order.hasLimit && !reaches(order.side, order.limit, level.price)) return false;
    sum += available(opposite(order.side), level.price).value;
    return sum < order.size.value;
  });
  return {sum};
}

bool PaperBook::take(const BookOrder& order, Lots& left) {
  const Side side = opposite(order.side);
  std::vector<Level> walk;
  std::int64_t sum = 0;
  forEachLevel(side, [&](const Level& level) {
    if (order.hasLimit && !reaches(order.side, order.limit, level.price)) return false;
    const Lots here = available(side, level.price);
    if (here.value > 0) walk.push_back({level.price, here});
    sum += here.value;
    return sum < left.value;
  });
  for (const Level& level : walk) {
    const Lots before = left;
    const bool goesOn = fill(order, left, level.price, std::min(left, level.size), false);
    const Lots shown = displayed(side, level.price);
    consume(side, level.price, shown, goesOn ? before - left : std::min(before, level.size));
    if (!goesOn) return false;
  }
  return true;
}

void PaperBook::cancelOwnInTheWay(const BookOrder& order) {
  for (Resting& r : m_resting) {
    if (r.left.value == 0 || r.order.side == order.side || !reaches(order.side, order.limit, r.order.limit)) continue;
    const Lots left = r.left;
    r.left = {};
    m_listener.onDone(r.order.id, DoneReason::SelfTrade, left);
  }
  sweep();
}

void PaperBook::rest(const BookOrder& order, Lots left) {
  Resting resting{order, left, {}};
  if (tradable() && inSight(order.side, order.limit)) {
    resting.queue.observe(displayed(order.side, order.limit), m_bookVenueTime);
  }
  m_resting.push_back(resting);
}

void PaperBook::execute(const BookOrder& order) {
  const bool mayRest = order.type == OrderType::Limit && order.tif == TimeInForce::Gtc;
  Lots left = order.size;
  const auto done = [&](DoneReason reason) { m_listener.onDone(order.id, reason, left); };
  if (!tradable()) {
    if (!mayRest || order.postOnly) return done(DoneReason::StaleBook);
    return rest(order, left);
  }
  if (order.postOnly) {
    const Level touch = best(opposite(order.side));
    if (touch.size.value > 0 && reaches(order.side, order.limit, touch.price))
      return done(DoneReason::PostOnlyWouldTake);
  }
  if (order.tif == TimeInForce::Fok && takeable(order) < order.size) return done(DoneReason::FillOrKill);
  if (order.type == OrderType::Limit) cancelOwnInTheWay(order);
  if (!take(order, left) || left.value == 0) return;
  if (!mayRest) return done(DoneReason::ImmediateRest);
  rest(order, left);
}

void PaperBook::submit(const BookOrder& order) {
  BW_ASSERT(order.size.value > 0);
  if (order.type == OrderType::Limit || order.type == OrderType::Market) return execute(order);
  m_waiting.push_back(order);
  fireTriggers();
  goOnTaking();
}

void PaperBook::restore(const BookOrder& order) {
  if (order.type == OrderType::Limit) {
    m_resting.push_back({order, order.size, {}});
  } else if (order.type == OrderType::Market) {
    m_taking.push_back({order, order.size, {}});
  } else {
    m_waiting.push_back(order);
  }
}

bool PaperBook::cancel(std::uint64_t id) {
  const auto drop = [&](std::vector<Resting>& list) {
    const auto it = std::find_if(list.begin(), list.end(), [&](const Resting& r) { return r.order.id == id; });
    if (it == list.end()) return false;
    const Lots left = it->left;
    list.erase(it);
    m_listener.onDone(id, DoneReason::Cancelled, left);
    return true;
  };
  if (drop(m_resting) || drop(m_taking)) return true;
  const auto it = std::find_if(m_waiting.begin(), m_waiting.end(), [&](const BookOrder& o) { return o.id == id; });
  if (it == m_waiting.end()) return false;
  const Lots left = it->size;
  m_waiting.erase(it);
  m_listener.onDone(id, DoneReason::Cancelled, left);
  return true;
}

std::optional<Lots> PaperBook::ahead(std::uint64_t id) const {
  for (const Resting& r : m_resting) {
    if (r.order.id == id && r.queue.joined()) return r.queue.ahead();
  }
  return std::nullopt;
}

void PaperBook::sweep() {
  std::erase_if(m_resting, [](const Resting& r) { return r.left.value == 0; });
}

void PaperBook::fillCrossed() {
  const Level bid = best(Side::Buy);
  const Level ask = best(Side::Sell);
  bool any = false;
  for (Resting& r : m_resting) {
    const Side side = opposite(r.order.side);
    const Level& touch = side == Side::Buy ? bid : ask;
    if (touch.size.value == 0 || !reaches(r.order.side, r.order.limit, touch.price)) continue;
    any = true;
    while (r.left.value > 0) {
      Level hit{};
      forEachLevel(side, [&](const Level& level) {
        if (!reaches(r.order.side, r.order.limit, level.price)) return false;
        hit = {level.price, available(side, level.price)};
        return hit.size.value == 0;
      });
      if (hit.size.value == 0) break;
      const Lots size = std::min(r.left, hit.size);
      consume(side, hit.price, displayed(side, hit.price), size);
      r.queue.toFront();
      if (!fill(r.order, r.left, r.order.limit, size, true)) break;
    }
  }
  if (any) sweep();
}

// After a change of the book: queues move, crossed orders fill, orders that were set off go on taking.
void PaperBook::settle() {
  if (!m_consumed.empty()) pruneConsumed();
  if (!tradable()) {
    m_wasStale = true;
    return;
  }
  const Span bids = spanOf(Side::Buy);
  const Span asks = spanOf(Side::Sell);
  for (Resting& r : m_resting) {
    if (m_wasStale) r.queue.forget();
    if ((r.order.side == Side::Buy ? bids : asks).holds(r.order.side, r.order.limit)) {
      r.queue.observe(displayed(r.order.side, r.order.limit), m_bboNewer ? m_bbo.venueTime : m_bookVenueTime);
    } else {
      r.queue.forget();
    }
  }
  m_wasStale = false;
  if (!m_resting.empty()) fillCrossed();
  goOnTaking();
}

void PaperBook::onBook(const BookDelta& delta) {
  m_book.apply(delta);
  m_bookSequence = std::max(m_bookSequence, delta.lastSequence);
  m_bookReceived = delta.receivedTime;
  m_bookVenueTime = delta.venueTime;
  if (m_bboNewer) {
    const bool numbered = m_bbo.sequence != 0 && delta.lastSequence != 0;
    m_bboNewer = numbered ? m_bbo.sequence > delta.lastSequence : m_bbo.venueTime > delta.venueTime;
  }
  if (!idle() || !m_consumed.empty()) {
    settle();
  } else if (!tradable()) {
    m_wasStale = true;
  }
}

void PaperBook::marketLost(StaleReason reason, Timestamp since) {
  m_book.markStale(reason, since);
  m_bboNewer = false;
  m_wasStale = true;
}

void PaperBook::onBbo(const BboUpdate& bbo) {
  const bool numbered = bbo.sequence != 0 && m_bookSequence != 0;
  m_bboNewer = numbered ? bbo.sequence > m_bookSequence : bbo.receivedTime >= m_bookReceived;
  if (!m_bboNewer) return;
  m_bbo = bbo;
  if (!idle() || !m_consumed.empty()) settle();
}

void PaperBook::tradeThrough(const TradePrint& trade, Lots& left) {
  const Side ours = opposite(trade.aggressor);
  while (left.value > 0) {
    Resting* next = nullptr;
    for (Resting& r : m_resting) {
      if (r.left.value == 0 || r.order.side != ours || !betterPrice(ours, r.order.limit, trade.price)) continue;
      if (next == nullptr || betterPrice(ours, r.order.limit, next->order.limit)) next = &r;
    }
    if (next == nullptr) return;
    const Lots size = std::min(next->left, left);
    left -= size;
    next->queue.toFront();
    fill(next->order, next->left, next->order.limit, size, true);
  }
}

void PaperBook::tradeAt(const TradePrint& trade, Lots left) {
  const Side ours = opposite(trade.aggressor);
  Lots taken;
  for (Resting& r : m_resting) {
    if (r.left.value == 0 || r.order.side != ours || r.order.limit != trade.price || !r.queue.joined()) continue;
    const Lots past = r.queue.trade(left, trade.venueTime);
    const Lots size = std::min(r.left, past - taken);
    if (size.value <= 0) continue;
    taken += size;
    fill(r.order, r.left, r.order.limit, size, true);
  }
}

void PaperBook::onTrade(const TradePrint& trade) {
  m_last = trade.price;
  if (idle()) return;
  if (tradable() && !m_resting.empty()) {
    Lots left = trade.size;
    tradeThrough(trade, left);
    if (left.value > 0) tradeAt(trade, left);
    sweep();
  }
  fireTriggers();
  goOnTaking();
}

void PaperBook::fireTriggers() {
  if (!m_last) return;
  for (std::size_t i = 0; i < m_waiting.size();) {
    BookOrder order = m_waiting[i];
    if (!isTriggered(order.type, order.side, order.trigger, *m_last)) {
      ++i;
      continue;
    }
    m_waiting.erase(m_waiting.begin() + static_cast<std::ptrdiff_t>(i));
    order.type = OrderType::Market;
    m_taking.push_back({order, order.size, {}});
    m_listener.onTriggered(order.id);
  }
}

void PaperBook::goOnTaking() {
  if (m_taking.empty() || !tradable()) return;
  for (Resting& r : m_taking) take(r.order, r.left);
  std::erase_if(m_taking, [](const Resting& r) { return r.left.value == 0; });
}

}  // namespace bw::matching
