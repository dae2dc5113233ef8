// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/instruments_file.h"

#include <map>
#include <set>

#include "core/config/section.h"

namespace bw::config {
namespace {

std::vector<KeySpec> instrumentSchema() {
  const auto text = [](const char* key, const char* fallback) {
    return KeySpec{key, ValueKind::Text, "", fallback, {}, {}, {}, false};
  };
  const auto number = [](const char* key, const char* fallback, const char* low, const char* high) {
    return KeySpec{key, ValueKind::Number, "", fallback, *Decimal::parse(low), *Decimal::parse(high), {}, false};
  };
  const auto percent = [](const char* key, const char* fallback, const char* low) {
    return KeySpec{key, ValueKind::Percent, "%", fallback, *Decimal::parse(low), *Decimal::parse("100"), {}, false};
  };
  return {text("venue", ""),
          text("symbol", ""),
          KeySpec{"kind", ValueKind::Choice, "", "", {}, {}, {"spot", "linear", "inverse", "equity"}, false},
          text("base", ""),
          text("quote", ""),
          text("settle", "-"),
          text("sector", "-"),
          text("asset_class", "-"),
          number("tick", "", "0.000000000001", "1000000"),
          number("lot", "", "0.000000000001", "1000000"),
          number("multiplier", "1", "0.000000000001", "1000000"),
          percent("maker_fee", "0.02%", "-1"),
          percent("taker_fee", "0.06%", "-1"),
          number("max_leverage", "1", "1", "1000"),
          percent("maintenance_margin", "0.5%", "0"),
          number("min_notional", "0", "0", "1000000000"),
          number("min_quantity", "0", "0", "1000000000")};
}

ContractKind kindOf(const std::string& word) {
  if (word == "linear") return ContractKind::Linear;
  if (word == "inverse") return ContractKind::Inverse;
  if (word == "equity") return ContractKind::Equity;
  return ContractKind::Spot;
}

// "instruments[3].tick" → index 3, key "tick"; false for anything else.
bool splitPath(const std::string& path, int& index, std::string& key) {
  constexpr std::string_view kHead = "instruments[";
  if (path.rfind(kHead, 0) != 0) return false;
  const std::size_t close = path.find("].", kHead.size());
  if (close == std::string::npos) return false;
  index = std::stoi(path.substr(kHead.size(), close - kHead.size()));
  key = path.substr(close + 2);
  return true;
}

std::string currencyFinding(const Section& section) {
  for (const char* key : {"base", "quote", "settle"}) {
    if (section.text(key).size() > 7)
      return std::string(key) + " '" + section.text(key) + "' is longer than 7 characters";
  }
  return {};
}

// With as many decimals as the file writes: prices are shown with those of the tick.
Decimal asWritten(const Section& section, const char* key) {
  const std::string text = section.text(key);
  const std::size_t point = text.find('.');
  const Decimal value = section.number(key);
  if (point == std::string::npos) return value;
  return value.rescaled(static_cast<int>(text.size() - point - 1), Rounding::ToZero);
}

Instrument instrumentFrom(const Section& s) {
  Instrument i;
  i.venue = s.text("venue");
  i.symbol = s.text("symbol");
  i.kind = kindOf(s.text("kind"));
  i.base = Currency(s.text("base"));
  i.quote = Currency(s.text("quote"));
  i.settle =
      s.text("settle") == "-" ? (i.kind == ContractKind::Inverse ? i.base : i.quote) : Currency(s.text("settle"));
  if (s.text("sector") != "-") i.sector = s.text("sector");
  if (s.text("asset_class") != "-") i.assetClass = s.text("asset_class");
  i.tickSize = asWritten(s, "tick");
  i.lotSize = asWritten(s, "lot");
  i.multiplier = s.number("multiplier");
  i.makerFee = s.ratio("maker_fee");
  i.takerFee = s.ratio("taker_fee");
  i.maxLeverage = s.number("max_leverage");
  i.maintenanceMargin = s.ratio("maintenance_margin");
  i.minNotional = s.number("min_notional");
  i.minQuantity = s.number("min_quantity");
  return i;
}

}  // namespace

Result<std::vector<Instrument>> instrumentsFromYaml(const YamlFile& file) {
  std::map<int, YamlFile> entries;
  std::string findings;
  const auto add = [&findings](const std::string& line) { findings += (findings.empty() ? "" : "\n") + line; };
  for (const YamlScalar& scalar : file.scalars) {
    int index = 0;
    std::string key;
    if (!splitPath(scalar.path, index, key)) {
      add(file.name + ":" + std::to_string(scalar.line) + ": unknown key '" + scalar.path +
          "': entries stand in the list 'instruments'");
      continue;
    }
    YamlFile& entry = entries[index];
    entry.name = file.name;
    entry.scalars.push_back({key, scalar.text, scalar.quoted, scalar.line});
  }
  std::vector<Instrument> out;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& [index, entry] : entries) {
    const auto section = readSection({entry}, instrumentSchema());
    const std::string place = file.name + ":" + std::to_string(entry.scalars.front().line) + ": ";
    if (!section) {
      add(section.error().detail);
    } else if (const std::string finding = currencyFinding(*section); !finding.empty()) {
      add(place + finding);
    } else if (!seen.insert({section->text("venue"), section->text("symbol")}).second) {
      add(place + section->text("symbol") + " of " + section->text("venue") + " stands in the list twice: remove one");
    } else {
      out.push_back(instrumentFrom(*section));
    }
  }
  if (!findings.empty()) return finalError("config.invalid", findings);
  return out;
}

}  // namespace bw::config
