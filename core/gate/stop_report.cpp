// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/stop_executor.h"

namespace bw::gate {
namespace {

std::string millisText(const std::optional<Duration>& time) {
  if (!time) return "not reached";
  const std::int64_t micros = time->toMicros();
  std::string fraction = std::to_string(micros % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(micros / 1000) + "." + fraction + " ms";
}

std::string cell(std::string text) {
  for (char& c : text) {
    if (c == '|' || c == '\n') c = ' ';
  }
  return text;
}

}  // namespace

std::string stopReport(const StopProgress& p, const StopTimes& times,
                       const std::vector<StopExecutor::VenueTimes>& venues, const std::string& mode) {
  std::string out = "# Emergency stop " + std::to_string(p.stopNumber) + " (" + mode + ")\n\n";
  out += "- State: " + std::string(toString(p.state)) + "\n- Pressed: " + toIso8601(p.startedAt) + " by " + p.trigger +
         "\n- Level: " + p.level + "\n- Reason: " + p.reason + "\n- This report: " + toIso8601(p.updatedAt) + "\n";
  if (!p.attention.empty()) out += "- Needs a person: " + p.attention + "\n";
  out += "\n| figure | value |\n|---|---|\n";
  const auto row = [&](const char* name, const std::string& value) {
    out += std::string("| ") + name + " | " + value + " |\n";
  };
  row("press to gate closed", millisText(times.gateClosed));
  row("press to first cancel", millisText(times.firstCancel));
  row("press to last cancel", millisText(times.lastCancel));
  row("press to latch on disk", millisText(times.latched));
  row("press to confirmed by the venues", millisText(times.confirmed));
  row("orders found", std::to_string(p.ordersTotal));
  row("orders proven ended", std::to_string(p.ordersCancelled));
  row("orders UNKNOWN", std::to_string(p.ordersUnknown));
  row("positions found", std::to_string(p.positionsTotal));
  row("positions proven flat", std::to_string(p.positionsFlat));
  out +=
      "\n## What each venue shows\n\n| venue | orders found | ended | UNKNOWN | stops kept | positions found | flat | "
      "first "
      "cancel | last cancel | confirmed |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& v : venues) {
    out += "| " + cell(v.venue);
    for (const int count : {v.counts.ordersTotal, v.counts.ordersCancelled, v.counts.ordersUnknown, v.counts.stopsKept,
                            v.counts.positionsTotal, v.counts.positionsFlat})
      out += " | " + std::to_string(count);
    for (const auto& time : {v.firstCancel, v.lastCancel, v.confirmed}) out += " | " + millisText(time);
    out += " |\n";
  }
  for (const std::string& line : p.kept) out += "- " + cell(line) + "\n";
  out += "\n## Steps\n\n| time | after ms | step | venue | symbol | result |\n|---|---|---|---|---|---|\n";
  for (const StopStep& step : p.steps) {
    out += "| " + toIso8601(step.time) + " | " + std::to_string(static_cast<std::int64_t>(step.latencyMs)) + " | " +
           cell(step.step) + " | " + cell(step.venue) + " | " + cell(step.symbol) + " | " + cell(step.result) + " |\n";
  }
  return out;
}

}  // namespace bw::gate
