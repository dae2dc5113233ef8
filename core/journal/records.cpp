// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/records.h"

#include "core/journal/binary.h"

namespace bw::journal {
namespace {

constexpr std::uint8_t kOrderVersion = 1;
constexpr std::uint8_t kFillVersion = 1;
constexpr std::uint8_t kIntentVersion = 1;
constexpr std::uint8_t kCancelVersion = 1;
constexpr std::uint8_t kStopVersion = 1;

void writeOptionalId(BinaryWriter& out, const std::optional<Uuid>& id) {
  out.boolean(id.has_value());
  if (id) out.uuid(*id);
}

std::optional<Uuid> readOptionalId(BinaryReader& in) {
  if (!in.boolean() || !in.ok()) return std::nullopt;
  return in.uuid();
}

void writeContingent(BinaryWriter& out, const Contingent& contingent) {
  out.exact(contingent.stop);
  out.exact(contingent.target);
}

Contingent readContingent(BinaryReader& in) {
  Contingent contingent;
  contingent.stop = in.optionalExact<Price>();
  contingent.target = in.optionalExact<Price>();
  return contingent;
}

}  // namespace

void writeInstrument(BinaryWriter& out, InstrumentId id, const InstrumentTable& instruments) {
  const Instrument& instrument = instruments.get(id);
  out.text(instrument.venue);
  out.text(instrument.symbol);
}

InstrumentId readInstrument(BinaryReader& in, const InstrumentTable& instruments) {
  const std::string venue = in.text();
  const std::string symbol = in.text();
  const Instrument* instrument = in.ok() ? instruments.find(venue, symbol) : nullptr;
  if (instrument == nullptr) {
    in.fail();
    return {};
  }
  return instrument->id;
}

void writeOrder(BinaryWriter& out, const Order& o, const InstrumentTable& instruments) {
  out.u8(kOrderVersion);
  out.uuid(o.clientId);
  out.text(o.venueOrderId);
  out.uuid(o.intentId);
  writeInstrument(out, o.instrument, instruments);
  out.u8(static_cast<std::uint8_t>(o.side));
  out.u8(static_cast<std::uint8_t>(o.type));
  out.u8(static_cast<std::uint8_t>(o.tif));
  out.u8(static_cast<std::uint8_t>(o.role));
  out.boolean(o.postOnly);
  out.boolean(o.reduceOnly);
  out.boolean(o.cancelPending);
  out.boolean(o.replacePending);
  out.boolean(o.lateFill);
  out.u8(static_cast<std::uint8_t>(o.state));
  out.exact(o.quantity);
  out.exact(o.filled);
  out.money(o.filledNotional);
  out.money(o.fees);
  out.exact(o.limitPrice);
  out.exact(o.triggerPrice);
  out.decimal(o.leverage);
  out.exact(o.midAtDecision);
  writeContingent(out, o.contingent);
  out.u8(static_cast<std::uint8_t>(o.owner));
  out.text(o.strategy);
  out.text(o.reason);
  writeOptionalId(out, o.parent);
  out.time(o.createdAt);
  out.time(o.sentAt);
  out.time(o.updatedAt);
}

void readOrder(BinaryReader& in, Order& o, const InstrumentTable& instruments) {
  expectVersion(in, kOrderVersion);
  o.clientId = in.uuid();
  o.venueOrderId = in.text();
  o.intentId = in.uuid();
  o.instrument = readInstrument(in, instruments);
  o.side = in.enumeration(Side::Sell);
  o.type = in.enumeration(OrderType::TakeProfitMarket);
  o.tif = in.enumeration(TimeInForce::Fok);
  o.role = in.enumeration(OrderRole::EmergencyClose);
  o.postOnly = in.boolean();
  o.reduceOnly = in.boolean();
  o.cancelPending = in.boolean();
  o.replacePending = in.boolean();
  o.lateFill = in.boolean();
  o.state = in.enumeration(OrderState::Unknown);
  o.quantity = in.exact<Quantity>();
  o.filled = in.exact<Quantity>();
  o.filledNotional = in.money();
  o.fees = in.money();
  o.limitPrice = in.optionalExact<Price>();
  o.triggerPrice = in.optionalExact<Price>();
  o.leverage = in.decimal();
  o.midAtDecision = in.optionalExact<Price>();
  o.contingent = readContingent(in);
  o.owner = in.enumeration(Owner::Emergency);
  o.strategy = in.text();
  o.reason = in.text();
  o.parent = readOptionalId(in);
  o.createdAt = in.time();
  o.sentAt = in.time();
  o.updatedAt = in.time();
}

void writeFill(BinaryWriter& out, const Fill& f, const InstrumentTable& instruments) {
  out.u8(kFillVersion);
  out.text(f.venueTradeId);
  out.uuid(f.clientId);
  out.text(f.venueOrderId);
  writeInstrument(out, f.instrument, instruments);
  out.u8(static_cast<std::uint8_t>(f.side));
  out.exact(f.price);
  out.exact(f.quantity);
  out.money(f.fee);
  out.boolean(f.maker);
  out.boolean(f.liquidation);
  out.time(f.venueTime);
}

void readFill(BinaryReader& in, Fill& f, const InstrumentTable& instruments) {
  expectVersion(in, kFillVersion);
  f.venueTradeId = in.text();
  f.clientId = in.uuid();
  f.venueOrderId = in.text();
  f.instrument = readInstrument(in, instruments);
  f.side = in.enumeration(Side::Sell);
  f.price = in.exact<Price>();
  f.quantity = in.exact<Quantity>();
  f.fee = in.money();
  f.maker = in.boolean();
  f.liquidation = in.boolean();
  f.venueTime = in.time();
}

std::string encodeOrder(const Order& order, const InstrumentTable& instruments) {
  BinaryWriter out;
  writeOrder(out, order, instruments);
  return out.take();
}

Result<Order> decodeOrder(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  Order order;
  readOrder(in, order, instruments);
  return wholeRecord(in, std::move(order), "order");
}

std::string encodeFill(const Fill& fill, const InstrumentTable& instruments) {
  BinaryWriter out;
  writeFill(out, fill, instruments);
  return out.take();
}

Result<Fill> decodeFill(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  Fill fill;
  readFill(in, fill, instruments);
  return wholeRecord(in, std::move(fill), "fill");
}

std::string encodeIntent(const OrderIntent& i, const InstrumentTable& instruments) {
  BinaryWriter out;
  out.u8(kIntentVersion);
  out.uuid(i.id);
  writeInstrument(out, i.instrument, instruments);
  out.u8(static_cast<std::uint8_t>(i.side));
  out.u8(static_cast<std::uint8_t>(i.type));
  out.u8(static_cast<std::uint8_t>(i.tif));
  out.u8(static_cast<std::uint8_t>(i.role));
  out.boolean(i.postOnly);
  out.boolean(i.reduceOnly);
  out.exact(i.quantity);
  out.exact(i.limitPrice);
  out.exact(i.triggerPrice);
  out.u8(static_cast<std::uint8_t>(i.priceRule.kind));
  out.i64(i.priceRule.level);
  writeContingent(out, i.contingent);
  out.boolean(i.expectedMove.has_value());
  if (i.expectedMove) out.decimal(i.expectedMove->decimal());
  out.decimal(i.leverage);
  out.u8(static_cast<std::uint8_t>(i.owner));
  out.text(i.strategy);
  out.text(i.note);
  out.time(i.createdAt);
  out.time(i.expiresAt);
  writeOptionalId(out, i.parent);
  writeOptionalId(out, i.replaces);
  return out.take();
}

Result<OrderIntent> decodeIntent(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  OrderIntent i;
  expectVersion(in, kIntentVersion);
  i.id = in.uuid();
  i.instrument = readInstrument(in, instruments);
  i.side = in.enumeration(Side::Sell);
  i.type = in.enumeration(OrderType::TakeProfitMarket);
  i.tif = in.enumeration(TimeInForce::Fok);
  i.role = in.enumeration(OrderRole::EmergencyClose);
  i.postOnly = in.boolean();
  i.reduceOnly = in.boolean();
  i.quantity = in.exact<Quantity>();
  i.limitPrice = in.optionalExact<Price>();
  i.triggerPrice = in.optionalExact<Price>();
  i.priceRule.kind = in.enumeration(PriceRule::Kind::BookLevel);
  const std::int64_t level = in.i64();
  if (level < 0 || level > 1'000'000) in.fail();
  i.priceRule.level = in.ok() ? static_cast<int>(level) : 0;
  i.contingent = readContingent(in);
  if (in.boolean()) i.expectedMove = Ratio::fraction(in.decimal());
  i.leverage = in.decimal();
  i.owner = in.enumeration(Owner::Emergency);
  i.strategy = in.text();
  i.note = in.text();
  i.createdAt = in.time();
  i.expiresAt = in.time();
  i.parent = readOptionalId(in);
  i.replaces = readOptionalId(in);
  return wholeRecord(in, std::move(i), "intent");
}

std::string encodeCancel(const CancelRecord& cancel, const InstrumentTable& instruments) {
  BinaryWriter out;
  out.u8(kCancelVersion);
  out.uuid(cancel.clientId);
  writeInstrument(out, cancel.instrument, instruments);
  out.text(cancel.reason);
  return out.take();
}

Result<CancelRecord> decodeCancel(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  CancelRecord cancel;
  expectVersion(in, kCancelVersion);
  cancel.clientId = in.uuid();
  cancel.instrument = readInstrument(in, instruments);
  cancel.reason = in.text();
  return wholeRecord(in, std::move(cancel), "cancel");
}

std::string encodeStop(const StopRecord& stop) {
  BinaryWriter out;
  out.u8(kStopVersion);
  out.u64(stop.stopNumber);
  out.text(stop.trigger);
  out.text(stop.reason);
  out.text(stop.state);
  out.text(stop.text);
  out.time(stop.time);
  return out.take();
}

Result<StopRecord> decodeStop(std::string_view payload) {
  BinaryReader in(payload);
  StopRecord stop;
  expectVersion(in, kStopVersion);
  stop.stopNumber = in.u64();
  stop.trigger = in.text();
  stop.reason = in.text();
  stop.state = in.text();
  stop.text = in.text();
  stop.time = in.time();
  return wholeRecord(in, std::move(stop), "stop record");
}

}  // namespace bw::journal
