// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/gate.h"

#include "core/base/mutant.h"

namespace bw::gate {
namespace {

constexpr std::uint64_t kFirstEpoch = 1;
constexpr std::uint64_t kLevelMask = 0xff;
constexpr std::uint64_t kCauseMask = 0xffff00;
constexpr int kCauseShift = 8;
constexpr int kEpochShift = 24;

std::uint64_t causeBit(NoNewCause cause) {
  return std::uint64_t{1} << (kCauseShift + static_cast<int>(cause));
}

std::string priceText(const std::optional<Price>& price) {
  return price ? price->toString() : "none";
}

std::string versus(std::string_view what, std::string_view order, std::string_view bound) {
  return std::string(what) + " of the order is " + std::string(order) + ", approved is " + std::string(bound);
}

const char* firstDifference(const PlaceRequest& r, const Order& o) {
  if (r.clientId != o.clientId) return "client id";
  if (r.instrument != o.instrument) return "instrument";
  if (r.side != o.side) return "side";
  if (r.type != o.type) return "type";
  if (r.tif != o.tif) return "time in force";
  if (r.postOnly != o.postOnly) return "post-only";
  if (r.reduceOnly != o.reduceOnly) return "reduce-only";
  if (r.quantity != o.quantity) return "quantity";
  if (r.limitPrice != o.limitPrice) return "limit price";
  if (r.triggerPrice != o.triggerPrice) return "trigger price";
  if (r.leverage != o.leverage) return "leverage";
  return nullptr;
}

// FNV-1a over kind and name; never 0.
std::uint64_t scopeKey(StopScope::Kind kind, std::string_view first, std::string_view second = {}) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ static_cast<std::uint64_t>(kind);
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  add(first);
  if (!second.empty()) {
    add("/");
    add(second);
  }
  return hash == 0 ? 1 : hash;
}

std::uint64_t scopeKey(const StopScope& scope) {
  // A venue has one account: both names are one.
  const auto kind = scope.kind == StopScope::Kind::Account ? StopScope::Kind::Venue : scope.kind;
  return scopeKey(kind, scope.name);
}

bool needsTrigger(OrderType type) {
  return type == OrderType::StopMarket || type == OrderType::TakeProfitMarket;
}

}  // namespace

std::string_view toString(Level level) {
  switch (level) {
    case Level::Run:
      return "RUN";
    case Level::NoNew:
      return "NO_NEW";
    case Level::CancelAll:
      return "CANCEL_ALL";
    case Level::Flatten:
      return "FLATTEN";
    case Level::Cut:
      return "CUT";
  }
  return "?";
}

std::string_view toString(NoNewCause cause) {
  switch (cause) {
    case NoNewCause::Reconciliation:
      return "reconciliation";
    case NoNewCause::QueueBound:
      return "queue bound";
    case NoNewCause::PassiveViolation:
      return "passive violation";
    case NoNewCause::ClockJump:
      return "clock jump";
    case NoNewCause::GuardLost:
      return "guard lost";
    case NoNewCause::Journal:
      return "journal";
    case NoNewCause::Manual:
      return "manual";
    case NoNewCause::ControlSilent:
      return "control silent";
    case NoNewCause::StopOffline:
      return "stop path fault";
    case NoNewCause::DiskSpace:
      return "disk space";
  }
  return "?";
}

std::string_view toString(Refusal refusal) {
  switch (refusal) {
    case Refusal::None:
      return "gate.passed";
    case Refusal::NoApproval:
      return "gate.no_approval";
    case Refusal::Intent:
      return "gate.intent";
    case Refusal::Instrument:
      return "gate.instrument";
    case Refusal::InstrumentVersion:
      return "gate.instrument_version";
    case Refusal::Side:
      return "gate.side";
    case Refusal::Type:
      return "gate.type";
    case Refusal::Role:
      return "gate.role";
    case Refusal::ReduceOnly:
      return "gate.reduce_only";
    case Refusal::Quantity:
      return "gate.quantity";
    case Refusal::Price:
      return "gate.price";
    case Refusal::Notional:
      return "gate.notional";
    case Refusal::Leverage:
      return "gate.leverage";
    case Refusal::Step:
      return "gate.step";
    case Refusal::Request:
      return "gate.request";
    case Refusal::Expired:
      return "gate.expired";
    case Refusal::Generation:
      return "gate.generation";
    case Refusal::Epoch:
      return "gate.epoch";
    case Refusal::Consumed:
      return "gate.consumed";
    case Refusal::InFlight:
      return "gate.in_flight";
    case Refusal::Level:
      return "gate.level";
    case Refusal::Venue:
      return "gate.venue";
    case Refusal::NotConfirmed:
      return "gate.not_confirmed";
    case Refusal::StopSilent:
      return "gate.stop_silent";
  }
  return "gate.?";
}

