// SPDX-License-Identifier: GPL-3.0-or-later
// The cyclic part of AuditBooks: what is looked at every 100 ms and after every change.
#include <algorithm>

#include "core/agents/audit/audit_books.h"

namespace bw::agents {

namespace {

/// A passive violation becomes a stop when its figure has grown by this share since it began.
const Decimal kWorsens(105, 2);

}  // namespace

std::vector<Violation> AuditBooks::cycle(Timestamp now) {
  checkOrders(now);
  checkPositions(now);
  checkAccount();
  checkExposure();
  checkStreams(now);
  checkAgents();
  std::vector<Violation> fresh;
  fresh.swap(m_fresh);
  return fresh;
}

std::vector<AuditStatus::Check> AuditBooks::checks() const {
  std::vector<AuditStatus::Check> rows;
  for (std::size_t i = 0; i < kInvariantCount; ++i) {
    const State& state = m_states[i];
    rows.push_back({std::string(toString(static_cast<Invariant>(i))), !state.broken, state.text});
  }
  return rows;
}

void AuditBooks::settle(Invariant invariant, bool broken, bool stop, const std::string& text) {
  State& state = m_states[static_cast<std::size_t>(invariant)];
  const bool news = broken && (!state.broken || (stop && !state.stop));
  if (news) report(invariant, stop, text);
  state.broken = broken;
  state.stop = broken && (stop || state.stop);
  state.text = text;
  if (!broken) state.figure.reset();
}

void AuditBooks::settlePassive(Invariant invariant, bool broken, Decimal figure, const std::string& text) {
  State& state = m_states[static_cast<std::size_t>(invariant)];
  if (broken && !state.figure) state.figure = figure;
  const bool worse = broken && figure > multiply(*state.figure, kWorsens, 12, Rounding::Up);
  settle(invariant, broken, worse, text);
}

void AuditBooks::checkOrders(Timestamp now) {
  for (auto entry = m_unproven.begin(); entry != m_unproven.end();) {
    const auto book = m_orders.find(*entry);
    if (book != m_orders.end()) prove(book->second, now);
    entry = book == m_orders.end() || book->second.proven ? m_unproven.erase(entry) : std::next(entry);
  }
}

void AuditBooks::checkPositions(Timestamp now) {
  int open = 0;
  for (auto& [instrument, holding] : m_holdings) {
    if (!holding.stated.isZero()) ++open;
    if (holding.net == holding.stated) {
      holding.differsSince.reset();
      continue;
    }
    if (!holding.differsSince) holding.differsSince = now;
    if (now < *holding.differsSince + m_limits.settle) continue;
    raise(Invariant::FillsSumToPosition, nameOf(instrument) + ": fills sum to " + holding.net.toString() +
                                             ", the position is " + holding.stated.toString());
    holding.differsSince = now + Duration::seconds(60);  // said once a minute, not at every cycle
  }
  const std::string text = std::to_string(open) + " of " + std::to_string(m_limits.maxOpenPositions);
  settlePassive(Invariant::OpenPositions, open > m_limits.maxOpenPositions, Decimal::fromInteger(open), text);
}

void AuditBooks::checkAccount() {
  const std::string losses = std::to_string(m_losses) + " of " + std::to_string(m_limits.maxConsecutiveLosses);
  settle(Invariant::Losses, m_losses >= m_limits.maxConsecutiveLosses, true, losses);
  const bool credentials = m_limits.credentialsValid && !m_limits.keyCanWithdraw;
  settle(Invariant::Credentials, !credentials, true,
         !m_limits.credentialsValid ? "the credentials are not valid"
         : m_limits.keyCanWithdraw  ? "the key can withdraw"
                                    : "valid or not needed");
  checkDrawdown();
  Decimal lacking;
  std::string text = "not negative";
  for (const auto& [venue, account] : m_accounts) {
    if (account.available.sign() >= 0) continue;
    lacking = lacking + account.available.abs().amount();
    text = account.available.amount().toFixed(2) + " " + std::string(account.available.currency().code()) +
           " free at " + venue;
  }
  settlePassive(Invariant::FreeMargin, !lacking.isZero(), lacking, text);
}

void AuditBooks::checkDrawdown() {
  if (m_purses.empty()) return;
  Ratio worst;
  for (const auto& [currency, purse] : m_purses) {
    if (purse.highWater.sign() <= 0) continue;
    worst = std::max(worst, ratioOf(purse.highWater - purse.equity, purse.highWater, Rounding::Up));
  }
  settle(Invariant::Drawdown, worst >= m_limits.maxDailyDrawdown, true,
         worst.asPercent().toFixed(3) + " % of " + m_limits.maxDailyDrawdown.asPercent().toString() + " %");
}

void AuditBooks::checkExposure() {
  if (m_purses.empty()) return;
  Ratio worst;
  for (const auto& [currency, purse] : m_purses) {
    Money sum = Money::zero(currency);
    for (const auto& [instrument, holding] : m_holdings) {
      if (holding.stated.isZero() || holding.mark.isZero()) continue;
      const Money value = m_instruments->get(instrument).notional(holding.mark, holding.stated.abs());
      if (value.currency() == currency) sum += value.abs();
    }
    if (purse.equity.sign() > 0) worst = std::max(worst, ratioOf(sum, purse.equity, Rounding::Up));
  }
  settlePassive(Invariant::Exposure, worst > m_limits.maxExposure, worst.decimal(),
                worst.asPercent().toFixed(2) + " % of " + m_limits.maxExposure.asPercent().toString() + " %");
}

void AuditBooks::checkStreams(Timestamp now) {
  std::set<InstrumentId> needed;
  for (const auto& [instrument, holding] : m_holdings) {
    if (!holding.stated.isZero()) needed.insert(instrument);
  }
  for (const auto& [id, instrument] : m_live) needed.insert(instrument);
  std::string silent;
  for (auto& [instrument, holding] : m_holdings) {
    if (needed.count(instrument) == 0) {
      holding.neededSince.reset();
      continue;
    }
    if (!holding.neededSince) holding.neededSince = now;
    if (feedEnded(m_instruments->get(instrument).venue)) continue;
    const Timestamp heard = std::max(*holding.neededSince, holding.lastData.value_or(Timestamp{}));
    if (now - heard >= m_limits.streamSilence) {
      silent = nameOf(instrument) + " silent for " + std::to_string((now - heard).ns / 1'000'000'000) + " s";
    }
  }
  settle(Invariant::Streams, !silent.empty(), true, silent);
}

void AuditBooks::checkAgents() {
  std::string silent;
  for (const auto& [name, health] : m_agents) {
    const bool expected = health.state == AgentHealth::State::Running || health.state == AgentHealth::State::Degraded;
    if (!expected || health.heartbeatAge <= m_limits.heartbeatAge) continue;
    silent = name + " not heard from for " + std::to_string(health.heartbeatAge.toMillis()) + " ms";
  }
  settle(Invariant::Heartbeats, !silent.empty(), false, silent);
}

}  // namespace bw::agents
