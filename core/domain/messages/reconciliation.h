// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/domain/market.h"
#include "core/domain/order.h"

namespace bw {

/// What differs between the venue's account and ours.
enum class ReconciliationKind : std::uint8_t {
  Position,          ///< the venue holds another quantity than we count
  Balance,           ///< cash that fills, fees, funding and known transfers do not explain
  ForeignOrder,      ///< a resting order that is not ours; counted as external
  ForeignFill,       ///< somebody traded this account outside; booked as external
  DuplicateSuspect,  ///< an order under our prefix that our journal does not know
  OrderEnded,        ///< ended here, rests at the venue
  MissingFills,      ///< the venue says more has filled than it tells us fills of
  UnknownOrder,      ///< sent, and the venue's proof does not come
  Leverage,          ///< the venue applies another leverage than we do
  Liquidation,       ///< the venue liquidated or deleveraged a position
};
std::string_view toString(ReconciliationKind kind);  ///< "position", "balance", "foreign order" ...

/// What a person can answer. Adopt: the venue is right, count it so. Ignore: leave it, lift the lock. Close: have it
/// closed or cancelled. Pause: the instrument takes no new risk until it is answered otherwise.
enum class ReconciliationAction : std::uint8_t { Adopt, Ignore, Close, Pause };
std::string_view toString(ReconciliationAction action);  ///< "adopt", "ignore", "close", "pause"
std::optional<ReconciliationAction> reconciliationActionFrom(std::string_view word);

/// execution_events/reconciliation.item: one difference, whole, after each change of it. Keep-all. Survives restarts.
struct ReconciliationItem {
  enum class State : std::uint8_t {
    Open,      ///< waits for a person
    Answered,  ///< answered, the difference may still be there
    Settled,   ///< the difference is gone; the item has left the inbox
  };
  std::string id;  ///< "R-17"; unique in the journal
  ReconciliationKind kind = ReconciliationKind::Position;
  State state = State::Open;
  std::string venue;
  std::optional<InstrumentId> instrument;
  ClientOrderId order;                        ///< nil: not about one order
  std::string title;                          ///< one line in plain words: "BTCUSDT: the venue holds 0.5, we count 0.2"
  std::string text;                           ///< what it means and what each answer does
  std::string ours;                           ///< exact text of our figure, may be empty
  std::string theirs;                         ///< the venue's
  std::vector<ReconciliationAction> actions;  ///< the answers offered
  bool locked = false;                        ///< the instrument (without one: the venue) takes no new risk now
  std::optional<ReconciliationAction> answer;
  std::string answeredBy;  ///< "window", "command line" ...
  Timestamp seenAt;        ///< first seen
  Timestamp updatedAt;
  Timestamp escalatesAt = Timestamp::never();  ///< unanswered until then: every order that can add risk is cancelled
};
std::string_view toString(ReconciliationItem::State state);  ///< "open", "answered", "settled"

/// control/reconciliation.answer: a person's answer to an item. What became of it comes as control/answer with this
/// message's id as correlation id, and as the changed item.
struct ReconciliationAnswer {
  std::string id;  ///< of the item
  ReconciliationAction action = ReconciliationAction::Ignore;
  std::string by;      ///< channel: "window", "command line"
  std::string reason;  ///< free text, for the audit
};

}  // namespace bw
