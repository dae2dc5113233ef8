// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/matching/account_file.h"
#include "core/matching/desk_host.h"
#include "core/matching/paper_book.h"
#include "core/ports/market_feed.h"
#include "core/ports/venue.h"

namespace bw::paper {

struct PaperOptions {
  std::string name = "paper";
  Instruments instruments;           ///< never null
  std::vector<InstrumentId> active;  ///< tradable here; empty = all of the table
  Decimal startBalance{10'000, 0};   ///< of each settle currency of `active`
  Duration latency = Duration::millis(50);
  Duration jitter = Duration::millis(10);
  std::uint64_t seed = 1;
  std::string accountFile;  ///< the account's own journal; empty = none, everything is forgotten at the end
};

/// Trading on paper against a live or recorded market: matching::PaperBook per instrument, one account
/// (matching::VenueDesk says how latency, margin and liquidation go), its journal in a file of its own (format:
/// matching/account_text.h). The file is written with one write() per event before anything is reported and is not
/// synced: a killed process loses nothing that was reported, and losing play money with the power is acceptable.
/// Wire the market through a PaperFeed.
/// Thread: connections and account questions from any thread; market functions from the feed's host.
class PaperVenue final : public Venue {
 public:
  /// Reads the account file if there is one; orders come back and join their queues at the back. `clock` gives market
  /// time and must outlive the venue. Errors: "venue.journal", "file.*".
  static Result<std::unique_ptr<PaperVenue>> open(const Clock& clock, PaperOptions options);

  std::string_view name() const override { return m_options.name; }
  /// The venue must outlive its connections.
  std::unique_ptr<VenueConnection> connect(VenueListener& listener) override;

  /// When the next request arrives at the venue; never() if none is under way. Any thread.
  Timestamp nextDue() const { return m_host.nextDue(); }
  /// Market time goes on; requests due by `now` arrive in order.
  void advance(Timestamp now);
  /// Called from a placing thread when an earlier due time appears.
  void setWake(std::function<void(Timestamp)> wake) { m_host.setWake(std::move(wake)); }
  /// Market data in order of time; requests due before it arrive first.
  void onBook(const BookDelta& delta);
  void onBbo(const BboUpdate& bbo);
  void onTrade(const TradePrint& trade);
  /// All books are stale until the stream shows them again.
  void marketLost(StaleReason reason, Timestamp since);
  void applyFunding(Timestamp now, InstrumentId id, const Ratio& rate);
  /// How much is ahead of a resting order, in lots; nothing if unknown. For display and tests.
  std::optional<Lots> queueAhead(const ClientOrderId& clientId);

 private:
  PaperVenue(const Clock& clock, PaperOptions options);
  matching::PaperBook* bookOf(InstrumentId id) { return id.value < m_books.size() ? m_books[id.value].get() : nullptr; }
  template <class Apply>
  void market(Timestamp now, InstrumentId id, Apply&& apply);

  PaperOptions m_options;
  matching::AccountFile m_file;
  matching::DeskHost m_host;
  std::vector<std::unique_ptr<matching::PaperBook>> m_books;  ///< by instrument; used under the host's lock only
};

}  // namespace bw::paper
