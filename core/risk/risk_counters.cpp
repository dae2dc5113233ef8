// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>

#include "core/risk/risk_state.h"

namespace bw::risk {
namespace {

std::string moneyText(const Money& money) {
  return money.toString() + " " + std::string(money.currency().code());
}

std::optional<Money> moneyFrom(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || text.size() - space - 1 > 7 || text.size() == space + 1) return std::nullopt;
  const auto amount = Decimal::parse(text.substr(0, space));
  if (!amount) return std::nullopt;
  return Money(*amount, Currency(text.substr(space + 1)));
}

template <class T>
bool wholeFrom(std::string_view text, T& out) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc() && end == text.data() + text.size();
}

bool readCounter(RiskCounters& c, std::string_view key, std::string_view value) {
  if (key == "day") return wholeFrom(value, c.day);
  if (key == "week") return wholeFrom(value, c.week);
  if (key == "day_high") return (c.dayHigh = moneyFrom(value)).has_value();
  if (key == "week_high") return (c.weekHigh = moneyFrom(value)).has_value();
  if (key == "losses") return wholeFrom(value, c.accountLosses);
  if (key == "entries_today") return wholeFrom(value, c.entriesToday);
  if (key == "approved") return wholeFrom(value, c.approved);
  if (key == "refused") return wholeFrom(value, c.refused);
  if (key.substr(0, 7) == "losses:") return wholeFrom(value, c.strategyLosses[std::string(key.substr(7))]);
  return false;
}

}  // namespace

std::string RiskCounters::encode() const {
  std::string text = "day=" + std::to_string(day) + "\nweek=" + std::to_string(week) + "\n";
  if (dayHigh) text += "day_high=" + moneyText(*dayHigh) + "\n";
  if (weekHigh) text += "week_high=" + moneyText(*weekHigh) + "\n";
  text += "losses=" + std::to_string(accountLosses) + "\nentries_today=" + std::to_string(entriesToday) +
          "\napproved=" + std::to_string(approved) + "\nrefused=" + std::to_string(refused) + "\n";
  for (const auto& [strategy, losses] : strategyLosses)
    text += "losses:" + strategy + "=" + std::to_string(losses) + "\n";
  return text;
}

Result<RiskCounters> RiskCounters::decode(std::string_view text) {
  RiskCounters counters;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::size_t equals = line.rfind('=');
    if (equals == std::string_view::npos || !readCounter(counters, line.substr(0, equals), line.substr(equals + 1))) {
      return finalError("risk.counters", "'" + std::string(line) + "' is no stored risk counter");
    }
  }
  return counters;
}

}  // namespace bw::risk
