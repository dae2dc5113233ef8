// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/account_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <initializer_list>
#include <optional>

#include "core/base/hash.h"

namespace bw::matching {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

using Fields = std::map<std::string, std::string, std::less<>>;

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const auto high = kHexDigits.find(text[i + 1]);
    const auto low = kHexDigits.find(text[i + 2]);
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

Fields fieldsOf(std::string_view line) {
  Fields fields;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view part = line.substr(0, end);
    if (const std::size_t eq = part.find('='); eq != std::string_view::npos) {
      fields.emplace(std::string(part.substr(0, eq)), unescaped(part.substr(eq + 1)));
    }
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

std::string_view textOf(const Fields& fields, std::string_view key) {
  const auto it = fields.find(key);
  return it == fields.end() ? std::string_view() : std::string_view(it->second);
}

std::int64_t integerOf(const Fields& fields, std::string_view key) {
  std::int64_t value = 0;
  const std::string_view text = textOf(fields, key);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t countOf(const Fields& fields, std::string_view key) {
  return static_cast<std::uint64_t>(integerOf(fields, key));
}

Decimal decimalOf(const Fields& fields, std::string_view key) {
  return Decimal::parse(textOf(fields, key)).valueOr(Decimal{});
}

template <class Enum>
Enum enumOf(const Fields& fields, std::string_view key, std::initializer_list<Enum> all) {
  for (const Enum e : all) {
    if (toString(e) == textOf(fields, key)) return e;
  }
  return *all.begin();
}

Side sideOf(const Fields& fields) {
  return enumOf(fields, "side", {Side::Buy, Side::Sell});
}

std::optional<Price> priceOf(const Fields& fields, std::string_view key) {
  if (textOf(fields, key).empty()) return std::nullopt;
  return Price(decimalOf(fields, key));
}

AccountImage::StoredOrder orderOf(const Fields& f, const Instrument& i) {
  AccountImage::StoredOrder stored;
  Order& o = stored.order;
  o.clientId = uuidFromString(textOf(f, "id")).valueOr(Uuid{});
  o.venueOrderId = textOf(f, "vid");
  o.instrument = i.id;
  o.side = sideOf(f);
  o.type = enumOf(f, "type", {OrderType::Limit, OrderType::Market, OrderType::StopMarket, OrderType::TakeProfitMarket});
  o.tif = enumOf(f, "tif", {TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok});
  o.postOnly = integerOf(f, "po") != 0;
  o.reduceOnly = integerOf(f, "ro") != 0;
  o.state = enumOf(f, "state",
                   {OrderState::Pending, OrderState::Open, OrderState::PartiallyFilled, OrderState::Filled,
                    OrderState::Cancelled, OrderState::Expired, OrderState::Rejected, OrderState::Unknown});
  o.quantity = Quantity(decimalOf(f, "qty"));
  o.filled = Quantity(decimalOf(f, "filled"));
  o.filledNotional = Money(decimalOf(f, "notional"), i.settle);
  o.fees = Money(decimalOf(f, "fees"), i.settle);
  o.limitPrice = priceOf(f, "limit");
  o.triggerPrice = priceOf(f, "trigger");
  o.leverage = decimalOf(f, "lev");
  o.reason = textOf(f, "reason");
  o.createdAt = Timestamp{integerOf(f, "created")};
  o.updatedAt = Timestamp{integerOf(f, "t")};
  stored.number = orderNumber(o.venueOrderId);
  stored.triggered = integerOf(f, "trig") != 0;
  return stored;
}

Fill fillOf(const Fields& f, const Instrument& i) {
  Fill fill;
  fill.venueTradeId = textOf(f, "trade");
  fill.clientId = uuidFromString(textOf(f, "id")).valueOr(Uuid{});
  fill.venueOrderId = textOf(f, "vid");
  fill.instrument = i.id;
  fill.side = sideOf(f);
  fill.price = Price(decimalOf(f, "px"));
  fill.quantity = Quantity(decimalOf(f, "qty"));
  fill.fee = Money(decimalOf(f, "fee"), i.settle);
  fill.maker = integerOf(f, "maker") != 0;
  fill.liquidation = integerOf(f, "liq") != 0;
  fill.venueTime = Timestamp{integerOf(f, "t")};
  return fill;
}

VenuePosition positionOf(const Fields& f, const Instrument& i) {
  VenuePosition p;
  p.instrument = i.id;
  p.quantity = Quantity(decimalOf(f, "qty"));
  p.flow = Money(decimalOf(f, "flow"), i.settle);
  p.basis = Money(decimalOf(f, "basis"), i.settle);
  p.fees = Money(decimalOf(f, "fees"), i.settle);
  p.funding = Money(decimalOf(f, "funding"), i.settle);
  p.leverage = decimalOf(f, "lev");
  p.openedAt = Timestamp{integerOf(f, "opened")};
  p.updatedAt = Timestamp{integerOf(f, "t")};
  p.lastTradeId = textOf(f, "last");
  return p;
}

class Reader {
 public:
  Reader(const InstrumentTable& instruments, std::string_view venue) : m_instruments(instruments), m_venue(venue) {}

  void apply(std::string_view line, AccountImage& image) {
    const Fields f = fieldsOf(line.substr(std::min<std::size_t>(2, line.size())));
    const char kind = line.empty() ? ' ' : line[0];
    if (kind == 'C') {
      image.orders = countOf(f, "orders");
      image.trades = countOf(f, "trades");
      image.draws = countOf(f, "draws");
      image.sessions = countOf(f, "sessions");
    }
    if (kind == 'H') image.seed = countOf(f, "seed");
    if (kind != 'H') image.time = std::max(image.time, Timestamp{integerOf(f, "t")});
    if (kind != 'O' && kind != 'F' && kind != 'U' && kind != 'P' && kind != 'M') return;
    const Instrument* i = m_instruments.find(m_venue, textOf(f, "sym"));
    if (i == nullptr) i = m_instruments.findSymbol(textOf(f, "sym"));
    if (i == nullptr) {
      ++image.unknownSymbols;
      return;
    }
    if (kind == 'O') {
      auto stored = orderOf(f, *i);
      image.stored[stored.number] = std::move(stored);
    }
    if (kind == 'F') image.fills.push_back(fillOf(f, *i));
    if (kind == 'U') {
      image.payments.push_back({std::string(textOf(f, "id")), i->id, Money(decimalOf(f, "amount"), i->settle),
                                Timestamp{integerOf(f, "t")}});
    }
    if (kind == 'P') image.positions[i->id.value] = positionOf(f, *i);
    if (kind == 'M') image.mids[i->id.value] = Price(decimalOf(f, "price"));
  }

 private:
  const InstrumentTable& m_instruments;
  std::string_view m_venue;
};

std::string crcText(std::string_view bytes) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x", crc32(bytes));
  return text.data();
}

}  // namespace

std::uint64_t orderNumber(std::string_view venueOrderId) {
  const std::size_t dash = venueOrderId.rfind('-');
  if (dash == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  std::from_chars(venueOrderId.data() + dash + 1, venueOrderId.data() + venueOrderId.size(), number);
  return number;
}

void AccountWriter::field(std::string_view key, std::string_view value) {
  m_text.push_back(' ');
  m_text.append(key);
  m_text.push_back('=');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && c != '%' && c != '=' && byte != 127) {
      m_text.push_back(c);
    } else {
      m_text.push_back('%');
      m_text.push_back(kHexDigits[byte >> 4]);
      m_text.push_back(kHexDigits[byte & 15]);
    }
  }
}

