// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "core/domain/order.h"

namespace bw::execution {

/// Watches what venues refuse: a strategy whose post-only entries are refused again and again is disabled on that
/// instrument (RELIABILITY OR29), and an account where most placements are refused is stopped (§3.3). Pure. Thread:
/// owner only.
class RejectWatch {
 public:
  struct Settings {
    Duration window = Duration::seconds(60);
    int postOnlyLimit = 5;  ///< post-only refusals of one strategy on one instrument within the window
    int fewest = 20;        ///< outcomes within the window before the share counts
    int sharePercent = 50;  ///< more refused than that: stop
  };
  explicit RejectWatch(Settings settings) : m_settings(settings) {}

  struct Verdict {
    bool disabled = false;  ///< with this refusal the strategy is disabled on the instrument
    bool storm = false;     ///< with this one most placements of the venue are refused
  };
  /// A placement ended its first leg: it rests or filled (`refused` false), or the venue refused it.
  Verdict outcome(const Order& order, const std::string& venue, bool refused, Timestamp now);
  /// True while post-only entries of that strategy on that instrument are refused here; until enableAll().
  bool disabled(const std::string& strategy, InstrumentId instrument) const;
  /// A person starts or resumes trading.
  void enableAll();

 private:
  using Key = std::pair<std::string, InstrumentId>;
  struct Venue {
    std::deque<std::pair<Timestamp, bool>> outcomes;
    int refused = 0;
    bool storming = false;
  };
  const Settings m_settings;
  std::map<Key, std::deque<Timestamp>> m_postOnly;
  std::map<Key, bool> m_disabled;
  std::map<std::string, Venue> m_venues;
};

}  // namespace bw::execution
