// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/json_writer.h"
#include "core/domain/account.h"
#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/system.h"

namespace bw::cli {

/// position, realised_pnl, unrealised, fees, funding, equity and the list of positions. Without an account (no order
/// was possible) equity is `startBalance`.
void writeAccount(api::JsonWriter& json, const std::optional<AccountUpdate>& account,
                  const std::vector<Position>& positions, const InstrumentTable& instruments,
                  const Decimal& startBalance);
/// "latency_us": per stage of the order path count, p50, p95, p99 and max.
void writeLatencies(api::JsonWriter& json, const AuditStatus& audit);

}  // namespace bw::cli
