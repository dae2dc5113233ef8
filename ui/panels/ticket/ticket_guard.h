// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/domain/instrument.h"
#include "core/domain/messages/system.h"
#include "core/domain/order.h"

namespace bw::ui {

/// What the guards of the ticket look at besides the order itself.
struct GuardFacts {
  std::optional<Price> mid;       ///< middle of the touch now
  std::optional<Price> touch;     ///< best price of the order's own side
  std::optional<Quantity> usual;  ///< median of what was sent by hand in this instrument; absent: too few to say
  std::optional<Quantity> depth;  ///< what the other side of the visible book holds
  SessionState session = SessionState::Ready;
};

/// What a press of the ticket's button does.
struct GuardVerdict {
  enum class Kind : std::uint8_t { Send, Confirm, Repeat };
  Kind kind = Kind::Send;
  QString text;  ///< why not at once, in words; empty for Send
};

/// Human slips at the ticket (RELIABILITY, HU01, HU02, HU04, HU08): one press of one ticket sends one intent; sizes far
/// from the usual ones, prices far through the touch and markets that moved since the ticket was filled in are asked
/// about once more; a question is void after a time, and as soon as anything it was about has changed.
/// Pure: time comes from outside. Thread: GUI.
class TicketGuard {
 public:
  static constexpr Duration kRenew = Duration::millis(1000);   ///< a sent ticket may be sent again after that
  static constexpr Duration kConfirm = Duration::seconds(30);  ///< a question is open for
  static constexpr Duration kConfirmPrice = Duration::seconds(5);
  static constexpr std::int64_t kUnusual = 10;        ///< times the usual size: asked
  static constexpr std::int64_t kPreposterous = 100;  ///< refused
  static constexpr std::int64_t kMovedBps = 20;
  static constexpr std::int64_t kThroughBps = 100;
  static constexpr std::int64_t kDepthPercent = 25;  ///< of the visible book: asked; all of it: refused

  /// A field was changed: another ticket, filled in at this price.
  void edited(const std::optional<Price>& mid);
  /// A size that no question can excuse; empty: none.
  static QString refusal(const OrderIntent& intent, const Instrument& instrument, const GuardFacts& facts);
  /// The button was pressed on this order, which nothing else blocks.
  GuardVerdict press(const OrderIntent& intent, const Instrument& instrument, const GuardFacts& facts, MonoTime now);
  /// Is a question open? Once it is not, its words are to go.
  bool asking(MonoTime now) const { return m_askedUntil && now < *m_askedUntil; }
  /// Has this ticket just been sent, so that a press would do nothing?
  bool spent(MonoTime now) const { return m_sentAt && now - *m_sentAt < kRenew; }
  /// Grows with each change of a field and each order sent.
  std::uint64_t token() const { return m_token; }

 private:
  struct Doubt {
    QString text;
    Duration open = kConfirm;
  };
  std::vector<Doubt> doubts(const OrderIntent& intent, const Instrument& instrument, const GuardFacts& facts) const;

  std::uint64_t m_token = 1;
  std::optional<Price> m_quote;      ///< middle of the touch when the ticket was filled in
  std::optional<MonoTime> m_sentAt;  ///< of this token
  std::optional<MonoTime> m_askedUntil;
  std::uint64_t m_askedToken = 0;
  SessionState m_askedSession = SessionState::Ready;
  std::optional<Price> m_askedMid;
  std::size_t m_askedDoubts = 0;
};

/// Median size of what was sent by hand in `instrument`, from the newest 20 of these orders; absent below three.
std::optional<Quantity> usualQuantity(const std::vector<const Order*>& newestFirst);

}  // namespace bw::ui
