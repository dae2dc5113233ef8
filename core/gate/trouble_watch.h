// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mutex.h"
#include "core/base/time.h"
#include "core/domain/messages/execution.h"
#include "core/ports/emergency_stop.h"
#include "core/ports/venue.h"

namespace bw::gate {

/// The automatic triggers of RELIABILITY 3.3 that show at the order lane and the feed: most placements rejected, too
/// many messages, a venue's data gone while orders rest there. Each tells once until its cause has ended. Thread: any.
class TroubleWatch {
 public:
  struct Limits {
    std::size_t leastOutcomes = 20;  ///< placements answered within `outcomeWindow` before a share means anything
    Duration outcomeWindow = Duration::seconds(60);
    std::size_t mostMessages = 200;  ///< answers of venues in one second
    Duration dataSilence = Duration::seconds(10);
  };
  struct Trouble {
    StopLevel level = StopLevel::CancelAll;
    StopScope scope;
    std::string reason;
  };
  TroubleWatch() : TroubleWatch(Limits{}) {}
  explicit TroubleWatch(Limits limits) : m_limits(limits) {}

  void onReport(const OrderReport& report, MonoTime now);
  /// Market data of the venue has come.
  void onData(std::string_view venue, MonoTime now);
  std::vector<Trouble> due(MonoTime now);

 private:
  struct VenueTrouble {
    std::deque<std::pair<MonoTime, bool>> outcomes;  ///< true: rejected
    std::set<ClientOrderId> open;
    std::optional<MonoTime> dataAt;
    bool toldRejects = false;
    bool toldSilence = false;
  };
  const Limits m_limits;
  Mutex m_mutex;
  std::map<std::string, VenueTrouble, std::less<>> m_venues BW_GUARDED_BY(m_mutex);
  std::deque<MonoTime> m_messages BW_GUARDED_BY(m_mutex);
  bool m_toldMessages BW_GUARDED_BY(m_mutex) = false;
};

/// How many orders may rest at a venue so that all of them are cancelled within 2 s: its own limit, or less where
/// cancels are slow (I16). `requestsPerSecond` 0: not limited.
std::size_t openOrderCap(const VenueCapabilities& venue, int requestsPerSecond, std::size_t venueLimit);

}  // namespace bw::gate
