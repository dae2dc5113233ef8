// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/audit/trade_metrics.h"

#include <algorithm>
#include <cmath>

#include "core/agents/audit/metric_rows.h"

namespace bw::agents {
namespace {

constexpr Duration kDay = Duration::seconds(86'400);
constexpr Duration kTripsKept = kDay * 30;
constexpr std::size_t kMostTrips = 100'000;
constexpr std::size_t kMostPredictions = 20'000;
constexpr std::size_t kMostArrivals = 4'096;

double asDouble(const Decimal& value) {
  return static_cast<double>(value.mantissa) * std::pow(10.0, -value.scale);
}

}  // namespace

TradeMetrics::TradeMetrics(Instruments instruments) : m_instruments(std::move(instruments)) {}

void TradeMetrics::onPosition(const PositionUpdate& update, Timestamp now) {
  if (update.kind != PositionUpdate::Kind::Closed) return;
  const auto equity = m_equity.find(m_instruments->get(update.position.instrument).venue);
  const double base = equity != m_equity.end() ? equity->second : !m_equity.empty() ? m_equity.begin()->second : 0;
  if (base <= 0) return;
  const Duration held = update.position.openedAt.ns > 0 ? now - update.position.openedAt : Duration{};
  m_trips.push_back({now, held, asDouble(update.tripNet.amount()) / base});
  while (m_trips.size() > kMostTrips || now - m_trips.front().closedAt > kTripsKept) m_trips.pop_front();
}

void TradeMetrics::onAccount(const AccountUpdate& account) {
  const double equity = asDouble(account.equity.amount());
  m_equity[account.venue] = equity;
  double& high = m_highEquity[account.venue];
  high = std::max(high, equity);
  if (high > 0) m_drawdown = std::max(m_drawdown, (high - equity) / high);
}

void TradeMetrics::onBook(const BookDepth& book) {
  if (book.bidCount == 0 || book.askCount == 0) return;
  m_mids[book.instrument] = 0.5 * static_cast<double>(book.bids[0].price.value + book.asks[0].price.value);
}

void TradeMetrics::onCandle(const Candle& candle, Timestamp now) {
  const std::int64_t price = candle.close.value;
  std::deque<Prediction>& waiting = m_predictions[candle.instrument];
  for (; !waiting.empty() && waiting.front().due <= now; waiting.pop_front()) {
    const Prediction& prediction = waiting.front();
    if (price == prediction.price) continue;
    Hits& hits = m_accuracy[prediction.indicator];
    ++hits.all;
    hits.right += (price > prediction.price) == prediction.up ? 1 : 0;
  }
}

void TradeMetrics::onSignal(const SignalGenerated& signal, Timestamp now) {
  const auto mid = m_mids.find(signal.instrument);
  if (!signal.warm || mid == m_mids.end()) return;
  std::deque<Prediction>& waiting = m_predictions[signal.instrument];
  for (const SignalComponent& component : signal.breakdown) {
    if (!component.available || component.contribution == 0 || waiting.size() >= kMostPredictions) continue;
    waiting.push_back({now + kHorizon, component.name, component.contribution > 0,
                       static_cast<std::int64_t>(std::llround(mid->second))});
  }
}

void TradeMetrics::onPlaced(const Order& order) {
  const auto mid = m_mids.find(order.instrument);
  if (mid == m_mids.end()) return;
  m_arrivals.push_back({order.clientId, mid->second});
  if (m_arrivals.size() > kMostArrivals) m_arrivals.pop_front();
}

void TradeMetrics::onFill(const OrderFilled& filled) {
  const Fill& fill = filled.fill;
  const auto arrival =
      std::find_if(m_arrivals.rbegin(), m_arrivals.rend(), [&](const Arrival& a) { return a.order == fill.clientId; });
  if (arrival == m_arrivals.rend() || arrival->mid <= 0) return;
  const Instrument& instrument = m_instruments->get(fill.instrument);
  const auto paid = static_cast<double>(instrument.toTicksRounded(fill.price, Rounding::HalfEven).value);
  const double worse = fill.side == Side::Buy ? paid - arrival->mid : arrival->mid - paid;
  m_slippageSum += worse / arrival->mid * 10'000;
  ++m_fills;
  m_makerFills += fill.maker ? 1 : 0;
}

std::optional<double> TradeMetrics::winRate(Timestamp now, Duration window) const {
  std::uint64_t all = 0;
  std::uint64_t won = 0;
  for (const Trip& trip : m_trips) {
    if (now - trip.closedAt > window) continue;
    ++all;
    won += trip.result > 0 ? 1 : 0;
  }
  if (all == 0) return std::nullopt;
  return 100.0 * static_cast<double>(won) / static_cast<double>(all);
}

void TradeMetrics::addTrips(std::vector<Metric>& rows, Timestamp now) const {
  for (const int days : {7, 30}) {
    const std::string name = "win rate " + std::to_string(days) + "d";
    const auto rate = winRate(now, kDay * days);
    rows.push_back(rate ? metricAbove(name, *rate, "%", 65, 55) : metricUnknown(name, "%", 65, 55, true));
  }
  double gains = 0;
  double losses = 0;
  double sum = 0;
  double squares = 0;
  std::int64_t held = 0;
  const auto count = static_cast<double>(m_trips.size());
  for (const Trip& trip : m_trips) {
    (trip.result > 0 ? gains : losses) += std::fabs(trip.result);
    sum += trip.result;
    squares += trip.result * trip.result;
    held += trip.held.ns / static_cast<std::int64_t>(m_trips.size());
  }
  rows.push_back(losses > 0 ? metricAbove("profit factor", gains / losses, "", 2.0, 1.5)
                            : metricUnknown("profit factor", "", 2.0, 1.5, true));
  // Mean over standard deviation of the results of round trips; not annualised.
  const double variance = count > 1 ? (squares - sum * sum / count) / (count - 1) : 0;
  if (variance > 0) rows.push_back(metricPlain("Sharpe ratio per trade", sum / count / std::sqrt(variance), ""));
  if (!m_trips.empty()) rows.push_back(metricPlain("average trade duration", static_cast<double>(held) / 1e9, "s"));
  rows.push_back(m_highEquity.empty() ? metricUnknown("max drawdown", "%", 8, 15)
                                      : metricBelow("max drawdown", m_drawdown * 100, "%", 8, 15));
}

std::vector<Metric> TradeMetrics::rows(Timestamp now) const {
  std::vector<Metric> rows;
  addTrips(rows, now);
  for (const auto& [indicator, hits] : m_accuracy) {
    if (hits.all == 0) continue;
    rows.push_back(metricPlain("accuracy of " + indicator + " after 60 s",
                               100.0 * static_cast<double>(hits.right) / static_cast<double>(hits.all), "%"));
  }
  if (m_fills > 0) {
    const auto fills = static_cast<double>(m_fills);
    rows.push_back(metricPlain("fill price against the middle at placement", m_slippageSum / fills, "bp"));
    rows.push_back(metricPlain("maker share of fills", 100.0 * static_cast<double>(m_makerFills) / fills, "%"));
  }
  return rows;
}

}  // namespace bw::agents
