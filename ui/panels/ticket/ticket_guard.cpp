// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ticket/ticket_guard.h"

#include <QCoreApplication>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"

namespace bw::ui {

namespace {

constexpr std::size_t kFewest = 3;
constexpr std::size_t kMost = 20;

QString say(const char* text) {
  return QCoreApplication::translate("bw::ui::TicketGuard", text);
}

Decimal times(const Quantity& quantity, std::int64_t factor) {
  return quantity.decimal() * Decimal::fromInteger(factor);
}

/// `part` of `whole` in the given unit (100: percent, 10'000: basis points); absent for a whole of 0.
std::optional<Decimal> shareOf(const Decimal& part, const Decimal& whole, std::int64_t unit) {
  if (whole.sign() <= 0) return std::nullopt;
  return divide(part * Decimal::fromInteger(unit), whole, 2, Rounding::HalfEven);
}

bool takesLiquidity(const OrderIntent& intent) {
  return intent.type == OrderType::Market || intent.tif != TimeInForce::Gtc;
}

}  // namespace

std::optional<Quantity> usualQuantity(const std::vector<const Order*>& newestFirst) {
  std::vector<Quantity> sizes;
  for (const Order* order : newestFirst) {
    if (order->owner != Owner::Manual || order->role != OrderRole::Entry) continue;
    sizes.push_back(order->quantity);
    if (sizes.size() == kMost) break;
  }
  if (sizes.size() < kFewest) return std::nullopt;
  std::sort(sizes.begin(), sizes.end());
  return sizes[sizes.size() / 2];
}

void TicketGuard::edited(const std::optional<Price>& mid) {
  ++m_token;
  m_quote = mid;
  m_sentAt.reset();
  m_askedUntil.reset();
}

QString TicketGuard::refusal(const OrderIntent& intent, const Instrument& instrument, const GuardFacts& facts) {
  if (intent.reduceOnly) return {};
  if (facts.usual && intent.quantity.decimal() >= times(*facts.usual, kPreposterous))
    return say("%1 is %2 times your usual %3 or more: send a smaller order first")
        .arg(sizeIn(instrument, intent.quantity))
        .arg(kPreposterous)
        .arg(sizeIn(instrument, *facts.usual));
  if (takesLiquidity(intent) && facts.depth && intent.quantity.decimal() > facts.depth->decimal())
    return say("More than the whole visible book (%1) would be taken").arg(sizeIn(instrument, *facts.depth));
  return {};
}

std::vector<TicketGuard::Doubt> TicketGuard::doubts(const OrderIntent& intent, const Instrument& instrument,
                                                    const GuardFacts& facts) const {
  std::vector<Doubt> found;
  const Decimal size = intent.quantity.decimal();
  if (!intent.reduceOnly && facts.usual && size >= times(*facts.usual, kUnusual)) {
    const auto factor = divide(size, facts.usual->decimal(), 0, Rounding::Down);
    found.push_back({say("%1 times your usual %2").arg(textOf(factor.toString()), sizeIn(instrument, *facts.usual))});
  }
  if (takesLiquidity(intent) && facts.depth) {
    const auto share = shareOf(size, facts.depth->decimal(), 100);
    if (share && *share >= Decimal::fromInteger(kDepthPercent))
      found.push_back({say("takes %1 % of the visible book").arg(textOf(share->toFixed(0)))});
  }
  if (facts.touch && intent.limitPrice) {
    const bool buy = intent.side == Side::Buy;
    const Price through = buy ? *intent.limitPrice - *facts.touch : *facts.touch - *intent.limitPrice;
    const auto bps = shareOf(through.decimal(), facts.touch->decimal(), 10'000);
    if (bps && *bps > Decimal::fromInteger(kThroughBps))
      found.push_back(
          {say("%1 % through the touch").arg(textOf(divide(*bps, Decimal(100, 0), 2, Rounding::Down).toFixed(2))),
           kConfirmPrice});
  }
  if (m_quote && facts.mid) {
    const auto moved = shareOf((*facts.mid - *m_quote).abs().decimal(), m_quote->decimal(), 10'000);
    if (moved && *moved > Decimal::fromInteger(kMovedBps))
      found.push_back({say("the price has moved from %1 to %2 since you filled this in")
                           .arg(priceIn(instrument, *m_quote), priceIn(instrument, *facts.mid))});
  }
  return found;
}

GuardVerdict TicketGuard::press(const OrderIntent& intent, const Instrument& instrument, const GuardFacts& facts,
                                MonoTime now) {
  using Kind = GuardVerdict::Kind;
  if (spent(now)) return {Kind::Repeat, say("Sent once already; this press did nothing")};
  const auto found = doubts(intent, instrument, facts);
  bool stillTheSame =
      asking(now) && m_askedToken == m_token && m_askedSession == facts.session && m_askedDoubts == found.size();
  if (stillTheSame && m_askedMid && facts.mid) {
    const auto moved = shareOf((*facts.mid - *m_askedMid).abs().decimal(), m_askedMid->decimal(), 10'000);
    stillTheSame = !moved || *moved <= Decimal::fromInteger(kMovedBps);
  }
  m_askedUntil.reset();
  if (!found.empty() && !stillTheSame) {
    Duration open = kConfirm;
    QStringList words;
    for (const Doubt& doubt : found) {
      open = std::min(open, doubt.open);
      words << doubt.text;
    }
    m_askedUntil = now + open;
    m_askedToken = m_token;
    m_askedSession = facts.session;
    m_askedMid = facts.mid;
    m_askedDoubts = found.size();
    return {Kind::Confirm, say("%1 — press again within %2 s to send")
                               .arg(words.join(QStringLiteral(" · ")))
                               .arg(open.ns / 1'000'000'000)};
  }
  ++m_token;
  m_sentAt = now;
  m_quote = facts.mid;
  return {};
}

}  // namespace bw::ui
