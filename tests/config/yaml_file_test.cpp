// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/config/instruments_file.h"
#include "core/config/section.h"
#include "core/config/yaml_file.h"

using namespace bw;
using namespace bw::config;

TEST_CASE("scalars are flattened with path and line") {
  const auto file = parseYaml("a: 1\nb:\n  c: two\n  d: [x, 'y z']\nlist:\n  - k: v\n", "f.yaml");
  REQUIRE(file.ok());
  CHECK(file->find("a")->text == "1");
  CHECK(file->find("b.c")->line == 3);
  CHECK(file->find("b.d[1]")->text == "y z");
  CHECK(file->find("b.d[1]")->quoted);
  CHECK(file->find("list[0].k")->text == "v");
}

TEST_CASE("what YAML readers disagree about is refused with line and remedy") {
  const std::pair<const char*, const char*> traps[] = {
      {"a: 010\n", "octal"},
      {"a: 1\na: 2\n", "second time"},
      {"a: .nan\n", "not a number"},
      {"a: .inf\n", "not a number"},
      {"a: yes\n", "ambiguous"},
      {"a: 12:30\n", "base-60"},
      {"a: 0x1f\n", "decimal"},
      {"a: &x 1\nb: *x\n", "anchors"},
      {"a: 1\n---\nb: 2\n", "document"},
      {"a: !!int 3\nb: !foo 1\n", "tags"},
      {"- 1\n", "key: value"},
      {"a: [1\n", ""},
      {"\ta: 1\n", ""},
      {"a: no\n", "ambiguous"},
      {"a: 007\n", "octal"},
  };
  for (const auto& trap : traps) {
    const auto& text = trap.first;
    const auto& expected = trap.second;
    CAPTURE(text);
    const auto file = parseYaml(text, "f.yaml");
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().userKey == "config.syntax");
    CHECK(file.error().detail.find("f.yaml:") == 0);
    CHECK(file.error().detail.find(expected) != std::string::npos);
  }
}

TEST_CASE("an ampersand or star inside text is no anchor") {
  CHECK(parseYaml("a: 'x & y'  # *note*\nb: \"*\"\nc: a&b\n", "f").ok());
}

TEST_CASE("a missing file is named") {
  const auto file = readYamlFile("/nonexistent/risk.yaml");
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().detail.find("/nonexistent/risk.yaml") != std::string::npos);
}

namespace {

std::vector<KeySpec> sampleSchema() {
  KeySpec percent{"MAX_POSITION_PERCENT", ValueKind::Percent, "%", "5", Decimal(1, 1), Decimal(100, 0), {}, false};
  KeySpec count{"MAX_OPEN_POSITIONS", ValueKind::Integer, "", "5", Decimal(0, 0), Decimal(500, 0), {}, false};
  KeySpec collar{"PRICE_COLLAR", ValueKind::Bps, "bps", "", Decimal(1, 0), Decimal(2000, 0), {}, true};
  KeySpec level{"estop.level", ValueKind::Choice, "", "flatten", {}, {}, {"flatten", "cancel-all"}, false};
  KeySpec flag{"ALLOW_CHOPPY", ValueKind::Bool, "", "false", {}, {}, {}, false};
  return {percent, count, collar, level, flag};
}

Result<Section> sampleSection(const char* text) {
  auto file = parseYaml(text, "risk.yaml");
  REQUIRE(file.ok());
  return readSection({*file}, sampleSchema());
}

}  // namespace

TEST_CASE("units are accepted and converted exactly") {
  const auto section = sampleSection("PRICE_COLLAR: 0.5%\nMAX_POSITION_PERCENT: 250bps\nestop:\n  level: cancel-all\n");
  REQUIRE(section.ok());
  CHECK(section->inOwnUnit("PRICE_COLLAR").toString() == "50");
  CHECK(section->ratio("PRICE_COLLAR").toString() == "0.005");
  CHECK(section->ratio("MAX_POSITION_PERCENT").toString() == "0.025");
  CHECK(section->text("estop.level") == "cancel-all");
  CHECK(section->source("MAX_OPEN_POSITIONS").where() == "default");
  CHECK(section->source("PRICE_COLLAR").where() == "risk.yaml:1");
}

