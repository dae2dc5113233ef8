// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/time.h"

namespace bw {

/// Every topic there is. One line here, one in kTopics.
enum class Topic : std::uint8_t {
  MarketBook,
  MarketBbo,
  MarketTrade,
  MarketCandle,
  Feed,
  Signal,
  Intent,
  Strategy,
  RiskApproved,
  RiskRejected,
  RiskLimits,
  RiskAlert,
  OrderPlaced,
  OrderUpdated,
  OrderFilled,
  CancelRequested,
  VenueReport,
  VenueAccount,
  Reconciled,
  PositionOpened,
  PositionClosed,
  PositionMarked,
  BalanceChanged,
  StateChanged,
  StartupStep,
  Control,
  ControlAnswer,
  EmergencyStop,
  StopProgress,
  Health,
  Task,
  Event,
  Audit,
  Limits,
  ReconciliationItem,
  ReconciliationAnswer,
  Alarm,
  Metrics,
  Count
};
constexpr std::size_t kTopicCount = static_cast<std::size_t>(Topic::Count);

/// What happens at a subscriber's bound. KeepAll takes reserve segments, raises an alarm and sets NoNew; it never
/// drops.
enum class QueuePolicy : std::uint8_t { KeepAll, KeepLatest, DropOldest };
enum class Priority : std::uint8_t { Low, Normal, High, Critical };

struct TopicInfo {
  Topic topic;
  std::string_view name;  ///< "market_data/book"
  QueuePolicy policy;
  Priority priority;      ///< decides between topics only
  std::uint32_t bound;    ///< messages a subscriber's queue holds of it
  Duration ttl;           ///< 0 = none; KeepAll topics have none (checked at start)
  std::uint32_t history;  ///< messages the bus remembers
};

/// The one table of topics, policies and bounds (SPEC 2.3, 2.5).
constexpr std::array<TopicInfo, kTopicCount> kTopics = {{
    {Topic::MarketBook, "market_data/book", QueuePolicy::KeepLatest, Priority::Normal, 1024, Duration{0}, 16},
    {Topic::MarketBbo, "market_data/bbo", QueuePolicy::KeepLatest, Priority::Normal, 1024, Duration{0}, 16},
    {Topic::MarketTrade, "market_data/trade", QueuePolicy::DropOldest, Priority::Normal, 65536, Duration{0}, 256},
    {Topic::MarketCandle, "market_data/candle", QueuePolicy::DropOldest, Priority::Normal, 16384, Duration{0}, 256},
    {Topic::Feed, "system/feed", QueuePolicy::DropOldest, Priority::Normal, 1024, Duration{0}, 64},
    {Topic::Signal, "trading_signals/signal.generated", QueuePolicy::KeepLatest, Priority::Normal, 1024,
     Duration::seconds(60), 64},
    {Topic::Intent, "trading_signals/intent", QueuePolicy::KeepAll, Priority::High, 4096, Duration{0}, 256},
    {Topic::Strategy, "system/strategy", QueuePolicy::KeepLatest, Priority::Low, 256, Duration{0}, 16},
    {Topic::RiskApproved, "risk_alerts/risk.approved", QueuePolicy::KeepAll, Priority::High, 4096, Duration{0}, 256},
    {Topic::RiskRejected, "risk_alerts/risk.rejected", QueuePolicy::KeepAll, Priority::High, 4096, Duration{0}, 256},
    {Topic::RiskLimits, "risk_alerts/limits", QueuePolicy::KeepLatest, Priority::Normal, 16, Duration{0}, 1},
    {Topic::RiskAlert, "risk_alerts/limit", QueuePolicy::KeepAll, Priority::High, 4096, Duration{0}, 64},
    {Topic::OrderPlaced, "execution_events/order.placed", QueuePolicy::KeepAll, Priority::High, 8192, Duration{0}, 256},
    {Topic::OrderUpdated, "execution_events/order.updated", QueuePolicy::KeepAll, Priority::High, 8192, Duration{0},
     1024},
    {Topic::OrderFilled, "execution_events/order.filled", QueuePolicy::KeepAll, Priority::High, 8192, Duration{0},
     1024},
    {Topic::CancelRequested, "execution_events/cancel.requested", QueuePolicy::KeepAll, Priority::High, 4096,
     Duration{0}, 64},
    {Topic::VenueReport, "venue/report", QueuePolicy::KeepAll, Priority::High, 16384, Duration{0}, 256},
    {Topic::VenueAccount, "venue/account", QueuePolicy::KeepAll, Priority::High, 256, Duration{0}, 4},
    {Topic::Reconciled, "execution_events/reconciled", QueuePolicy::KeepAll, Priority::High, 256, Duration{0}, 16},
    {Topic::PositionOpened, "portfolio_updates/position.opened", QueuePolicy::KeepAll, Priority::High, 8192,
     Duration{0}, 256},
    {Topic::PositionClosed, "portfolio_updates/position.closed", QueuePolicy::KeepAll, Priority::High, 8192,
     Duration{0}, 256},
    {Topic::PositionMarked, "portfolio_updates/position.marked", QueuePolicy::KeepLatest, Priority::Normal, 1024,
     Duration{0}, 64},
    {Topic::BalanceChanged, "portfolio_updates/balance.changed", QueuePolicy::KeepLatest, Priority::Normal, 64,
     Duration{0}, 16},
    {Topic::StateChanged, "system/state.changed", QueuePolicy::KeepAll, Priority::High, 1024, Duration{0}, 64},
    {Topic::StartupStep, "system/startup.step", QueuePolicy::KeepAll, Priority::Normal, 1024, Duration{0}, 64},
    {Topic::Control, "control/command", QueuePolicy::KeepAll, Priority::High, 1024, Duration{0}, 64},
    {Topic::ControlAnswer, "control/answer", QueuePolicy::KeepAll, Priority::High, 1024, Duration{0}, 64},
    {Topic::EmergencyStop, "system/emergency.stop", QueuePolicy::KeepAll, Priority::Critical, 256, Duration{0}, 16},
    {Topic::StopProgress, "system/stop.progress", QueuePolicy::KeepLatest, Priority::High, 16, Duration{0}, 16},
    {Topic::Health, "system/health.degraded", QueuePolicy::KeepLatest, Priority::Normal, 256, Duration{0}, 64},
    {Topic::Task, "system/task", QueuePolicy::DropOldest, Priority::Low, 1024, Duration{0}, 64},
    {Topic::Event, "system/event", QueuePolicy::DropOldest, Priority::Normal, 4096, Duration{0}, 512},
    {Topic::Audit, "system/audit", QueuePolicy::KeepLatest, Priority::Low, 16, Duration{0}, 1},
    {Topic::Limits, "control/limits", QueuePolicy::KeepAll, Priority::High, 256, Duration{0}, 16},
    {Topic::ReconciliationItem, "execution_events/reconciliation.item", QueuePolicy::KeepAll, Priority::High, 1024,
     Duration{0}, 256},
    {Topic::ReconciliationAnswer, "control/reconciliation.answer", QueuePolicy::KeepAll, Priority::High, 1024,
     Duration{0}, 64},
    {Topic::Alarm, "system/alarm", QueuePolicy::KeepLatest, Priority::High, 1024, Duration{0}, 512},
    {Topic::Metrics, "system/metrics", QueuePolicy::KeepLatest, Priority::Low, 16, Duration{0}, 8},
}};
constexpr const TopicInfo& infoOf(Topic topic) {
  return kTopics[static_cast<std::size_t>(topic)];
}

}  // namespace bw
