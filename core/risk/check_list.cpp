// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/check_list.h"

#include "core/risk/checks/available_balance.h"
#include "core/risk/checks/break_even.h"
#include "core/risk/checks/class_exposure.h"
#include "core/risk/checks/consecutive_losses.h"
#include "core/risk/checks/correlated_exposure.h"
#include "core/risk/checks/currency_rate.h"
#include "core/risk/checks/daily_drawdown.h"
#include "core/risk/checks/duplicate_order.h"
#include "core/risk/checks/exposure.h"
#include "core/risk/checks/instrument_form.h"
#include "core/risk/checks/leverage.h"
#include "core/risk/checks/liquidation_buffer.h"
#include "core/risk/checks/liquidation_distance.h"
#include "core/risk/checks/message_rate.h"
#include "core/risk/checks/open_orders.h"
#include "core/risk/checks/open_positions.h"
#include "core/risk/checks/order_quantity.h"
#include "core/risk/checks/order_value.h"
#include "core/risk/checks/position_percent.h"
#include "core/risk/checks/price_collar.h"
#include "core/risk/checks/reentry_cooldown.h"
#include "core/risk/checks/repeated_executions.h"
#include "core/risk/checks/sector_exposure.h"
#include "core/risk/checks/self_trade.h"
#include "core/risk/checks/session_state.h"
#include "core/risk/checks/size_after_loss.h"
#include "core/risk/checks/stale_data.h"
#include "core/risk/checks/stop_cooldown.h"
#include "core/risk/checks/stop_distance.h"
#include "core/risk/checks/symbol_lock.h"
#include "core/risk/checks/trades_per_day.h"
#include "core/risk/checks/volatility_halt.h"
#include "core/risk/checks/weekly_drawdown.h"

namespace bw::risk {

// clang-format off
const std::array<CheckEntry, 33> kChecks = {{
    {"SESSION_STATE", checkSessionState, false},
    {"INSTRUMENT", checkInstrumentForm, true},
    {"CURRENCY_RATE", checkCurrencyRate, false},
    {"MAX_POSITION_PERCENT", checkPositionPercent, false},
    {"MAX_LEVERAGE", checkLeverage, false},
    {"MAX_DAILY_DRAWDOWN", checkDailyDrawdown, false},
    {"MAX_WEEKLY_DRAWDOWN", checkWeeklyDrawdown, false},
    {"MAX_CONSECUTIVE_LOSSES", checkConsecutiveLosses, false},
    {"MAX_CORRELATED_EXPOSURE", checkCorrelatedExposure, false},
    {"BREAK_EVEN", checkBreakEven, false},
    {"STOP_DISTANCE", checkStopDistance, false},
    {"MIN_LIQUIDATION_BUFFER", checkLiquidationBuffer, false},
    {"MIN_LIQUIDATION_DISTANCE", checkLiquidationDistance, false},
    {"MAX_OPEN_POSITIONS", checkOpenPositions, false},
    {"MAX_OPEN_ORDERS", checkOpenOrders, false},
    {"MAX_EXPOSURE", checkExposure, false},
    {"MIN_FREE_BALANCE", checkAvailableBalance, false},
    {"PRICE_COLLAR", checkPriceCollar, false},
    {"MAX_ORDER_VALUE", checkOrderValue, false},
    {"MAX_ORDER_QUANTITY", checkOrderQuantity, false},
    {"MAX_MESSAGE_RATE", checkMessageRate, false},
    {"MAX_REPEATED_EXECUTIONS", checkRepeatedExecutions, false},
    {"DUPLICATE_WINDOW", checkDuplicateOrder, false},
    {"MAX_DATA_AGE", checkStaleData, false},
    {"SELF_TRADE", checkSelfTrade, false},
    {"MAX_SECTOR_EXPOSURE", checkSectorExposure, false},
    {"MAX_CLASS_EXPOSURE", checkClassExposure, false},
    {"MAX_TRADES_PER_DAY", checkTradesPerDay, false},
    {"MAX_SIZE_AFTER_LOSS", checkSizeAfterLoss, false},
    {"REENTRY_COOLDOWN", checkReentryCooldown, false},
    {"COOLDOWN_AFTER_STOP", checkStopCooldown, false},
    {"SYMBOL_LOCK", checkSymbolLock, false},
    {"VOLATILITY_HALT", checkVolatilityHalt, false},
}};
// clang-format on

}  // namespace bw::risk
