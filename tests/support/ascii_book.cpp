// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ascii_book.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

namespace bw::test {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

[[noreturn]] void refuseRow(std::string_view row, const char* why) {
  throw std::invalid_argument("book row '" + std::string(row) + "': " + why);
}

Lots sizeFrom(std::string_view text, std::string_view row, const Instrument& instrument) {
  const auto size = Quantity::parse(text);
  if (!size) refuseRow(row, "the size is no number");
  const auto lots = instrument.toLots(*size);
  if (!lots || lots->value <= 0) refuseRow(row, "the size is not a positive number of lots");
  return *lots;
}

void addRow(std::string_view row, const Instrument& instrument, BookDelta& out) {
  const auto bar = row.find('|');
  const auto second = bar == std::string_view::npos ? bar : row.find('|', bar + 1);
  if (second == std::string_view::npos) refuseRow(row, "needs bid | price | ask");
  const std::string_view bid = trimmed(row.substr(0, bar));
  const std::string_view priceText = trimmed(row.substr(bar + 1, second - bar - 1));
  const std::string_view ask = trimmed(row.substr(second + 1));
  if (priceText == "price") return;
  const auto price = Price::parse(priceText);
  if (!price) refuseRow(row, "the price is no number");
  const auto ticks = instrument.toTicks(*price);
  if (!ticks) refuseRow(row, "the price is between two ticks");
  if (bid.empty() && ask.empty()) refuseRow(row, "neither bid nor ask");
  if (!bid.empty()) out.bids.push_back({*ticks, sizeFrom(bid, row, instrument)});
  if (!ask.empty()) out.asks.push_back({*ticks, sizeFrom(ask, row, instrument)});
}

}  // namespace

Instrument testInstrument(std::string_view symbol) {
  Instrument out;
  out.venue = "test";
  out.symbol = symbol;
  out.base = Currency("BTC");
  out.quote = Currency("USDT");
  out.settle = Currency("USDT");
  out.tickSize = Decimal(1, 2);
  out.lotSize = Decimal(1, 3);
  return out;
}

BookDelta snapshotFromAscii(std::string_view text, const Instrument& instrument) {
  BookDelta out;
  out.instrument = instrument.id;
  out.snapshot = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    if (!trimmed(row).empty()) addRow(row, instrument, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

L2Book bookFromAscii(std::string_view text, const Instrument& instrument) {
  L2Book book(instrument);
  book.apply(snapshotFromAscii(text, instrument));
  return book;
}

std::string toAscii(const L2Book& book, const Instrument& instrument, std::size_t levels) {
  std::vector<std::array<std::string, 3>> rows;
  const auto collect = [&](Side side) {
    std::size_t seen = 0;
    book.side(side).forEach([&](const Level& level) {
      if (seen++ == levels) return false;
      const std::string size = instrument.quantity(level.size).toString();
      const std::string price = instrument.price(level.price).decimal().toFixed(instrument.priceDecimals());
      rows.push_back(side == Side::Buy ? std::array<std::string, 3>{size, price, ""}
                                       : std::array<std::string, 3>{"", price, size});
      return true;
    });
  };
  collect(Side::Sell);
  std::reverse(rows.begin(), rows.end());
  collect(Side::Buy);
  rows.insert(rows.begin(), {"bid", "price", "ask"});
  std::array<std::size_t, 3> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < 3; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    out += padded(row[0], widths[0]) + " | " + padded(row[1], widths[1]) + " | " + padded(row[2], widths[2]) + "\n";
  }
  return out;
}

}  // namespace bw::test
