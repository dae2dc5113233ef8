// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/messages/reconciliation.h"

#include <array>

namespace bw {

std::string_view toString(ReconciliationKind kind) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "position",    "balance",       "foreign order", "foreign fill", "duplicate suspect",
      "order ended", "missing fills", "unknown order", "leverage",     "liquidation"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view toString(ReconciliationAction action) {
  static constexpr std::array<std::string_view, 4> kWords = {"adopt", "ignore", "close", "pause"};
  return kWords[static_cast<std::size_t>(action)];
}

std::optional<ReconciliationAction> reconciliationActionFrom(std::string_view word) {
  for (const auto action : {ReconciliationAction::Adopt, ReconciliationAction::Ignore, ReconciliationAction::Close,
                            ReconciliationAction::Pause}) {
    if (toString(action) == word) return action;
  }
  return std::nullopt;
}

std::string_view toString(ReconciliationItem::State state) {
  static constexpr std::array<std::string_view, 3> kWords = {"open", "answered", "settled"};
  return kWords[static_cast<std::size_t>(state)];
}

}  // namespace bw
