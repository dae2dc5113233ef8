// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/exact.h"
#include "core/base/time.h"

namespace bw::matching {

/// Where an order of ours stands in a queue of which only the total is public. All in lots, every division rounded
/// against us.
///
/// Rules:
/// 1. Joining: all that is displayed at the price is ahead of us.
/// 2. A trade at the price eats the queue from the front.
/// 3. A shrink of the displayed size that trades explain moves nothing further. The unexplained rest u is cancels,
///    spread evenly over what was displayed: floor(u × ahead / displayed) of it was ahead of us.
/// 4. Growth queues behind us. Never is more ahead than is displayed.
/// 5. A trade that the book had already shown (its venue time is not after the book's) was counted by rule 3 as a
///    cancel; it moves the queue only by what that gave too little.
/// Thread: value type.
class QueuePosition {
 public:
  bool joined() const { return m_joined; }
  Lots ahead() const { return {m_ahead}; }
  Lots displayed() const { return {m_shown}; }
  /// The displayed size, as of `bookTime` (venue). The first call joins the queue.
  void observe(Lots displayed, Timestamp bookTime);
  /// `size` lots traded at the price at `tradeTime` (venue). Returns how much of them comes past the queue to us.
  Lots trade(Lots size, Timestamp tradeTime);
  /// The next observation is not compared with the last one: what happened between them was not seen.
  void forget() { m_blind = true; }
  /// The price was traded through or emptied: nobody is ahead.
  void toFront() { m_ahead = 0; }

 private:
  std::int64_t m_ahead = 0;
  std::int64_t m_shown = 0;
  std::int64_t m_traded = 0;       ///< since the last observation, not yet seen in the displayed size
  std::int64_t m_unexplained = 0;  ///< shrink taken for cancels at m_observedAt
  std::int64_t m_credit = 0;       ///< how far that moved us
  Timestamp m_observedAt;
  Timestamp m_lastTrade;
  bool m_joined = false;
  bool m_blind = false;
};

}  // namespace bw::matching
