// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/result.h"
#include "core/domain/messages/reconciliation.h"

namespace bw::reconcile {

/// One difference between the venue's account and ours, as somebody found it.
struct Finding {
  ReconciliationKind kind = ReconciliationKind::Position;
  std::string venue;
  std::optional<InstrumentId> instrument;
  ClientOrderId order;
  std::string title;
  std::string text;
  std::string ours;
  std::string theirs;
  std::vector<ReconciliationAction> actions;
  bool locks = true;       ///< no new risk on the instrument (none: the venue) until it is answered
  bool escalates = false;  ///< unanswered for `escalateAfter`: due() names it
  Duration escalateAfter = Duration::seconds(30);
};

/// What a finding is about: there is one item for each.
using Subject = std::tuple<ReconciliationKind, std::string, std::optional<InstrumentId>, ClientOrderId>;
Subject subjectOf(const Finding& finding);
Subject subjectOf(const ReconciliationItem& item);

/// The reconciliation inbox: keeps every difference until it is gone or a person has answered it, says which
/// instruments take no new risk meanwhile, and which differences have waited too long. Pure: the caller publishes and
/// journals each item that comes back. Bounded by Settings::capacity. Thread: owner only.
class Inbox {
 public:
  struct Settings {
    Duration escalateAfter = Duration::seconds(30);  ///< after a restart, and for a close that does not end it
    std::size_t capacity = 500;                      ///< items; while it is full, whatever comes beyond locks its venue
  };
  explicit Inbox(Settings settings) : m_settings(settings) {}

  /// Takes over the last journalled form of an item. Oldest first; before anything else.
  void restore(const ReconciliationItem& item);
  /// After restore(): what was open waits anew, and what was to be adopted or closed is asked again if it is still
  /// there.
  void restart(Timestamp now);

  /// A difference is there. Returns the item if it is new, changed, or open again because an answered difference is
  /// now another one.
  std::optional<ReconciliationItem> report(const Finding& finding, Timestamp now);
  /// The difference is gone. A paused one stays until it is answered otherwise.
  std::optional<ReconciliationItem> settle(const Subject& subject, Timestamp now);
  /// Settles what is of one of `kinds` and of `venue` and is not among `still`.
  std::vector<ReconciliationItem> settleOthers(const std::set<ReconciliationKind>& kinds, std::string_view venue,
                                               const std::set<Subject>& still, Timestamp now);
  /// A person's answer. Errors "reconcile.unknown" (no such item, or gone), "reconcile.action" (not offered).
  Result<ReconciliationItem> answer(const ReconciliationAnswer& answer, Timestamp now);
  /// Open items that have waited too long, each once.
  std::vector<ReconciliationItem> due(Timestamp now);

  /// True while the instrument, or all of its venue, takes no new risk.
  bool locked(InstrumentId instrument, std::string_view venue) const;
  /// Why: the title of the first such item; empty if not locked.
  std::string lockReason(InstrumentId instrument, std::string_view venue) const;
  const ReconciliationItem* find(const Subject& subject) const;
  const ReconciliationItem* find(std::string_view id) const;
  /// All there are, oldest first.
  std::vector<ReconciliationItem> items() const;
  /// Some difference waits for a person.
  bool anyOpen() const;
  std::size_t size() const { return m_items.size(); }
  /// A difference of that venue found no room since the inbox was last below its capacity.
  bool overflowed(std::string_view venue) const { return m_overflowed.find(venue) != m_overflowed.end(); }

 private:
  struct Entry {
    ReconciliationItem item;
    bool locks = false;
    bool escalates = false;
    bool afresh = false;  // an answer that may not have been carried out: the difference counts as another one
  };
  void open(Entry& entry, const Finding& finding, Timestamp now);

  const Settings m_settings;
  std::map<Subject, Entry> m_items;
  std::uint64_t m_last = 0;
  std::set<std::string, std::less<>> m_overflowed;
};

}  // namespace bw::reconcile
