// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/decimal.h"
#include "core/emulator/flat_json.h"

namespace bw::emulator {

/// What kind of venue is imitated: how orders are cancelled there and what a position is.
struct VenueShape {
  std::string name;             ///< "fake-batch" ...
  int drillOrders = 0;          ///< of a thousand, how many a full drill puts here
  bool cancelAll = false;       ///< one request takes every order away
  int cancelBatch = 1;          ///< most ids in one cancel request; 1: single cancels only
  bool reduceOnly = true;       ///< knows reduce-only orders
  bool stopLocks = false;       ///< a resting sell reserves the quantity it would sell
  bool spot = false;            ///< no short positions; holdings may be older than our orders
  std::size_t maxOpen = 1'000;  ///< open orders it takes
  bool bulkNames = true;        ///< the answer to a bulk cancel names the orders, and does not only count them
};

/// The five shapes of a full drill, 1,000 orders together.
const std::vector<VenueShape>& venueShapes();
/// Null if there is none of that name.
const VenueShape* shapeOf(std::string_view name);

/// Who may sign. Workstation and guard have keys of their own.
struct ApiKey {
  std::string id;
  std::string secret;
};

/// What is traded on every fake venue.
struct FakeSymbol {
  std::string symbol;
  Decimal tick;
  Decimal lot;
  Decimal price;  ///< mark, and what market orders fill at
};
const std::vector<FakeSymbol>& fakeSymbols();

/// A request as it came over the wire.
struct WireRequest {
  std::string method;
  std::string target;
  std::string body;
  std::string key;        ///< X-Key
  std::string nonce;      ///< X-Nonce, nanoseconds of the sender's clock
  std::string signature;  ///< X-Signature, hex of HMAC-SHA256 over method, target, nonce and body, newline between
};
struct WireAnswer {
  int status = 200;
  std::string body;
};

/// How the wire and the venue misbehave. Counts say for how many requests; they run down.
struct FakeKnobs {
  Duration roundTrip = Duration::millis(20);
  int dropBefore = 0;     ///< the connection is closed before the request has any effect
  int dropAfter = 0;      ///< it has its effect, the connection is closed without an answer
  int fail = 0;           ///< 503 with its effect done
  int cutBody = 0;        ///< the answer breaks off in its middle
  bool halfOpen = false;  ///< requests are read and never answered
  bool rejectPlacements = false;
  bool ignoreCancels = false;
  bool hideOrders = false;
  Decimal immediate;               ///< most that one market order fills; 0: all
  std::int64_t closedUntilMs = 0;  ///< Unix time; market orders are rejected until then
};

/// A venue's account behind its wire format: keys, orders, positions, log. Market orders fill at the mark at once,
/// limit orders rest. Thread: owner only.
class FakeExchange {
 public:
  struct LogEntry {
    MonoTime arrived;
    std::string key;
    std::string what;  ///< "place", "cancel", "cancel-batch", "cancel-all", "account", "order", "refused"
    int count = 0;     ///< orders it is about
    std::string id;    ///< client id of the only or first one
  };

  FakeExchange(const Clock& clock, VenueShape shape, std::vector<ApiKey> keys);

  /// Checks the signature and does what is asked. Paths under /admin/ need no key: they are the drill's.
  WireAnswer handle(const WireRequest& request, MonoTime arrived);
  FakeKnobs& knobs() { return m_knobs; }
  const VenueShape& shape() const { return m_shape; }
  const std::vector<LogEntry>& log() const { return m_log; }
  std::size_t openOrders() const { return m_open.size(); }

 private:
  struct FakeOrder {
    std::string clientId;
    std::uint64_t number = 0;
    std::string symbol;
    bool sell = false;
    std::string type;
    std::string tif;
    bool reduceOnly = false;
    bool postOnly = false;
    Decimal quantity;
    Decimal filled;
    std::string price;
    std::string trigger;
    std::string state = "open";
    std::string reason;
    std::int64_t createdMs = 0;
  };
  struct Held {
    Decimal quantity;
    Decimal average;
  };

  std::string refusalOf(const WireRequest& request);
  WireAnswer route(const WireRequest& request, MonoTime arrived);
  WireAnswer place(const FlatJson& wanted);
  WireAnswer cancel(const std::vector<std::string>& ids);
  WireAnswer cancelEverything();
  WireAnswer account() const;
  WireAnswer one(const std::string& id) const;
  WireAnswer admin(const WireRequest& request);
  std::string problemOf(const FakeOrder& order) const;
  void fill(FakeOrder& order);
  Decimal freeToSell(const std::string& symbol) const;
  std::string orderJson(const FakeOrder& order) const;
  std::string fillsJson() const;
  void note(MonoTime arrived, const std::string& key, const char* what, int count, const std::string& id);

  const Clock& m_clock;
  const VenueShape m_shape;
  const std::vector<ApiKey> m_keys;
  FakeKnobs m_knobs;
  std::map<std::string, FakeOrder> m_orders;
  std::set<std::string> m_open;
  std::map<std::string, Held> m_held;
  std::vector<std::string> m_fills;  ///< as JSON, oldest first
  std::map<std::string, std::set<std::string>> m_nonces;
  std::vector<LogEntry> m_log;
  std::uint64_t m_numbers = 0;
  std::uint64_t m_revision = 0;
};

}  // namespace bw::emulator
