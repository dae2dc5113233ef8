// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/drill/drill.h"
#include "core/api/json_writer.h"

namespace bw::app {
namespace {

double rank99(std::vector<double> values) {
  if (values.empty()) return -1;
  std::sort(values.begin(), values.end());
  // What was not reached counts as worst.
  if (values.front() < 0) return -1;
  const std::size_t rank = (values.size() * 99 + 99) / 100;
  return values[std::min(rank, values.size()) - 1];
}

void writeVenue(api::JsonWriter& json, const DrillVenue& v) {
  json.beginObject().field("venue", v.venue).field("orders", v.orders);
  json.key("first_cancel_ms").statistic(v.firstCancelMs, 2).key("last_cancel_ms").statistic(v.lastCancelMs, 2);
  json.key("confirmed_ms").statistic(v.confirmedMs, 1);
  json.key("venue_first_cancel_ms").statistic(v.venueFirstCancelMs, 2);
  json.key("venue_last_cancel_ms").statistic(v.venueLastCancelMs, 2);
  json.field("cancel_requests", v.venueCancelRequests).field("placements_after", v.placementsAfter);
  json.field("open_orders", v.openAtEnd).field("positions", v.positionsAtEnd).endObject();
}

}  // namespace

double DrillReport::percentile99(double DrillVenue::*figure) const {
  std::vector<double> values;
  for (const DrillRun& run : runs) {
    for (const DrillVenue& venue : run.venues) values.push_back(venue.*figure);
  }
  return rank99(std::move(values));
}

double DrillReport::percentile99(double DrillRun::*figure) const {
  std::vector<double> values;
  for (const DrillRun& run : runs) values.push_back(run.*figure);
  return rank99(std::move(values));
}

double DrillReport::worst(double DrillVenue::*figure) const {
  double worst = -1;
  for (const DrillRun& run : runs) {
    for (const DrillVenue& venue : run.venues) worst = std::max(worst, venue.*figure);
  }
  return worst;
}

int DrillReport::placementsAfter() const {
  int count = 0;
  for (const DrillRun& run : runs) {
    for (const DrillVenue& venue : run.venues) count += venue.placementsAfter;
  }
  return count;
}

int DrillReport::unconfirmed() const {
  int count = 0;
  for (const DrillRun& run : runs) {
    count += run.unknown + (run.state == "STOPPED" && run.latched ? 0 : 1);
    for (const DrillVenue& venue : run.venues) {
      count += venue.openAtEnd != 0 ? std::max(venue.openAtEnd, 1) : 0;
      count += venue.positionsAtEnd != 0 ? 1 : 0;
    }
  }
  return count;
}

bool DrillReport::ok() const {
  return problem.empty() && !runs.empty() && placementsAfter() == 0 && unconfirmed() == 0;
}

std::string drillJson(const DrillReport& report, const DrillOptions& options, bool perVenue) {
  api::JsonWriter json;
  json.beginObject().field("ok", report.ok());
  if (!report.problem.empty()) json.field("problem", report.problem);
  json.field("runs", static_cast<std::uint64_t>(report.runs.size())).field("orders", options.orders);
  std::string freeze = options.freezeGui ? "gui" : "";
  if (options.freezeCpu) freeze += freeze.empty() ? "cpu" : ",cpu";
  json.field("freeze", freeze).field("round_trip_ms", options.roundTripMs);
  json.field("priority", !report.runs.empty() && report.runs.front().preferred ? "raised" : "normal");
  json.key("gate_closed_us").statistic(report.percentile99(&DrillRun::gateClosedUs), 1);
  json.key("first_cancel_ms").statistic(report.percentile99(&DrillVenue::firstCancelMs), 2);
  json.key("last_cancel_ms").statistic(report.percentile99(&DrillVenue::lastCancelMs), 2);
  json.key("last_cancel_ms_max").statistic(report.worst(&DrillVenue::lastCancelMs), 2);
  json.key("confirmed_ms").statistic(report.percentile99(&DrillRun::confirmedMs), 1);
  json.key("venue_first_cancel_ms").statistic(report.percentile99(&DrillVenue::venueFirstCancelMs), 2);
  json.key("venue_last_cancel_ms").statistic(report.percentile99(&DrillVenue::venueLastCancelMs), 2);
  json.field("placements_after", report.placementsAfter()).field("unconfirmed", report.unconfirmed());
  int refused = 0;
  for (const DrillRun& run : report.runs) refused += run.refusedAtEnd;
  json.field("placements_refused", refused);
  if (perVenue) {
    json.key("details").beginArray();
    for (const DrillRun& run : report.runs) {
      json.beginObject().field("state", run.state).key("gate_closed_us").statistic(run.gateClosedUs, 1);
      json.key("confirmed_ms").statistic(run.confirmedMs, 1).field("latched", run.latched).key("venues").beginArray();
      for (const DrillVenue& venue : run.venues) writeVenue(json, venue);
      json.endArray().endObject();
    }
    json.endArray();
  }
  json.endObject();
  return json.text();
}

}  // namespace bw::app
