// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sim/trace.h"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

namespace bw {
namespace {

/// Writes values one after the other; every type that a traced payload holds has its put().
class TraceWriter {
 public:
  explicit TraceWriter(std::vector<char>& out) : m_out(out) {}
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;
  ~TraceWriter() { flush(); }

  /// The low `bytes` bytes of `value`, lowest first.
  void word(std::uint64_t value, std::size_t bytes = 8) {
    if (m_used + sizeof value > m_block.size()) flush();
    char* const at = m_block.data() + m_used;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(at, &value, sizeof value);
    } else {
      for (std::size_t i = 0; i < sizeof value; ++i) at[i] = static_cast<char>(value >> (8 * i) & 0xff);
    }
    m_used += bytes;
  }
  template <class T>
  requires std::is_enum_v<T> || std::is_same_v<T, bool>
  void put(T value) { word(static_cast<std::uint64_t>(value), 1); }
  void put(std::int64_t value) { word(static_cast<std::uint64_t>(value)); }
  void put(std::uint64_t value) { word(value); }
  void put(double value) { word(std::bit_cast<std::uint64_t>(value)); }
  void put(Timestamp value) { put(value.ns); }
  void put(Duration value) { put(value.ns); }
  void put(Ticks value) { put(value.value); }
  void put(Lots value) { put(value.value); }
  void put(InstrumentId value) { word(value.value, 4); }
  void put(const Uuid& value) {
    word(value.high);
    word(value.low);
  }
  void put(std::string_view text) {
    word(text.size(), 4);
    flush();
    m_out.insert(m_out.end(), text.begin(), text.end());
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(const Decimal& value) {
    const Decimal canonical = value.canonical();
    put(canonical.mantissa);
    word(canonical.scale, 1);
  }
  template <class Unit>
  void put(const Exact<Unit>& value) {
    put(value.decimal());
  }
  void put(const Ratio& value) { put(value.decimal()); }
  void put(const Currency& value) { put(value.code()); }
  void put(const Money& value) {
    put(value.amount());
    put(value.currency());
  }
  void put(const Level& level) {
    put(level.price);
    put(level.size);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    word(list.size(), 4);
    for (const T& element : list) put(element);
  }
  template <class First, class Second, class... Rest>
  void put(const First& first, const Second& second, const Rest&... rest) {
    put(first);
    put(second);
    (put(rest), ...);
  }

  void put(const Contingent& c) { put(c.stop, c.target); }
  void put(const SignalComponent& c) {
    put(c.name, c.group, c.timeframe, c.raw, c.value, c.weight, c.contribution, c.available, c.asOf);
  }
  void put(const CheckResult& c) { put(c.check, c.outcome, c.used, c.after, c.limit, c.unit, c.text); }
  void put(const OrderIntent& i) {
    put(i.id, i.instrument, i.side, i.type, i.tif, i.role, i.postOnly, i.reduceOnly, i.quantity, i.limitPrice,
        i.triggerPrice, i.priceRule.kind);
    put(std::int64_t{i.priceRule.level}, i.contingent, i.expectedMove, i.leverage, i.owner, i.strategy, i.note,
        i.createdAt, i.expiresAt, i.parent, i.replaces);
  }
  void put(const Order& o) {
    put(o.clientId, o.venueOrderId, o.intentId, o.instrument, o.side, o.type, o.tif, o.role, o.postOnly, o.reduceOnly,
        o.cancelPending, o.replacePending, o.lateFill, o.state, o.quantity, o.filled, o.filledNotional, o.fees);
    put(o.limitPrice, o.triggerPrice, o.leverage, o.midAtDecision, o.contingent, o.owner, o.strategy, o.reason,
        o.parent, o.createdAt, o.sentAt, o.updatedAt);
  }
  void put(const Fill& f) {
    put(f.venueTradeId, f.clientId, f.venueOrderId, f.instrument, f.side, f.price, f.quantity, f.fee, f.maker,
        f.liquidation, f.venueTime);
  }
  void put(const Position& p) {
    put(p.instrument, p.quantity, p.entryNotional, p.averagePrice, p.realised, p.fees, p.funding, p.leverage, p.owner,
        p.strategy, p.openedAt, p.updatedAt);
  }
  void put(const Balance& b) { put(b.currency, b.total, b.available); }

  void put(const BookUpdate& update) {
    const BookDepth& d = *update.depth;
    put(d.instrument, d.venueTime, d.receivedTime, d.revision, d.stale, d.staleSince);
    word(d.bidCount, 2);
    word(d.askCount, 2);
    std::uint64_t sum = 0x9e3779b97f4a7c15ULL;
    for (std::size_t i = 0; i < d.bidCount; ++i) sum = fold(sum, d.bids[i]);
    for (std::size_t i = 0; i < d.askCount; ++i) sum = fold(sum, d.asks[i]);
    word(sum);
  }
  void put(const BboUpdate& b) { put(b.instrument, b.venueTime, b.receivedTime, b.sequence, b.bid, b.ask); }
  void put(const TradePrint& t) {
    put(t.instrument, t.venueTime, t.receivedTime, t.tradeId, t.price, t.size, t.aggressor);
  }
  void put(const Candle& c) {
    put(c.instrument, c.interval, c.openTime, c.open, c.high, c.low, c.close, c.volume, std::uint64_t{c.trades},
        c.closed);
  }
  void put(const SignalGenerated& s) {
    put(s.id, s.instrument, s.direction, s.score, s.scoreRange, s.confidence, s.alignment, s.breakdown, s.detected,
        s.warm, s.time);
  }
  void put(const RiskApproved& r) { put(r.intent, r.checks); }
  void put(const RiskRefused& r) { put(r.intent, r.reason, r.text, r.checks); }
  void put(const OrderUpdate& u) { put(u.order, u.previous, u.placed); }
  void put(const OrderFilled& f) { put(f.fill, f.order); }
  void put(const CancelRequest& c) { put(c.scope, c.clientId, c.instrument, c.strategy, c.reason); }
  void put(const OrderReport& r) {
    put(r.kind, r.venue, r.clientId, r.venueOrderId, r.instrument, r.reason, r.venueTime);
    if (r.kind == OrderReport::Kind::Filled) put(r.fill);
    if (r.filledInAll) put(*r.filledInAll);
  }
  void put(const AccountAnswer& a) {
    const AccountSnapshot& s = a.snapshot;
    put(s.venue, s.venueTime, s.openOrders, s.positions, s.balances, s.recentFills, a.error);
  }
  void put(const ReconciliationResult& r) { put(r.clean, r.differences); }
  void put(const PositionUpdate& p) {
    put(p.kind, p.position, p.mark, p.unrealised, p.hasStop, p.hasTarget, p.tripNet);
  }
  void put(const AccountUpdate& a) {
    put(a.venue, a.balance, a.unrealised, a.equity, a.marginUsed, a.available, a.realised, a.fees, a.funding, a.dayPnl,
        a.highWater, a.time);
  }
  void put(const EmergencyStopRaised& e) { put(e.stopNumber, e.trigger, e.reason, e.time); }

 private:
  /// Multiply and rotate: cheap, the same on every machine, and any change of a level changes the word.
  static std::uint64_t fold(std::uint64_t sum, const Level& level) {
    sum = std::rotl((sum ^ static_cast<std::uint64_t>(level.price.value)) * 0xff51afd7ed558ccdULL, 31);
    return std::rotl((sum ^ static_cast<std::uint64_t>(level.size.value)) * 0xc4ceb9fe1a85ec53ULL, 29);
  }
  void flush() {
    m_out.insert(m_out.end(), m_block.data(), m_block.data() + m_used);
    m_used = 0;
  }

  std::vector<char>& m_out;
  std::array<char, 256> m_block;  ///< words on their way to m_out
  std::size_t m_used = 0;
};

}  // namespace

bool isTraced(Topic topic) {
  switch (topic) {
    case Topic::MarketBook:
    case Topic::MarketBbo:
    case Topic::MarketTrade:
    case Topic::MarketCandle:
    case Topic::Signal:
    case Topic::Intent:
    case Topic::RiskApproved:
    case Topic::RiskRejected:
    case Topic::OrderPlaced:
    case Topic::OrderUpdated:
    case Topic::OrderFilled:
    case Topic::CancelRequested:
    case Topic::VenueReport:
    case Topic::VenueAccount:
    case Topic::Reconciled:
    case Topic::PositionOpened:
    case Topic::PositionClosed:
    case Topic::PositionMarked:
    case Topic::BalanceChanged:
    case Topic::EmergencyStop:
      return true;
    default:
      return false;
  }
}

void encodeForTrace(const Message& message, std::vector<char>& out) {
  if (!isTraced(message.topic)) return;
  TraceWriter writer(out);
  writer.put(message.topic, message.type, message.timestamp);
  writer.word(message.payload.index(), 1);
  std::visit(
      [&writer](const auto& payload) {
        if constexpr (requires { writer.put(payload); }) writer.put(payload);
      },
      message.payload);
}

void TraceHash::add(const Message& message) {
  if (!isTraced(message.topic)) return;
  m_buffer.clear();
  encodeForTrace(message, m_buffer);
  m_hash.add({m_buffer.data(), m_buffer.size()});
  ++m_messages;
}

}  // namespace bw
