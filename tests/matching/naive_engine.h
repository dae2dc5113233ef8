// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/matching/matching_engine.h"

namespace bw::test {

/// Price-time priority the way most people write it first: a map of lists and an index by order id. The reference that
/// MatchingEngine's results are compared with, and the baseline that it is measured against.
class NaiveEngine {
 public:
  explicit NaiveEngine(matching::EngineListener& listener) : m_listener(listener) { m_index.reserve(1 << 16); }

  void submit(const matching::BookOrder& order) {
    if (order.type == OrderType::Limit || order.type == OrderType::Market) {
      if (execute(order)) fire();
    } else {
      m_stops.push_back(order);
      if (m_last) fire();
    }
  }

  bool cancel(std::uint64_t id) {
    for (auto it = m_stops.begin(); it != m_stops.end(); ++it) {
      if (it->id != id) continue;
      m_listener.onDone(id, it->owner, matching::DoneReason::Cancelled, it->size);
      m_stops.erase(it);
      return true;
    }
    const auto found = m_index.find(id);
    if (found == m_index.end()) return false;
    const auto where = found->second;
    const matching::BookOrder order = *where;
    if (order.side == Side::Buy) {
      dropFrom(m_bids, order, where);
    } else {
      dropFrom(m_asks, order, where);
    }
    m_listener.onDone(id, order.owner, matching::DoneReason::Cancelled, order.size);
    return true;
  }

 private:
  using Queue = std::list<matching::BookOrder>;
  struct PriceLevel {
    Queue orders;
    std::int64_t total = 0;
  };
  using Bids = std::map<std::int64_t, PriceLevel, std::greater<>>;
  using Asks = std::map<std::int64_t, PriceLevel>;

  template <class Book>
  void dropFrom(Book& book, const matching::BookOrder& order, Queue::iterator where) {
    const auto level = book.find(order.limit.value);
    level->second.total -= where->size.value;
    level->second.orders.erase(where);
    m_index.erase(order.id);
    const std::int64_t total = level->second.total;
    if (level->second.orders.empty()) book.erase(level);
    m_listener.onLevel(order.side, order.limit, {total});
  }

  template <class Book>
  void rest(Book& book, const matching::BookOrder& order) {
    PriceLevel& level = book[order.limit.value];
    level.orders.push_back(order);
    level.total += order.size.value;
    m_index[order.id] = std::prev(level.orders.end());
    m_listener.onLevel(order.side, order.limit, {level.total});
  }

  template <class Book>
  Lots available(const Book& book, const matching::BookOrder& order) const {
    std::int64_t sum = 0;
    for (const auto& [price, level] : book) {
      if (order.hasLimit && !matching::reaches(order.side, order.limit, {price})) break;
      for (const auto& resting : level.orders) {
        if (order.owner == 0 || resting.owner != order.owner) sum += resting.size.value;
      }
    }
    return {sum};
  }

  // Returns what is left; the listener's allowance is asked in the same order as in the real engine.
  template <class Book>
  Lots take(Book& book, const matching::BookOrder& order, Lots& cut, bool& traded) {
    Lots left = order.size;
    while (left.value > 0 && !book.empty()) {
      const auto level = book.begin();
      const Ticks price{level->first};
      if (order.hasLimit && !matching::reaches(order.side, order.limit, price)) break;
      Queue& queue = level->second.orders;
      while (left.value > 0 && !queue.empty()) {
        matching::BookOrder& maker = queue.front();
        std::int64_t size = std::min(left.value, maker.size.value);
        std::optional<matching::DoneReason> drop;
        if (maker.owner != 0 && maker.owner == order.owner) {
          drop = matching::DoneReason::SelfTrade;
          size = 0;
        } else if (maker.guarded) {
          const auto allowed = m_listener.allowance(maker.id, maker.owner, {size}).value;
          if (allowed < size) drop = matching::DoneReason::ReduceOnly;
          size = std::min(size, allowed);
        }
        if (order.guarded && size > 0) {
          const auto allowed = m_listener.allowance(order.id, order.owner, {size}).value;
          if (allowed < size) {
            cut = left - Lots{std::max<std::int64_t>(allowed, 0)};
            left -= cut;
            size = left.value;
          }
        }
        if (size > 0) {
          maker.size -= Lots{size};
          level->second.total -= size;
          left -= Lots{size};
          m_last = price;
          traded = true;
          m_listener.onTrade({maker.id, order.id, maker.owner, order.owner, price, {size}, maker.size, order.side});
        }
        if (maker.size.value == 0 || drop) {
          const matching::BookOrder gone = maker;
          level->second.total -= gone.size.value;
          m_index.erase(gone.id);
          queue.pop_front();
          if (gone.size.value > 0) m_listener.onDone(gone.id, gone.owner, *drop, gone.size);
        }
      }
      m_listener.onLevel(opposite(order.side), price, {level->second.total});
      if (queue.empty()) book.erase(level);
    }
    return left;
  }

