// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/config/yaml_file.h"
#include "core/domain/instrument.h"

namespace bw::config {

/// Reads config/instruments.yaml: a list "instruments" of maps with venue, symbol, kind (spot, linear, inverse,
/// equity), base, quote, tick, lot, and optionally settle, sector, asset_class, multiplier, maker_fee, taker_fee,
/// max_leverage, maintenance_margin, min_notional, min_quantity. Fees and margin are percents or bps ("0.02%"). Error
/// "config.invalid" lists every finding with file and line.
Result<std::vector<Instrument>> instrumentsFromYaml(const YamlFile& file);

}  // namespace bw::config
