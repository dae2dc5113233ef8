// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/simulated/simulated_exchange.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/assert.h"
#include "core/matching/desk_connection.h"

namespace bw::simulated {
namespace {

constexpr Duration kNoteEvery = Duration::seconds(30);
constexpr Duration kFundingEvery = Duration::minutes(480);
constexpr std::uint64_t kFairStream = 2;
constexpr std::uint64_t kHistoryStream = 1'000;
/// Lots a second in units of typical size × takers of their own accord: their followers and the tail of sizes included.
constexpr double kLotsPerTaker = 6;
constexpr std::uint64_t kFlowStream = 2'000;
constexpr std::uint64_t kSessionStride = 1'000'000;

matching::DeskOptions deskOptionsOf(const SimulatedOptions& options) {
  matching::DeskOptions desk;
  desk.venue = options.name;
  desk.prefix = std::string(1, 'S');
  matching::takeCommonOptions(desk, options);
  return desk;
}

Timestamp nextMultiple(Timestamp time, Duration step) {
  return {(time.ns / step.ns + 1) * step.ns};
}

}  // namespace

SimulatedExchange::SimulatedExchange(const Clock& clock, SimulatedOptions options, const matching::AccountImage& image)
    : m_options(std::move(options)),
      m_host(clock, deskOptionsOf(m_options),
             [this](std::string_view text) { return !m_file.isOpen() || m_file.append(text); }),
      m_start(std::max(m_options.start, image.time)),
      m_session(image.goodBytes > 0 ? image.sessions : 0),
      m_grid(m_start + FairPrices::kGrid),
      m_nextNote(m_start),
      m_nextFlow(m_start) {
  const Rng root(m_options.seed);
  const std::uint64_t offset = m_session * kSessionStride;
  std::vector<Profile> profiles;
  for (const InstrumentId id : m_options.active) {
    const Instrument& i = m_options.instruments->get(id);
    profiles.push_back(profileOf(i.symbol));
    const auto stored = image.mids.find(id.value);
    const Price start = stored != image.mids.end() ? stored->second : Price(profiles.back().startPrice);
    m_startTicks.push_back(static_cast<double>(i.toTicksRounded(start, Rounding::HalfEven).value) + 0.5);
  }
  m_fair = std::make_unique<FairPrices>(profiles, m_startTicks, root.fork(kFairStream + offset));
  m_host.run([&](matching::VenueDesk& desk) {
    for (std::size_t k = 0; k < profiles.size(); ++k) {
      const InstrumentId id = m_options.active[k];
      m_markets.push_back(std::make_unique<SimMarket>(m_options.instruments->get(id), profiles[k],
                                                      root.fork(kFlowStream + k + offset), m_startTicks[k], m_start,
                                                      desk));
      desk.setBackend(id, *m_markets.back());
    }
  });
}

Result<std::unique_ptr<SimulatedExchange>> SimulatedExchange::open(const Clock& clock, SimulatedOptions options) {
  BW_ASSERT(options.instruments != nullptr);
  if (options.active.empty()) {
    for (const Instrument& i : *options.instruments) {
      if (i.venue == options.name) options.active.push_back(i.id);
    }
  }
  auto image = matching::readAccountFile(options.accountFile, *options.instruments, options.name);
  if (!image) return image.error();
  const bool stored = image->goodBytes > 0;
  if (stored) options.seed = image->seed;
  std::unique_ptr<SimulatedExchange> exchange(new SimulatedExchange(clock, std::move(options), *image));
  if (const SimulatedOptions& kept = exchange->m_options; !kept.accountFile.empty()) {
    auto opened = exchange->m_file.open(kept.accountFile, *image, kept.instruments, kept.name);
    if (!opened) return opened.error();
  }
  exchange->m_host.run([&](matching::VenueDesk& desk) {
    if (!stored) desk.writer().header(exchange->m_options.name, exchange->m_options.seed);
    image->time = exchange->m_start;
    desk.restore(*image);
  });
  return exchange;
}

std::optional<Timestamp> SimulatedExchange::storedTime(const std::string& accountFile,
                                                       const InstrumentTable& instruments, std::string_view name) {
  const auto image = matching::readAccountFile(accountFile, instruments, name);
  if (!image || image->goodBytes == 0) return std::nullopt;
  return image->time;
}

std::unique_ptr<VenueConnection> SimulatedExchange::connect(VenueListener& listener) {
  return matching::connectTo(m_host, m_options.name, listener);
}

Timestamp SimulatedExchange::nextTime() {
  return std::min(m_nextFlow, m_host.nextDue());
}

Result<void> SimulatedExchange::seek(Timestamp) {
  return finalError("feed.no_seek", "the simulated market cannot jump in time; change its speed instead");
}

void SimulatedExchange::stepGrid(matching::VenueDesk& desk) {
  m_fair->step();
  if (m_grid.ns / kFundingEvery.ns != (m_grid - FairPrices::kGrid).ns / kFundingEvery.ns) {
    for (const InstrumentId id : m_options.active) desk.applyFunding(m_grid, id, Ratio::bps(Decimal(1, 0)));
  }
  if (m_grid >= m_nextNote) {
    m_nextNote = nextMultiple(m_grid, kNoteEvery);
    for (std::size_t k = 0; m_file.isOpen() && k < m_markets.size(); ++k) {
      const Level bid = m_markets[k]->best(Side::Buy);
      const InstrumentId id = m_options.active[k];
      if (bid.size.value > 0) desk.writer().mid(m_grid, id, m_options.instruments->get(id).price(bid.price));
    }
  }
  m_grid = m_grid + FairPrices::kGrid;
}

// Everything due at exactly `time`: requests that arrive, or the one market whose turn it is.
void SimulatedExchange::stepOnce(Timestamp time) {
  m_host.run([&](matching::VenueDesk& desk) {
    while (m_grid <= time) stepGrid(desk);
    std::size_t turn = 0;
    for (std::size_t k = 1; k < m_markets.size(); ++k) {
      if (m_markets[k]->nextTime() < m_markets[turn]->nextTime()) turn = k;
    }
    const bool flow = !m_markets.empty() && m_markets[turn]->nextTime() <= time;
    if (desk.nextDue() <= time) {
      for (const auto& market : m_markets) market->setTime(time);
      desk.advance(time);
    } else {
      desk.setTime(time);
    }
    if (flow) {
      m_markets[turn]->step(m_fair->ticks(turn));
      const InstrumentId id = m_options.active[turn];
      if (desk.interested(id)) desk.afterMarket(id);
    }
    m_nextFlow = Timestamp::never();
    for (const auto& market : m_markets) m_nextFlow = std::min(m_nextFlow, market->nextTime());
  });
}

void SimulatedExchange::deliver(MarketSink& sink) {
  for (const auto& market : m_markets) {
    if (!market->takeOutput(m_output)) continue;
    for (const TradePrint& trade : m_output.trades) {
      ++m_stats.trades;
      sink.onTrade(trade);
    }
    if (m_output.hasDelta()) {
      ++m_stats.bookUpdates;
      sink.onBook(m_output.delta);
    }
    if (m_output.bbo) {
      ++m_stats.bboUpdates;
      sink.onBbo(*m_output.bbo);
    }
    m_stats.events = m_stats.trades + m_stats.bookUpdates + m_stats.bboUpdates;
  }
}

void SimulatedExchange::poll(Timestamp until, MarketSink& sink) {
  while (true) {
    const Timestamp next = nextTime();
    if (next > until) return;
    stepOnce(next);
    deliver(sink);
  }
}

std::vector<Candle> SimulatedExchange::history(InstrumentId id, Duration interval, int bars) const {
  const auto it = std::find(m_options.active.begin(), m_options.active.end(), id);
  const std::int64_t seconds = interval.ns / 1'000'000'000;
  if (it == m_options.active.end() || seconds <= 0 || bars <= 0) return {};
  const auto k = static_cast<std::size_t>(it - m_options.active.begin());
  const Profile profile = profileOf(m_options.instruments->get(id).symbol);
  const auto count = static_cast<std::size_t>(seconds) * static_cast<std::size_t>(bars);
  const Rng rng = Rng(m_options.seed).fork(kHistoryStream + k + m_session * kSessionStride);
  const std::vector<double> path = pastPrices(profile, m_startTicks[k], count, rng);
  // Trades of a second bounce between bid and ask; the second is counted from the end, so that every interval agrees.
  const auto traded = [&](std::size_t second) {
    if (second == count) return Ticks{static_cast<std::int64_t>(std::llround(path[second] - 0.5))};
    Rng bounce = rng.fork(count - second);
    const double distance = 0.5 + bounce.exponential(1.5);
    return Ticks{
        static_cast<std::int64_t>(std::llround(path[second] - 0.5 + (bounce.chance(0.5) ? distance : -distance)))};
  };
  const auto lotsOf = [&](std::size_t second) {
    Rng flow = rng.fork(count - second + kSessionStride);
    return 1 + std::llround(profile.typicalLots * profile.takersPerSecond * flow.exponential(kLotsPerTaker));
  };
  std::vector<Candle> candles;
  const Timestamp end{m_start.ns / interval.ns * interval.ns};
  for (int bar = 0; bar < bars; ++bar) {
    const std::size_t from = static_cast<std::size_t>(bar) * static_cast<std::size_t>(seconds);
    const std::size_t to = from + static_cast<std::size_t>(seconds);
    Candle c;
    c.instrument = id;
    c.interval = interval;
    c.openTime = end - interval * (bars - bar);
    c.open = traded(from);
    c.close = traded(to);
    c.high = c.low = c.open;
    std::int64_t volume = 0;
    for (std::size_t s = from; s <= to; ++s) {
      c.high = std::max(c.high, traded(s));
      c.low = std::min(c.low, traded(s));
      if (s < to) volume += lotsOf(s);
    }
    c.volume = {volume};
    c.trades = static_cast<std::uint32_t>(2 * seconds);
    c.closed = true;
    candles.push_back(c);
  }
  return candles;
}

}  // namespace bw::simulated
