// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/emulator/fake_exchange.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace bw::emulator {
namespace {

constexpr std::int64_t kNonceWindowMs = 10'000;
constexpr std::size_t kFillsShown = 200;

std::string signatureOf(const std::string& secret, const WireRequest& r) {
  const std::string text = r.method + "\n" + r.target + "\n" + r.nonce + "\n" + r.body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out.push_back(kHex[digest[i] >> 4]);
    out.push_back(kHex[digest[i] & 15]);
  }
  return out;
}

WireAnswer failure(int status, const std::string& code, const std::string& text) {
  return {status, "{\"error\":" + quoted(code) + ",\"text\":" + quoted(text) + "}"};
}

Decimal numberOf(const std::string& text) {
  return Decimal::parse(text).valueOr(Decimal{});
}

Decimal smaller(const Decimal& a, const Decimal& b) {
  return b < a ? b : a;
}

}  // namespace

const std::vector<VenueShape>& venueShapes() {
  static const std::vector<VenueShape> shapes{
      {"fake-batch", 780, false, 100, true, false, false, 1'000},  {"fake-bulk", 100, true, 1, true, false, false, 200},
      {"fake-mixed", 80, true, 50, false, false, true, 80, false}, {"fake-single", 20, false, 1, false, true, true, 50},
      {"fake-equity", 20, true, 1, false, true, true, 500},
  };
  return shapes;
}

const VenueShape* shapeOf(std::string_view name) {
  for (const VenueShape& shape : venueShapes()) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

const std::vector<FakeSymbol>& fakeSymbols() {
  static const std::vector<FakeSymbol> symbols{{"BTC-USD", {1, 1}, {1, 4}, {60'000, 0}},
                                               {"ETH-USD", {1, 2}, {1, 3}, {3'000, 0}},
                                               {"ACME", {1, 2}, {1, 0}, {50, 0}}};
  return symbols;
}

FakeExchange::FakeExchange(const Clock& clock, VenueShape shape, std::vector<ApiKey> keys)
    : m_clock(clock), m_shape(std::move(shape)), m_keys(std::move(keys)) {}

void FakeExchange::note(MonoTime arrived, const std::string& key, const char* what, int count, const std::string& id) {
  m_log.push_back({arrived, key, what, count, id});
}

std::string FakeExchange::refusalOf(const WireRequest& request) {
  const auto key = std::find_if(m_keys.begin(), m_keys.end(), [&](const ApiKey& k) { return k.id == request.key; });
  if (key == m_keys.end()) return "unknown key";
  const std::string expected = signatureOf(key->secret, request);
  if (expected.size() != request.signature.size() ||
      CRYPTO_memcmp(expected.data(), request.signature.data(), expected.size()) != 0)
    return "bad signature";
  const auto nonce = Decimal::parse(request.nonce);
  if (!nonce || nonce->scale != 0) return "bad nonce";
  const std::int64_t ageMs = m_clock.now().toMillis() - nonce->mantissa / 1'000'000;
  if (ageMs > kNonceWindowMs || ageMs < -kNonceWindowMs) return "nonce outside its window";
  auto& seen = m_nonces[request.key];
  if (!seen.insert(request.nonce).second) return "nonce used before";
  if (seen.size() > 100'000) seen.erase(seen.begin());
  return {};
}

WireAnswer FakeExchange::handle(const WireRequest& request, MonoTime arrived) {
  if (request.target.rfind("/admin/", 0) == 0) return admin(request);
  if (const std::string why = refusalOf(request); !why.empty()) {
    note(arrived, request.key, "refused", 0, why);
    return failure(401, "auth", why);
  }
  return route(request, arrived);
}

WireAnswer FakeExchange::route(const WireRequest& request, MonoTime arrived) {
  const std::string& at = request.target;
  if (request.method == "GET" && at == "/account") {
    note(arrived, request.key, "account", 0, "");
    return account();
  }
  constexpr std::string_view kOne = "/orders/";
  if (request.method == "GET" && at.rfind(kOne, 0) == 0) {
    note(arrived, request.key, "order", 1, at.substr(kOne.size()));
    return one(at.substr(kOne.size()));
  }
  if (request.method != "POST") return failure(404, "path", "no such path");
  const auto body = parseFlat(request.body);
  if (!body) return failure(400, "syntax", "the body is not an object");
  if (at == "/orders") {
    note(arrived, request.key, "place", 1, body->text("client_id"));
    return place(*body);
  }
  if (at == "/cancel") {
    note(arrived, request.key, "cancel", 1, body->text("client_id"));
    return cancel({body->text("client_id")});
  }
  if (at == "/cancel-batch") {
    const auto found = body->lists.find("client_ids");
    if (m_shape.cancelBatch < 2 || found == body->lists.end()) return failure(404, "path", "no batches here");
    const auto& ids = found->second;
    if (ids.empty() || ids.size() > static_cast<std::size_t>(m_shape.cancelBatch))
      return failure(400, "batch", "too many ids");
    note(arrived, request.key, "cancel-batch", static_cast<int>(ids.size()), ids.front());
    return cancel(ids);
  }
  if (at == "/cancel-all" && m_shape.cancelAll) {
    note(arrived, request.key, "cancel-all", static_cast<int>(m_open.size()), "");
    return cancelEverything();
  }
  return failure(404, "path", "no such path");
}

std::string FakeExchange::problemOf(const FakeOrder& order) const {
  const auto& symbols = fakeSymbols();
  const auto symbol =
      std::find_if(symbols.begin(), symbols.end(), [&](const FakeSymbol& s) { return s.symbol == order.symbol; });
  if (symbol == symbols.end()) return "no such symbol";
  if (order.quantity.sign() <= 0) return "quantity must be above 0";
  if (m_knobs.rejectPlacements) return "orders are not taken at the moment";
  if (order.reduceOnly && !m_shape.reduceOnly) return "reduce-only is not known here";
  if (m_open.size() >= m_shape.maxOpen) return "too many open orders";
  if (order.type == "market" && m_clock.now().toMillis() < m_knobs.closedUntilMs) return "market closed";
  const auto held = m_held.find(order.symbol);
  const Decimal position = held == m_held.end() ? Decimal{} : held->second.quantity;
  if (order.reduceOnly && (order.sell ? position.sign() <= 0 : position.sign() >= 0)) return "nothing to reduce";
  if (m_shape.spot && order.sell && freeToSell(order.symbol) < order.quantity) return "insufficient quantity";
  return {};
}

Decimal FakeExchange::freeToSell(const std::string& symbol) const {
  const auto held = m_held.find(symbol);
  Decimal free = held == m_held.end() ? Decimal{} : held->second.quantity;
  if (!m_shape.stopLocks) return free;
  for (const std::string& id : m_open) {
    const FakeOrder& order = m_orders.at(id);
    if (order.sell && order.symbol == symbol) free = free - (order.quantity - order.filled);
  }
  return free;
}

WireAnswer FakeExchange::place(const FlatJson& wanted) {
  const std::string id = wanted.text("client_id");
  if (id.empty()) return failure(400, "client_id", "a client id is needed");
  if (const auto known = m_orders.find(id); known != m_orders.end()) return {200, orderJson(known->second)};
  FakeOrder order;
  order.clientId = id;
  order.number = ++m_numbers;
  order.symbol = wanted.text("symbol");
  order.sell = wanted.text("side") == "sell";
  order.type = wanted.text("type");
  order.tif = wanted.text("tif");
  order.reduceOnly = wanted.flag("reduce_only");
  order.postOnly = wanted.flag("post_only");
  order.quantity = numberOf(wanted.text("quantity"));
  order.price = wanted.text("price");
  order.trigger = wanted.text("trigger");
  order.createdMs = m_clock.now().toMillis();
  order.reason = problemOf(order);
  m_revision += 1;
  if (!order.reason.empty()) {
    order.state = "rejected";
  } else if (order.type == "market") {
    fill(order);
  } else {
    m_open.insert(id);
  }
  const auto stored = m_orders.emplace(id, std::move(order)).first;
  return {200, orderJson(stored->second)};
}

void FakeExchange::fill(FakeOrder& order) {
  const auto& symbols = fakeSymbols();
  const auto symbol =
      std::find_if(symbols.begin(), symbols.end(), [&](const FakeSymbol& s) { return s.symbol == order.symbol; });
  const Decimal collar = numberOf(order.price);
  const bool inside = collar.isZero() || (order.sell ? !(symbol->price < collar) : !(collar < symbol->price));
  Held& held = m_held[order.symbol];
  Decimal quantity = inside ? order.quantity : Decimal{};
  if (!m_knobs.immediate.isZero()) quantity = smaller(quantity, m_knobs.immediate);
  if (order.reduceOnly) quantity = smaller(quantity, held.quantity.isNegative() ? -held.quantity : held.quantity);
  order.filled = quantity;
  order.state = order.filled == order.quantity ? "filled" : "cancelled";
  if (order.state == "cancelled") order.reason = "the rest of an immediate order";
  if (quantity.isZero()) return;
  const Decimal before = held.quantity;
  held.quantity = order.sell ? before - quantity : before + quantity;
  if (before.sign() == 0 || before.sign() != held.quantity.sign()) held.average = symbol->price;
  m_fills.push_back("{\"trade_id\":\"T" + std::to_string(++m_numbers) + "\",\"client_id\":" + quoted(order.clientId) +
                    ",\"order_id\":\"" + std::to_string(order.number) + "\",\"symbol\":" + quoted(order.symbol) +
                    ",\"side\":\"" + (order.sell ? "sell" : "buy") + "\",\"price\":\"" + symbol->price.toString() +
                    "\",\"quantity\":\"" + quantity.toString() +
                    "\",\"time_ms\":" + std::to_string(m_clock.now().toMillis()) + "}");
}

WireAnswer FakeExchange::cancel(const std::vector<std::string>& ids) {
  std::string results;
  for (const std::string& id : ids) {
    const auto found = m_orders.find(id);
    const char* result = "unknown";
    if (found != m_orders.end()) {
      result = "ended";
      if (m_open.count(id) != 0 && !m_knobs.ignoreCancels) {
        m_open.erase(id);
        found->second.state = "cancelled";
        found->second.reason = "asked for";
        m_revision += 1;
        result = "cancelled";
      }
    }
    results +=
        (results.empty() ? "" : ",") + std::string("{\"client_id\":") + quoted(id) + ",\"result\":\"" + result + "\"}";
  }
  return {200, "{\"results\":[" + results + "]}"};
}

WireAnswer FakeExchange::cancelEverything() {
  const std::vector<std::string> ids(m_open.begin(), m_open.end());
  WireAnswer answer = cancel(ids);
  if (!m_shape.bulkNames) answer.body = "{\"cancelled\":" + std::to_string(ids.size()) + "}";
  return answer;
}

std::string FakeExchange::orderJson(const FakeOrder& o) const {
  std::string out = "{\"client_id\":" + quoted(o.clientId) + ",\"order_id\":\"" + std::to_string(o.number) +
                    "\",\"symbol\":" + quoted(o.symbol) + ",\"side\":\"" + (o.sell ? "sell" : "buy") +
                    "\",\"type\":" + quoted(o.type) + ",\"tif\":" + quoted(o.tif) +
                    ",\"reduce_only\":" + (o.reduceOnly ? "true" : "false") + ",\"quantity\":\"" +
                    o.quantity.toString() + "\",\"filled\":\"" + o.filled.toString() + "\"";
  if (!o.price.empty()) out += ",\"price\":" + quoted(o.price);
  if (!o.trigger.empty()) out += ",\"trigger\":" + quoted(o.trigger);
  return out + ",\"state\":" + quoted(o.state) + ",\"reason\":" + quoted(o.reason) +
         ",\"created_ms\":" + std::to_string(o.createdMs) + "}";
}

std::string FakeExchange::fillsJson() const {
  std::string out;
  const std::size_t from = m_fills.size() > kFillsShown ? m_fills.size() - kFillsShown : 0;
  for (std::size_t i = from; i < m_fills.size(); ++i) out += (out.empty() ? "" : ",") + m_fills[i];
  return out;
}

WireAnswer FakeExchange::account() const {
  std::string orders;
  for (const std::string& id : m_open) {
    if (m_knobs.hideOrders) break;
    orders += (orders.empty() ? "" : ",") + orderJson(m_orders.at(id));
  }
  std::string positions;
  for (const auto& [symbol, held] : m_held) {
    if (held.quantity.isZero()) continue;
    positions += (positions.empty() ? "" : ",") + std::string("{\"symbol\":") + quoted(symbol) + ",\"quantity\":\"" +
                 held.quantity.toString() + "\",\"average\":\"" + held.average.toString() + "\"}";
  }
  std::string closed;
  if (m_clock.now().toMillis() < m_knobs.closedUntilMs)
    closed = ",\"closed_until_ms\":" + std::to_string(m_knobs.closedUntilMs);
  return {200, "{\"time_ns\":" + std::to_string(m_clock.now().ns) + ",\"revision\":" + std::to_string(m_revision) +
                   ",\"cash\":{\"USD\":\"1000000\"},\"orders\":[" + orders + "],\"positions\":[" + positions +
                   "],\"fills\":[" + fillsJson() + "]" + closed + "}"};
}

WireAnswer FakeExchange::one(const std::string& id) const {
  const auto found = m_orders.find(id);
  if (found == m_orders.end()) return failure(404, "absent", "no order of that id ever");
  return {200, orderJson(found->second)};
}

}  // namespace bw::emulator
