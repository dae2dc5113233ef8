// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/rest_door.h"

#include <simdjson.h>

#include "core/journal/disk.h"

namespace bw::app {
namespace {

// The reason in {"reason": "..."}; empty if there is none. Anything else is no reason not to stop.
std::string reasonIn(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view reason;
  if (parser.parse(body).get(root) != simdjson::SUCCESS || root["reason"].get(reason) != simdjson::SUCCESS) return {};
  return std::string(reason.substr(0, 200));
}

}  // namespace

void writeStopState(api::JsonWriter& json, const StopProgress& progress) {
  json.field("state", toString(progress.state))
      .field("stop_number", progress.stopNumber)
      .field("level", progress.level);
  json.field("trigger", progress.trigger).field("reason", progress.reason).field("attention", progress.attention);
  json.field("orders_total", progress.ordersTotal).field("orders_cancelled", progress.ordersCancelled);
  json.field("orders_unknown", progress.ordersUnknown).field("positions_total", progress.positionsTotal);
  json.field("positions_flat", progress.positionsFlat).field("stops_kept", progress.stopsKept);
}

RestDoor::RestDoor(const Clock& clock, Parts parts) : m_parts(std::move(parts)), m_server(clock) {
  BW_ASSERT(m_parts.stop != nullptr && m_parts.statusJson);
}

Result<void> RestDoor::open(const std::string& dataDirectory, std::uint16_t port) {
  auto token = api::restToken(dataDirectory + "/rest_token");
  if (!token) return token.error();
  auto started = m_server.start(port, std::move(*token), [this](const api::RestRequest& r) { return answer(r); });
  if (!started) return started;
  return journal::replaceFile(dataDirectory + "/rest_address",
                              "http://127.0.0.1:" + std::to_string(m_server.port()) + "\n");
}

api::RestAnswer RestDoor::answer(const api::RestRequest& request) {
  if (request.path == "/api/v1/status") return {200, m_parts.statusJson()};
  if (request.method == "POST") {
    const std::string reason = reasonIn(request.body);
    m_parts.stop->trigger("REST", reason.empty() ? "asked for over REST" : reason);
  }
  api::JsonWriter json;
  json.beginObject().field("ok", true);
  writeStopState(json, m_parts.stop->progress());
  json.endObject();
  return {200, json.text()};
}

}  // namespace bw::app