void AccountWriter::field(std::string_view key, std::int64_t value) {
  field(key, std::to_string(value));
}

void AccountWriter::header(std::string_view venue, std::uint64_t seed) {
  m_text += "H";
  field("version", 1);
  field("venue", venue);
  field("seed", std::to_string(seed));
  m_text.push_back('\n');
}

void AccountWriter::order(Timestamp time, const Order& o, bool triggered) {
  m_text += "O";
  field("t", time.ns);
  field("id", bw::toString(o.clientId));
  field("vid", o.venueOrderId);
  field("sym", symbol(o.instrument));
  field("side", toString(o.side));
  field("type", toString(o.type));
  field("tif", toString(o.tif));
  field("po", o.postOnly ? 1 : 0);
  field("ro", o.reduceOnly ? 1 : 0);
  field("qty", o.quantity.toString());
  field("filled", o.filled.toString());
  field("notional", o.filledNotional.toString());
  field("fees", o.fees.toString());
  field("limit", o.limitPrice ? o.limitPrice->toString() : "");
  field("trigger", o.triggerPrice ? o.triggerPrice->toString() : "");
  field("lev", o.leverage.toString());
  field("state", toString(o.state));
  field("trig", triggered ? 1 : 0);
  field("created", o.createdAt.ns);
  field("reason", o.reason);
  m_text.push_back('\n');
}

