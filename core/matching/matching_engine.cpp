// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/matching_engine.h"

#include <algorithm>
#include <utility>

#include "core/base/assert.h"

namespace bw::matching {

MatchingEngine::MatchingEngine(EngineListener& listener) : m_listener(listener), m_nodes(1) {}

OrderHandle MatchingEngine::handleOf(std::uint32_t index) const {
  return {static_cast<std::uint64_t>(m_nodes[index].generation) << 32 | index};
}

const MatchingEngine::Node* MatchingEngine::find(OrderHandle handle) const {
  const auto index = static_cast<std::uint32_t>(handle.value);
  if (index == 0 || index >= m_nodes.size()) return nullptr;
  const Node& node = m_nodes[index];
  return node.live && node.generation == static_cast<std::uint32_t>(handle.value >> 32) ? &node : nullptr;
}

std::uint32_t MatchingEngine::allocate(const BookOrder& order, Lots size) {
  std::uint32_t index = m_free;
  if (index != 0) {
    m_free = m_nodes[index].next;
  } else {
    index = static_cast<std::uint32_t>(m_nodes.size());
    m_nodes.emplace_back();
  }
  Node& node = m_nodes[index];
  node.id = order.id;
  node.size = size.value;
  node.price = order.limit.value;
  node.owner = order.owner;
  node.next = 0;
  node.previous = 0;
  node.side = order.side;
  node.guarded = order.guarded;
  node.live = true;
  node.waiting = false;
  ++m_live;
  return index;
}

void MatchingEngine::release(std::uint32_t index) {
  Node& node = m_nodes[index];
  node.live = false;
  ++node.generation;
  node.next = m_free;
  m_free = index;
  --m_live;
}

void MatchingEngine::rest(std::uint32_t index) {
  Node& node = m_nodes[index];
  LevelSlot& level = m_levels.at(node.price);
  node.previous = level.tail;
  if (level.tail != 0) {
    m_nodes[level.tail].next = index;
  } else {
    level.head = index;
    m_levels.setOccupied(node.price, true);
    std::int64_t& best = bestKey(node.side);
    best = std::max(best, keyOf(node.side, node.price));
  }
  level.tail = index;
  level.total += node.size;
  m_listener.onLevel(node.side, {node.price}, {level.total});
}

std::int64_t MatchingEngine::behind(Side side, std::int64_t key) const {
  const std::int64_t price = keyOf(side, key);
  const auto next = side == Side::Buy ? m_levels.below(price) : m_levels.above(price);
  return next ? keyOf(side, *next) : kNone;
}

std::int64_t MatchingEngine::reach(const BookOrder& order) {
  return order.hasLimit ? std::max(keyOf(opposite(order.side), order.limit.value), kNone + 1) : kNone + 1;
}

void MatchingEngine::unlink(std::uint32_t index) {
  const Node& node = m_nodes[index];
  LevelSlot& level = m_levels.at(node.price);
  level.total -= node.size;
  (node.previous != 0 ? m_nodes[node.previous].next : level.head) = node.next;
  (node.next != 0 ? m_nodes[node.next].previous : level.tail) = node.previous;
  if (level.head != 0) return;
  m_levels.setOccupied(node.price, false);
  std::int64_t& best = bestKey(node.side);
  if (best == keyOf(node.side, node.price)) best = behind(node.side, best);
}

bool MatchingEngine::cancel(OrderHandle handle) {
  const Node* node = find(handle);
  if (node == nullptr) return false;
  const auto index = static_cast<std::uint32_t>(handle.value);
  const Side side = node->side;
  const std::int64_t price = node->price;
  const std::int64_t left = node->size;
  const std::uint64_t id = node->id;
  const std::uint32_t owner = node->owner;
  if (node->waiting) {
    for (TriggerMap* map : {&m_rising, &m_falling}) {
      const auto it =
          std::find_if(map->begin(), map->end(), [&](const auto& entry) { return entry.second.node == index; });
      if (it != map->end()) map->erase(it);
    }
  } else {
    unlink(index);
    m_listener.onLevel(side, {price}, {m_levels.at(price).total});
  }
  release(index);
  m_listener.onDone(id, owner, DoneReason::Cancelled, {left});
  return true;
}

Lots MatchingEngine::remaining(OrderHandle handle) const {
  const Node* node = find(handle);
  return {node != nullptr ? node->size : 0};
}

void MatchingEngine::dropMaker(std::uint32_t index, DoneReason reason) {
  const Node copy = m_nodes[index];
  unlink(index);
  release(index);
  m_listener.onDone(copy.id, copy.owner, reason, {copy.size});
}

void MatchingEngine::takeLevel(const BookOrder& order, std::int64_t price, Lots& left) {
  const Side makerSide = opposite(order.side);
  while (left.value > 0) {
    const std::uint32_t index = m_levels.at(price).head;
    if (index == 0) break;
    Node& maker = m_nodes[index];
    if (maker.owner != 0 && maker.owner == order.owner) {
      dropMaker(index, DoneReason::SelfTrade);
      continue;
    }
    std::int64_t size = std::min(left.value, maker.size);
    bool spent = false;
    if (maker.guarded) {
      const std::int64_t allowed = m_listener.allowance(maker.id, maker.owner, {size}).value;
      spent = allowed < size;
      size = std::min(size, allowed);
    }
    if (order.guarded && size > 0) {
      const std::int64_t allowed = m_listener.allowance(order.id, order.owner, {size}).value;
      if (allowed < size) {
        m_takerCut = left - Lots{std::max<std::int64_t>(allowed, 0)};
        left -= m_takerCut;
        size = left.value;
      }
    }
    if (size > 0) {
      maker.size -= size;
      m_levels.at(price).total -= size;
      left -= Lots{size};
      m_last = Ticks{price};
      m_traded = true;
      m_listener.onTrade({maker.id, order.id, maker.owner, order.owner, {price}, {size}, {maker.size}, order.side});
    }
    if (m_nodes[index].size == 0) {
      unlink(index);
      release(index);
    } else if (spent) {
      dropMaker(index, DoneReason::ReduceOnly);
    }
  }
  m_listener.onLevel(makerSide, {price}, {m_levels.at(price).total});
}

Lots MatchingEngine::take(const BookOrder& order) {
  Lots left = order.size;
  const Side side = opposite(order.side);
  const std::int64_t& best = bestKey(side);
  const std::int64_t worst = reach(order);
  while (left.value > 0 && best >= worst) takeLevel(order, keyOf(side, best), left);
  return left;
}

Lots MatchingEngine::available(const BookOrder& order) const {
  std::int64_t sum = 0;
  const Side side = opposite(order.side);
  const std::int64_t worst = reach(order);
  for (std::int64_t key = bestKey(side); key >= worst && sum < order.size.value; key = behind(side, key)) {
    const LevelSlot& level = m_levels.at(keyOf(side, key));
    sum += level.total;
    if (order.owner == 0) continue;
    for (std::uint32_t i = level.head; i != 0; i = m_nodes[i].next) {
      if (m_nodes[i].owner == order.owner) sum -= m_nodes[i].size;
    }
  }
  return {sum};
}

OrderHandle MatchingEngine::execute(const BookOrder& order) {
  const auto done = [&](DoneReason reason, Lots left) {
    m_listener.onDone(order.id, order.owner, reason, left);
    return OrderHandle{};
  };
  const bool mayRest = order.type == OrderType::Limit && order.tif == TimeInForce::Gtc;
  if (mayRest && !m_levels.reserve(order.limit.value)) return done(DoneReason::PriceTooFar, order.size);
  if (order.postOnly) {
    const Level touch = best(opposite(order.side));
    if (touch.size.value > 0 && reaches(order.side, order.limit, touch.price)) {
      return done(DoneReason::PostOnlyWouldTake, order.size);
    }
  }
  if (order.tif == TimeInForce::Fok && available(order) < order.size) return done(DoneReason::FillOrKill, order.size);
  m_takerCut = {};
  const Lots left = take(order);
  if (m_takerCut.value > 0) return done(DoneReason::ReduceOnly, m_takerCut);
  if (left.value == 0) return {};
  if (!mayRest) return done(DoneReason::ImmediateRest, left);
  const std::uint32_t index = allocate(order, left);
  rest(index);
  return handleOf(index);
}

OrderHandle MatchingEngine::addTrigger(const BookOrder& order) {
  const std::uint32_t index = allocate(order, order.size);
  m_nodes[index].waiting = true;
  const bool rising = (order.type == OrderType::StopMarket) == (order.side == Side::Buy);
  if (rising) {
    m_rising.emplace(order.trigger.value, Trigger{order, index});
  } else {
    m_falling.emplace(-order.trigger.value, Trigger{order, index});
  }
  return handleOf(index);
}

OrderHandle MatchingEngine::submit(const BookOrder& order) {
  BW_ASSERT(order.size.value > 0 && !m_firing);
  OrderHandle handle;
  m_traded = false;
  if (order.type == OrderType::Limit || order.type == OrderType::Market) {
    handle = execute(order);
  } else {
    handle = addTrigger(order);
    m_traded = m_last.has_value();
  }
  if (!m_traded) return handle;
  fireTriggers();
  return find(handle) != nullptr ? handle : OrderHandle{};
}

bool MatchingEngine::setOff(TriggerMap& map, bool rising) {
  const std::int64_t key = rising ? m_last->value : -m_last->value;
  bool any = false;
  while (!map.empty() && map.begin()->first <= key) {
    m_fired.push_back(map.begin()->second);
    map.erase(map.begin());
    any = true;
  }
  return any;
}

void MatchingEngine::fireTriggers() {
  m_firing = true;
  while (true) {
    setOff(m_rising, true);
    setOff(m_falling, false);
    if (m_fired.empty()) break;
    BookOrder order = m_fired.front().order;
    const std::uint32_t index = m_fired.front().node;
    m_fired.pop_front();
    release(index);
    m_listener.onTriggered(order.id, order.owner);
    order.type = OrderType::Market;
    execute(order);
  }
  m_firing = false;
}

Level MatchingEngine::best(Side side) const {
  if (bestKey(side) == kNone) return {};
  const std::int64_t price = keyOf(side, bestKey(side));
  return {{price}, {m_levels.at(price).total}};
}

Lots MatchingEngine::sizeAt(Side side, Ticks price) const {
  if (!m_levels.occupied(price.value)) return {};
  const LevelSlot& level = m_levels.at(price.value);
  return m_nodes[level.head].side == side ? Lots{level.total} : Lots{};
}

void MatchingEngine::depth(Side side, std::size_t count, std::vector<Level>& out) const {
  out.clear();
  for (std::int64_t key = bestKey(side); key != kNone && out.size() < count; key = behind(side, key)) {
    const std::int64_t price = keyOf(side, key);
    out.push_back({{price}, {m_levels.at(price).total}});
  }
}

bool MatchingEngine::consistent() const {
  std::optional<std::int64_t> bid;
  std::optional<std::int64_t> ask;
  for (auto price = m_levels.lowest(); price; price = m_levels.above(*price)) {
    const LevelSlot& level = m_levels.at(*price);
    std::int64_t sum = 0;
    for (std::uint32_t i = level.head; i != 0; i = m_nodes[i].next) {
      if (!m_nodes[i].live || m_nodes[i].price != *price || m_nodes[i].side != m_nodes[level.head].side) return false;
      sum += m_nodes[i].size;
    }
    if (sum != level.total || sum <= 0) return false;
    if (m_nodes[level.head].side == Side::Buy) {
      if (ask) return false;
      bid = price;
    } else if (!ask) {
      ask = price;
    }
  }
  return bestKey(Side::Buy) == bid.value_or(kNone) && bestKey(Side::Sell) == (ask ? keyOf(Side::Sell, *ask) : kNone);
}

}  // namespace bw::matching