PlaceRequest requestFor(const Order& order) {
  PlaceRequest request;
  request.clientId = order.clientId;
  request.instrument = order.instrument;
  request.side = order.side;
  request.type = order.type;
  request.tif = order.tif;
  request.postOnly = order.postOnly;
  request.reduceOnly = order.reduceOnly;
  request.quantity = order.quantity;
  request.limitPrice = order.limitPrice;
  request.triggerPrice = order.triggerPrice;
  request.leverage = order.leverage;
  return request;
}

Gate::Gate(const Clock& clock, Instruments instruments)
    : m_clock(clock), m_instruments(std::move(instruments)), m_word(kFirstEpoch << kEpochShift) {
  BW_ASSERT(m_instruments != nullptr);
}

Level Gate::levelOf(std::uint64_t word) noexcept {
  const auto latched = static_cast<Level>(word & kLevelMask);
  if (latched >= Level::CancelAll) return latched;
  return (word & kCauseMask) != 0 ? Level::NoNew : Level::Run;
}

void Gate::raise(Level level) noexcept {
  BW_ASSERT(level >= Level::CancelAll);
  std::uint64_t word = m_word.load(std::memory_order_seq_cst);
  std::uint64_t next = 0;
  do {
    const std::uint64_t kept = std::max(word & kLevelMask, static_cast<std::uint64_t>(level));
    next = ((epochOf(word) + 1) << kEpochShift) | (word & kCauseMask) | kept;
  } while (!m_word.compare_exchange_weak(word, next, std::memory_order_seq_cst));
}

void Gate::raiseNoNew(NoNewCause cause) noexcept {
  m_word.fetch_or(causeBit(cause), std::memory_order_seq_cst);
}
void Gate::endNoNew(NoNewCause cause) noexcept {
  m_word.fetch_and(~causeBit(cause), std::memory_order_seq_cst);
}
bool Gate::hasNoNew(NoNewCause cause) const noexcept {
  return (m_word.load(std::memory_order_seq_cst) & causeBit(cause)) != 0;
}

void Gate::raiseScope(const StopScope& scope, Level level) noexcept {
  if (scope.all()) {
    if (level >= Level::CancelAll) return raise(level);
    return raiseNoNew(NoNewCause::Manual);
  }
  const std::uint64_t key = scopeKey(scope);
  for (ScopeSlot& slot : m_scopes) {
    std::uint64_t found = 0;
    if (!slot.key.compare_exchange_strong(found, key, std::memory_order_seq_cst) && found != key) continue;
    std::uint8_t held = slot.level.load(std::memory_order_seq_cst);
    while (held < static_cast<std::uint8_t>(level) &&
           !slot.level.compare_exchange_weak(held, static_cast<std::uint8_t>(level), std::memory_order_seq_cst)) {
    }
    m_hasScopes.store(true, std::memory_order_seq_cst);
    return;
  }
  raise(std::max(level, Level::CancelAll));
}

void Gate::endScope(const StopScope& scope) noexcept {
  const std::uint64_t key = scopeKey(scope);
  for (ScopeSlot& slot : m_scopes) {
    // The key stays: freeing a slot while somebody raises it could lose the raise.
    if (slot.key.load(std::memory_order_seq_cst) == key) slot.level.store(0, std::memory_order_seq_cst);
  }
  m_word.fetch_add(std::uint64_t{1} << kEpochShift, std::memory_order_seq_cst);
}

Level Gate::scopedLevel(const Instrument& instrument, std::string_view strategy) const noexcept {
  if (!m_hasScopes.load(std::memory_order_seq_cst)) return Level::Run;
  const std::uint64_t venue = scopeKey(StopScope::Kind::Venue, instrument.venue);
  const std::uint64_t traded = scopeKey(StopScope::Kind::Instrument, instrument.venue, instrument.symbol);
  const std::uint64_t agent = scopeKey(StopScope::Kind::Agent, strategy);
  std::uint8_t level = 0;
  for (const ScopeSlot& slot : m_scopes) {
    const std::uint64_t key = slot.key.load(std::memory_order_seq_cst);
    if (key == 0) break;
    if (key == venue || key == traded || key == agent)
      level = std::max(level, slot.level.load(std::memory_order_seq_cst));
  }
  return static_cast<Level>(level);
}