void AccountWriter::fill(const Fill& f) {
  m_text += "F";
  field("t", f.venueTime.ns);
  field("trade", f.venueTradeId);
  field("id", bw::toString(f.clientId));
  field("vid", f.venueOrderId);
  field("sym", symbol(f.instrument));
  field("side", toString(f.side));
  field("px", f.price.toString());
  field("qty", f.quantity.toString());
  field("fee", f.fee.toString());
  field("cur", f.fee.currency().code());
  field("maker", f.maker ? 1 : 0);
  field("liq", f.liquidation ? 1 : 0);
  m_text.push_back('\n');
}

void AccountWriter::funding(const FundingPayment& payment) {
  m_text += "U";
  field("t", payment.time.ns);
  field("id", payment.id);
  field("sym", symbol(payment.instrument));
  field("amount", payment.amount.toString());
  m_text.push_back('\n');
}

void AccountWriter::position(Timestamp time, const VenuePosition& p) {
  m_text += "P";
  field("t", time.ns);
  field("sym", symbol(p.instrument));
  field("qty", p.quantity.toString());
  field("flow", p.flow.toString());
  field("basis", p.basis.toString());
  field("fees", p.fees.toString());
  field("funding", p.funding.toString());
  field("lev", p.leverage.toString());
  field("opened", p.openedAt.ns);
  field("last", p.lastTradeId);
  m_text.push_back('\n');
}

void AccountWriter::balance(Timestamp time, const Money& total) {
  m_text += "B";
  field("t", time.ns);
  field("cur", total.currency().code());
  field("total", total.toString());
  m_text.push_back('\n');
}

void AccountWriter::counters(Timestamp time, std::uint64_t orders, std::uint64_t trades, std::uint64_t draws,
                             std::uint64_t sessions) {
  m_text += "C";
  field("t", time.ns);
  field("orders", std::to_string(orders));
  field("trades", std::to_string(trades));
  field("draws", std::to_string(draws));
  field("sessions", std::to_string(sessions));
  m_text.push_back('\n');
}

void AccountWriter::mid(Timestamp time, InstrumentId id, const Price& price) {
  m_text += "M";
  field("t", time.ns);
  field("sym", symbol(id));
  field("price", price.toString());
  m_text.push_back('\n');
}

std::string AccountWriter::take() {
  std::string group;
  group.swap(m_text);
  if (!group.empty()) group += "E crc=" + crcText(group) + "\n";
  return group;
}

Result<AccountImage> readAccount(std::string_view text, const InstrumentTable& instruments, std::string_view venue) {
  AccountImage image;
  Reader reader(instruments, venue);
  std::vector<std::string_view> group;
  std::size_t groupStart = 0;
  std::size_t at = 0;
  bool first = true;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(at, end - at);
    if (line.size() < 2 || line[0] != 'E' || line[1] != ' ') {
      group.push_back(line);
      at = end + 1;
      continue;
    }
    // A write that was cut off has no whole E line: a wrong one is damage, and to go on would forget the account.
    if (line != "E crc=" + crcText(text.substr(groupStart, at - groupStart))) {
      return finalError("venue.journal", "damaged between byte " + std::to_string(groupStart) + " and byte " +
                                             std::to_string(end) + "; move it away to begin with a new account");
    }
    if (first) {
      const Fields header = group.empty() || group[0].empty() || group[0][0] != 'H' ? Fields{} : fieldsOf(group[0]);
      if (textOf(header, "version") != "1" || textOf(header, "venue") != venue) {
        return finalError("venue.journal",
                          "the account journal is not one of venue '" + std::string(venue) + "', version 1");
      }
      first = false;
    }
    for (const std::string_view record : group) reader.apply(record, image);
    group.clear();
    at = end + 1;
    groupStart = at;
    image.goodBytes = at;
  }
  image.tornBytes = text.size() - image.goodBytes;
  return image;
}

}  // namespace bw::matching