TEST_CASE("every finding is reported at once, with file, line, key and remedy") {
  const auto section = sampleSection(
      "MAX_POSITON_PERCENT: 5\nMAX_OPEN_POSITIONS: 501\nPRICE_COLLAR: abc\nestop:\n  level: maybe\nALLOW_CHOPPY: 1\n");
  REQUIRE_FALSE(section.ok());
  const std::string text = section.error().detail;
  CHECK(text.find("risk.yaml:1: unknown key 'MAX_POSITON_PERCENT': did you mean 'MAX_POSITION_PERCENT'?") !=
        std::string::npos);
  CHECK(text.find("risk.yaml:2: MAX_OPEN_POSITIONS is 501, allowed is 0 to 500") != std::string::npos);
  CHECK(text.find("risk.yaml:3: PRICE_COLLAR") != std::string::npos);
  CHECK(text.find("flatten, cancel-all") != std::string::npos);
  CHECK(text.find("ALLOW_CHOPPY must be true or false") != std::string::npos);
}

TEST_CASE("boundaries belong to the range; a missing key without default is named; off only where allowed") {
  CHECK(sampleSection("PRICE_COLLAR: 2000\n").ok());
  CHECK_FALSE(sampleSection("PRICE_COLLAR: 2000.0001\n").ok());
  CHECK(sampleSection("PRICE_COLLAR: off\n")->isOff("PRICE_COLLAR"));
  CHECK_FALSE(sampleSection("PRICE_COLLAR: 5\nMAX_POSITION_PERCENT: off\n").ok());
  const auto missing = sampleSection("MAX_OPEN_POSITIONS: 1\n");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().detail.find("'PRICE_COLLAR' is missing") != std::string::npos);
  CHECK_FALSE(sampleSection("PRICE_COLLAR: 5\nMAX_OPEN_POSITIONS: 1.5\n").ok());
}

TEST_CASE("an overlay replaces single keys and names itself as the source") {
  auto shipped = parseYaml("PRICE_COLLAR: 50\nMAX_OPEN_POSITIONS: 3\n", "shipped.yaml");
  auto user = parseYaml("MAX_OPEN_POSITIONS: 2\n", "user.yaml");
  const auto section = readSection({*shipped, *user}, sampleSchema());
  REQUIRE(section.ok());
  CHECK(section->integer("MAX_OPEN_POSITIONS") == 2);
  CHECK(section->source("MAX_OPEN_POSITIONS").where() == "user.yaml:1");
}

TEST_CASE("a missing environment variable is named, never replaced by nothing") {
  CHECK(*expandEnvironment("plain") == "plain");
  const auto missing = expandEnvironment("x${BW_SURELY_NOT_SET}y");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().detail.find("BW_SURELY_NOT_SET") != std::string::npos);
}

TEST_CASE("instruments: read with defaults, every finding with its line") {
  auto good = parseYaml(
      "instruments:\n  - {venue: x, symbol: BTCUSDT, kind: linear, base: BTC, quote: USDT, tick: 0.1, lot: 0.001, "
      "maker_fee: 2bps}\n",
      "i.yaml");
  const auto list = instrumentsFromYaml(*good);
  REQUIRE(list.ok());
  CHECK((*list)[0].settle.code() == "USDT");
  CHECK((*list)[0].makerFee.toString() == "0.0002");
  CHECK((*list)[0].tickSize.toString() == "0.1");
  auto bad = parseYaml(
      "instruments:\n  - {venue: x, symbol: A, kind: lineer, base: BTC, quote: USDT, tick: 0, lot: 1}\n  - {venue: x, "
      "symbol: B, kind: spot, base: B, quote: U, tik: 1, lot: 1}\nother: 1\n",
      "i.yaml");
  const auto findings = instrumentsFromYaml(*bad);
  REQUIRE_FALSE(findings.ok());
  for (const char* expected : {"i.yaml:2: kind", "i.yaml:2: tick", "i.yaml:3: unknown key 'tik': did you mean 'tick'?",
                               "i.yaml:4: unknown key 'other'"}) {
    CAPTURE(expected);
    CHECK(findings.error().detail.find(expected) != std::string::npos);
  }
}
