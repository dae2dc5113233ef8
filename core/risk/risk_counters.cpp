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

std::string timeText(const std::optional<Timestamp>& time) {
  return time ? std::to_string(time->ns) : "-";
}

bool timeFrom(std::string_view text, std::optional<Timestamp>& out) {
  if (text == "-") return true;
  return wholeFrom(text, out.emplace().ns);
}

// "stopped left size", "-" where there is none; a size means that the last trip lost.
std::string marksText(const RiskCounters::Marks& marks) {
  return timeText(marks.stoppedAt) + " " + timeText(marks.leftAt) + " " +
         (marks.lastTripLost ? marks.lostSize.toString() : "-");
}

bool marksFrom(std::string_view text, RiskCounters::Marks& out) {
  const std::size_t first = text.find(' ');
  const std::size_t second = text.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  if (!timeFrom(text.substr(0, first), out.stoppedAt)) return false;
  if (!timeFrom(text.substr(first + 1, second - first - 1), out.leftAt)) return false;
  const std::string_view size = text.substr(second + 1);
  if (size == "-") return true;
  const auto lost = Decimal::parse(size);
  if (!lost) return false;
  out.lastTripLost = true;
  out.lostSize = Quantity(*lost);
  return true;
}

bool readCounter(RiskCounters& c, std::string_view key, std::string_view value) {
  if (key == "day" || key == "week") return true;  // of earlier builds
  if (key == "day_rule") return !(c.dayRule = value).empty();
  if (key == "day_ends") return wholeFrom(value, c.dayEnds.ns);
  if (key == "week_ends") return wholeFrom(value, c.weekEnds.ns);
  if (key == "last_stop") return timeFrom(value, c.lastStopAt) && c.lastStopAt;
  if (key == "day_high") return (c.dayHigh = moneyFrom(value)).has_value();
  if (key == "week_high") return (c.weekHigh = moneyFrom(value)).has_value();
  if (key == "losses") return wholeFrom(value, c.accountLosses);
  if (key == "entries_today") return wholeFrom(value, c.entriesToday);
  if (key == "approved") return wholeFrom(value, c.approved);
  if (key == "refused") return wholeFrom(value, c.refused);
  if (key.substr(0, 5) == "mark:") return marksFrom(value, c.marks[std::string(key.substr(5))]);
  if (key.substr(0, 7) == "losses:") return wholeFrom(value, c.strategyLosses[std::string(key.substr(7))]);
  return false;
}

}  // namespace

std::string RiskCounters::encode() const {
  std::string text;
  if (!dayRule.empty()) {
    text = "day_rule=" + dayRule + "\nday_ends=" + std::to_string(dayEnds.ns) +
           "\nweek_ends=" + std::to_string(weekEnds.ns) + "\n";
  }
  if (lastStopAt) text += "last_stop=" + timeText(lastStopAt) + "\n";
  for (const auto& [instrument, kept] : marks) text += "mark:" + instrument + "=" + marksText(kept) + "\n";
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
