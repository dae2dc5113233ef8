// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <utility>

#include "core/matching/book_order.h"
#include "core/matching/queue_position.h"

namespace bw::bench {

/// The baseline of bench_paper: PaperBook's rules for limit and immediate orders, on the containers that come to mind
/// first: a map per side of the market's book, a list of resting orders with an index, a map of what was consumed.
/// The market must be a clean stream, snapshot first.
class PaperPeer {
 public:
  explicit PaperPeer(matching::BookListener& listener) : m_listener(listener) {}

  void onBook(const BookDelta& delta) {
    if (delta.snapshot) {
      m_bids.clear();
      m_asks.clear();
    }
    for (const Level& level : delta.bids) set(m_bids, level);
    for (const Level& level : delta.asks) set(m_asks, level);
    m_bookSequence = std::max(m_bookSequence, delta.lastSequence);
    m_bookVenueTime = delta.venueTime;
    if (m_bboNewer) m_bboNewer = m_bbo.sequence > delta.lastSequence;
    settle();
  }

  void onBbo(const BboUpdate& bbo) {
    m_bboNewer = bbo.sequence > m_bookSequence;
    if (!m_bboNewer) return;
    m_bbo = bbo;
    settle();
  }

  void onTrade(const TradePrint& trade) {
    const Side ours = opposite(trade.aggressor);
    Lots left = trade.size;
    while (left.value > 0) {
      auto next = m_resting.end();
      for (auto it = m_resting.begin(); it != m_resting.end(); ++it) {
        if (it->left.value == 0 || it->order.side != ours || !better(ours, it->order.limit, trade.price)) continue;
        if (next == m_resting.end() || better(ours, it->order.limit, next->order.limit)) next = it;
      }
      if (next == m_resting.end()) break;
      const Lots size = std::min(next->left, left);
      left -= size;
      next->queue.toFront();
      fill(*next, size);
    }
    Lots taken;
    for (Resting& r : m_resting) {
      if (left.value == 0) break;
      if (r.left.value == 0 || r.order.side != ours || r.order.limit != trade.price || !r.queue.joined()) continue;
      const Lots past = r.queue.trade(left, trade.venueTime);
      const Lots size = std::min(r.left, past - taken);
      if (size.value <= 0) continue;
      taken += size;
      fill(r, size);
    }
    sweep();
  }

  void submit(const matching::BookOrder& order) {
    for (Resting& r : m_resting) {
      if (r.order.side == order.side || !matching::reaches(order.side, order.limit, r.order.limit)) continue;
      const Lots left = std::exchange(r.left, {});
      m_listener.onDone(r.order.id, matching::DoneReason::SelfTrade, left);
    }
    sweep();
    Lots left = order.size;
    while (left.value > 0) {
      const Level level = firstTakeable(order);
      if (level.size.value == 0) break;
      const Lots size = std::min(left, level.size);
      left -= size;
      m_listener.onFill(order.id, level.price, size, false);
      consume(opposite(order.side), level.price, size);
    }
    if (left.value == 0) return;
    if (order.tif != TimeInForce::Gtc) return m_listener.onDone(order.id, matching::DoneReason::ImmediateRest, left);
    m_resting.push_back({order, left, {}});
    m_index[order.id] = std::prev(m_resting.end());
    Resting& r = m_resting.back();
    if (inSight(order.side, order.limit)) r.queue.observe(displayed(order.side, order.limit), m_bookVenueTime);
  }

  bool cancel(std::uint64_t id) {
    const auto found = m_index.find(id);
    if (found == m_index.end()) return false;
    const Lots left = found->second->left;
    m_resting.erase(found->second);
    m_index.erase(found);
    m_listener.onDone(id, matching::DoneReason::Cancelled, left);
    return true;
  }

 private:
  struct Resting {
    matching::BookOrder order;
    Lots left;
    matching::QueuePosition queue;
  };
  struct Consumed {
    Lots shown;
    Lots taken;
  };
  using Key = std::pair<Side, std::int64_t>;

