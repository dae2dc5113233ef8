// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "core/base/mutex.h"
#include "core/domain/messages/execution.h"
#include "core/ports/venue.h"

namespace bw::gate {

/// Takes what venues say, on whatever thread they say it, and keeps it in order until the agent that publishes it on
/// the bus fetches it. Never drops. Thread: any.
class ReportQueue final : public VenueListener {
 public:
  using Item = std::variant<OrderReport, AccountAnswer>;
  void onReport(const OrderReport& report) override { push(report); }
  void onAccount(const AccountAnswer& answer) { push(answer); }
  /// Called after something was queued into an empty queue, on the caller's thread; must be quick. Set before use.
  void setWake(std::function<void()> wake);
  /// Everything queued, oldest first.
  std::vector<Item> takeAll();
  std::size_t size() const;

 private:
  void push(Item item);
  mutable Mutex m_mutex;
  std::vector<Item> m_items BW_GUARDED_BY(m_mutex);
  std::function<void()> m_wake BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::gate
