// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/journal/binary.h"
#include "core/journal/records.h"

namespace bw::journal {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

void skipToInstrument(BinaryReader& in, RecordKind kind) {
  in.u8();
  switch (kind) {
    case RecordKind::OrderIntentApproved:
    case RecordKind::OrderUpdated:
      in.uuid();
      in.text();
      in.uuid();
      break;
    case RecordKind::FillApplied:
      in.text();
      in.uuid();
      in.text();
      break;
    case RecordKind::CancelSent:
      in.uuid();
      break;
    default:
      in.fail();
      break;
  }
}

std::string hexOf(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    out.push_back(kDigits[value >> 4]);
    out.push_back(kDigits[value & 15]);
  }
  return out;
}

bool isText(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return value >= 0x20 || c == '\n' || c == '\t';
  });
}

std::string yesNo(bool value) {
  return value ? "yes" : "no";
}

template <class E>
void addExact(Parts& parts, const char* name, const std::optional<E>& value) {
  if (value) parts.emplace_back(name, value->decimal().toString());
}

void addMoney(Parts& parts, const char* name, const Money& money) {
  parts.emplace_back(name, money.amount().toString());
  parts.emplace_back(std::string(name) + "_currency", std::string(money.currency().code()));
}

void addInstrument(Parts& parts, InstrumentId id, const InstrumentTable& table) {
  parts.emplace_back("venue", table.get(id).venue);
  parts.emplace_back("symbol", table.get(id).symbol);
}

void describe(Parts& parts, const Order& o, const InstrumentTable& table) {
  parts.emplace_back("client_id", toString(o.clientId));
  parts.emplace_back("venue_order_id", o.venueOrderId);
  parts.emplace_back("intent_id", toString(o.intentId));
  addInstrument(parts, o.instrument, table);
  parts.emplace_back("side", std::string(toString(o.side)));
  parts.emplace_back("type", std::string(toString(o.type)));
  parts.emplace_back("tif", std::string(toString(o.tif)));
  parts.emplace_back("role", std::string(toString(o.role)));
  parts.emplace_back("post_only", yesNo(o.postOnly));
  parts.emplace_back("reduce_only", yesNo(o.reduceOnly));
  parts.emplace_back("late_fill", yesNo(o.lateFill));
  parts.emplace_back("state", std::string(toString(o.state)));
  parts.emplace_back("quantity", o.quantity.decimal().toString());
  parts.emplace_back("filled", o.filled.decimal().toString());
  addMoney(parts, "filled_notional", o.filledNotional);
  addMoney(parts, "fees", o.fees);
  addExact(parts, "limit_price", o.limitPrice);
  addExact(parts, "trigger_price", o.triggerPrice);
  parts.emplace_back("leverage", o.leverage.toString());
  parts.emplace_back("owner", std::string(toString(o.owner)));
  parts.emplace_back("strategy", o.strategy);
  parts.emplace_back("reason", o.reason);
  if (o.parent) parts.emplace_back("parent_id", toString(*o.parent));
  parts.emplace_back("created_at", toIso8601(o.createdAt));
  parts.emplace_back("updated_at", toIso8601(o.updatedAt));
}

void describe(Parts& parts, const Fill& f, const InstrumentTable& table) {
  parts.emplace_back("trade_id", f.venueTradeId);
  parts.emplace_back("client_id", toString(f.clientId));
  parts.emplace_back("venue_order_id", f.venueOrderId);
  addInstrument(parts, f.instrument, table);
  parts.emplace_back("side", std::string(toString(f.side)));
  parts.emplace_back("price", f.price.decimal().toString());
  parts.emplace_back("quantity", f.quantity.decimal().toString());
  addMoney(parts, "fee", f.fee);
  parts.emplace_back("maker", yesNo(f.maker));
  parts.emplace_back("liquidation", yesNo(f.liquidation));
  parts.emplace_back("venue_time", toIso8601(f.venueTime));
}

void describe(Parts& parts, const CancelRecord& c, const InstrumentTable& table) {
  parts.emplace_back("client_id", toString(c.clientId));
  addInstrument(parts, c.instrument, table);
  parts.emplace_back("reason", c.reason);
}

void describe(Parts& parts, const StopRecord& s) {
  parts.emplace_back("stop", std::to_string(s.stopNumber));
  parts.emplace_back("trigger", s.trigger);
  parts.emplace_back("reason", s.reason);
  parts.emplace_back("state", s.state);
  parts.emplace_back("text", s.text);
}

// False if the payload is of no form that this version knows.
bool describeKnown(Parts& parts, const JournalRecord& record, const InstrumentTable& table) {
  switch (record.kind) {
    case RecordKind::OrderIntentApproved:
    case RecordKind::OrderUpdated: {
      const auto order = decodeOrder(record.payload, table);
      if (order) describe(parts, *order, table);
      return order.ok();
    }
    case RecordKind::FillApplied: {
      const auto fill = decodeFill(record.payload, table);
      if (fill) describe(parts, *fill, table);
      return fill.ok();
    }
    case RecordKind::CancelSent: {
      const auto cancel = decodeCancel(record.payload, table);
      if (cancel) describe(parts, *cancel, table);
      return cancel.ok();
    }
    case RecordKind::StopRaised:
    case RecordKind::StopReset: {
      const auto stop = decodeStop(record.payload);
      if (stop) describe(parts, *stop);
      return stop.ok();
    }
    case RecordKind::SessionStart: {
      BinaryReader in(record.payload);
      in.u8();
      const std::string venue = in.text();
      const Money start = in.money();
      if (!in.ok() || !in.atEnd()) return false;
      parts.emplace_back("venue", venue);
      addMoney(parts, "balance", start);
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

std::string recordName(RecordKind kind) {
  static constexpr std::array<const char*, 20> kNames = {"",
                                                         "SESSION_START",
                                                         "ORDER_INTENT_APPROVED",
                                                         "ORDER_UPDATED",
                                                         "FILL_APPLIED",
                                                         "CANCEL_SENT",
                                                         "STATE_CHANGE",
                                                         "STOP_RAISED",
                                                         "STOP_RESET",
                                                         "LIMIT_CHANGE",
                                                         "RISK_COUNTERS",
                                                         "VENUE_ACCOUNT",
                                                         "DECISION",
                                                         "RECONCILIATION",
                                                         "POSITION_SNAPSHOT",
                                                         "FUNDING",
                                                         "TRANSFER",
                                                         "POSITION_ADOPTED",
                                                         "PROGRAM_START",
                                                         "ALARM"};
  const auto number = static_cast<std::size_t>(kind);
  if (number == 0 || number >= kNames.size()) return "KIND_" + std::to_string(number);
  return kNames[number];
}

void NamedInstruments::note(const JournalRecord& record) {
  BinaryReader in(record.payload);
  skipToInstrument(in, record.kind);
  if (!in.ok()) return;
  Instrument instrument;
  instrument.venue = in.text();
  instrument.symbol = in.text();
  if (!in.ok() || m_table.find(instrument.venue, instrument.symbol) != nullptr) return;
  m_table.add(std::move(instrument));
}

std::vector<std::pair<std::string, std::string>> describeRecord(const JournalRecord& record, NamedInstruments& names) {
  names.note(record);
  Parts parts;
  if (describeKnown(parts, record, names.table())) return parts;
  parts.clear();
  if (isText(record.payload))
    parts.emplace_back("text", record.payload);
  else
    parts.emplace_back("bytes", hexOf(record.payload));
  return parts;
}

}  // namespace bw::journal
