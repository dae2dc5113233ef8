// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/domain/order.h"

namespace bw::execution {

/// Decides when a venue is asked about orders whose outcome is not proven, and when its denials prove that an order
/// never landed (RELIABILITY OR01, OR02, OR08, OR09). Time alone proves nothing: it only says when to ask and which
/// denial counts. Pure. Thread: owner only.
class UnknownResolver {
 public:
  struct Settings {
    Duration firstGap = Duration::seconds(1);    ///< between the first two questions; doubles with each
    Duration longestGap = Duration::seconds(8);  ///< the doubling ends here
    Duration absenceGap = Duration::seconds(1);  ///< between two denials that count
    Duration landMargin = Duration::seconds(1);  ///< on top of the venue's landing time
  };
  explicit UnknownResolver(Settings settings) : m_settings(settings) {}

  /// The bytes of the placement can leave until then (the approval's end); later the gate refuses them.
  void noteSendable(ClientOrderId id, Timestamp until) { m_sendable[id] = until; }
  /// A question about the order leaves now.
  void asked(ClientOrderId id, Timestamp now);
  /// True if no question was asked, or the gap since the last one is over.
  bool mayAsk(ClientOrderId id, Timestamp now) const;
  /// The venue denies the order. True: with this denial it is proven that the order never landed and never will.
  /// `landsWithin`: the venue's promise (VenueCapabilities); none: denials are counted, but prove nothing.
  bool denied(ClientOrderId id, Timestamp now, std::optional<Duration> landsWithin);
  /// The venue answered something else.
  void answered(ClientOrderId id);
  /// Denials in a row, each absenceGap after the one before.
  int denials(ClientOrderId id) const;
  /// The order is proven, or it is over: everything about it is forgotten.
  void forget(ClientOrderId id);
  std::size_t size() const { return m_cases.size(); }

 private:
  struct Case {
    Timestamp askedAt;
    std::optional<Timestamp> openQuestion;  ///< the oldest one without an answer: an answer may be to that one
    Duration gap;
    int denials = 0;  ///< in a row
    int proofs = 0;   ///< of them, to questions asked after the order could still land
    Timestamp lastDenial;
  };
  Duration longer(Duration gap) const { return std::min(gap * 2, m_settings.longestGap); }

  const Settings m_settings;
  std::map<ClientOrderId, Case> m_cases;
  std::map<ClientOrderId, Timestamp> m_sendable;
};

}  // namespace bw::execution
