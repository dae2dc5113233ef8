// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inbox/inbox_text.h"

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/inbox/inbox_panel.h"

namespace bw::ui {

namespace {

using Kind = ReconciliationKind;
using Action = ReconciliationAction;

QString adoptText(const ReconciliationItem& item, const QString& subject) {
  const QString theirs = textOf(item.theirs);
  switch (item.kind) {
    case Kind::Position:
      return InboxPanel::tr("Books the difference as an external fill; from then on we count %1. No order is sent.")
          .arg(theirs);
    case Kind::Balance:
      return InboxPanel::tr("Books the difference as a transfer, neither profit nor loss. No order is sent.");
    case Kind::ForeignOrder:
    case Kind::DuplicateSuspect:
      return InboxPanel::tr("The order stays at the venue and counts as external against every limit.");
    case Kind::ForeignFill:
      return InboxPanel::tr("Books it as an external fill of this account. No order is sent.");
    case Kind::OrderEnded:
      return InboxPanel::tr("Takes the order back as open and watches it again. No order is sent.");
    case Kind::MissingFills:
      return InboxPanel::tr("Books the missing quantity as the venue states it. No order is sent.");
    case Kind::UnknownOrder:
      return InboxPanel::tr("Takes the venue's word for the order. No order is sent.");
    case Kind::Leverage:
      return InboxPanel::tr("Counts %1 with the venue's leverage, %2.").arg(subject, theirs);
    case Kind::Liquidation:
      return InboxPanel::tr("Books what the venue did. No order is sent.");
  }
  return {};
}

QString closeText(const ReconciliationItem& item, const QString& subject, const QString& mode) {
  switch (item.kind) {
    case Kind::ForeignOrder:
    case Kind::DuplicateSuspect:
    case Kind::OrderEnded:
    case Kind::UnknownOrder:
      return InboxPanel::tr("Cancels the order at %1 — %2. It can not be taken back.").arg(textOf(item.venue), mode);
    default:
      return InboxPanel::tr("Sends a reduce-only market order for the difference in %1 to %2 — %3.")
          .arg(subject, textOf(item.venue), mode);
  }
}

}  // namespace

QString kindText(Kind kind) {
  switch (kind) {
    case Kind::Position:
      return InboxPanel::tr("Position");
    case Kind::Balance:
      return InboxPanel::tr("Balance");
    case Kind::ForeignOrder:
      return InboxPanel::tr("Foreign order");
    case Kind::ForeignFill:
      return InboxPanel::tr("Foreign fill");
    case Kind::DuplicateSuspect:
      return InboxPanel::tr("Possible duplicate");
    case Kind::OrderEnded:
      return InboxPanel::tr("Ended order rests");
    case Kind::MissingFills:
      return InboxPanel::tr("Missing fills");
    case Kind::UnknownOrder:
      return InboxPanel::tr("Unknown order");
    case Kind::Leverage:
      return InboxPanel::tr("Leverage");
    case Kind::Liquidation:
      return InboxPanel::tr("Liquidation");
  }
  return {};
}

QString actionText(Action action) {
  switch (action) {
    case Action::Adopt:
      return InboxPanel::tr("Adopt");
    case Action::Ignore:
      return InboxPanel::tr("Ignore");
    case Action::Close:
      return InboxPanel::tr("Close");
    case Action::Pause:
      return InboxPanel::tr("Pause");
  }
  return {};
}

QString effectText(const ReconciliationItem& item, Action action, const QString& subject, const QString& mode) {
  switch (action) {
    case Action::Adopt:
      return adoptText(item, subject);
    case Action::Ignore:
      return item.locked
                 ? InboxPanel::tr("Books nothing and lifts the lock: %1 takes new risk again, difference and all.")
                       .arg(subject)
                 : InboxPanel::tr("Books nothing: we go on counting as we do, difference and all.");
    case Action::Close:
      return closeText(item, subject, mode);
    case Action::Pause:
      return InboxPanel::tr("No new risk in %1 until it is answered otherwise. Exits and protection keep running.")
          .arg(subject);
  }
  return {};
}

bool needsConfirmation(Action action) {
  return action != Action::Pause;
}

QString differenceText(const ReconciliationItem& item) {
  const auto split = [](const std::string& text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    return std::pair(text.substr(0, space), text.substr(space));
  };
  const auto first = split(item.ours);
  const auto second = split(item.theirs);
  const std::string& ours = first.first;
  const std::string& theirs = second.first;
  if (first.second != second.second) return {};
  const auto mine = Decimal::parse(ours);
  const auto venues = Decimal::parse(theirs);
  if (!mine || !venues) return {};
  try {
    const auto decimalsOf = [](const std::string& text) {
      const std::size_t point = text.find('.');
      return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
    };
    const int decimals = std::max(decimalsOf(ours), decimalsOf(theirs));
    return decimalText(*venues - *mine, decimals, Sign::Always) + textOf(second.second);
  } catch (const ExactOverflow&) {
    return {};
  }
}

}  // namespace bw::ui
