// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/venues.h"

#include <filesystem>

#include "app/compose/wire_market.h"

#include "core/venues/paper/paper_feed.h"
#include "core/venues/paper/paper_venue.h"
#include "core/venues/simulated/profiles.h"
#include "core/venues/simulated/simulated_exchange.h"

namespace bw::app {
namespace {

/// Orders on recorded markets go to the paper venue, whatever venue the recording is of.
constexpr const char* kPaperVenue = "paper";
constexpr int kHistoryBars = 400;
/// Market time of a fresh simulation: fixed, so that a seed says everything.
constexpr std::string_view kSimulationStart = "2025-01-15T12:00:00Z";

std::shared_ptr<InstrumentTable> tableOf(std::vector<Instrument> instruments) {
  auto table = std::make_shared<InstrumentTable>();
  for (Instrument& instrument : instruments) table->add(std::move(instrument));
  return table;
}

Result<void> applyFees(std::vector<Instrument>& instruments, const std::vector<std::string>& fees) {
  for (const std::string& fee : fees) {
    if (auto done = applyFee(instruments, fee); !done) return done;
  }
  return {};
}

Result<MarketPlan> planSimulation(MarketRequest request) {
  auto instruments = simulated::defaultInstruments();
  if (auto done = applyFees(instruments, request.fees); !done) return done.error();
  MarketPlan plan;
  plan.table = tableOf(std::move(instruments));
  const auto stored = request.accountFile.empty()
                          ? std::nullopt
                          : simulated::SimulatedExchange::storedTime(request.accountFile, *plan.table);
  plan.start = stored ? *stored : *timestampFromIso8601(kSimulationStart);
  plan.request = std::move(request);
  return plan;
}

Result<MarketPlan> planRecording(const Settings& settings, MarketRequest request) {
  if (std::filesystem::is_directory(request.input))
    return finalError("recording.open", request.input + ": is a directory; name one recording in it");
  MarketPlan plan;
  const auto table = std::make_shared<InstrumentTable>();
  replay::RecordingInfo info;
  auto feed = replay::openRecording(request.input, settings.instruments, *table, info);
  if (!feed) return feed.error();
  std::vector<Instrument> traded(table->begin(), table->end());
  for (Instrument& instrument : traded) instrument.venue = kPaperVenue;
  if (auto done = applyFees(traded, request.fees); !done) return done.error();
  plan.table = tableOf(std::move(traded));
  plan.recordingFeed = std::move(*feed);
  plan.start = info.start;
  plan.recording = std::move(info);
  plan.request = std::move(request);
  return plan;
}

std::vector<Candle> historyOf(const simulated::SimulatedExchange& exchange, const InstrumentTable& table) {
  std::vector<Candle> all;
  for (const Instrument& instrument : table) {
    for (const Duration interval : {Duration::seconds(1), Duration::seconds(5), Duration::minutes(1)}) {
      for (const Candle& candle : exchange.history(instrument.id, interval, kHistoryBars)) all.push_back(candle);
    }
  }
  return all;
}

Result<Market> makeSimulation(const Settings& settings, MarketPlan plan, const Clock& clock) {
  simulated::SimulatedOptions options;
  options.instruments = plan.table;
  options.startBalance = settings.startBalance;
  options.latency = settings.orderLatency;
  options.jitter = settings.orderLatencyJitter;
  options.seed = plan.request.seed;
  options.start = plan.start;
  options.accountFile = plan.request.accountFile;
  auto opened = simulated::SimulatedExchange::open(clock, options);
  if (!opened) return opened.error();
  const std::shared_ptr<simulated::SimulatedExchange> exchange = std::move(*opened);
  Market market;
  market.instruments = plan.table;
  market.feed = exchange;
  market.venue = exchange;
  market.setWake = [exchange](std::function<void(Timestamp)> wake) { exchange->setWake(std::move(wake)); };
  market.makeHistory = [exchange, table = plan.table] { return historyOf(*exchange, *table); };
  market.start = plan.start;
  market.description = "simulated exchange, " + std::to_string(plan.table->size()) + " instruments, seed " +
                       std::to_string(plan.request.seed);
  return market;
}

Result<Market> makePaper(const Settings& settings, MarketPlan plan, const Clock& clock) {
  paper::PaperOptions options;
  options.name = kPaperVenue;
  options.instruments = plan.table;
  options.startBalance = settings.startBalance;
  options.latency = settings.orderLatency;
  options.jitter = settings.orderLatencyJitter;
  options.seed = plan.request.seed;
  options.accountFile = plan.request.accountFile;
  auto opened = paper::PaperVenue::open(clock, options);
  if (!opened) return opened.error();
  const std::shared_ptr<paper::PaperVenue> venue = std::move(*opened);
  const std::shared_ptr<MarketFeed> inner = std::move(plan.recordingFeed);
  Market market;
  market.instruments = plan.table;
  market.feed = std::make_shared<paper::PaperFeed>(*inner, *venue);
  market.venue = venue;
  market.keep = {inner};
  market.setWake = [venue](std::function<void(Timestamp)> wake) { venue->setWake(std::move(wake)); };
  market.start = plan.start;
  market.description = plan.recording->format + ", " + std::to_string(plan.table->size()) + " instruments";
  if (!plan.recording->hasBook) market.noOrders = plan.recording->noBookReason;
  market.recording = std::move(plan.recording);
  return market;
}

}  // namespace

Result<MarketPlan> planMarket(const Settings& settings, MarketRequest request) {
  if (!request.venueFile.empty()) return planWireMarket(std::move(request));
  if (request.mode == "sim") return planSimulation(std::move(request));
  return planRecording(settings, std::move(request));
}

Result<Market> makeMarket(const Settings& settings, MarketPlan plan, const Clock& clock) {
  if (!plan.request.venueFile.empty()) return makeWireMarket(std::move(plan), clock);
  if (plan.make) return plan.make();
  if (plan.request.mode == "sim") return makeSimulation(settings, std::move(plan), clock);
  return makePaper(settings, std::move(plan), clock);
}

}  // namespace bw::app
