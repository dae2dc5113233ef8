// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/base/rng.h"
#include "core/matching/matching_engine.h"
#include "core/venues/simulated/profiles.h"

namespace bw::simulated {

/// What one step of a market had to say, in the order trades, book, best.
struct MarketOutput {
  std::vector<TradePrint> trades;
  BookDelta delta;  ///< empty lists: nothing changed
  std::optional<BboUpdate> bbo;
  bool hasDelta() const { return delta.snapshot || !delta.bids.empty() || !delta.asks.empty(); }
  void clear();
};

/// One instrument of the embedded exchange: a matching engine, and the crowd that trades there. Makers quote around the
/// latent fair price and pull or lose what it has passed; takers come in self-exciting bursts (Hawkes process) with
/// heavy-tailed sizes and leanings that last. Our orders (owner 1) match in the same book.
/// Thread: owner only.
class SimMarket final : public matching::EngineListener, public matching::OrderBackend {
 public:
  /// `listener` hears of our orders and must outlive the market.
  SimMarket(const Instrument& instrument, Profile profile, Rng rng, double fairTicks, Timestamp start,
            matching::BookListener& listener);

  Timestamp nextTime() const { return m_next; }
  /// Does what is due at nextTime(), with the fair price in ticks.
  void step(double fairTicks);
  void setTime(Timestamp now) { m_now = now; }
  /// Moves what was said since the last call to `out`; false if nothing.
  bool takeOutput(MarketOutput& out);
  /// The next output is a snapshot of the whole book.
  void requestSnapshot() { m_snapshotWanted = true; }
  const matching::MatchingEngine& engine() const { return m_engine; }

  void submit(const matching::BookOrder& order) override;
  bool cancel(std::uint64_t id) override;
  void restore(const matching::BookOrder& order) override { submit(order); }
  Level best(Side side) const override { return m_engine.best(side); }
  std::optional<Ticks> lastTrade() const override { return m_engine.lastTrade(); }

  void onTrade(const matching::EngineTrade& trade) override;
  void onLevel(Side side, Ticks price, Lots total) override;
  void onDone(std::uint64_t id, std::uint32_t owner, matching::DoneReason reason, Lots left) override;
  void onTriggered(std::uint64_t id, std::uint32_t owner) override;
  Lots allowance(std::uint64_t id, std::uint32_t owner, Lots wanted) override;

 private:
  struct Quote {
    matching::OrderHandle handle;
    std::int64_t price = 0;
  };
  void quote(double fair, bool wide);
  void pullQuote(double fair);
  void takeBurst();
  bool correctStale(double fair);
  void send(Side side, std::int64_t limit, std::int64_t lots, TimeInForce tif);
  std::int64_t drawLots(double scale);
  void scheduleNext(bool soon);

  const Instrument& m_instrument;
  Profile m_profile;
  Rng m_rng;
  matching::BookListener& m_listener;
  matching::MatchingEngine m_engine;
  std::unordered_map<std::uint64_t, matching::OrderHandle> m_own;
  std::vector<Quote> m_quotes;  ///< of the crowd; some may be gone already
  std::uint64_t m_flowIds = 0;
  std::uint64_t m_sequence = 0;
  std::uint64_t m_tradeIds = 0;
  Timestamp m_now;
  Timestamp m_next;
  Timestamp m_excitedAt;
  double m_excitement = 0;  ///< extra takers per second at m_excitedAt
  Side m_leaning = Side::Buy;
  bool m_snapshotWanted = true;
  MarketOutput m_pending;
  Level m_toldBid;
  Level m_toldAsk;
};

}  // namespace bw::simulated