  static bool better(Side side, Ticks a, Ticks b) { return side == Side::Buy ? a > b : a < b; }
  template <class Book>
  static void set(Book& book, const Level& level) {
    if (level.size.value == 0) {
      book.erase(level.price.value);
    } else {
      book[level.price.value] = level.size.value;
    }
  }
  template <class Book>
  static Level bestOf(const Book& book) {
    return book.empty() ? Level{} : Level{{book.begin()->first}, {book.begin()->second}};
  }
  Level touch(Side side) const {
    if (!m_bboNewer) return {};
    return side == Side::Buy ? m_bbo.bid : m_bbo.ask;
  }
  template <class Book>
  static Lots sizeAt(const Book& book, Ticks price) {
    const auto it = book.find(price.value);
    return it == book.end() ? Lots{} : Lots{it->second};
  }
  Lots displayed(Side side, Ticks price) const {
    const Level top = touch(side);
    if (top.size.value > 0 && price == top.price) return top.size;
    if (top.size.value > 0 && better(side, price, top.price)) return {};
    return side == Side::Buy ? sizeAt(m_bids, price) : sizeAt(m_asks, price);
  }
  // At or better than the worst price that the book shows.
  bool inSight(Side side, Ticks price) const {
    const Level top = touch(side).size.value > 0 ? touch(side) : side == Side::Buy ? bestOf(m_bids) : bestOf(m_asks);
    if (top.size.value > 0 && !better(side, top.price, price)) return true;
    if (side == Side::Buy) return !m_bids.empty() && m_bids.rbegin()->first <= price.value;
    return !m_asks.empty() && m_asks.rbegin()->first >= price.value;
  }
  Lots available(Side side, Ticks price) const {
    const Lots shown = displayed(side, price);
    const auto it = m_consumed.find({side, price.value});
    if (it == m_consumed.end() || it->second.shown != shown) return shown;
    return {std::max<std::int64_t>(0, (shown - it->second.taken).value)};
  }
  void consume(Side side, Ticks price, Lots taken) {
    const Lots shown = displayed(side, price);
    Consumed& c = m_consumed[{side, price.value}];
    c.taken = c.shown == shown ? c.taken + taken : taken;
    c.shown = shown;
  }
  template <class Book>
  Level firstIn(const Book& book, const matching::BookOrder& order, Level top) const {
    const Side side = opposite(order.side);
    if (top.size.value > 0) {
      if (!matching::reaches(order.side, order.limit, top.price)) return {};
      if (const Lots size = available(side, top.price); size.value > 0) return {top.price, size};
    }
    for (const auto& [price, size] : book) {
      if (top.size.value > 0 && !better(side, top.price, {price})) continue;
      if (!matching::reaches(order.side, order.limit, {price})) return {};
      if (const Lots here = available(side, {price}); here.value > 0) return {{price}, here};
    }
    return {};
  }
  Level firstTakeable(const matching::BookOrder& order) const {
    return order.side == Side::Buy ? firstIn(m_asks, order, touch(Side::Sell))
                                   : firstIn(m_bids, order, touch(Side::Buy));
  }
  void fill(Resting& r, Lots size) {
    r.left -= size;
    m_listener.onFill(r.order.id, r.order.limit, size, true);
  }
  void sweep() {
    for (auto it = m_resting.begin(); it != m_resting.end();) {
      if (it->left.value != 0) {
        ++it;
        continue;
      }
      m_index.erase(it->order.id);
      it = m_resting.erase(it);
    }
  }
  void settle() {
    for (auto it = m_consumed.begin(); it != m_consumed.end();) {
      it = displayed(it->first.first, {it->first.second}) != it->second.shown ? m_consumed.erase(it) : std::next(it);
    }
    for (Resting& r : m_resting) {
      if (inSight(r.order.side, r.order.limit)) {
        r.queue.observe(displayed(r.order.side, r.order.limit), m_bboNewer ? m_bbo.venueTime : m_bookVenueTime);
      } else {
        r.queue.forget();
      }
    }
    for (Resting& r : m_resting) {
      while (r.left.value > 0) {
        const Level hit = firstTakeable(r.order);
        if (hit.size.value == 0) break;
        const Lots size = std::min(r.left, hit.size);
        consume(opposite(r.order.side), hit.price, size);
        r.queue.toFront();
        fill(r, size);
      }
    }
    sweep();
  }

  matching::BookListener& m_listener;
  std::map<std::int64_t, std::int64_t, std::greater<>> m_bids;
  std::map<std::int64_t, std::int64_t> m_asks;
  BboUpdate m_bbo;
  bool m_bboNewer = false;
  std::uint64_t m_bookSequence = 0;
  Timestamp m_bookVenueTime;
  std::list<Resting> m_resting;
  std::map<std::uint64_t, std::list<Resting>::iterator> m_index;
  std::map<Key, Consumed> m_consumed;
};

}  // namespace bw::bench
