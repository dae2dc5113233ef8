// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>

#include "core/base/clock.h"
#include "core/ports/market_feed.h"

namespace bw::app {

/// Which data agent has the feed. The one before may hang inside it, and may come back: it is not let in again.
/// Thread: any.
struct FeedSeat {
  std::atomic<std::uint64_t> current{0};
  std::atomic<bool> taken{false};  ///< somebody is inside the feed
};

/// A feed that several data agents may use one after the other, and that tells how far it has been read. While an
/// agent that was replaced is still inside the feed, its heir waits outside. Thread: the data agent's host.
class SharedFeed final : public MarketFeed {
 public:
  SharedFeed(std::shared_ptr<MarketFeed> inner, const Clock& clock, std::shared_ptr<FeedSeat> seat,
             std::function<void(Timestamp)> progress)
      : m_inner(std::move(inner)),
        m_clock(clock),
        m_seat(std::move(seat)),
        m_number(m_seat->current.fetch_add(1) + 1),
        m_progress(std::move(progress)) {}
  Timestamp nextTime() override {
    if (!m_inner) return Timestamp::never();
    const Entry entry(*this);
    return entry.in() ? m_inner->nextTime() : m_clock.now() + kAskAgain;
  }
  void poll(Timestamp until, MarketSink& sink) override {
    if (!m_inner) return;
    const Entry entry(*this);
    if (!entry.in()) return;
    m_inner->poll(until, sink);
    if (m_progress && m_seat->current == m_number) m_progress(std::max(until, m_inner->nextTime()));
  }
  FeedStats stats() const override {
    if (!m_inner) return {};
    const Entry entry(*this);
    return entry.in() ? m_inner->stats() : FeedStats{};
  }
  Result<void> seek(Timestamp when) override {
    if (!m_inner) return finalError("feed.no_seek", "there is no market");
    const Entry entry(*this);
    if (!entry.in()) return finalError("feed.busy", "a data agent that was replaced is still reading the feed");
    auto moved = m_inner->seek(when);
    if (moved && m_progress) m_progress(std::max(when, m_inner->nextTime()));
    return moved;
  }

 private:
  static constexpr Duration kAskAgain = Duration::millis(100);
  /// Takes the seat for a scope, if it is free or ours already.
  class Entry {
   public:
    explicit Entry(const SharedFeed& feed)
        : m_feed(feed),
          m_mine(!feed.m_inside && feed.m_seat->current == feed.m_number && !feed.m_seat->taken.exchange(true)) {
      if (m_mine) feed.m_inside = true;
    }
    ~Entry() {
      if (!m_mine) return;
      m_feed.m_inside = false;
      m_feed.m_seat->taken = false;
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    bool in() const { return m_feed.m_inside; }

   private:
    const SharedFeed& m_feed;
    const bool m_mine;
  };

  std::shared_ptr<MarketFeed> m_inner;
  const Clock& m_clock;
  std::shared_ptr<FeedSeat> m_seat;
  const std::uint64_t m_number;
  mutable bool m_inside = false;
  std::function<void(Timestamp)> m_progress;
};

}  // namespace bw::app
