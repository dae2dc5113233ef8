// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/messages/execution.h"
#include "core/domain/messages/market_data.h"
#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/signals.h"
#include "core/domain/messages/system.h"

namespace bw::agents {

/// What trading came to (SPEC 9.2): win rate, profit factor, Sharpe ratio, drawdown, duration, accuracy of each
/// indicator, quality of fills. Round trips count with their net result as a share of equity, so that accounts of
/// several currencies can be added. Statistics, not money. Pure; times come in. Thread: owner only.
class TradeMetrics {
 public:
  /// An indicator was right if the price had moved its way so long after its signal.
  static constexpr Duration kHorizon = Duration::seconds(60);

  explicit TradeMetrics(Instruments instruments);
  void onPosition(const PositionUpdate& update, Timestamp now);
  void onAccount(const AccountUpdate& account);
  void onBook(const BookDepth& book);
  void onCandle(const Candle& candle, Timestamp now);
  void onSignal(const SignalGenerated& signal, Timestamp now);
  void onPlaced(const Order& order);
  void onFill(const OrderFilled& filled);
  std::vector<Metric> rows(Timestamp now) const;

 private:
  struct Trip {
    Timestamp closedAt;
    Duration held;
    double result = 0;  ///< net, share of equity
  };
  struct Prediction {
    Timestamp due;
    std::string indicator;
    bool up = false;
    std::int64_t price = 0;  ///< ticks
  };
  struct Hits {
    std::uint64_t right = 0;
    std::uint64_t all = 0;
  };
  struct Arrival {
    ClientOrderId order;
    double mid = 0;  ///< ticks
  };
  void addTrips(std::vector<Metric>& rows, Timestamp now) const;
  std::optional<double> winRate(Timestamp now, Duration window) const;

  Instruments m_instruments;
  std::deque<Trip> m_trips;
  std::map<std::string, double> m_equity;      ///< by venue
  std::map<std::string, double> m_highEquity;  ///< by venue
  double m_drawdown = 0;                       ///< worst, share
  std::map<InstrumentId, double> m_mids;       ///< ticks
  std::map<InstrumentId, std::deque<Prediction>> m_predictions;
  std::map<std::string, Hits> m_accuracy;
  std::deque<Arrival> m_arrivals;
  double m_slippageSum = 0;  ///< basis points, > 0 worse than the middle price at placement
  std::uint64_t m_fills = 0;
  std::uint64_t m_makerFills = 0;
};

}  // namespace bw::agents
