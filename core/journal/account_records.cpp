// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/account_records.h"

#include "core/journal/binary.h"
#include "core/journal/records.h"

namespace bw::journal {
namespace {

constexpr std::uint8_t kAccountRecordVersion = 1;
constexpr std::uint32_t kMostActions = 4;

BinaryWriter begin() {
  BinaryWriter out;
  out.u8(kAccountRecordVersion);
  return out;
}

void writePosition(BinaryWriter& out, const Position& p, const InstrumentTable& instruments) {
  writeInstrument(out, p.instrument, instruments);
  out.exact(p.quantity);
  out.money(p.entryNotional);
  out.exact(p.averagePrice);
  out.money(p.realised);
  out.money(p.fees);
  out.money(p.funding);
  out.decimal(p.leverage);
  out.u8(static_cast<std::uint8_t>(p.owner));
  out.text(p.strategy);
  out.time(p.openedAt);
  out.time(p.updatedAt);
  out.text(p.lastTradeId);
}

Position readPosition(BinaryReader& in, const InstrumentTable& instruments) {
  Position p;
  p.instrument = readInstrument(in, instruments);
  p.quantity = in.exact<Quantity>();
  p.entryNotional = in.money();
  p.averagePrice = in.exact<Price>();
  p.realised = in.money();
  p.fees = in.money();
  p.funding = in.money();
  p.leverage = in.decimal();
  p.owner = in.enumeration(Owner::Emergency);
  p.strategy = in.text();
  p.openedAt = in.time();
  p.updatedAt = in.time();
  p.lastTradeId = in.text();
  return p;
}

}  // namespace

std::string encodePosition(const Position& position, const InstrumentTable& instruments) {
  BinaryWriter out = begin();
  writePosition(out, position, instruments);
  return out.take();
}

Result<Position> decodePosition(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  expectVersion(in, kAccountRecordVersion);
  Position position = readPosition(in, instruments);
  return wholeRecord(in, std::move(position), "position");
}

std::string encodePositionUpdate(const PositionUpdate& update, const InstrumentTable& instruments) {
  BinaryWriter out = begin();
  out.u8(static_cast<std::uint8_t>(update.kind));
  writePosition(out, update.position, instruments);
  out.exact(update.mark);
  out.money(update.unrealised);
  out.boolean(update.hasStop);
  out.boolean(update.hasTarget);
  out.money(update.tripNet);
  return out.take();
}

Result<PositionUpdate> decodePositionUpdate(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  expectVersion(in, kAccountRecordVersion);
  PositionUpdate update;
  update.kind = in.enumeration(PositionUpdate::Kind::Marked);
  update.position = readPosition(in, instruments);
  update.mark = in.exact<Price>();
  update.unrealised = in.money();
  update.hasStop = in.boolean();
  update.hasTarget = in.boolean();
  update.tripNet = in.money();
  return wholeRecord(in, std::move(update), "position snapshot");
}

std::string encodeFunding(const FundingPayment& funding, const InstrumentTable& instruments) {
  BinaryWriter out = begin();
  out.text(funding.id);
  writeInstrument(out, funding.instrument, instruments);
  out.money(funding.amount);
  out.time(funding.time);
  return out.take();
}

Result<FundingPayment> decodeFunding(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  expectVersion(in, kAccountRecordVersion);
  FundingPayment funding;
  funding.id = in.text();
  funding.instrument = readInstrument(in, instruments);
  funding.amount = in.money();
  funding.time = in.time();
  return wholeRecord(in, std::move(funding), "funding payment");
}

std::string encodeTransfer(const TransferRecord& record) {
  BinaryWriter out = begin();
  out.text(record.venue);
  out.text(record.transfer.id);
  out.money(record.transfer.amount);
  out.time(record.transfer.time);
  return out.take();
}

Result<TransferRecord> decodeTransfer(std::string_view payload) {
  BinaryReader in(payload);
  expectVersion(in, kAccountRecordVersion);
  TransferRecord record;
  record.venue = in.text();
  record.transfer.id = in.text();
  record.transfer.amount = in.money();
  record.transfer.time = in.time();
  return wholeRecord(in, std::move(record), "transfer");
}

std::string encodeReconciliation(const ReconciliationItem& item, const InstrumentTable& instruments) {
  BinaryWriter out = begin();
  out.text(item.id);
  out.u8(static_cast<std::uint8_t>(item.kind));
  out.u8(static_cast<std::uint8_t>(item.state));
  out.text(item.venue);
  out.boolean(item.instrument.has_value());
  if (item.instrument) writeInstrument(out, *item.instrument, instruments);
  out.uuid(item.order);
  for (const std::string* text : {&item.title, &item.text, &item.ours, &item.theirs}) out.text(*text);
  out.u32(static_cast<std::uint32_t>(item.actions.size()));
  for (const ReconciliationAction action : item.actions) out.u8(static_cast<std::uint8_t>(action));
  out.boolean(item.locked);
  out.boolean(item.answer.has_value());
  if (item.answer) out.u8(static_cast<std::uint8_t>(*item.answer));
  out.text(item.answeredBy);
  out.time(item.seenAt);
  out.time(item.updatedAt);
  out.time(item.escalatesAt);
  return out.take();
}

Result<ReconciliationItem> decodeReconciliation(std::string_view payload, const InstrumentTable& instruments) {
  BinaryReader in(payload);
  expectVersion(in, kAccountRecordVersion);
  ReconciliationItem item;
  item.id = in.text();
  item.kind = in.enumeration(ReconciliationKind::Liquidation);
  item.state = in.enumeration(ReconciliationItem::State::Settled);
  item.venue = in.text();
  if (in.boolean()) item.instrument = readInstrument(in, instruments);
  item.order = in.uuid();
  for (std::string* text : {&item.title, &item.text, &item.ours, &item.theirs}) *text = in.text();
  const std::uint32_t actions = in.u32();
  if (actions > kMostActions) in.fail();
  for (std::uint32_t i = 0; i < actions && in.ok(); ++i)
    item.actions.push_back(in.enumeration(ReconciliationAction::Pause));
  item.locked = in.boolean();
  if (in.boolean()) item.answer = in.enumeration(ReconciliationAction::Pause);
  item.answeredBy = in.text();
  item.seenAt = in.time();
  item.updatedAt = in.time();
  item.escalatesAt = in.time();
  return wholeRecord(in, std::move(item), "reconciliation item");
}

}  // namespace bw::journal
