// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/system.h"
#include "core/risk/exposure_book.h"
#include "core/risk/risk_limits.h"

namespace bw::risk {

/// What survives a restart: journalled after every change, given back before the first order.
struct RiskCounters {
  std::string dayRule;  ///< RISK_DAY_START the running day was begun under; empty: none yet
  Timestamp dayEnds;    ///< of the running risk day; a changed rule moves it later, never earlier
  Timestamp weekEnds;   ///< a Monday's day start, alike
  std::optional<Money> dayHigh;
  std::optional<Money> weekHigh;
  std::uint64_t accountLosses = 0;  ///< in a row
  std::map<std::string, std::uint64_t> strategyLosses;
  std::uint64_t entriesToday = 0;
  std::optional<Timestamp> lastStopAt;  ///< a stop-loss of ours filled, in any instrument
  /// What is remembered of an instrument, by "venue|symbol".
  struct Marks {
    std::optional<Timestamp> stoppedAt;  ///< its stop-loss filled
    std::optional<Timestamp> leftAt;     ///< went flat
    bool lastTripLost = false;
    Quantity lostSize;  ///< largest held in that trip
  };
  std::map<std::string, Marks> marks;
  std::uint64_t approved = 0;
  std::uint64_t refused = 0;

  /// One "key=value" line each.
  std::string encode() const;
  /// Error "risk.counters" naming the line.
  static Result<RiskCounters> decode(std::string_view text);
};

/// What the risk engine knows of one instrument.
struct InstrumentState {
  struct Unconfirmed {
    std::string tradeId;
    Quantity delta;
  };
  Quantity stated;                       ///< last stated position
  std::vector<Unconfirmed> unconfirmed;  ///< fills seen that it does not include yet
  Quantity position;                     ///< stated + unconfirmed
  std::string statedTradeId;
  std::string aheadTradeId;  ///< stated before we saw that fill
  std::optional<Price> averagePrice;
  Decimal leverage{1, 0};
  std::optional<Price> bid;
  std::optional<Price> ask;
  std::optional<Price> mark;
  std::optional<Timestamp> dataAt;
  bool hasBook = false;
  std::vector<Ticks> bidLevels;  ///< of the last tradable book, best first
  std::vector<Ticks> askLevels;
  StaleReason stale = StaleReason::None;
  std::optional<Ratio> volatility;  ///< ATR(14, 1 h) ÷ price
  Price atr;                        ///< of the signals' time-frame; 0 = not known
  std::optional<Decimal> lastMoveSigma;
  Quantity largestHeld;  ///< in the running trip
  RiskCounters::Marks marks;
  std::optional<Ratio> expectedFunding;  ///< of the next interval, share of notional; > 0: longs pay
  std::string sector;
  std::string assetClass;

  std::uint64_t statedSequence = 0;  ///< of the message that stated the position last; 0 = not numbered

  void onFill(const std::string& tradeId, const Quantity& delta);
  /// `seen`: the fill it ends with was counted here before; a statement older than what is known is ignored.
  void onStated(const Position& said, bool seen);
};

/// What one intent could do at worst. Made once, used by all checks.
struct OrderDemand {
  std::optional<Price> worstPrice;  ///< bound for the gate
  std::optional<Price> collar;      ///< farthest price the collar allows; absent without a touch
  std::optional<Price> valuation;   ///< highest price it could fill at
  std::optional<Price> entry;       ///< where it is expected to fill
  std::optional<Price> crossing;    ///< how far it reaches into the other side
  std::optional<Price> restPrice;
  Money notional;  ///< settle currency
  Money margin;
  Money fees;  ///< of the entry
  bool maker = false;
  bool reduces = false;
};

/// The state all checks read: positions, pending, market, accounts, counters. Fed by RiskEngine.
/// Thread: owner only.
struct RiskState {
  explicit RiskState(Instruments table);

  Instruments instruments;
  std::vector<InstrumentState> perInstrument;
  ExposureBook exposure;
  SessionState session = SessionState::Initializing;
  std::map<std::string, AccountUpdate> accounts;
  RiskCounters counters;
  struct Sent {
    Timestamp time;
    InstrumentId instrument;
    Side side;
    OrderType type;
    Quantity quantity;
    std::optional<Price> limitPrice;
    std::optional<Price> triggerPrice;
    std::string strategy;
  };
  std::deque<Timestamp> messages;  ///< of the last second
  std::deque<Sent> sent;           ///< entries approved in the last minute
  std::map<std::pair<InstrumentId, InstrumentId>, Ratio> correlations;
  struct Rate {
    Timestamp time;
    Decimal rate;
    Decimal low;  ///< within its minute
    Decimal high;
  };
  std::map<Currency, std::deque<Rate>> rates;  ///< account currency per unit, 24 h

  const InstrumentState& of(InstrumentId id) const { return perInstrument[id.value]; }
  InstrumentState& of(InstrumentId id) { return perInstrument[id.value]; }
  /// Currency everything is summed in: that of the first account; absent before.
  std::optional<Currency> currency() const;
  /// Σ over accounts; absent while there is none or a rate is missing.
  std::optional<Money> equity(Timestamp now) const;
  /// `amount` in the account currency at the latest rate (≤ 60 s old) or the worst of 24 h; absent without any.
  std::optional<Money> inAccount(Money amount, Timestamp now) const;
  /// The same of something owned, for which the lowest rate is the worst.
  std::optional<Money> ownedInAccount(Money amount, Timestamp now) const;
  /// Mark, else mid, else average price; absent without any.
  std::optional<Price> valuation(InstrumentId id) const;
  Money positionNotional(InstrumentId id) const;  ///< ≥ 0, settle
  Money positionMargin(InstrumentId id) const;    ///< initial; on spot the value
  /// Largest |notional| if any subset of what is pending filled; with `add` on `side` on top. Settle currency.
  Money worstNotional(InstrumentId id, Side side, const Money& add) const;
  Money worstMargin(InstrumentId id, Side side, const Money& add) const;
  /// Σ worst-case |notional| in account currency, `demand` of `extra` on top; absent without a rate.
  std::optional<Money> totalExposure(Timestamp now, const OrderIntent* extra, const OrderDemand* demand) const;
  std::optional<Money> totalMargin(Timestamp now, const OrderIntent* extra, const OrderDemand* demand) const;
  /// The rate to count with: the last one while fresh, else the highest (`owed`) or lowest of 24 h.
  std::optional<Decimal> rateOf(Currency currency, bool owed, Timestamp now) const;
  std::uint64_t openPositions(std::optional<InstrumentId> with) const;
  Ratio correlation(InstrumentId a, InstrumentId b) const;
  /// Σ over what is held and pending of notional × max(0, ρ × side agreement) with an order on `side` of `id`, in
  /// account currency, rounded up; absent without a rate.
  std::optional<Money> correlatedExposure(InstrumentId id, Side side, Timestamp now) const;
  std::uint64_t messagesWithin(Timestamp now, Duration window) const;
};

/// The worst an intent can do in this state. Throws ExactOverflow.
OrderDemand demandOf(const OrderIntent& intent, const Instrument& instrument, const RiskState& state,
                     const RiskLimits& limits);
/// True if it provably cannot add to the position: reduce-only where the venue enforces it, or smaller than what is
/// held after everything pending on its side.
bool provablyReduces(const OrderIntent& intent, const Instrument& instrument, const RiskState& state);

}  // namespace bw::risk
