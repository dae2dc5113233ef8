// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconcile/inbox.h"

#include <algorithm>
#include <charconv>

namespace bw::reconcile {
namespace {

using State = ReconciliationItem::State;

std::uint64_t numberOf(const std::string& id) {
  std::uint64_t number = 0;
  if (id.rfind("R-", 0) == 0) std::from_chars(id.data() + 2, id.data() + id.size(), number);
  return number;
}

}  // namespace

Subject subjectOf(const Finding& finding) {
  return {finding.kind, finding.venue, finding.instrument, finding.order};
}

Subject subjectOf(const ReconciliationItem& item) {
  return {item.kind, item.venue, item.instrument, item.order};
}

void Inbox::restore(const ReconciliationItem& item) {
  m_last = std::max(m_last, numberOf(item.id));
  if (item.state == State::Settled) {
    m_items.erase(subjectOf(item));
    return;
  }
  Entry& entry = m_items[subjectOf(item)];
  entry.item = item;
  entry.locks = item.locked;
  entry.escalates = item.escalatesAt != Timestamp::never();
}

void Inbox::restart(Timestamp now) {
  for (auto& [subject, entry] : m_items) {
    if (entry.item.state == State::Open && entry.escalates) entry.item.escalatesAt = now + m_settings.escalateAfter;
    entry.afresh = entry.item.answer == ReconciliationAction::Adopt || entry.item.answer == ReconciliationAction::Close;
  }
}

void Inbox::open(Entry& entry, const Finding& finding, Timestamp now) {
  ReconciliationItem& item = entry.item;
  item.kind = finding.kind;
  item.venue = finding.venue;
  item.instrument = finding.instrument;
  item.order = finding.order;
  item.state = State::Open;
  item.actions = finding.actions;
  item.answer.reset();
  entry.afresh = false;
  item.answeredBy.clear();
  item.locked = entry.locks = finding.locks;
  entry.escalates = finding.escalates;
  item.escalatesAt = finding.escalates ? now + finding.escalateAfter : Timestamp::never();
}

std::optional<ReconciliationItem> Inbox::report(const Finding& finding, Timestamp now) {
  const Subject subject = subjectOf(finding);
  const auto found = m_items.find(subject);
  if (found == m_items.end() && m_items.size() >= m_settings.capacity) {
    m_overflowed.insert(finding.venue);
    return std::nullopt;
  }
  Entry& entry = found != m_items.end() ? found->second : m_items[subject];
  ReconciliationItem& item = entry.item;
  const bool isNew = item.id.empty();
  const bool other = entry.afresh || item.ours != finding.ours || item.theirs != finding.theirs;
  if (isNew) {
    item.id = "R-" + std::to_string(++m_last);
    item.seenAt = now;
    open(entry, finding, now);
  } else if (item.state == State::Answered) {
    // A close takes a while, and a pause holds whatever the figures do.
    const bool closing =
        item.answer == ReconciliationAction::Close && !entry.afresh && now - item.updatedAt < m_settings.escalateAfter;
    const bool stuck = item.answer == ReconciliationAction::Close && !closing;
    const bool paused = item.answer == ReconciliationAction::Pause;
    if (closing || (paused && !other) || (!other && !stuck)) return std::nullopt;
    if (!paused) open(entry, finding, now);
  } else if (!other && item.title == finding.title) {
    return std::nullopt;
  }
  item.title = finding.title;
  item.text = finding.text;
  item.ours = finding.ours;
  item.theirs = finding.theirs;
  item.updatedAt = now;
  return item;
}

std::optional<ReconciliationItem> Inbox::settle(const Subject& subject, Timestamp now) {
  const auto found = m_items.find(subject);
  if (found == m_items.end()) return std::nullopt;
  ReconciliationItem& item = found->second.item;
  if (item.answer == ReconciliationAction::Pause) return std::nullopt;
  ReconciliationItem gone = item;
  gone.state = State::Settled;
  gone.locked = false;
  gone.escalatesAt = Timestamp::never();
  gone.updatedAt = now;
  m_items.erase(found);
  m_overflowed.clear();  // there is room again
  return gone;
}

std::vector<ReconciliationItem> Inbox::settleOthers(const std::set<ReconciliationKind>& kinds, std::string_view venue,
                                                    const std::set<Subject>& still, Timestamp now) {
  std::vector<Subject> gone;
  for (const auto& [subject, entry] : m_items) {
    if (entry.item.venue == venue && kinds.count(entry.item.kind) != 0 && still.count(subject) == 0)
      gone.push_back(subject);
  }
  std::vector<ReconciliationItem> changed;
  for (const Subject& subject : gone) {
    if (auto item = settle(subject, now)) changed.push_back(std::move(*item));
  }
  return changed;
}

Result<ReconciliationItem> Inbox::answer(const ReconciliationAnswer& answer, Timestamp now) {
  const auto found = std::find_if(m_items.begin(), m_items.end(),
                                  [&](const auto& entry) { return entry.second.item.id == answer.id; });
  if (found == m_items.end()) {
    return finalError("reconcile.unknown",
                      "there is no item " + answer.id + " in the reconciliation inbox; it may have settled by itself");
  }
  Entry& entry = found->second;
  ReconciliationItem& item = entry.item;
  if (std::find(item.actions.begin(), item.actions.end(), answer.action) == item.actions.end()) {
    std::string offered;
    for (const ReconciliationAction action : item.actions)
      offered += (offered.empty() ? "" : ", ") + std::string(toString(action));
    return finalError("reconcile.action",
                      std::string(toString(answer.action)) + " is no answer to " + item.id + "; it takes " + offered);
  }
  item.state = State::Answered;
  item.answer = answer.action;
  item.answeredBy = answer.by;
  item.locked =
      answer.action == ReconciliationAction::Pause || (answer.action == ReconciliationAction::Close && entry.locks);
  item.escalatesAt = Timestamp::never();
  item.updatedAt = now;
  return item;
}

std::vector<ReconciliationItem> Inbox::due(Timestamp now) {
  std::vector<ReconciliationItem> late;
  for (auto& [subject, entry] : m_items) {
    if (entry.item.state != State::Open || entry.item.escalatesAt > now) continue;
    entry.item.escalatesAt = Timestamp::never();
    entry.item.updatedAt = now;
    late.push_back(entry.item);
  }
  return late;
}

std::string Inbox::lockReason(InstrumentId instrument, std::string_view venue) const {
  if (overflowed(venue)) return "the reconciliation inbox is full";
  for (const auto& [subject, entry] : m_items) {
    const ReconciliationItem& item = entry.item;
    if (!item.locked || item.venue != venue) continue;
    if (!item.instrument || *item.instrument == instrument) return item.id + ": " + item.title;
  }
  return {};
}

bool Inbox::locked(InstrumentId instrument, std::string_view venue) const {
  if (overflowed(venue)) return true;
  return std::any_of(m_items.begin(), m_items.end(), [&](const auto& entry) {
    const ReconciliationItem& item = entry.second.item;
    return item.locked && item.venue == venue && (!item.instrument || *item.instrument == instrument);
  });
}

const ReconciliationItem* Inbox::find(const Subject& subject) const {
  const auto found = m_items.find(subject);
  return found == m_items.end() ? nullptr : &found->second.item;
}

const ReconciliationItem* Inbox::find(std::string_view id) const {
  for (const auto& [subject, entry] : m_items) {
    if (entry.item.id == id) return &entry.item;
  }
  return nullptr;
}

std::vector<ReconciliationItem> Inbox::items() const {
  std::vector<ReconciliationItem> all;
  all.reserve(m_items.size());
  for (const auto& [subject, entry] : m_items) all.push_back(entry.item);
  std::sort(all.begin(), all.end(),
            [](const ReconciliationItem& a, const ReconciliationItem& b) { return numberOf(a.id) < numberOf(b.id); });
  return all;
}

bool Inbox::anyOpen() const {
  return std::any_of(m_items.begin(), m_items.end(),
                     [](const auto& entry) { return entry.second.item.state == State::Open; });
}

}  // namespace bw::reconcile