  bool crosses(const matching::BookOrder& order) const {
    if (order.side == Side::Buy) {
      return !m_asks.empty() && matching::reaches(order.side, order.limit, {m_asks.begin()->first});
    }
    return !m_bids.empty() && matching::reaches(order.side, order.limit, {m_bids.begin()->first});
  }

  bool execute(const matching::BookOrder& order) {
    using matching::DoneReason;
    const auto done = [&](DoneReason reason, Lots left) { m_listener.onDone(order.id, order.owner, reason, left); };
    bool traded = false;
    const bool buy = order.side == Side::Buy;
    if (order.postOnly && crosses(order)) {
      done(DoneReason::PostOnlyWouldTake, order.size);
      return false;
    }
    if (order.tif == TimeInForce::Fok && (buy ? available(m_asks, order) : available(m_bids, order)) < order.size) {
      done(DoneReason::FillOrKill, order.size);
      return false;
    }
    Lots cut;
    const Lots left = buy ? take(m_asks, order, cut, traded) : take(m_bids, order, cut, traded);
    if (cut.value > 0) {
      done(DoneReason::ReduceOnly, cut);
    } else if (left.value > 0 && (order.type != OrderType::Limit || order.tif != TimeInForce::Gtc)) {
      done(DoneReason::ImmediateRest, left);
    } else if (left.value > 0) {
      matching::BookOrder resting = order;
      resting.size = left;
      if (buy) {
        rest(m_bids, resting);
      } else {
        rest(m_asks, resting);
      }
    }
    return traded;
  }

  static bool rising(const matching::BookOrder& order) {
    return (order.type == OrderType::StopMarket) == (order.side == Side::Buy);
  }

  // Rising triggers from the lowest up, then falling ones from the highest down, equal ones in order of arrival.
  void fire() {
    std::list<matching::BookOrder> fired;
    while (true) {
      for (const bool up : {true, false}) {
        std::vector<matching::BookOrder> hit;
        for (auto it = m_stops.begin(); it != m_stops.end();) {
          if (rising(*it) == up && matching::isTriggered(it->type, it->side, it->trigger, *m_last)) {
            hit.push_back(*it);
            it = m_stops.erase(it);
          } else {
            ++it;
          }
        }
        std::stable_sort(hit.begin(), hit.end(), [&](const auto& a, const auto& b) {
          return up ? a.trigger < b.trigger : a.trigger > b.trigger;
        });
        fired.insert(fired.end(), hit.begin(), hit.end());
      }
      if (fired.empty()) return;
      matching::BookOrder order = fired.front();
      fired.pop_front();
      m_listener.onTriggered(order.id, order.owner);
      order.type = OrderType::Market;
      execute(order);
    }
  }

  matching::EngineListener& m_listener;
  Bids m_bids;
  Asks m_asks;
  std::list<matching::BookOrder> m_stops;
  std::unordered_map<std::uint64_t, Queue::iterator> m_index;
  std::optional<Ticks> m_last;
};

}  // namespace bw::test
