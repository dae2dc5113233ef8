// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/base/time.h"

namespace bw::ledger {

/// Which events of a venue account (fills, payments) were counted, each named by the venue's own id. Bounded: of each
/// account the `keep` newest by venue time are remembered; what is not newer than the newest forgotten one is TooOld
/// and must not be counted, since it may have been. Rebuilt from the journal in the order of its records, so the
/// horizon is the same after a restart. Thread: owner only.
class SeenIds {
 public:
  static constexpr std::size_t kKeep = 100'000;
  enum class Verdict : std::uint8_t { New, Seen, TooOld };

  explicit SeenIds(std::size_t keep = kKeep) : m_keep(keep) {}
  SeenIds(const SeenIds&) = delete;
  SeenIds& operator=(const SeenIds&) = delete;
  ~SeenIds() = default;
  Verdict check(std::string_view account, std::string_view id, Timestamp time) const;
  /// check(), and remembers the id if it is new.
  Verdict insert(std::string_view account, std::string_view id, Timestamp time);
  /// Of all accounts; at most `keep` each.
  std::size_t size() const;

 private:
  struct Stamp {
    Timestamp time;
    const std::string* id = nullptr;  ///< in the set; its nodes do not move
  };
  struct Later {
    bool operator()(const Stamp& a, const Stamp& b) const { return a.time != b.time ? a.time > b.time : *a.id > *b.id; }
  };
  struct Account {
    std::unordered_set<std::string> ids;
    std::priority_queue<Stamp, std::vector<Stamp>, Later> byAge;  ///< oldest on top
    bool pruned = false;
    Timestamp horizon;  ///< of the newest forgotten one
  };
  std::size_t m_keep;
  std::map<std::string, Account, std::less<>> m_accounts;
};

}  // namespace bw::ledger
