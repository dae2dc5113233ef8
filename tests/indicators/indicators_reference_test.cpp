// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>

#include "core/indicators/atr.h"
#include "core/indicators/bollinger.h"
#include "core/indicators/macd.h"
#include "core/indicators/moving_averages.h"
#include "core/indicators/rsi.h"
#include "core/indicators/stochastic.h"
#include "tests/indicators/reference_csv.h"

using namespace bw;

namespace {

indicators::Bar priceBarOf(const std::vector<double>& row) {
  return {row[1], row[2], row[3], row[4], 0};
}

/// Compares from row `from` on wherever the reference has a number; returns how many were compared.
template <class Read>
int compareColumn(const test::ReferenceTable& table, const std::string& column, std::size_t from, double tolerance,
                  Read read) {
  const std::size_t index = table.column(column);
  int compared = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const double ours = read(table.rows[i]);
    if (i < from || index >= table.rows[i].size() || std::isnan(table.rows[i][index])) continue;
    CAPTURE(column);
    CAPTURE(i);
    CHECK(std::abs(ours - table.rows[i][index]) <= tolerance);
    ++compared;
  }
  return compared;
}

}  // namespace

TEST_CASE("averages, RSI and MACD agree with the reference columns") {
  const auto table = test::readReference("spy_with_indicators.txt");
  if (!table) return;
  const std::size_t close = table->column("Close");
  indicators::Sma sma(14);
  indicators::Ema ema(14);
  indicators::Rsi rsi(14);
  indicators::Macd macd(12, 26, 9);
  CHECK(compareColumn(*table, "SMA14", 0, 0.01, [&](const auto& row) { return sma.update(row[close]); }) > 100);
  CHECK(compareColumn(*table, "EMA14", 0, 0.01, [&](const auto& row) { return ema.update(row[close]); }) > 100);
  CHECK(compareColumn(*table, "RSI 14 Wilder", 0, 0.0001, [&](const auto& row) { return rsi.update(row[close]); }) >
        100);
  // The reference begins its fast average at bar 12, TA-Lib (and we) at bar 15: equal once the start has faded.
  CHECK(compareColumn(*table, "MACD 12 26", 110, 0.01, [&](const auto& row) { return macd.update(row[close]); }) > 20);
}

TEST_CASE("Bollinger bands agree with the reference columns") {
  const auto table = test::readReference("spy_bollinger_bands.txt");
  if (!table) return;
  indicators::Bollinger bands(20, 2.0);
  CHECK(compareColumn(*table, "Moving Average 20", 0, 0.0001, [&](const auto& row) { return bands.update(row[4]); }) >
        100);
  bands.reset();
  CHECK(compareColumn(*table, table->columns[6], 0, 0.0001, [&](const auto& row) {
          bands.update(row[4]);
          return bands.upper();
        }) > 100);
  bands.reset();
  CHECK(compareColumn(*table, "%B", 0, 0.0001, [&](const auto& row) {
          bands.update(row[4]);
          return bands.percentB();
        }) > 100);
}

TEST_CASE("average true range agrees with the reference column once the start has faded") {
  const auto table = test::readReference("spy_atr_wilder.txt");
  if (!table) return;
  indicators::Atr atr(14);
  // The reference counts the first bar's own range; TA-Lib (and we) begin with the first true range.
  CHECK(compareColumn(*table, "Average True Range 14", 150, 0.0001,
                      [&](const auto& row) { return atr.update(priceBarOf(row)); }) > 100);
}

TEST_CASE("slow stochastic agrees with the reference columns") {
  const auto table = test::readReference("spy_with_stoch12k3.txt");
  if (!table) return;
  indicators::Stochastic stochastic(12, 3, 5);
  CHECK(compareColumn(*table, "Stochastics 12 %K 3", 0, 0.001,
                      [&](const auto& row) { return stochastic.update(priceBarOf(row)); }) > 100);
  stochastic.reset();
  CHECK(compareColumn(*table, "%D 5", 0, 0.001, [&](const auto& row) {
          stochastic.update(priceBarOf(row));
          return stochastic.d();
        }) > 100);
}
