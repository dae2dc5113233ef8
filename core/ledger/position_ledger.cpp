// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_ledger.h"

#include <algorithm>
#include <functional>

#include "core/base/mutant.h"

namespace bw::ledger {
namespace {

constexpr std::int64_t kNanosPerDay = 86'400'000'000'000;

std::int64_t utcDay(Timestamp time) {
  const std::int64_t day = time.ns / kNanosPerDay;
  return time.ns % kNanosPerDay < 0 ? day - 1 : day;
}

}  // namespace

PositionLedger::PositionLedger(Instruments instruments) : m_instruments(std::move(instruments)) {
  BW_ASSERT(m_instruments != nullptr);
}

void PositionLedger::openAccount(std::string_view venue, Money start) {
  BW_ASSERT(!hasAccount(venue));
  Account account;
  account.start = start;
  account.dayStartEquity = start;
  account.highWater = start;
  m_accounts.emplace(std::string(venue), account);
}

bool PositionLedger::hasAccount(std::string_view venue) const {
  return m_accounts.find(venue) != m_accounts.end();
}

bool PositionLedger::transfer(std::string_view venue, const CashTransfer& transfer) {
  const auto it = m_accounts.find(venue);
  BW_ASSERT(it != m_accounts.end());
  if (m_payments.insert(venue, "transfer|" + transfer.id, transfer.time) != SeenIds::Verdict::New) return false;
  it->second.start += transfer.amount;
  it->second.dayStartEquity += transfer.amount;
  it->second.highWater += transfer.amount;
  return true;
}

PositionLedger::Holding& PositionLedger::holding(InstrumentId instrument) {
  const auto it = m_holdings.find(instrument);
  if (it != m_holdings.end()) return it->second;
  Holding fresh{PositionBook(m_instruments->get(instrument), Owner::Strategy, {}), {}, {}};
  return m_holdings.emplace(instrument, std::move(fresh)).first->second;
}

PositionBook& PositionLedger::slice(Holding& holding, const Instrument& instrument, Owner owner,
                                    const std::string& strategy) {
  return holding.slices.try_emplace(SliceKey(owner, strategy), instrument, owner, strategy).first->second;
}

bool PositionLedger::slicesSumUp(const Holding& holding) const {
  Quantity sum;
  for (const auto& [key, book] : holding.slices) sum = sum + book.quantity();
  return sum == holding.account.quantity();
}

void PositionLedger::count(const RoundTrip& trip, const std::string& key) {
  TripCounts& counts = m_counts[key];
  ++counts.trips;
  if (trip.net.sign() < 0) {
    ++counts.losses;
    ++counts.consecutiveLosses;
  } else {
    counts.consecutiveLosses = 0;
  }
}

AppliedFill PositionLedger::apply(const Fill& fill, const FillOrigin& origin) {
  BW_ASSERT(fill.quantity.sign() > 0 && fill.price.sign() > 0);
  AppliedFill result;
  const Instrument& instrument = m_instruments->get(fill.instrument);
  const auto verdict = m_seen.check(instrument.venue, fill.venueTradeId, fill.venueTime);
  result.tooOld = verdict == SeenIds::Verdict::TooOld;
  if (verdict != SeenIds::Verdict::New) return result;
  Holding& held = holding(fill.instrument);
  PositionBook& part = slice(held, instrument, origin.owner, origin.strategy);
  // Both books change or neither: copies take the overflow, if there is one.
  PositionBook account = held.account;
  result.change = account.apply(fill, origin.leverage);
  PositionBook owned = part;
  const BookChange partChange = owned.apply(fill, origin.leverage);
  held.account = std::move(account);
  part = std::move(owned);
  if (!BW_MUTANT(40)) static_cast<void>(m_seen.insert(instrument.venue, fill.venueTradeId, fill.venueTime));
  result.applied = true;
  result.sliceClosed = partChange.closed;
  result.position = held.account.position();
  result.position.owner = origin.owner;
  result.position.strategy = origin.strategy;
  if (!held.mark) held.mark = fill.price;
  if (result.change.closed) {
    result.change.closed->owner = origin.owner;
    result.change.closed->strategy = origin.strategy;
    count(*result.change.closed, {});
  }
  if (partChange.closed && !origin.strategy.empty()) count(*partChange.closed, origin.strategy);
  BW_CHECK_DEEP(slicesSumUp(held));
  return result;
}

bool PositionLedger::applyFunding(const FundingPayment& payment) {
  const Instrument& instrument = m_instruments->get(payment.instrument);
  if (m_payments.insert(instrument.venue, "funding|" + payment.id, payment.time) != SeenIds::Verdict::New) return false;
  const Money& amount = payment.amount;
  Holding& held = holding(payment.instrument);
  held.account.addFunding(amount);
  Money rest = amount;
  PositionBook* last = nullptr;
  for (auto& [key, book] : held.slices) {
    if (book.flat()) continue;
    if (last != nullptr && !held.account.flat()) {
      const Decimal share = divide(last->quantity().decimal(), held.account.quantity().decimal(), 12, Rounding::ToZero);
      const Money part(multiply(amount.amount(), share, Money::kScale, Rounding::ToZero), amount.currency());
      last->addFunding(part);
      rest -= part;
    }
    last = &book;
  }
  if (last != nullptr) last->addFunding(rest);
  return true;
}

void PositionLedger::adopt(const Position& position) {
  const Instrument& instrument = m_instruments->get(position.instrument);
  Holding& held = holding(position.instrument);
  PositionBook& part = slice(held, instrument, position.owner, position.strategy);
  part.adopt(position);
  held.account.adopt(position);
  BW_CHECK_DEEP(slicesSumUp(held));
}

std::vector<Position> PositionLedger::adoptDifference(const Position& at, Quantity difference) {
  std::vector<Position> opposite;
  for (const Position& slice : slicesOf(at.instrument)) {
    if (slice.quantity.sign() == -difference.sign()) opposite.push_back(slice);
  }
  std::stable_sort(opposite.begin(), opposite.end(),
                   [](const Position& a, const Position& b) { return a.quantity.abs() > b.quantity.abs(); });
  std::vector<Position> adopted;
  const auto take = [&](Owner owner, const std::string& strategy, Quantity quantity) {
    Position part = at;
    part.quantity = quantity;
    part.entryNotional = m_instruments->get(at.instrument).notional(at.averagePrice, quantity.abs());
    part.owner = owner;
    part.strategy = strategy;
    adopt(part);
    adopted.push_back(std::move(part));
  };
  for (const Position& slice : opposite) {
    if (difference.isZero()) break;
    const bool whole = slice.quantity.abs() <= difference.abs();
    const Quantity part = whole ? -slice.quantity : difference;
    take(slice.owner, slice.strategy, part);
    difference = difference - part;
  }
  if (!difference.isZero()) take(Owner::External, {}, difference);
  return adopted;
}

void PositionLedger::mark(InstrumentId instrument, Price mark) {
  holding(instrument).mark = mark;
}

Position PositionLedger::position(InstrumentId instrument) const {
  const auto it = m_holdings.find(instrument);
  if (it == m_holdings.end()) return PositionBook(m_instruments->get(instrument), Owner::Strategy, {}).position();
  Position position = it->second.account.position();
  // Whose it is: the first slice that holds something, else the one that moved last.
  const PositionBook* holder = nullptr;
  for (const auto& [key, book] : it->second.slices) {
    if (!book.flat()) {
      holder = &book;
      break;
    }
    if (holder == nullptr || book.updatedAt() > holder->updatedAt()) holder = &book;
  }
  if (holder != nullptr) {
    position.owner = holder->owner();
    position.strategy = holder->strategy();
  }
  return position;
}

std::vector<Position> PositionLedger::positions() const {
  std::vector<Position> all;
  for (const auto& [id, held] : m_holdings) {
    if (!held.account.flat()) all.push_back(position(id));
  }
  return all;
}

std::vector<Position> PositionLedger::slices() const {
  std::vector<Position> all;
  for (const auto& [id, held] : m_holdings) {
    for (Position& slice : slicesOf(id)) all.push_back(std::move(slice));
  }
  return all;
}

std::vector<Position> PositionLedger::slicesOf(InstrumentId instrument) const {
  std::vector<Position> all;
  const auto held = m_holdings.find(instrument);
  if (held == m_holdings.end()) return all;
  for (const auto& [key, book] : held->second.slices) {
    if (!book.flat()) all.push_back(book.position());
  }
  return all;
}

std::optional<Price> PositionLedger::markOf(InstrumentId instrument) const {
  const auto it = m_holdings.find(instrument);
  return it == m_holdings.end() ? std::nullopt : it->second.mark;
}

Money PositionLedger::unrealised(InstrumentId instrument) const {
  const auto it = m_holdings.find(instrument);
  if (it == m_holdings.end() || !it->second.mark) return Money::zero(m_instruments->get(instrument).settle);
  return it->second.account.unrealised(*it->second.mark);
}

PositionUpdate PositionLedger::update(InstrumentId instrument, PositionUpdate::Kind kind) const {
  PositionUpdate update;
  update.kind = kind;
  update.position = position(instrument);
  update.mark = markOf(instrument).value_or(Price());
  update.unrealised = unrealised(instrument);
  update.tripNet = Money::zero(m_instruments->get(instrument).settle);
  for (const Position& slice : slicesOf(instrument))
    update.slices.push_back({slice.owner, slice.strategy, slice.quantity, slice.averagePrice, slice.realised});
  return update;
}

AccountUpdate PositionLedger::account(std::string_view venue, Timestamp now) {
  const auto it = m_accounts.find(venue);
  BW_ASSERT(it != m_accounts.end());
  Account& account = it->second;
  const Money zero = Money::zero(account.start.currency());
  AccountUpdate update;
  update.venue = std::string(venue);
  update.unrealised = update.marginUsed = update.realised = update.fees = update.funding = zero;
  for (const auto& [id, held] : m_holdings) {
    const Instrument& instrument = m_instruments->get(id);
    if (instrument.venue != venue || instrument.settle != zero.currency()) continue;
    update.realised += held.account.realised();
    update.fees += held.account.fees();
    update.funding += held.account.funding();
    if (held.account.flat()) continue;
    update.marginUsed += held.account.margin();
    if (held.mark) update.unrealised += held.account.unrealised(*held.mark);
  }
  update.balance = account.start + update.realised - update.fees + update.funding;
  update.equity = update.balance + update.unrealised;
  update.available = update.equity - update.marginUsed;
  const std::int64_t day = utcDay(now);
  if (day > account.day) {
    account.dayStartEquity = account.day < 0 ? account.dayStartEquity : update.equity;
    account.highWater = account.day < 0 ? account.highWater : update.equity;
    account.day = day;
  }
  account.highWater = std::max(account.highWater, update.equity);
  update.dayPnl = update.equity - account.dayStartEquity;
  update.highWater = account.highWater;
  update.time = now;
  return update;
}

std::vector<Money> PositionLedger::otherFees() const {
  std::map<Currency, Money> sums;
  for (const auto& [id, held] : m_holdings) {
    for (const Money& fee : held.account.otherFees()) {
      const auto it = sums.try_emplace(fee.currency(), Money::zero(fee.currency())).first;
      it->second += fee;
    }
  }
  std::vector<Money> all;
  for (const auto& [currency, fee] : sums) all.push_back(fee);
  return all;
}

TripCounts PositionLedger::tripCounts(std::string_view strategy) const {
  const auto it = m_counts.find(strategy);
  return it == m_counts.end() ? TripCounts{} : it->second;
}

}  // namespace bw::ledger
