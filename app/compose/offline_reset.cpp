// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/offline_reset.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "app/compose/venues.h"
#include "core/base/clock.h"
#include "core/gate/stop_executor.h"
#include "core/guard/guard_core.h"
#include "core/journal/file_journal.h"
#include "core/journal/latch.h"
#include "core/risk/approval_authority.h"

namespace bw::app {
namespace {

/// Market time the venue is given to take the stop's cancels and closes.
constexpr Duration kVenueTime = Duration::seconds(60);
/// A stop outside of sim and replay stands at least so long (SPEC 10).
constexpr Duration kStands = Duration::seconds(10);
constexpr Duration kStep = Duration::millis(20);

class NoMarketSink final : public MarketSink {
 public:
  void onBook(const BookDelta&) override {}
  void onBbo(const BboUpdate&) override {}
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}
};

class NoReports final : public VenueListener {
 public:
  void onReport(const OrderReport&) override {}
};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string upperWord(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string modeOf(const journal::LatchState& latch, const Places& places) {
  if (latch.readable && !latch.mode.empty()) return lower(latch.mode);
  for (const char* mode : {"sim", "paper"}) {
    if (std::filesystem::exists(places.journalDir(mode) + "/venue-account.txt")) return mode;
  }
  return "sim";
}

/// The venue of a stopped account on a time of its own that starts where the account was left.
class StoppedVenue {
 public:
  /// A mode that keeps no account (replay) has nothing left to verify.
  Result<void> open(const Settings& settings, const Places& places, const std::string& mode, const std::string& input) {
    m_market.instruments = std::make_shared<InstrumentTable>();
    if (mode == "replay") return {};
    const std::string file = places.journalDir(mode) + "/venue-account.txt";
    if (mode == "paper" && input.empty()) {
      return finalError("reset.input", "the stopped account is a paper account: name its recording with --input FILE");
    }
    auto plan = planMarket(settings, {mode, input, 1, {}, file, {}, {}});
    if (!plan) return plan.error();
    m_clock.emplace(plan->start);
    auto made = makeMarket(settings, std::move(*plan), *m_clock);
    if (!made) return made.error();
    m_market = std::move(*made);
    return {};
  }
  void advance(Duration by) {
    if (!m_clock) return;
    m_clock->advance(by);
    m_market.feed->poll(m_clock->now(), m_sink);
  }
  const Market& market() const { return m_market; }

 private:
  std::optional<ManualClock> m_clock;
  Market m_market;
  NoMarketSink m_sink;
};

}  // namespace

Result<void> resetOffline(const Settings& settings, const Places& places, const ResetRequest& request) {
  const auto lock = journal::DataLock::take(places.dataDir);
  if (!lock) return lock.error();
  const auto latch = journal::Latch(places.dataDir).read();
  if (!latch) return finalError("not_stopped", "no emergency stop is latched: there is nothing to reset");
  const std::string mode = modeOf(*latch, places);
  const SystemClock real;
  if (mode != "sim" && mode != "replay" && latch->readable && real.now() - latch->time < kStands)
    return finalError("reset.too_soon", "a stop stands for at least 10 s");

  StoppedVenue venue;
  if (auto opened = venue.open(settings, places, mode, request.input); !opened) return opened.error();
  journal::FileJournal::Options journalOptions;
  journalOptions.directory = places.journalDir(mode);
  journalOptions.mode = journal::FileJournal::Mode::Inline;
  auto journal = journal::FileJournal::open(real, journalOptions);
  if (!journal) return journal.error();

  ManualClock clock(real.now());
  gate::Gate gate(clock, venue.market().instruments);
  risk::ApprovalAuthority authority;
  NoReports listener;
  gate::StopExecutor::Config config;
  config.dataDirectory = places.dataDir;
  config.mode = upperWord(mode);
  config.policy.collar = settings.limits.ratio(risk::RiskKey::EstopCloseSlippage);
  config.resetAfter = Duration{0};  // held above, against the latch's own time
  std::vector<Venue*> venues;
  if (venue.market().venue) venues.push_back(venue.market().venue.get());
  gate::StopExecutor stop({gate, **journal, clock, venue.market().instruments, nullptr, listener, venues},
                          authority.takeEmergencyAuthority(), config, {});
  const Timestamp until = clock.now() + kVenueTime;
  while (stop.progress().state != StopState::Stopped && clock.now() < until) {
    (void)stop.pump();
    clock.advance(kStep);
    venue.advance(kStep);
  }
  if (stop.progress().state != StopState::Stopped)
    return finalError("reset.residual", "the stop is not complete: " + stop.progress().attention);
  if (auto done = stop.reset(request.phrase, request.cause); !done) return done;
  // The guard's copy of the latch goes too: a person has said so.
  std::error_code none;
  const std::string copy = guard::guardFolder(places.dataDir);
  if (!std::filesystem::exists(copy + "/latch", none)) return {};
  return journal::Latch(copy).reset();
}

}  // namespace bw::app
