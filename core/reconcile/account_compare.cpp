// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconcile/account_compare.h"

#include <algorithm>

#include "core/base/mutant.h"

namespace bw::reconcile {
namespace {

using Answer = ReconciliationAction;

std::string orderText(const Order& order, const Instrument& instrument) {
  std::string text = std::string(toString(order.side)) + " " + order.quantity.toString() + " " + instrument.symbol;
  if (order.limitPrice) text += " at " + order.limitPrice->toString();
  if (order.triggerPrice) text += " triggered at " + order.triggerPrice->toString();
  return text;
}

Finding orderFinding(ReconciliationKind kind, const Order& order, const AccountSnapshot& snapshot) {
  Finding finding;
  finding.kind = kind;
  finding.venue = snapshot.venue;
  finding.instrument = order.instrument;
  finding.order = order.clientId;
  return finding;
}

}  // namespace

const std::set<ReconciliationKind>& lastingKinds() {
  static const std::set<ReconciliationKind> kKinds = {
      ReconciliationKind::Position,     ReconciliationKind::Balance,          ReconciliationKind::ForeignOrder,
      ReconciliationKind::OrderEnded,   ReconciliationKind::DuplicateSuspect, ReconciliationKind::Leverage,
      ReconciliationKind::MissingFills,
  };
  return kKinds;
}

AccountComparer::AccountComparer(Instruments instruments, Settings settings)
    : m_instruments(std::move(instruments)), m_settings(settings) {
  BW_ASSERT(m_instruments != nullptr);
}

bool AccountComparer::confirm(Finding finding, bool atOnce, Timestamp now, Comparison& out) {
  const Subject subject = subjectOf(finding);
  const std::string figures = finding.ours + "|" + finding.theirs;
  const auto [found, isNew] = m_suspects.try_emplace(subject, Suspect{now, now, figures});
  Suspect& suspect = found->second;
  if (suspect.figures != figures) {
    suspect.figures = figures;
    suspect.changed = now;
  }
  out.still.insert(subject);
  const bool confirmed =
      now - suspect.changed >= m_settings.confirmAfter || now - suspect.since >= m_settings.confirmAtLatest;
  if (!atOnce && (isNew || !confirmed)) {
    out.suspicious = true;
    return false;
  }
  out.findings.push_back(std::move(finding));
  return true;
}

Comparison AccountComparer::compare(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now) {
  Comparison out;
  compareOrders(snapshot, ours, now, out);
  comparePositions(snapshot, ours, now, out);
  compareBalance(snapshot, ours, now, out);
  for (auto it = m_suspects.begin(); it != m_suspects.end();) {
    const bool gone = std::get<1>(it->first) == snapshot.venue && out.still.count(it->first) == 0;
    it = gone ? m_suspects.erase(it) : std::next(it);
  }
  return out;
}

void AccountComparer::compareListed(const Order& listed, const AccountSnapshot& snapshot, const OurView& ours,
                                    Timestamp now, Comparison& out) {
  const Instrument& instrument = m_instruments->get(listed.instrument);
  const Order* own = ours.find(listed.clientId);
  if (own == nullptr) {
    if (isStopClose(listed.clientId)) return;
    const bool forgotten = ours.mayBeForgotten(listed.clientId);
    if (hasOurPrefix(listed.clientId) && !forgotten) {
      Finding finding = orderFinding(ReconciliationKind::DuplicateSuspect, listed, snapshot);
      finding.title =
          instrument.symbol + ": an order under our name that we never sent, " + orderText(listed, instrument);
      finding.text =
          "The venue lists an order whose id only this program makes, but the journal does not know it. A second copy "
          "of "
          "the program may be trading this account. Close cancels the order; pause keeps the instrument locked.";
      finding.theirs = toString(listed.clientId);
      finding.actions = {Answer::Close, Answer::Pause, Answer::Ignore};
      out.still.insert(subjectOf(finding));
      out.strangers.push_back(listed);
      out.findings.push_back(std::move(finding));
      return;
    }
    if (forgotten) {
      out.zombies.push_back(listed);
      return;
    }
    Finding finding = orderFinding(ReconciliationKind::ForeignOrder, listed, snapshot);
    finding.title = instrument.symbol + ": an order that is not ours, " + orderText(listed, instrument);
    finding.text =
        "Somebody else placed it on this account. It is counted against the limits as external. Adopt and ignore leave "
        "it and unlock the instrument, close cancels it, pause keeps the instrument locked.";
    finding.theirs = toString(listed.clientId);
    finding.actions = {Answer::Adopt, Answer::Ignore, Answer::Close, Answer::Pause};
    out.still.insert(subjectOf(finding));
    out.foreign.push_back(listed);
    out.findings.push_back(std::move(finding));
    return;
  }
  if (own->owner == Owner::External && !isTerminal(own->state))
    out.still.insert({ReconciliationKind::ForeignOrder, snapshot.venue, listed.instrument, listed.clientId});
  if (isTerminal(own->state)) {
    // Ended since the snapshot was made, or the snapshot lies; a second one tells.
    if (snapshot.venueTime <= own->updatedAt + m_settings.staleGrace) return;
    Finding finding = orderFinding(ReconciliationKind::OrderEnded, listed, snapshot);
    finding.title =
        instrument.symbol + ": an order that ended here rests at the venue, " + orderText(listed, instrument);
    finding.text = "It is cancelled again until the venue no longer lists it. Pause keeps the instrument locked.";
    finding.ours = toString(own->state);
    finding.theirs = "open";
    finding.actions = {Answer::Close, Answer::Pause, Answer::Ignore};
    finding.escalates = true;
    if (confirm(std::move(finding), false, now, out)) out.zombies.push_back(listed);
    return;
  }
  if (own->state == OrderState::Pending || own->state == OrderState::Unknown) out.listed.push_back(listed);
  if (listed.filled > own->filled && snapshot.venueTime > own->updatedAt + m_settings.staleGrace) {
    Finding finding = orderFinding(ReconciliationKind::MissingFills, listed, snapshot);
    finding.title = instrument.symbol + ": the venue says that " + listed.filled.toString() +
                    " has filled, we know of " + own->filled.toString();
    finding.text = "The fills themselves have not been told. They are asked for; the position may be wrong until then.";
    finding.ours = own->filled.toString();
    finding.theirs = listed.filled.toString();
    finding.actions = {Answer::Ignore, Answer::Close, Answer::Pause};
    finding.escalates = true;
    confirm(std::move(finding), false, now, out);
  }
}

void AccountComparer::compareOrders(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now,
                                    Comparison& out) {
  std::set<ClientOrderId> listed;
  for (const Order& order : snapshot.openOrders) {
    listed.insert(order.clientId);
    compareListed(order, snapshot, ours, now, out);
  }
  std::set<ClientOrderId> live;
  for (const Order& order : ours.live) {
    live.insert(order.clientId);
    if (m_instruments->get(order.instrument).venue != snapshot.venue) continue;
    if (listed.count(order.clientId) != 0) {
      m_absent.erase(order.clientId);
      continue;
    }
    if (order.state == OrderState::Pending || order.state == OrderState::Unknown) {
      m_absent.erase(order.clientId);
      out.ask.push_back(order.clientId);
      continue;
    }
    if (snapshot.venueTime <= order.updatedAt + m_settings.staleGrace) continue;
    // One list may lag or lie: it takes two, both newer than all we know.
    const auto [absent, isNew] = m_absent.try_emplace(order.clientId, snapshot.venueTime);
    if ((isNew || absent->second <= order.updatedAt + m_settings.staleGrace) && !BW_MUTANT(31)) {
      absent->second = snapshot.venueTime;
      out.suspicious = true;
    } else if (snapshot.venueTime > absent->second) {
      m_absent.erase(absent);
      out.doubtful.push_back(order.clientId);
    }
  }
  for (auto it = m_absent.begin(); it != m_absent.end();)
    it = live.count(it->first) == 0 ? m_absent.erase(it) : std::next(it);
}

void AccountComparer::comparePosition(const Instrument& instrument, const Position& theirs,
                                      const AccountSnapshot& snapshot, const OurView& ours, Timestamp now,
                                      Comparison& out) {
  const Position own = ours.position(instrument.id);
  Finding finding;
  finding.venue = snapshot.venue;
  finding.instrument = instrument.id;
  if (own.quantity == theirs.quantity || BW_MUTANT(32)) {
    const bool geared =
        !theirs.quantity.isZero() && theirs.leverage != own.leverage && theirs.leverage > Decimal::fromInteger(1);
    if (!geared) return;
    finding.kind = ReconciliationKind::Leverage;
    finding.title = instrument.symbol + ": the venue applies leverage " + theirs.leverage.toString() + ", we count " +
                    own.leverage.toString();
    finding.text = "Somebody changed it outside. Adopt counts the venue's; pause keeps the instrument locked.";
    finding.ours = own.leverage.toString();
    finding.theirs = theirs.leverage.toString();
    finding.actions = {Answer::Adopt, Answer::Ignore, Answer::Pause};
    confirm(std::move(finding), false, now, out);
    return;
  }
  if (ours.first && !ours.hasHistory && own.quantity.isZero()) {
    out.earlier.push_back(theirs);
    return;
  }
  finding.kind = ReconciliationKind::Position;
  finding.title =
      instrument.symbol + ": the venue holds " + theirs.quantity.toString() + ", we count " + own.quantity.toString();
  finding.text =
      "Fills that we know do not add up to what the venue holds. Adopt counts the difference as external, close adopts "
      "it and leaves it at market, ignore lifts the lock until the figures change, pause keeps the instrument locked.";
  finding.ours = own.quantity.toString();
  finding.theirs = theirs.quantity.toString();
  finding.actions = {Answer::Adopt, Answer::Ignore, Answer::Close, Answer::Pause};
  finding.escalates = true;
  // Right after a start nothing is on its way to us that the answer does not hold.
  confirm(std::move(finding), ours.first, now, out);
}

void AccountComparer::comparePositions(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now,
                                       Comparison& out) {
  std::map<InstrumentId, Position> theirs;
  for (const Position& position : snapshot.positions) theirs[position.instrument] = position;
  for (const Instrument& instrument : *m_instruments) {
    if (instrument.venue != snapshot.venue) continue;
    const auto found = theirs.find(instrument.id);
    Position flat;
    flat.instrument = instrument.id;
    comparePosition(instrument, found == theirs.end() ? flat : found->second, snapshot, ours, now, out);
  }
}

void AccountComparer::compareBalance(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now,
                                     Comparison& out) {
  if (!ours.balance || snapshot.balances.empty()) return;
  // Cash follows positions: as long as those differ, cash must.
  for (const Subject& subject : out.still) {
    const auto kind = std::get<0>(subject);
    if (kind != ReconciliationKind::Position && kind != ReconciliationKind::MissingFills) continue;
    const Subject balance{ReconciliationKind::Balance, snapshot.venue, std::nullopt, {}};
    if (m_suspects.count(balance) != 0) out.still.insert(balance);
    return;
  }
  const auto theirs = std::find_if(snapshot.balances.begin(), snapshot.balances.end(), [&](const Balance& balance) {
    return balance.currency == ours.balance->currency();
  });
  if (theirs == snapshot.balances.end()) return;
  const Money difference = theirs->total - *ours.balance;
  if (difference.abs().amount() <= m_settings.balanceTolerance) return;
  Finding finding;
  finding.kind = ReconciliationKind::Balance;
  finding.venue = snapshot.venue;
  finding.title = snapshot.venue + ": the balance is " + theirs->total.toString() + " " +
                  std::string(theirs->currency.code()) + ", fills, fees, funding and transfers make " +
                  ours.balance->toString();
  finding.text = "The difference of " + difference.toString() +
                 " is not explained. Adopt books it as a transfer, which is no profit or loss; ignore leaves it; pause "
                 "keeps the venue locked.";
  finding.ours = ours.balance->toString();
  finding.theirs = theirs->total.toString();
  finding.actions = {Answer::Adopt, Answer::Ignore, Answer::Pause};
  finding.locks = false;
  confirm(std::move(finding), false, now, out);
}

}  // namespace bw::reconcile
