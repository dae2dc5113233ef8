// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/limits/limit_file.h"

#include <doctest/doctest.h>

#include "core/limits/limit_schema.h"

using namespace bw;
using namespace bw::limits;

namespace {

using risk::RiskKeyInfo;

// The shipped file with one line's key or value replaced; the line number goes to `line`.
std::string mutated(const RiskKeyInfo& info, const std::string& key, const std::string& value, int& line) {
  std::string text = risk::riskYaml(risk::RiskLimits());
  const std::string old = "\n" + std::string(info.name) + ": \"";
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  const std::size_t end = text.find('\n', at + 1);
  line = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at) + 1, '\n')) + 1;
  text.replace(at + 1, end - at - 1, key + ": " + value);
  return text;
}

void mustBeRefused(const std::string& text, int line, const std::string& word) {
  risk::RiskLimits limits;
  const auto read = readLimits(text, "risk.yaml", limits);
  REQUIRE_FALSE(read.ok());
  CAPTURE(read.error().detail);
  CHECK(read.error().detail.find("risk.yaml:" + std::to_string(line) + ":") != std::string::npos);
  if (!word.empty()) CHECK(read.error().detail.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("limit file: every key mutated by a typo, a type or one step past its range is refused with its line") {
  int mutants = 0;
  for (const RiskKeyInfo& info : risk::kRiskKeys) {
    const std::string name(info.name);
    CAPTURE(name);
    int line = 0;
    const auto refuse = [&](const std::string& key, const std::string& value, const std::string& word) {
      CAPTURE(key);
      CAPTURE(value);
      const std::string text = mutated(info, key, value, line);
      mustBeRefused(text, line, word);
      ++mutants;
    };
    const std::string good = "\"" + std::string(info.initial) + "\"";
    // Typos: a letter left out, doubled, exchanged, in the other case.
    for (const std::size_t at : {std::size_t{1}, name.size() / 2, name.size() - 1}) {
      std::string without = name;
      without.erase(at, 1);
      refuse(without, good, "did you mean");
      std::string doubled = name;
      doubled.insert(at, 1, 'Q');
      refuse(doubled, good, name);
    }
    std::string lower = name;
    lower[0] = static_cast<char>(lower[0] ^ 0x20);
    refuse(lower, good, name);
    refuse(name + "_", good, name);
    // Types.
    for (const char* value :
         {"\"\"", "[1, 2]", "{a: 1}", "nan", ".inf", "\"lots\"", "~", "\"1 2\"", "\"1e\"", "\"--1\""})
      refuse(name, value, "");
    if (info.lowest.empty()) continue;
    const Decimal low = *Decimal::parse(info.lowest);
    const Decimal high = *Decimal::parse(info.highest);
    const Decimal step = info.form == risk::KeyForm::Count ? Decimal(1, 0) : Decimal(1, 6);
    refuse(name, "\"" + (low - step).toString() + "\"", "out of range");
    refuse(name, "\"" + (high + step).toString() + "\"", "out of range");
    if (info.form == risk::KeyForm::Count) refuse(name, "\"" + (low + Decimal(5, 1)).toString() + "\"", "whole number");
    if (!info.canBeOff) refuse(name, "\"off\"", "");
    refuse(name, "\"" + low.toString() + (info.unit.substr(0, 1) == "%" ? "ms" : "%%") + "\"", "");
    for (const Decimal& edge : {low, high}) {
      risk::RiskLimits limits;
      CHECK(readLimits(mutated(info, name, "\"" + edge.toString() + "\"", line), "risk.yaml", limits).ok());
      CHECK(limits.number(info.key) == edge);
      CHECK(limits.source(info.key) == "risk.yaml:" + std::to_string(line));
    }
  }
  MESSAGE("mutants refused: " << mutants);
}

TEST_CASE("limit file: values that YAML readers take in two ways are refused or read as written") {
  const auto read = [](const std::string& line) {
    risk::RiskLimits limits;
    const auto done = readLimits(line + "\n", "t", limits);
    return done.ok() ? limits.text(risk::findRiskKey(line.substr(0, line.find(':')))->key) : "refused";
  };
  const std::pair<const char*, const char*> cases[] = {
      {"MAX_EXPOSURE: 300", "300"},
      {"MAX_EXPOSURE: \"300\"", "300"},
      {"MAX_EXPOSURE: '300'", "300"},
      {"MAX_EXPOSURE: 300%", "300"},
      {"MAX_EXPOSURE: 300 %", "300"},
      {"MAX_EXPOSURE: 30000bps", "300"},
      {"MAX_EXPOSURE: 300.0", "300"},
      {"MAX_EXPOSURE: 1e2", "refused"},
      {"MAX_EXPOSURE: 1E2", "refused"},
      {"MAX_EXPOSURE: 0300", "refused"},
      {"MAX_EXPOSURE: 0o300", "refused"},
      {"MAX_EXPOSURE: 0x12C", "refused"},
      {"MAX_EXPOSURE: 0b11", "refused"},
      {"MAX_EXPOSURE: +300", "refused"},
      {"MAX_EXPOSURE: 1_000", "refused"},
      {"MAX_EXPOSURE: 1,000", "refused"},
      {"MAX_EXPOSURE: 3,5", "refused"},
      {"MAX_EXPOSURE: 12:30", "refused"},
      {"MAX_EXPOSURE: .5", "refused"},
      {"MAX_EXPOSURE: 5.", "refused"},
      {"MAX_EXPOSURE: .nan", "refused"},
      {"MAX_EXPOSURE: .NaN", "refused"},
      {"MAX_EXPOSURE: NaN", "refused"},
      {"MAX_EXPOSURE: .inf", "refused"},
      {"MAX_EXPOSURE: -.inf", "refused"},
      {"MAX_EXPOSURE: inf", "refused"},
      {"MAX_EXPOSURE: null", "refused"},
      {"MAX_EXPOSURE: ~", "refused"},
      {"MAX_EXPOSURE:", "refused"},
      {"MAX_EXPOSURE: -1", "refused"},
      {"MAX_EXPOSURE: -0.0001", "refused"},
      {"MAX_EXPOSURE: true", "refused"},
      {"MAX_EXPOSURE: yes", "refused"},
      {"MAX_EXPOSURE: !!int 300", "refused"},
      {"MAX_EXPOSURE: !!str 300", "refused"},
      {"MAX_EXPOSURE: &a 300", "refused"},
      {"MAX_EXPOSURE: *a", "refused"},
      {"MAX_EXPOSURE: |\n  300", "refused"},
      {"MAX_EXPOSURE: >-\n  300", "300"},
      {"MAX_EXPOSURE: 300x", "refused"},
      {"MAX_EXPOSURE: 300 quote", "refused"},
      {"MAX_EXPOSURE: ３００", "refused"},
      {"MAX_EXPOSURE: 99999999999999999999999999", "refused"},
      {"MAX_EXPOSURE: 0.00000000000000000000001", "refused"},
      {"MAX_EXPOSURE: off", "refused"},
      {"MAX_TRADES_PER_DAY: off", "off"},
      {"MAX_TRADES_PER_DAY: \"off\"", "off"},
      {"MAX_TRADES_PER_DAY: Off", "refused"},
      {"MAX_TRADES_PER_DAY: OFF", "refused"},
      {"MAX_TRADES_PER_DAY: no", "refused"},
      {"MAX_TRADES_PER_DAY: false", "refused"},
      {"MAX_TRADES_PER_DAY: 0", "0"},
      {"MAX_TRADES_PER_DAY: 00", "refused"},
      {"MAX_TRADES_PER_DAY: 10.0", "10"},
      {"MAX_TRADES_PER_DAY: 10.5", "refused"},
      {"ALLOW_CHOPPY: on", "on"},
      {"ALLOW_CHOPPY: true", "on"},
      {"ALLOW_CHOPPY: false", "off"},
      {"ALLOW_CHOPPY: yes", "refused"},
      {"ALLOW_CHOPPY: 1", "refused"},
      {"ALLOW_CHOPPY: On", "refused"},
      {"RISK_DAY_START: 17:00 America/New_York", "17:00 America/New_York"},
      {"RISK_DAY_START: \"17:00 America/New_York\"", "17:00 America/New_York"},
      {"RISK_DAY_START: 17:00", "refused"},
      {"RISK_DAY_START: \"17:00 New York\"", "refused"},
      {"RISK_DAY_START: \"17:30 UTC\"", "refused"},
      {"RISK_DAY_START: \"24:00 UTC\"", "refused"},
      {"MIN_ALIGNMENT: FULL", "refused"},
      {"MAX_LEVERAGE: 50x", "50"},
      {"MAX_LEVERAGE: 50×", "50"},
      {"MAX_LEVERAGE: 50%", "refused"},
      {"estop.level: flatten", "flatten"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.first);
    CHECK(read(one.first) == one.second);
  }
  CHECK(std::size(cases) >= 60);
}

TEST_CASE("limit file: one key twice is refused, in one spelling and in two") {
  risk::RiskLimits limits;
  CHECK_FALSE(readLimits("MAX_EXPOSURE: 1\nMAX_EXPOSURE: 2\n", "t", limits).ok());
  const auto two = readLimits("estop.level: flatten\nestop:\n  level: cancel-all\n", "t", limits);
  REQUIRE_FALSE(two.ok());
  CHECK(two.error().detail.find("t:3") != std::string::npos);
  CHECK(two.error().detail.find("line 1") != std::string::npos);
  CHECK(readLimits("estop:\n  level: cancel-all\n", "t", limits).ok());
  CHECK_FALSE(readLimits("---\nMAX_EXPOSURE: 1\n---\nMAX_EXPOSURE: 2\n", "t", limits).ok());
  const auto all = readLimits("A: 1\nMAX_EXPOSURE: x\n", "t", limits);
  CHECK(all.error().detail.find("t:1") != std::string::npos);
  CHECK(all.error().detail.find("t:2") != std::string::npos);
}

TEST_CASE("limit file: a splice changes the value and no other byte") {
  const char* corpus[] = {
      "MAX_EXPOSURE: 300\n",
      "# top\n\nMAX_EXPOSURE: \"300\"   # why\nMAX_OPEN_POSITIONS: 5 # five\n",
      "MAX_OPEN_POSITIONS: 5\r\nMAX_EXPOSURE: '300' # a\r\n# end\r\n",
      "  # indented comment\nestop:\n  level: flatten   # nested\n  close_holdings: off\nMAX_EXPOSURE:   300",
      "MAX_EXPOSURE: 300\n# MAX_EXPOSURE: 999\nMAX_ORDER_VALUE: 3000\n",
      "\xEF\xBB\xBFMAX_EXPOSURE: 300\n",
  };
  int done = 0;
  for (const std::string text : corpus) {
    CAPTURE(text);
    const auto same = spliced(text, "t", {{"MAX_EXPOSURE", "250"}});
    if (!same.ok()) {
      CHECK(text[0] == '\xEF');  // offsets shift behind a byte order mark
      continue;
    }
    ++done;
    risk::RiskLimits limits;
    REQUIRE(readLimits(*same, "t", limits).ok());
    CHECK(limits.text(risk::RiskKey::MaxExposure) == "250");
    // Put back: every byte but the quotes of the value is as it was.
    std::string expected = text;
    const std::size_t at = text.find("MAX_EXPOSURE: ") == 0 || text.find("\nMAX_EXPOSURE:") != std::string::npos
                               ? text.find("300", text.find("MAX_EXPOSURE:"))
                               : text.find("300");
    const bool quoted = text[at - 1] == '"' || text[at - 1] == '\'';
    expected.replace(at, 3, quoted ? "250" : "\"250\"");
    CHECK(*same == expected);
    const auto again = spliced(*same, "t", {{"MAX_EXPOSURE", "250"}});
    REQUIRE(again.ok());
    CHECK(*again == *same);
  }
  CHECK(done >= 5);
}

TEST_CASE("limit file: what is missing is added once, with unit and range; what cannot be replaced is refused") {
  const auto first = spliced(emptyUserFile(), "t", {{"MAX_EXPOSURE", "250"}, {"estop.level", "cancel-all"}});
  REQUIRE(first.ok());
  CHECK(first->find("# unit: % equity · range: 0 to 1000") != std::string::npos);
  const auto second = spliced(*first, "t", {{"MAX_ORDER_VALUE", "100"}});
  REQUIRE(second.ok());
  CHECK(second->rfind(*first, 0) == 0);
  CHECK(second->find("Changed in the limit forms", second->find("Changed in the limit forms") + 1) ==
        std::string::npos);
  risk::RiskLimits limits;
  REQUIRE(readLimits(*second, "t", limits).ok());
  CHECK(limits.text(risk::RiskKey::EstopLevel) == "cancel-all");
  for (const char* text :
       {"MAX_EXPOSURE: |\n  300\n", "{MAX_EXPOSURE: 300}\n", "MAX_EXPOSURE: &a 300\n", "MAX_EXPOSURE:\n  300\n"}) {
    CAPTURE(text);
    CHECK_FALSE(spliced(text, "t", {{"MAX_EXPOSURE", "250"}}).ok());
  }
}

TEST_CASE("limit file: what is exported is read back as it was") {
  risk::RiskLimits limits;
  REQUIRE(limits.set("MAX_EXPOSURE", "123.5", "t").ok());
  REQUIRE(limits.set("RISK_DAY_START", "17:00 America/New_York", "t").ok());
  REQUIRE(limits.set("MAX_TRADES_PER_DAY", "7", "t").ok());
  risk::RiskLimits read;
  REQUIRE(readLimits(risk::riskYaml(limits), "t", read).ok());
  CHECK(hashOf(read) == hashOf(limits));
  CHECK(hashOf(read) != hashOf(risk::RiskLimits()));
  CHECK(fieldsOf(limits).size() == risk::kRiskKeyCount);
  CHECK(fieldsOf(limits)[1].value == "123.5");
  CHECK(fieldsOf(limits)[1].tighter == "lower");
  CHECK(fieldsOf(limits)[1].liveRequired);
}
