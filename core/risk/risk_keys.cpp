// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/risk_keys.h"

#include <algorithm>
#include <vector>

namespace bw::risk {

// clang-format off
const std::array<RiskKeyInfo, kRiskKeyCount> kRiskKeys = {{
    {RiskKey::MaxPositionPercent, "MAX_POSITION_PERCENT", "Account", KeyForm::Number, "% equity", "0.1", "100", "10", Tighter::Lower, false, "", "Largest initial margin of one position, or its value on spot, as a share of equity."},
    {RiskKey::MaxExposure, "MAX_EXPOSURE", "Account", KeyForm::Number, "% equity", "0", "1000", "300", Tighter::Lower, false, "", "Largest sum of absolute notional over all venues, as a share of equity."},
    {RiskKey::MaxSectorExposure, "MAX_SECTOR_EXPOSURE", "Account", KeyForm::Number, "% equity", "0", "100", "off", Tighter::Lower, true, "", "Largest notional in one sector."},
    {RiskKey::MaxClassExposure, "MAX_CLASS_EXPOSURE", "Account", KeyForm::Number, "% equity", "0", "100", "off", Tighter::Lower, true, "", "Largest notional in one asset class."},
    {RiskKey::MaxOpenPositions, "MAX_OPEN_POSITIONS", "Account", KeyForm::Count, "count", "0", "500", "10", Tighter::Lower, false, "", "Instruments with a position, pending entries counted as filled."},
    {RiskKey::MaxOpenOrders, "MAX_OPEN_ORDERS", "Orders", KeyForm::Count, "count", "0", "500", "100", Tighter::Lower, false, "", "Entry orders open, reserved or UNKNOWN at once."},
    {RiskKey::MaxLeverage, "MAX_LEVERAGE", "Account", KeyForm::Number, "×", "1", "200", "100", Tighter::Lower, false, "", "Largest leverage of a position, before the volatility table and the venue's own maximum."},
    {RiskKey::LeverageByVolatility, "LEVERAGE_BY_VOLATILITY", "Account", KeyForm::Table, "% ATR(14, 1 h) of price : factor", "", "", "0.5:1, 1:0.5, 2:0.25, above:0.1", Tighter::Neutral, false, "", "Factor on MAX_LEVERAGE for volatility under each bound; unknown volatility takes the last."},
    {RiskKey::LeverageDefault, "LEVERAGE_DEFAULT", "Account", KeyForm::Number, "×", "1", "200", "1", Tighter::Lower, false, "", "Leverage of orders that name none."},
    {RiskKey::MaxDailyDrawdown, "MAX_DAILY_DRAWDOWN", "Circuit breakers", KeyForm::Number, "% of the risk day's highest equity", "0.1", "50", "5", Tighter::Lower, false, "", "Reached: emergency stop."},
    {RiskKey::MaxWeeklyDrawdown, "MAX_WEEKLY_DRAWDOWN", "Circuit breakers", KeyForm::Number, "% of the week's highest equity", "0.1", "50", "10", Tighter::Lower, false, "", "Reached: emergency stop."},
    {RiskKey::RiskDayStart, "RISK_DAY_START", "Circuit breakers", KeyForm::HourZone, "hour and zone", "", "", "00:00 UTC", Tighter::Neutral, false, "", "When the risk day begins, in a named zone; the running day is never shortened by a change."},
    {RiskKey::MaxConsecutiveLosses, "MAX_CONSECUTIVE_LOSSES", "Circuit breakers", KeyForm::Count, "count", "1", "50", "50", Tighter::Lower, false, "", "Losing round trips in a row, of a strategy or of the account. Reached: emergency stop."},
    {RiskKey::CooldownAfterStop, "COOLDOWN_AFTER_STOP", "Circuit breakers", KeyForm::Number, "min", "0", "1440", "0", Tighter::Higher, false, "", "No entry anywhere for so long after a stop-loss filled."},
    {RiskKey::MaxTradesPerDay, "MAX_TRADES_PER_DAY", "Strategy", KeyForm::Count, "count", "0", "1000", "off", Tighter::Lower, true, "", "Entries approved in a risk day."},
    {RiskKey::MaxSizeAfterLoss, "MAX_SIZE_AFTER_LOSS", "Strategy", KeyForm::Number, "× last size", "0.1", "10", "off", Tighter::Lower, true, "", "Largest entry after a loss, against the size that lost."},
    {RiskKey::ReentryCooldown, "REENTRY_COOLDOWN", "Strategy", KeyForm::Number, "min", "0", "1440", "off", Tighter::Higher, true, "", "No new entry in an instrument for so long after leaving it."},
    {RiskKey::BaseRisk, "BASE_RISK", "Strategy", KeyForm::Number, "% equity", "0.01", "10", "0.5", Tighter::Lower, false, "", "Risk of a trade at 100x; adjusted risk = base × 100 / leverage."},
    {RiskKey::MaxAdjustedRisk, "MAX_ADJUSTED_RISK", "Strategy", KeyForm::Number, "% equity", "0.01", "10", "2", Tighter::Lower, false, "", "Cap of the adjusted risk."},
    {RiskKey::MinLiquidationBuffer, "MIN_LIQUIDATION_BUFFER", "Account", KeyForm::Number, "% of the way entry to liquidation", "5", "90", "5", Tighter::Higher, false, "", "Room between stop and liquidation; above 1x an entry needs a stop."},
    {RiskKey::MinLiquidationDistance, "MIN_LIQUIDATION_DISTANCE", "Account", KeyForm::Number, "% of mark", "0.1", "90", "off", Tighter::Higher, true, "", "Smallest distance from mark to liquidation."},
    {RiskKey::BreakEvenBuffer, "BREAK_EVEN_BUFFER", "Strategy", KeyForm::Number, "% ROI", "0", "10", "0.05", Tighter::Higher, false, "", "Added to the fees a target has to earn."},
    {RiskKey::FeeTier, "FEE_TIER", "Account", KeyForm::Word, "word", "", "", "instrument", Tighter::Neutral, false, "instrument", "Where fees come from: the instrument's own."},
    {RiskKey::EntryOrderType, "ENTRY_ORDER_TYPE", "Strategy", KeyForm::Word, "word", "", "", "as-sent", Tighter::Neutral, false, "as-sent|maker|taker", "Fee counted for the entry: by the order actually sent, or fixed."},
    {RiskKey::ExitOrderType, "EXIT_ORDER_TYPE", "Strategy", KeyForm::Word, "word", "", "", "taker", Tighter::Neutral, false, "maker|taker", "Fee counted for the exit."},
    {RiskKey::StopLossRoi, "STOP_LOSS_ROI", "Strategy", KeyForm::Number, "% ROI", "0.01", "100", "0.5", Tighter::Lower, false, "", "Default stop of strategies that name none."},
    {RiskKey::TakeProfitRoi, "TAKE_PROFIT_ROI", "Strategy", KeyForm::Number, "% ROI", "0.01", "100", "2", Tighter::Neutral, false, "", "Default target of strategies that name none; below break-even it is refused."},
    {RiskKey::TrailingActivation, "TRAILING_ACTIVATION", "Strategy", KeyForm::Number, "% ROI", "0", "1000", "1", Tighter::Neutral, false, "", "ROI from which the stop follows."},
    {RiskKey::TrailingStep, "TRAILING_STEP", "Strategy", KeyForm::Number, "% ROI", "0.01", "1000", "0.5", Tighter::Neutral, false, "", "Height of a stair."},
    {RiskKey::TrailingDistance, "TRAILING_DISTANCE", "Strategy", KeyForm::Number, "% ROI", "0", "1000", "0.5", Tighter::Lower, false, "", "How far below the stair the stop stays."},
    {RiskKey::MaxCorrelatedExposure, "MAX_CORRELATED_EXPOSURE", "Account", KeyForm::Number, "% equity", "0", "1000", "200", Tighter::Lower, false, "", "Σ notional × correlation with the new order, same direction only."},
    {RiskKey::CorrelationWindow, "CORRELATION_WINDOW", "Account", KeyForm::Count, "hourly returns", "100", "5000", "500", Tighter::Neutral, false, "", "Returns the correlation is measured on; under 100 it counts as 1."},
    {RiskKey::PriceCollar, "PRICE_COLLAR", "Orders", KeyForm::Number, "bps from touch", "1", "2000", "100", Tighter::Lower, false, "", "How far through the best price an order may reach."},
    {RiskKey::MaxSlippage, "MAX_SLIPPAGE", "Orders", KeyForm::Number, "bps of mid", "1", "500", "50", Tighter::Lower, false, "", "Largest distance of the ninth-level entry from mid."},
    {RiskKey::EntryLevel, "ENTRY_LEVEL", "Orders", KeyForm::Count, "level", "1", "50", "9", Tighter::Neutral, false, "", "Book level an entry rests on."},
    {RiskKey::MaxOrderValue, "MAX_ORDER_VALUE", "Orders", KeyForm::Number, "quote", "0.00000001", "1000000000", "25000", Tighter::Lower, false, "", "Largest notional of one order."},
    {RiskKey::MaxOrderQuantity, "MAX_ORDER_QUANTITY", "Orders", KeyForm::Number, "lots", "1", "1000000000000", "100000000", Tighter::Lower, false, "", "Largest number of lots of one order."},
    {RiskKey::MinFreeBalance, "MIN_FREE_BALANCE", "Account", KeyForm::Number, "quote", "0", "1000000000", "0", Tighter::Higher, false, "", "What must stay available after margin and fees of everything pending."},
    {RiskKey::MaxMessageRate, "MAX_MESSAGE_RATE", "Orders", KeyForm::Count, "1/s", "1", "100", "20", Tighter::Lower, false, "", "Orders and cancels in a second; cancels count but are never held back."},
    {RiskKey::MaxRepeatedExecutions, "MAX_REPEATED_EXECUTIONS", "Orders", KeyForm::Count, "count/min", "1", "1000", "60", Tighter::Lower, false, "", "Entries of one strategy, instrument and side in a minute."},
    {RiskKey::DuplicateWindow, "DUPLICATE_WINDOW", "Orders", KeyForm::Count, "ms", "0", "10000", "250", Tighter::Higher, false, "", "An equal order within this time is a duplicate."},
    {RiskKey::MaxDataAge, "MAX_DATA_AGE", "Data", KeyForm::Count, "ms", "50", "60000", "5000", Tighter::Lower, false, "", "Oldest quote an entry may be decided on."},
    {RiskKey::MaxClockSkew, "MAX_CLOCK_SKEW", "Data", KeyForm::Count, "ms", "10", "5000", "1000", Tighter::Lower, false, "", "Difference to the venue's clock after its known offset."},
    {RiskKey::SymbolLock, "SYMBOL_LOCK", "Circuit breakers", KeyForm::Number, "min", "0", "1440", "0", Tighter::Higher, false, "", "No entry in an instrument for so long after its stop-loss filled."},
    {RiskKey::VolatilityHalt, "VOLATILITY_HALT", "Circuit breakers", KeyForm::Number, "σ", "1", "20", "off", Tighter::Lower, true, "", "No entry while the last move is larger."},
    {RiskKey::BreakerFailures, "BREAKER_FAILURES", "Circuit breakers", KeyForm::Count, "count", "1", "20", "5", Tighter::Lower, false, "", "Failed requests in a row that open a venue's breaker."},
    {RiskKey::BreakerReopen, "BREAKER_REOPEN", "Circuit breakers", KeyForm::Count, "s", "10", "600", "60", Tighter::Higher, false, "", "When an open breaker tries again."},
    {RiskKey::SignalMinScore, "SIGNAL_MIN_SCORE", "Strategy", KeyForm::Number, "points", "0", "130", "60", Tighter::Higher, false, "", "Smallest absolute score that is acted on."},
    {RiskKey::MinAlignment, "MIN_ALIGNMENT", "Strategy", KeyForm::Word, "word", "", "", "partial", Tighter::Higher, false, "divergent|partial|full", "Agreement between time-frames that is asked for."},
    {RiskKey::AllowChoppy, "ALLOW_CHOPPY", "Strategy", KeyForm::Switch, "bool", "", "", "off", Tighter::Off, false, "", "Act on signals of a market without direction."},
    {RiskKey::LlmDailyBudget, "LLM_DAILY_BUDGET", "LLM", KeyForm::Number, "USD", "0", "1000", "5.00", Tighter::Lower, false, "", "Spending on models in a day."},
    {RiskKey::EstopLevel, "estop.level", "Emergency stop", KeyForm::Word, "word", "", "", "flatten", Tighter::Neutral, false, "flatten|cancel-all", "What the emergency stop does."},
    {RiskKey::EstopCloseHoldings, "estop.close_holdings", "Emergency stop", KeyForm::Switch, "bool", "", "", "off", Tighter::Neutral, false, "", "Whether it also sells earlier holdings on spot accounts."},
    {RiskKey::GuardOnDeath, "guard.on_death", "Emergency stop", KeyForm::Word, "word", "", "", "flatten", Tighter::Neutral, false, "flatten|keep-protected", "What the guard does when the workstation dies."},
    {RiskKey::EstopCloseSlippage, "estop.close_slippage_bps", "Emergency stop", KeyForm::Number, "bps", "5", "1000", "100", Tighter::Neutral, false, "", "First collar of the stop's closes; it widens."},
    {RiskKey::UiFreezePause, "ui_freeze.pause_s", "Emergency stop", KeyForm::Count, "s", "5", "600", "30", Tighter::Lower, false, "", "A frozen window pauses trading after this."},
    {RiskKey::UiFreezeStop, "ui_freeze.stop_s", "Emergency stop", KeyForm::Count, "s", "5", "600", "off", Tighter::Lower, true, "", "A frozen window stops trading after this."},
}};
// clang-format on

const RiskKeyInfo* findRiskKey(std::string_view name) {
  for (const RiskKeyInfo& info : kRiskKeys) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::string_view nearestRiskKey(std::string_view name) {
  std::string_view best;
  std::size_t bestDistance = 4;
  for (const RiskKeyInfo& info : kRiskKeys) {
    // Levenshtein distance, two rows.
    std::vector<std::size_t> row(info.name.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t above = row[j];
        const std::size_t change = diagonal + (name[i - 1] == info.name[j - 1] ? 0 : 1);
        row[j] = std::min({above + 1, row[j - 1] + 1, change});
        diagonal = above;
      }
    }
    if (row.back() < bestDistance) {
      bestDistance = row.back();
      best = info.name;
    }
  }
  return best;
}

}  // namespace bw::risk
