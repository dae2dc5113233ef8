// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <variant>

#include "core/domain/messages/execution.h"
#include "core/domain/messages/limits.h"
#include "core/domain/messages/market_data.h"
#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/reconciliation.h"
#include "core/domain/messages/risk.h"
#include "core/domain/messages/signals.h"
#include "core/domain/messages/system.h"

namespace bw {

/// Everything that can travel on the bus. A new message is its header and one line here and in the topic list.
using Payload = std::variant<BookUpdate, BboUpdate, TradePrint, Candle, FeedStatus, SignalGenerated, OrderIntent,
                             StrategyStatus, RiskApproved, RiskRefused, RiskStatus, LimitAlert, OrderUpdate,
                             OrderFilled, CancelRequest, OrderReport, AccountAnswer, ReconciliationResult,
                             PositionUpdate, AccountUpdate, StateChanged, StartupStep, ControlCommand, ControlAnswer,
                             EmergencyStopRaised, StopProgress, AgentHealth, TaskUpdate, SystemEvent, AuditStatus,
                             LimitCommand, ReconciliationItem, ReconciliationAnswer, AlarmUpdate, MetricsUpdate>;

}  // namespace bw