Level Gate::levelFor(const Instrument& instrument, std::string_view strategy) const noexcept {
  return std::max(level(), scopedLevel(instrument, strategy));
}

void Gate::requireLease(const Clock& real, Duration life) noexcept {
  m_leaseLife.store(life.ns, std::memory_order_seq_cst);
  m_leaseClock.store(&real, std::memory_order_seq_cst);
  renewLease();
}

void Gate::renewLease() noexcept {
  const Clock* clock = m_leaseClock.load(std::memory_order_seq_cst);
  if (clock == nullptr) return;
  m_leaseUntil.store(clock->mono().ns + m_leaseLife.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
}

bool Gate::leaseHolds() const noexcept {
  const Clock* clock = m_leaseClock.load(std::memory_order_seq_cst);
  return clock == nullptr || clock->mono().ns <= m_leaseUntil.load(std::memory_order_seq_cst);
}

bool Gate::reset(std::uint64_t seenEpoch) noexcept {
  std::uint64_t word = m_word.load(std::memory_order_seq_cst);
  do {
    if (epochOf(word) != seenEpoch && !BW_MUTANT(10)) return false;
  } while (!m_word.compare_exchange_weak(word, ((seenEpoch + 1) << kEpochShift) | (word & kCauseMask),
                                         std::memory_order_seq_cst));
  return true;
}

void Gate::raiseGeneration(std::uint64_t generation) noexcept {
  std::uint64_t current = m_generation.load(std::memory_order_seq_cst);
  while (current < generation && !m_generation.compare_exchange_weak(current, generation, std::memory_order_seq_cst)) {
  }
}

Verdict Gate::refuse(Refusal refusal, std::string text) {
  m_refused.fetch_add(1, std::memory_order_relaxed);
  return {refusal, std::move(text)};
}

Verdict Gate::compare(const Order& order, const ApprovalBounds& bounds) const {
  if (order.intentId != bounds.intentId)
    return {Refusal::Intent, versus("intent", toString(order.intentId), toString(bounds.intentId))};
  if (order.instrument != bounds.instrument)
    return {Refusal::Instrument, "the order is for another instrument than approved"};
  if (order.instrument.value >= m_instruments->size())
    return {Refusal::Instrument, "the instrument is not in this session's table"};
  const Instrument& instrument = m_instruments->get(order.instrument);
  if (instrument.version != bounds.instrumentVersion) {
    return {Refusal::InstrumentVersion,
            versus("instrument version", std::to_string(instrument.version), std::to_string(bounds.instrumentVersion))};
  }
  if (order.side != bounds.side) return {Refusal::Side, versus("side", toString(order.side), toString(bounds.side))};
  if (order.type != bounds.type) return {Refusal::Type, versus("type", toString(order.type), toString(bounds.type))};
  if (order.role != bounds.role) return {Refusal::Role, versus("role", toString(order.role), toString(bounds.role))};
  if (bounds.reduceOnly && !order.reduceOnly)
    return {Refusal::ReduceOnly, "approved as reduce-only, but the order is not"};
  if (order.role != OrderRole::Entry && !order.reduceOnly)
    return {Refusal::ReduceOnly, "only entries may go without reduce-only"};
  return compareMoney(order, bounds, instrument);
}

Verdict Gate::compareMoney(const Order& order, const ApprovalBounds& bounds, const Instrument& instrument) const {
  if (order.quantity.sign() <= 0 ||
      order.quantity > (BW_MUTANT(1) ? bounds.maxQuantity + instrument.quantity({1}) : bounds.maxQuantity)) {
    return {Refusal::Quantity,
            versus("quantity", order.quantity.toString(), "at most " + bounds.maxQuantity.toString())};
  }
  const bool triggered = needsTrigger(order.type);
  if (triggered && (!order.triggerPrice || order.triggerPrice->sign() <= 0))
    return {Refusal::Price, "a stop or target without a trigger price"};
  if (!triggered && (!order.limitPrice || order.limitPrice->sign() <= 0))
    return {Refusal::Price, "an order without a limit or collar price"};
  if (!triggered && !bounds.worstPrice) return {Refusal::Price, "the approval names no worst price"};
  if (bounds.worstPrice && order.limitPrice) {
    const bool worse = (order.side == Side::Buy) != BW_MUTANT(2) ? *order.limitPrice > *bounds.worstPrice
                                                                 : *order.limitPrice < *bounds.worstPrice;
    if (worse)
      return {Refusal::Price,
              versus("price", priceText(order.limitPrice), "no worse than " + priceText(bounds.worstPrice))};
  }
  const Price reference = order.limitPrice ? *order.limitPrice : *order.triggerPrice;
  try {
    const Money notional = instrument.notional(reference, order.quantity);
    if (notional.currency() != bounds.maxNotional.currency() || notional > bounds.maxNotional) {
      return {Refusal::Notional, versus("notional", notional.toString(), "at most " + bounds.maxNotional.toString())};
    }
  } catch (const ExactOverflow&) {
    return {Refusal::Notional, "the notional does not fit 64 bits"};
  }
  if (order.leverage > bounds.maxLeverage) {
    return {Refusal::Leverage,
            versus("leverage", order.leverage.toString(), "at most " + bounds.maxLeverage.toString())};
  }
  return {};
}

Verdict Gate::checkSteps(const PlaceRequest& request, const Instrument& instrument) const {
  if (auto lots = instrument.toLots(request.quantity); !lots) return {Refusal::Step, lots.error().detail};
  for (const auto& price : {request.limitPrice, request.triggerPrice}) {
    if (!price) continue;
    if (auto ticks = instrument.toTicks(*price); !ticks) return {Refusal::Step, ticks.error().detail};
  }
  return {};
}

Verdict Gate::pass(const PlaceRequest& request, const Order& order, const RiskApproval& approval,
                   VenueConnection& venue) {
  const ApprovalBounds& bounds = approval.bounds();
  if (const char* field = firstDifference(request, order)) {
    return refuse(Refusal::Request, std::string("what would be sent differs from the order in its ") + field);
  }
  if (Verdict verdict = compare(order, bounds); !verdict.passed())
    return refuse(verdict.refusal, std::move(verdict.text));
  const Instrument& instrument = m_instruments->get(order.instrument);
  if (Verdict verdict = checkSteps(request, instrument); !verdict.passed())
    return refuse(verdict.refusal, std::move(verdict.text));
  if (venue.venue() != instrument.venue) return refuse(Refusal::Venue, "the instrument trades at " + instrument.venue);
  if (const Timestamp now = m_clock.now(); now >= bounds.expiresAt && !BW_MUTANT(3)) {
    return refuse(Refusal::Expired,
                  "the approval expired at " + toIso8601(bounds.expiresAt) + ", now is " + toIso8601(now));
  }
  if (bounds.generation != generation() && !BW_MUTANT(8)) {
    return refuse(Refusal::Generation,
                  versus("host generation", std::to_string(generation()), std::to_string(bounds.generation)));
  }
  if (!approval.consume() && !BW_MUTANT(4)) return refuse(Refusal::Consumed, "the approval was used before");
  if (!remember(request)) return refuse(Refusal::InFlight, "too many orders are without an answer");

  // From here to the end of place() a raise waits for us or is seen by us: both are sequentially consistent.
  m_placing.fetch_add(1, std::memory_order_seq_cst);
  const std::uint64_t word = m_word.load(std::memory_order_seq_cst);
  const Level level = std::max(levelOf(word), scopedLevel(instrument, order.strategy));
  const bool current = epochOf(word) == bounds.epoch || BW_MUTANT(5);
  const bool leased = leaseHolds();
  const bool allowed = level == Level::Run || BW_MUTANT(6) ||
                       (level == Level::NoNew && (order.reduceOnly || BW_MUTANT(7))) ||
                       (level == Level::CancelAll && order.reduceOnly && order.role == OrderRole::StopLoss);
  if (current && allowed && leased) venue.place(PlacementPermit(), request);
  m_placing.fetch_sub(1, std::memory_order_seq_cst);
  if (!current || !allowed || !leased) {
    settle(request.clientId);
    if (!leased) return refuse(Refusal::StopSilent, "the stop thread has not been heard of in time");
    if (!current)
      return refuse(Refusal::Epoch, versus("epoch", std::to_string(epochOf(word)), std::to_string(bounds.epoch)));
    return refuse(Refusal::Level, "the gate is at " + std::string(toString(level)));
  }
  m_passed.fetch_add(1, std::memory_order_relaxed);
  return {};
}

// What the executor's own orders have in common: reduce-only where it exists, never more than the venue confirmed.
Verdict Gate::compareEmergency(const PlaceRequest& request, Quantity confirmed, const VenueConnection& venue) const {
  if (request.instrument.value >= m_instruments->size())
    return {Refusal::Instrument, "the instrument is not in this session's table"};
  const Instrument& instrument = m_instruments->get(request.instrument);
  if (venue.venue() != instrument.venue) return {Refusal::Venue, "the instrument trades at " + instrument.venue};
  if (venue.capabilities().reduceOnly && !request.reduceOnly)
    return {Refusal::ReduceOnly, "what the stop sends is reduce-only"};
  if (confirmed.isZero() || signOf(request.side) == confirmed.sign())
    return {Refusal::NotConfirmed, "no position confirmed that this would close"};
  if (request.quantity.sign() <= 0 || (request.quantity > confirmed.abs() && !BW_MUTANT(9))) {
    return {Refusal::Quantity,
            versus("quantity", request.quantity.toString(), "at most " + confirmed.abs().toString())};
  }
  return checkSteps(request, instrument);
}

Verdict Gate::passEmergencyClose(const EmergencyAuthority&, const PlaceRequest& request, Quantity confirmed,
                                 VenueConnection& venue) {
  if (Verdict verdict = compareEmergency(request, confirmed, venue); !verdict.passed())
    return refuse(verdict.refusal, std::move(verdict.text));
  if (request.type != OrderType::Market) return refuse(Refusal::Type, "the stop closes at market only");
  if (!request.limitPrice || request.limitPrice->sign() <= 0)
    return refuse(Refusal::Price, "a close without its collar price");
  if (const Level now = levelFor(m_instruments->get(request.instrument), {}); now != Level::Flatten)
    return refuse(Refusal::Level, "the gate is at " + std::string(toString(now)));
  venue.place(PlacementPermit(), request);
  m_passed.fetch_add(1, std::memory_order_relaxed);
  return {};
}

Verdict Gate::passRestoredStop(const EmergencyAuthority&, const PlaceRequest& request, Quantity confirmed,
                               VenueConnection& venue) {
  if (Verdict verdict = compareEmergency(request, confirmed, venue); !verdict.passed())
    return refuse(verdict.refusal, std::move(verdict.text));
  if (request.type != OrderType::StopMarket) return refuse(Refusal::Type, "only a protective stop is put back");
  if (!request.triggerPrice || request.triggerPrice->sign() <= 0)
    return refuse(Refusal::Price, "a stop without its trigger price");
  const Level now = levelFor(m_instruments->get(request.instrument), {});
  if (now != Level::CancelAll && now != Level::Flatten)
    return refuse(Refusal::Level, "the gate is at " + std::string(toString(now)));
  venue.place(PlacementPermit(), request);
  m_passed.fetch_add(1, std::memory_order_relaxed);
  return {};
}

bool Gate::remember(const PlaceRequest& request) noexcept {
  const std::size_t home = std::hash<Uuid>()(request.clientId) % kSlots;
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = m_slots[(home + i) % kSlots];
    std::uint32_t free = 0;
    if (!slot.state.compare_exchange_strong(free, 1, std::memory_order_acq_rel)) continue;
    slot.high.store(request.clientId.high, std::memory_order_relaxed);
    slot.low.store(request.clientId.low, std::memory_order_relaxed);
    slot.instrument.store(request.instrument.value, std::memory_order_relaxed);
    slot.state.store(2, std::memory_order_release);
    return true;
  }
  return false;
}

void Gate::settle(ClientOrderId clientId) noexcept {
  const std::size_t home = std::hash<Uuid>()(clientId) % kSlots;
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = m_slots[(home + i) % kSlots];
    if (slot.state.load(std::memory_order_acquire) != 2) continue;
    if (slot.high.load(std::memory_order_relaxed) != clientId.high ||
        slot.low.load(std::memory_order_relaxed) != clientId.low)
      continue;
    slot.state.store(0, std::memory_order_release);
    return;
  }
}

std::vector<Gate::InFlight> Gate::inFlight() const {
  std::vector<InFlight> found;
  for (const Slot& slot : m_slots) {
    if (slot.state.load(std::memory_order_acquire) != 2) continue;
    found.push_back({{slot.high.load(std::memory_order_relaxed), slot.low.load(std::memory_order_relaxed)},
                     {slot.instrument.load(std::memory_order_relaxed)}});
  }
  return found;
}

}  // namespace bw::gate
