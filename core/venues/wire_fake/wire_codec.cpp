// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/wire_fake/wire_codec.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>

#include <array>

namespace bw::wire_fake {
namespace {

using simdjson::dom::element;

/// One object, written member by member. Thread: owner only.
class BodyWriter {
 public:
  BodyWriter& text(std::string_view key, std::string_view value) {
    return raw(key, "\"" + std::string(value) + "\"");  // ids, symbols and decimals need no escapes
  }
  BodyWriter& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  BodyWriter& raw(std::string_view key, const std::string& value) {
    m_out += (m_out.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":" + value;
    return *this;
  }
  std::string take() { return m_out + "}"; }

 private:
  std::string m_out = "{";
};

std::string_view typeWord(OrderType type) {
  switch (type) {
    case OrderType::Limit:
      return "limit";
    case OrderType::Market:
      return "market";
    case OrderType::StopMarket:
      return "stop";
    case OrderType::TakeProfitMarket:
      return "take_profit";
  }
  return "?";
}

std::string_view tifWord(TimeInForce tif) {
  return tif == TimeInForce::Gtc ? "gtc" : tif == TimeInForce::Ioc ? "ioc" : "fok";
}

std::string_view memberOf(const element& object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

Decimal decimalOf(const element& object, const char* key) {
  return Decimal::parse(memberOf(object, key)).valueOr(Decimal{});
}

std::int64_t integerOf(const element& object, const char* key) {
  std::int64_t number = 0;
  return object[key].get(number) == simdjson::SUCCESS ? number : 0;
}

bool flagOf(const element& object, const char* key) {
  bool flag = false;
  return object[key].get(flag) == simdjson::SUCCESS && flag;
}

Error syntaxError(const char* what) {
  return Error{ErrorKind::Retryable, "wire.syntax", std::string("the venue's answer is not ") + what, 0};
}

std::optional<OrderState> stateFrom(std::string_view word, bool anyFilled) {
  if (word == "open") return anyFilled ? OrderState::PartiallyFilled : OrderState::Open;
  if (word == "filled") return OrderState::Filled;
  if (word == "cancelled") return OrderState::Cancelled;
  if (word == "rejected") return OrderState::Rejected;
  return std::nullopt;
}

std::optional<Order> orderOf(const element& object, const std::string& venue, const InstrumentTable& instruments) {
  Order order;
  const Instrument* instrument = instruments.find(venue, memberOf(object, "symbol"));
  auto id = uuidFromString(memberOf(object, "client_id"));
  if (instrument == nullptr || !id) return std::nullopt;
  order.clientId = *id;
  order.instrument = instrument->id;
  order.venueOrderId = std::string(memberOf(object, "order_id"));
  order.side = memberOf(object, "side") == "sell" ? Side::Sell : Side::Buy;
  const std::string_view type = memberOf(object, "type");
  order.type = type == "market"        ? OrderType::Market
               : type == "stop"        ? OrderType::StopMarket
               : type == "take_profit" ? OrderType::TakeProfitMarket
                                       : OrderType::Limit;
  const std::string_view tif = memberOf(object, "tif");
  order.tif = tif == "ioc" ? TimeInForce::Ioc : tif == "fok" ? TimeInForce::Fok : TimeInForce::Gtc;
  order.reduceOnly = flagOf(object, "reduce_only");
  order.quantity = Quantity(decimalOf(object, "quantity"));
  order.filled = Quantity(decimalOf(object, "filled"));
  if (!memberOf(object, "price").empty()) order.limitPrice = Price(decimalOf(object, "price"));
  if (!memberOf(object, "trigger").empty()) order.triggerPrice = Price(decimalOf(object, "trigger"));
  const auto state = stateFrom(memberOf(object, "state"), !order.filled.isZero());
  if (!state) return std::nullopt;
  order.state = *state;
  order.reason = std::string(memberOf(object, "reason"));
  order.createdAt = Timestamp::fromMillis(integerOf(object, "created_ms"));
  return order;
}

std::optional<Fill> fillOf(const element& object, const std::string& venue, const InstrumentTable& instruments) {
  Fill fill;
  const Instrument* instrument = instruments.find(venue, memberOf(object, "symbol"));
  auto id = uuidFromString(memberOf(object, "client_id"));
  if (instrument == nullptr || !id) return std::nullopt;
  fill.venueTradeId = std::string(memberOf(object, "trade_id"));
  fill.clientId = *id;
  fill.venueOrderId = std::string(memberOf(object, "order_id"));
  fill.instrument = instrument->id;
  fill.side = memberOf(object, "side") == "sell" ? Side::Sell : Side::Buy;
  fill.price = Price(decimalOf(object, "price"));
  fill.quantity = Quantity(decimalOf(object, "quantity"));
  fill.fee = Money::zero(instrument->settle);
  fill.venueTime = Timestamp::fromMillis(integerOf(object, "time_ms"));
  return fill;
}

template <class Row>
bool forEachIn(const element& object, const char* key, Row row) {
  simdjson::dom::array list;
  if (object[key].get(list) != simdjson::SUCCESS) return false;
  for (const element item : list) row(item);
  return true;
}

void readPositions(const element& root, const InstrumentTable& instruments, AccountSnapshot& snapshot) {
  forEachIn(root, "positions", [&](const element& item) {
    const Instrument* instrument = instruments.find(snapshot.venue, memberOf(item, "symbol"));
    if (instrument == nullptr) return;
    Position position;
    position.instrument = instrument->id;
    position.quantity = Quantity(decimalOf(item, "quantity"));
    position.averagePrice = Price(decimalOf(item, "average"));
    try {
      position.entryNotional = instrument->notional(position.averagePrice, position.quantity);
    } catch (const ExactOverflow&) {
      position.entryNotional = Money::zero(instrument->quote);
    }
    position.realised = position.fees = position.funding = Money::zero(instrument->settle);
    position.updatedAt = snapshot.venueTime;
    snapshot.positions.push_back(std::move(position));
  });
}

void readCash(const element& root, AccountSnapshot& snapshot) {
  simdjson::dom::object cash;
  if (root["cash"].get(cash) != simdjson::SUCCESS) return;
  for (const auto field : cash) {
    std::string_view amount;
    if (field.value.get(amount) != simdjson::SUCCESS || field.key.size() > 7) continue;
    const Currency currency(field.key);
    const Money money(Decimal::parse(amount).valueOr(Decimal{}), currency);
    snapshot.balances.push_back({currency, money, money});
  }
}

}  // namespace

std::string placeBody(const PlaceRequest& request, const Instrument& instrument) {
  BodyWriter body;
  body.text("client_id", toString(request.clientId)).text("symbol", instrument.symbol);
  body.text("side", request.side == Side::Sell ? "sell" : "buy").text("type", typeWord(request.type));
  body.text("tif", tifWord(request.tif)).text("quantity", request.quantity.toString());
  body.flag("reduce_only", request.reduceOnly).flag("post_only", request.postOnly);
  if (request.limitPrice) body.text("price", request.limitPrice->toString());
  if (request.triggerPrice) body.text("trigger", request.triggerPrice->toString());
  return body.take();
}

std::string cancelBody(const ClientOrderId& clientId) {
  return BodyWriter().text("client_id", toString(clientId)).take();
}

std::string cancelBatchBody(const std::vector<ClientOrderId>& ids) {
  std::string list = "[";
  for (const ClientOrderId& id : ids) list += (list.size() > 1 ? ",\"" : "\"") + toString(id) + "\"";
  return BodyWriter().raw("client_ids", list + "]").take();
}

std::string sign(const Secret& secret, std::string_view method, std::string_view target, std::string_view nonce,
                 std::string_view body) {
  std::string text;
  for (const std::string_view part : {method, target, nonce}) text.append(part).push_back('\n');
  text.append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  const std::string& key = secret.reveal();
  EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), digest.size(), &size);
  std::string hex;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < size; ++i) {
    hex.push_back(kDigits[digest[i] / 16]);
    hex.push_back(kDigits[digest[i] % 16]);
  }
  return hex;
}

