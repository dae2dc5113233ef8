// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>

#include "tests/app/session.h"

using namespace bw;
using bw::test::makeSession;
using bw::test::recordingPath;
using bw::test::replayPlan;
using bw::test::runSession;
using bw::test::SessionPlan;

namespace {

constexpr const char* kUsdm = "hftbacktest_usdm_btcusdt_20240808.gz";
/// Over every delivered message of the whole run: the same from every compiler, preset and machine.
constexpr const char* kUsdmTrace = "a90f559567cb130cd5a9e130caf3dbcf8c8ddf4db23f69eeff88171d488f89c1";

std::string bestText(const app::ReplaySession& session, const DataAgentStats::Best& best, bool bid) {
  const Instrument& instrument = const_cast<app::ReplaySession&>(session).engine().instruments()->get(best.instrument);
  const Level& level = bid ? best.bid : best.ask;
  return instrument.price(level.price).decimal().toFixed(instrument.priceDecimals()) + " x " +
         instrument.quantity(level.size).toString();
}

}  // namespace

TEST_CASE("replay session: the USD-M recording gives the exact figures and one trace") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  const SessionPlan plan = replayPlan(path);
  const auto session = makeSession(plan);
  const app::ReplayResult result = session->run({});
  const FeedStats& feed = result.data.feed;
  CHECK(feed.events == 93'954);
  CHECK(feed.bookUpdates == 6'552);
  CHECK(feed.bboUpdates == 66'089);
  CHECK(feed.trades == 21'313);
  CHECK(feed.other == 0);
  CHECK(feed.badLines == 0);
  CHECK(result.data.staleUpdates == 4);
  CHECK(result.data.gaps == 0);
  REQUIRE(result.data.best.size() == 1);
  CHECK(bestText(*session, result.data.best[0], true) == "61659.70 x 1.486");
  CHECK(bestText(*session, result.data.best[0], false) == "61659.80 x 0.981");
  CHECK(result.data.finalBookHash == "36c5afa99b3686de965545c0ef52ad4cec689b5920b86e73f1059b3d55872f29");
  CHECK(result.counters.orders > 20);
  CHECK(result.counters.fills > 5);
  CHECK(result.audit.violations == 0);
  CHECK(result.state == SessionState::Trading);
  REQUIRE(result.account);
  const AccountUpdate& a = *result.account;
  const Decimal sum =
      Decimal(10'000, 0) + a.realised.amount() + a.unrealised.amount() - a.fees.amount() + a.funding.amount();
  CHECK(a.equity.amount() == sum);
  // The venue's own books say the same.
  const auto venue = session->engine().venueAccount();
  REQUIRE(venue.ok());
  CHECK(venue->positions.size() == result.positions.size());
  CHECK(result.traceHash == kUsdmTrace);
  CHECK(runSession(plan).traceHash == result.traceHash);
}

TEST_CASE("replay session: seed, fee, limit and parameter each change the trace") {
  const std::string path = recordingPath("hftbacktest_spot_btcusdt_20240808.gz");
  if (path.empty()) return;
  const std::string base = runSession(replayPlan(path)).traceHash;
  SessionPlan seed = replayPlan(path);
  seed.engine.seed = 2;
  CHECK(runSession(seed).traceHash != base);
  SessionPlan fee = replayPlan(path);
  fee.engine.fees = {"maker=0.03%"};
  CHECK(runSession(fee).traceHash != base);
  SessionPlan limit = replayPlan(path);
  limit.limits = {"MAX_EXPOSURE=299"};
  CHECK(runSession(limit).traceHash != base);
  SessionPlan parameter = replayPlan(path);
  parameter.engine.parameters = {"ninth-level-demo.hold_s=29"};
  CHECK(runSession(parameter).traceHash != base);
  CHECK(runSession(replayPlan(path)).traceHash == base);
}

TEST_CASE("replay session: the Kraken capture's checksums all fit") {
  const std::string path = recordingPath("cryptofeed_KRAKEN.ws.50.0.gz");
  if (path.empty()) return;
  const auto result = runSession(replayPlan(path));
  CHECK(result.data.checksums == 4'269);
  CHECK(result.data.checksumsOk == 4'269);
}

TEST_CASE("replay session: every recording runs, and without a book there are no orders and a reason") {
  const std::string one = recordingPath(kUsdm);
  if (one.empty()) return;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(one).parent_path())) {
    const std::string path = entry.path().string();
    CAPTURE(path);
    const auto session = makeSession(replayPlan(path));
    const auto result = session->run({});
    ++files;
    CHECK(result.data.feed.events > 0);
    CHECK(result.data.feed.badLines == 0);
    CHECK(result.audit.violations == 0);
    CHECK(result.stop.stopNumber == 0);
    if (!session->engine().market().noOrders.empty()) CHECK(result.counters.orders == 0);
  }
  CHECK(files >= 16);
}

TEST_CASE("replay session: damage is told by line and never endless") {
  const std::string path = recordingPath(kUsdm);
  if (path.empty()) return;
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string copy = (std::filesystem::temp_directory_path() / "bellwether-damaged.gz").string();
  SUBCASE("cut off") {
    std::ofstream(copy, std::ios::binary) << bytes.substr(0, 500'000);
    const auto result = runSession(replayPlan(copy));
    CHECK(result.data.feed.truncated);
    CHECK(result.data.feed.firstBadLine == 12'369);
    CHECK(result.data.feed.events == 12'368);
  }
  SUBCASE("overwritten in the middle") {
    bytes.replace(400'000, 16, "XXXXXXXXXXXXXXXX");
    std::ofstream(copy, std::ios::binary) << bytes;
    const auto result = runSession(replayPlan(copy));
    CHECK(result.data.feed.badLines > 0);
    CHECK(result.data.feed.firstBadLine > 9'000);
    CHECK(result.data.feed.events > 9'000);
    CHECK(result.elapsedS < 60);
  }
  std::filesystem::remove(copy);
}
