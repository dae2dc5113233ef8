// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/result_json.h"

namespace bw::cli {

void writeAccount(api::JsonWriter& json, const std::optional<AccountUpdate>& account,
                  const std::vector<Position>& positions, const InstrumentTable& instruments,
                  const Decimal& startBalance) {
  Decimal net;
  for (const Position& position : positions) net = net + position.quantity.decimal();
  json.fieldExact("position", net).key("positions").beginArray();
  for (const Position& position : positions) {
    json.beginObject().field("symbol", instruments.get(position.instrument).symbol);
    json.fieldExact("quantity", position.quantity.decimal())
        .fieldExact("average_price", position.averagePrice.decimal())
        .endObject();
  }
  json.endArray();
  json.fieldExact("realised_pnl", account ? account->realised.amount() : Decimal{});
  json.fieldExact("unrealised", account ? account->unrealised.amount() : Decimal{});
  json.fieldExact("fees", account ? account->fees.amount() : Decimal{});
  json.fieldExact("funding", account ? account->funding.amount() : Decimal{});
  json.fieldExact("equity", account ? account->equity.amount() : startBalance);
}

void writeLatencies(api::JsonWriter& json, const AuditStatus& audit) {
  // Agents know market time only: at speed x these are x times the real ones, on virtual time the modelled ones.
  json.field("latency_clock", "market").key("latency_us").beginObject();
  for (const AuditStatus::Latency& l : audit.latencies) {
    json.key(l.name)
        .beginObject()
        .field("count", l.count)
        .key("p50")
        .statistic(l.p50Us, 1)
        .key("p95")
        .statistic(l.p95Us, 1);
    json.key("p99").statistic(l.p99Us, 1).key("max").statistic(l.maxUs, 1).endObject();
  }
  json.endObject();
}

}  // namespace bw::cli
