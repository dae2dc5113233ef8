// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/domain/account.h"
#include "core/domain/instrument.h"
#include "core/reconcile/inbox.h"

namespace bw::reconcile {

/// What we believe, at the moment an account answer is compared with it.
struct OurView {
  std::function<const Order*(ClientOrderId)> find;  ///< null: not known
  std::function<bool(ClientOrderId)> mayBeForgotten;
  std::vector<Order> live;  ///< of all venues
  std::function<Position(InstrumentId)> position;
  std::optional<Money> balance;  ///< cash as fills, fees, funding and transfers make it; none: not compared
  bool first = false;            ///< the first answer of this venue since start
  bool hasHistory = true;        ///< the journal knows this account
};

/// What follows from an account answer. Everything is a proposal to the caller; nothing is changed here.
struct Comparison {
  std::vector<Finding> findings;        ///< for the inbox
  std::set<Subject> still;              ///< of the lasting kinds: differences that are there or under suspicion
  std::vector<Order> foreign;           ///< to be adopted as external
  std::vector<Order> listed;            ///< PENDING or UNKNOWN here: proof that they rest at the venue
  std::vector<ClientOrderId> doubtful;  ///< live here, absent from two answers newer than anything we know: UNKNOWN
  std::vector<ClientOrderId> ask;       ///< PENDING or UNKNOWN, and not listed: to be asked for
  std::vector<Order> zombies;           ///< ended here, rest at the venue: to be cancelled
  std::vector<Order> strangers;         ///< under our prefix, unknown to the journal
  std::vector<Position> earlier;        ///< positions from before our time, to be adopted
  bool suspicious = false;              ///< a second look is wanted soon
};

/// Kinds whose items settle when compare() no longer names them.
const std::set<ReconciliationKind>& lastingKinds();

/// Compares a venue's account with ours (SPEC §7.5, RELIABILITY OR07–OR09, AC01, AC05–AC12). A difference counts at the
/// second look only, since a fill or an answer may be on its way; a snapshot proves nothing about what happened after
/// it. Pure. Thread: owner only.
class AccountComparer {
 public:
  struct Settings {
    Duration staleGrace = Duration::millis(500);      ///< an answer this much newer than an order's last event counts
    Duration confirmAfter = Duration::seconds(1);     ///< between the first look and the one that counts
    Duration confirmAtLatest = Duration::seconds(5);  ///< a difference that keeps changing counts then
    Decimal balanceTolerance{1, 5};                   ///< roundings of partial closes, in units of the currency
  };
  AccountComparer(Instruments instruments, Settings settings);
  Comparison compare(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now);

 private:
  struct Suspect {
    Timestamp since;    ///< of the first look
    Timestamp changed;  ///< figures as they are now
    std::string figures;
  };
  using Key = std::pair<Subject, bool>;

  void compareOrders(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now, Comparison& out);
  void compareListed(const Order& listed, const AccountSnapshot& snapshot, const OurView& ours, Timestamp now,
                     Comparison& out);
  void comparePositions(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now, Comparison& out);
  void comparePosition(const Instrument& instrument, const Position& theirs, const AccountSnapshot& snapshot,
                       const OurView& ours, Timestamp now, Comparison& out);
  void compareBalance(const AccountSnapshot& snapshot, const OurView& ours, Timestamp now, Comparison& out);
  /// Takes the finding up if it is confirmed, else looks again soon.
  bool confirm(Finding finding, bool atOnce, Timestamp now, Comparison& out);

  const Instruments m_instruments;
  const Settings m_settings;
  std::map<Subject, Suspect> m_suspects;
  std::map<ClientOrderId, Timestamp> m_absent;  ///< venue time of the first answer that did not list a live order
};

}  // namespace bw::reconcile
