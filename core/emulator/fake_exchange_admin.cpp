// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/emulator/fake_exchange.h"

namespace bw::emulator {
namespace {

void setKnobs(FakeKnobs& knobs, const FlatJson& wanted) {
  const auto count = [&](const char* key, int& knob) { knob = static_cast<int>(wanted.number(key, knob)); };
  const auto flag = [&](const char* key, bool& knob) {
    if (wanted.values.count(key) != 0) knob = wanted.flag(key);
  };
  knobs.roundTrip = Duration::micros(wanted.number("rtt_us", knobs.roundTrip.toMicros()));
  count("drop_before", knobs.dropBefore);
  count("drop_after", knobs.dropAfter);
  count("fail", knobs.fail);
  count("cut_body", knobs.cutBody);
  flag("half_open", knobs.halfOpen);
  flag("reject_placements", knobs.rejectPlacements);
  flag("ignore_cancels", knobs.ignoreCancels);
  flag("hide_orders", knobs.hideOrders);
  knobs.closedUntilMs = wanted.number("closed_until_ms", knobs.closedUntilMs);
  if (wanted.values.count("immediate") != 0)
    knobs.immediate = Decimal::parse(wanted.text("immediate")).valueOr(Decimal{});
}

}  // namespace

// The drill's own paths: knobs, what was there before us, and the venue's log with its own times.
WireAnswer FakeExchange::admin(const WireRequest& request) {
  if (request.method == "GET" && request.target == "/admin/log") {
    std::string text;
    for (const LogEntry& e : m_log) {
      text += std::to_string(e.arrived.ns) + "\t" + e.key + "\t" + e.what + "\t" + std::to_string(e.count) + "\t" +
              e.id + "\n";
    }
    return {200, text};
  }
  if (request.method == "GET" && request.target == "/admin/open") return {200, std::to_string(m_open.size())};
  const auto wanted = parseFlat(request.body);
  if (request.method != "POST" || !wanted) return {400, "{}"};
  if (request.target == "/admin/knobs") {
    setKnobs(m_knobs, *wanted);
    return {200, "{}"};
  }
  if (request.target == "/admin/position") {
    Held& held = m_held[wanted->text("symbol")];
    held.quantity = Decimal::parse(wanted->text("quantity")).valueOr(Decimal{});
    held.average = Decimal::parse(wanted->text("average")).valueOr(Decimal{});
    m_revision += 1;
    return {200, "{}"};
  }
  if (request.target == "/admin/order") return place(*wanted);
  if (request.target == "/admin/clear") {
    m_orders.clear();
    m_open.clear();
    m_held.clear();
    m_fills.clear();
    m_log.clear();
    m_knobs = {};
    return {200, "{}"};
  }
  return {404, "{}"};
}

}  // namespace bw::emulator