Result<AccountSnapshot> accountFrom(std::string_view body, const std::string& venue,
                                    const InstrumentTable& instruments) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return syntaxError("JSON");
  AccountSnapshot snapshot;
  snapshot.venue = venue;
  snapshot.venueTime = Timestamp::fromNanos(integerOf(root, "time_ns"));
  if (snapshot.venueTime.ns == 0) return syntaxError("an account");
  bool whole = forEachIn(root, "orders", [&](const element& item) {
    if (auto order = orderOf(item, venue, instruments)) snapshot.openOrders.push_back(std::move(*order));
  });
  whole = forEachIn(root, "fills",
                    [&](const element& item) {
                      if (auto fill = fillOf(item, venue, instruments))
                        snapshot.recentFills.push_back(std::move(*fill));
                    }) &&
          whole;
  if (!whole) return syntaxError("a whole account");
  readPositions(root, instruments, snapshot);
  readCash(root, snapshot);
  if (const std::int64_t until = integerOf(root, "closed_until_ms"); until > 0) {
    for (const Instrument& instrument : instruments) {
      if (instrument.venue == venue) snapshot.closures.push_back({instrument.id, Timestamp::fromMillis(until)});
    }
  }
  return snapshot;
}

Result<Order> orderFrom(std::string_view body, const std::string& venue, const InstrumentTable& instruments) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return syntaxError("JSON");
  auto order = orderOf(root, venue, instruments);
  if (!order) return syntaxError("an order");
  return std::move(*order);
}

Result<std::vector<CancelWord>> cancelsFrom(std::string_view body) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return syntaxError("JSON");
  std::vector<CancelWord> words;
  const bool whole = forEachIn(root, "results", [&](const element& item) {
    auto id = uuidFromString(memberOf(item, "client_id"));
    if (!id) return;
    const std::string_view result = memberOf(item, "result");
    const auto kind = result == "cancelled" ? CancelWord::Kind::Cancelled
                      : result == "ended"   ? CancelWord::Kind::Ended
                                            : CancelWord::Kind::NeverSeen;
    words.push_back({*id, kind});
  });
  if (!whole) return syntaxError("a list of cancels");
  return words;
}

}  // namespace bw::wire_fake
