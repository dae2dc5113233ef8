// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/risk/decision_record.h"

#include "core/risk/risk_engine.h"

namespace bw::risk {
namespace {

constexpr std::string_view kVersion = "decision 1";
constexpr std::string_view kOutcomes = "pfn";

std::string textOf(const std::optional<Decimal>& value) {
  return value ? value->toString() : "-";
}

std::string_view nextWord(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view word = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return word;
}

bool readOptional(std::string_view text, std::optional<Decimal>& out) {
  if (text == "-") return true;
  const auto value = Decimal::parse(text);
  if (value) out = *value;
  return value.ok();
}

bool readFlag(std::string_view text, bool& out) {
  out = text == "1";
  return text == "1" || text == "0";
}

bool readValue(std::string_view line, std::vector<DecisionRecord::Value>& out) {
  DecisionRecord::Value value;
  value.check = nextWord(line, ' ');
  const std::string_view outcome = nextWord(line, ' ');
  const std::size_t at = outcome.size() == 1 ? kOutcomes.find(outcome[0]) : std::string_view::npos;
  if (value.check.empty() || at == std::string_view::npos) return false;
  value.outcome = static_cast<CheckResult::Outcome>(at);
  if (!readOptional(nextWord(line, ' '), value.after) || !readOptional(line, value.limit)) return false;
  out.push_back(std::move(value));
  return true;
}

}  // namespace

std::string DecisionRecord::encode() const {
  std::string text(kVersion);
  text += "\n" + intentId + "\n" + symbol + "\n" + strategy + "\n";
  text += std::string(adds ? "1" : "0") + (approved ? " 1" : " 0") + (buy ? " 1 " : " 0 ") +
          (volatility ? volatility->decimal().toString() : "-") + " " + venueLeverage.toString() + " " + textOf(touch) +
          " " + reason + "\n";
  for (const Value& value : values) {
    text += value.check + " " + kOutcomes[static_cast<std::size_t>(value.outcome)] + " " + textOf(value.after) + " " +
            textOf(value.limit) + "\n";
  }
  return text;
}

Result<DecisionRecord> DecisionRecord::decode(std::string_view text) {
  const auto bad = [](const char* what) {
    return finalError("risk.decision", std::string("no recorded decision: ") + what);
  };
  DecisionRecord record;
  if (nextWord(text, '\n') != kVersion) return bad("another version");
  record.intentId = nextWord(text, '\n');
  record.symbol = nextWord(text, '\n');
  record.strategy = nextWord(text, '\n');
  std::string_view line = nextWord(text, '\n');
  std::optional<Decimal> volatility;
  std::optional<Decimal> leverage;
  if (!readFlag(nextWord(line, ' '), record.adds) || !readFlag(nextWord(line, ' '), record.approved) ||
      !readFlag(nextWord(line, ' '), record.buy) || !readOptional(nextWord(line, ' '), volatility) ||
      !readOptional(nextWord(line, ' '), leverage) || !readOptional(nextWord(line, ' '), record.touch)) {
    return bad("its circumstances cannot be read");
  }
  record.reason = line;
  if (volatility) record.volatility = Ratio::fraction(*volatility);
  if (leverage) record.venueLeverage = *leverage;
  while (!text.empty()) {
    if (!readValue(nextWord(text, '\n'), record.values)) return bad("a value cannot be read");
  }
  return record;
}

DecisionRecord recordOf(const OrderIntent& intent, const Verdict& verdict, const RiskState& state) {
  DecisionRecord record;
  record.intentId = toString(intent.id);
  record.strategy = intent.strategy;
  record.approved = verdict.approved;
  record.reason = verdict.reason;
  record.adds = !verdict.reduces;
  record.buy = intent.side == Side::Buy;
  if (intent.instrument.value < state.perInstrument.size()) {
    const Instrument& instrument = state.instruments->get(intent.instrument);
    const InstrumentState& market = state.of(intent.instrument);
    const auto& touch = record.buy ? market.ask : market.bid;
    record.symbol = instrument.symbol;
    record.venueLeverage = instrument.maxLeverage;
    record.volatility = market.volatility;
    if (touch) record.touch = touch->decimal();
  }
  for (const CheckResult& check : verdict.checks) {
    // Of a limit that is off and looked at nothing there is nothing to say later.
    if (check.after.empty() && check.text == "off") continue;
    DecisionRecord::Value value{check.check, check.outcome, std::nullopt, std::nullopt};
    if (const auto after = Decimal::parse(check.after)) value.after = *after;
    if (const auto limit = Decimal::parse(check.limit)) value.limit = *limit;
    record.values.push_back(std::move(value));
  }
  return record;
}

}  // namespace bw::risk
