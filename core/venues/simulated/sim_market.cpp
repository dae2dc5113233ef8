// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/simulated/sim_market.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw::simulated {
namespace {

constexpr std::size_t kCrowd = 320;       // resting orders the crowd keeps up
constexpr double kExcitementDecay = 0.9;  // per second
constexpr double kExcitementJump = 0.54;  // a taker raises the rate by this; branching ratio 0.6
constexpr double kWideShare = 0.12;       // quotes far behind the touch
constexpr double kWideFactor = 6;
constexpr double kTightShare = 0.45;  // quotes that compete for the touch
constexpr double kTightTicks = 0.8;
constexpr std::uint32_t kOurs = 1;

}  // namespace

void MarketOutput::clear() {
  trades.clear();
  delta.bids.clear();
  delta.asks.clear();
  delta.snapshot = false;
  bbo.reset();
}

SimMarket::SimMarket(const Instrument& instrument, Profile profile, Rng rng, double fairTicks, Timestamp start,
                     matching::BookListener& listener)
    : m_instrument(instrument),
      m_profile(profile),
      m_rng(rng),
      m_listener(listener),
      m_engine(*this),
      m_now(start),
      m_next(start),
      m_excitedAt(start) {
  m_pending.delta.instrument = instrument.id;
  m_engine.setLastTrade({static_cast<std::int64_t>(std::llround(fairTicks))});
  for (std::size_t i = 0; i < kCrowd; ++i) quote(fairTicks, i % 8 == 0);
  m_pending.clear();
  scheduleNext(false);
}

std::int64_t SimMarket::drawLots(double scale) {
  const double lots = m_profile.typicalLots * scale * std::exp(0.9 * m_rng.normal());
  return std::max<std::int64_t>(1, std::llround(std::min(lots, 1e12)));
}

void SimMarket::send(Side side, std::int64_t limit, std::int64_t lots, TimeInForce tif) {
  matching::BookOrder order;
  order.id = ++m_flowIds;
  order.side = side;
  order.tif = tif;
  order.hasLimit = true;
  order.limit = {limit};
  order.size = {lots};
  const matching::OrderHandle handle = m_engine.submit(order);
  if (handle) m_quotes.push_back({handle, limit});
}

void SimMarket::quote(double fair, bool wide) {
  const bool buy = m_rng.chance(0.5);
  const double mean = wide                        ? kWideFactor * m_profile.depthTicks
                      : m_rng.chance(kTightShare) ? kTightTicks
                                                  : m_profile.depthTicks;
  const double away = 0.5 + m_rng.exponential(mean);
  auto price = static_cast<std::int64_t>(buy ? std::floor(fair - away) : std::ceil(fair + away));
  // Makers join the queue and never take.
  const Level bid = m_engine.best(Side::Buy);
  const Level ask = m_engine.best(Side::Sell);
  if (buy && ask.size.value > 0) price = std::min(price, ask.price.value - 1);
  if (!buy && bid.size.value > 0) price = std::max(price, bid.price.value + 1);
  if (price <= 0) return;
  send(buy ? Side::Buy : Side::Sell, price, drawLots(wide ? 2.5 : 1), TimeInForce::Gtc);
}

// Of two at random the one farther from the fair price goes.
void SimMarket::pullQuote(double fair) {
  for (int tries = 0; tries < 6 && !m_quotes.empty(); ++tries) {
    std::size_t at = m_rng.below(m_quotes.size());
    const std::size_t other = m_rng.below(m_quotes.size());
    const auto distance = [&](std::size_t i) { return std::abs(static_cast<double>(m_quotes[i].price) - fair); };
    if (distance(other) > distance(at)) at = other;
    const matching::OrderHandle handle = m_quotes[at].handle;
    m_quotes[at] = m_quotes.back();
    m_quotes.pop_back();
    if (m_engine.cancel(handle)) return;
  }
}

void SimMarket::takeBurst() {
  if (m_rng.chance(0.3)) m_leaning = m_rng.chance(0.5) ? Side::Buy : Side::Sell;
  const Level touch = m_engine.best(opposite(m_leaning));
  if (touch.size.value == 0) return;
  // Pareto tail of exponent 1.7, at most 40 times the usual.
  const double heavy = std::min(40.0, std::pow(1 - m_rng.uniform(), -1 / 1.7));
  const auto reach = static_cast<std::int64_t>(m_profile.depthTicks);
  send(m_leaning, touch.price.value + signOf(m_leaning) * reach, drawLots(0.5 * heavy), TimeInForce::Ioc);
}

