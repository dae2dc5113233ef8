// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "core/base/exact.h"
#include "core/base/time.h"
#include "core/domain/order.h"

namespace bw {

namespace risk {
class ApprovalAuthority;
}

/// What an approved order must keep. The gate compares the finished order with it field by field.
struct ApprovalBounds {
  Uuid intentId;
  InstrumentId instrument;
  std::uint32_t instrumentVersion = 1;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  OrderRole role = OrderRole::Entry;
  bool reduceOnly = false;
  Quantity maxQuantity;
  std::optional<Price> worstPrice;  ///< highest for a buy, lowest for a sell; absent: stop and take-profit orders
  Money maxNotional;
  Decimal maxLeverage{1, 0};
  std::uint64_t epoch = 0;       ///< of the gate when it was given
  std::uint64_t generation = 0;  ///< of the trading host that asked
  Timestamp expiresAt;
};

/// The risk agent's word that one order inside the bounds may be sent, once. Rule: only core/risk makes one (L12).
/// Thread: immutable but for the one-shot mark, which is atomic.
class RiskApproval {
 public:
  const ApprovalBounds& bounds() const { return m_bounds; }
  /// True for the first caller only.
  bool consume() const { return !m_used.exchange(true); }
  bool consumed() const { return m_used.load(); }

 private:
  friend class risk::ApprovalAuthority;
  explicit RiskApproval(ApprovalBounds bounds) : m_bounds(std::move(bounds)) {}
  ApprovalBounds m_bounds;
  mutable std::atomic<bool> m_used{false};
};

/// The stop executor's leave to cancel, and to close at most what the venue confirmed. Made once, at start-up, by
/// core/risk.
class EmergencyAuthority {
 public:
  EmergencyAuthority(const EmergencyAuthority&) = delete;
  EmergencyAuthority& operator=(const EmergencyAuthority&) = delete;

 private:
  friend class risk::ApprovalAuthority;
  EmergencyAuthority() = default;
};

}  // namespace bw
