// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/ports/venue.h"

namespace bw::test {

/// Keeps every report of a connection. Thread: the test's.
class ReportLog final : public VenueListener {
 public:
  void onReport(const OrderReport& report) override { all.push_back(report); }
  /// Kinds reported for an order, in order: "Accepted Filled".
  std::string story(const ClientOrderId& id) const;
  /// Last report of that kind; null if none.
  const OrderReport* last(const ClientOrderId& id, OrderReport::Kind kind) const;
  std::vector<Fill> fills() const;

  std::vector<OrderReport> all;
};

/// A venue under the conformance cards, with a market that a card can move. Orders arrive without latency, at the next
/// settle(). Thread: the test's.
class VenueHarness {
 public:
  virtual ~VenueHarness() = default;
  virtual Venue& venue() = 0;
  virtual const Instrument& instrument() const = 0;
  virtual Level best(Side side) const = 0;
  /// Lets what was sent arrive.
  virtual void settle() = 0;
  /// Makes the last trade reach `price` from above (Sell) or below (Buy); false if it would not in reasonable time.
  virtual bool tradeTo(Ticks price, Side aggressor) = 0;
  /// Ends the venue as a kill -9 does, at once, and opens it again on the same account file. Connections must be gone.
  virtual void killAndReopen() = 0;
  /// What the account file says now.
  virtual std::string journal() const = 0;
};

/// One numbered card. It is skipped where `skip` says so.
struct ConformanceCard {
  int number;
  const char* name;
  void (*run)(VenueHarness& harness);
  bool (*skip)(const VenueCapabilities& capabilities);
};
const std::vector<ConformanceCard>& conformanceCards();
/// Runs all cards, each on a fresh harness; returns the numbers of those skipped.
std::vector<int> runConformance(const std::function<std::unique_ptr<VenueHarness>()>& make);

}  // namespace bw::test