// What the fair price has passed is pulled by its maker or taken by somebody who knows. True if there was any.
bool SimMarket::correctStale(double fair) {
  const Level bid = m_engine.best(Side::Buy);
  const Level ask = m_engine.best(Side::Sell);
  Side taker = Side::Buy;
  std::int64_t price = 0;
  std::int64_t size = 0;
  if (ask.size.value > 0 && static_cast<double>(ask.price.value) < fair) {
    price = ask.price.value;
    size = ask.size.value;
  } else if (bid.size.value > 0 && static_cast<double>(bid.price.value) > fair) {
    taker = Side::Sell;
    price = bid.price.value;
    size = bid.size.value;
  } else {
    return false;
  }
  if (m_rng.chance(0.45)) {
    send(taker, price,
         std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(size) * m_rng.uniform()) + 1),
         TimeInForce::Ioc);
    return true;
  }
  for (std::size_t i = m_quotes.size(); i-- > 0;) {
    if (m_quotes[i].price != price) continue;
    const matching::OrderHandle handle = m_quotes[i].handle;
    m_quotes[i] = m_quotes.back();
    m_quotes.pop_back();
    if (m_engine.cancel(handle)) return true;
  }
  // Only an order that is not the crowd's stands there: it is taken.
  send(taker, price, size, TimeInForce::Ioc);
  return true;
}

void SimMarket::scheduleNext(bool soon) {
  if (soon) {
    m_next = m_now + Duration::nanos(1 + static_cast<std::int64_t>(m_rng.exponential(12e6)));
    return;
  }
  const double rate = 2 * m_profile.quotesPerSecond + m_profile.takersPerSecond + m_excitement;
  m_next = m_now + Duration::nanos(1 + static_cast<std::int64_t>(m_rng.exponential(1e9 / rate)));
}

void SimMarket::step(double fairTicks) {
  m_now = m_next;
  m_excitement *= std::exp(-kExcitementDecay * static_cast<double>((m_now - m_excitedAt).ns) * 1e-9);
  m_excitedAt = m_now;
  if (correctStale(fairTicks)) {
    scheduleNext(true);
    return;
  }
  const double takers = m_profile.takersPerSecond + m_excitement;
  const double rate = 2 * m_profile.quotesPerSecond + takers;
  if (m_rng.uniform() * rate < takers) {
    m_excitement += kExcitementJump;
    takeBurst();
  } else if (m_rng.uniform() * static_cast<double>(2 * kCrowd) > static_cast<double>(m_engine.liveOrders())) {
    quote(fairTicks, m_rng.chance(kWideShare));
  } else {
    pullQuote(fairTicks);
  }
  scheduleNext(false);
}

bool SimMarket::takeOutput(MarketOutput& out) {
  if (m_snapshotWanted) {
    m_snapshotWanted = false;
    m_pending.clear();
    m_pending.delta.snapshot = true;
    m_engine.depth(Side::Buy, 1 << 20, m_pending.delta.bids);
    m_engine.depth(Side::Sell, 1 << 20, m_pending.delta.asks);
  }
  if (m_pending.trades.empty() && !m_pending.hasDelta()) return false;
  BookDelta& delta = m_pending.delta;
  delta.venueTime = delta.receivedTime = m_now;
  delta.rule = SequenceRule::FirstFollows;
  delta.firstSequence = delta.lastSequence = ++m_sequence;
  delta.previousSequence = m_sequence - 1;
  const Level bid = m_engine.best(Side::Buy);
  const Level ask = m_engine.best(Side::Sell);
  if (!(bid == m_toldBid) || !(ask == m_toldAsk) || delta.snapshot) {
    m_toldBid = bid;
    m_toldAsk = ask;
    m_pending.bbo = BboUpdate{m_instrument.id, m_now, m_now, m_sequence, bid, ask};
  }
  std::swap(out, m_pending);
  m_pending.clear();
  m_pending.delta.instrument = m_instrument.id;
  return true;
}

void SimMarket::submit(const matching::BookOrder& order) {
  const std::uint64_t id = order.id;
  if (const matching::OrderHandle handle = m_engine.submit(order)) m_own[id] = handle;
}

bool SimMarket::cancel(std::uint64_t id) {
  const auto it = m_own.find(id);
  if (it == m_own.end()) return false;
  const matching::OrderHandle handle = it->second;
  return m_engine.cancel(handle);
}

void SimMarket::onTrade(const matching::EngineTrade& t) {
  TradePrint print;
  print.instrument = m_instrument.id;
  print.venueTime = print.receivedTime = m_now;
  print.tradeId = ++m_tradeIds;
  print.price = t.price;
  print.size = t.size;
  print.aggressor = t.aggressor;
  m_pending.trades.push_back(print);
  if (t.makerOwner == kOurs) {
    if (t.makerLeft.value == 0) m_own.erase(t.makerId);
    m_listener.onFill(t.makerId, t.price, t.size, true);
  }
  if (t.takerOwner == kOurs) m_listener.onFill(t.takerId, t.price, t.size, false);
}

void SimMarket::onLevel(Side side, Ticks price, Lots total) {
  (side == Side::Buy ? m_pending.delta.bids : m_pending.delta.asks).push_back({price, total});
}

void SimMarket::onDone(std::uint64_t id, std::uint32_t owner, matching::DoneReason reason, Lots left) {
  if (owner != kOurs) return;
  m_own.erase(id);
  m_listener.onDone(id, reason, left);
}

void SimMarket::onTriggered(std::uint64_t id, std::uint32_t owner) {
  if (owner != kOurs) return;
  m_own.erase(id);
  m_listener.onTriggered(id);
}

Lots SimMarket::allowance(std::uint64_t id, std::uint32_t owner, Lots wanted) {
  return owner == kOurs ? m_listener.allowance(id, wanted) : wanted;
}

}  // namespace bw::simulated
