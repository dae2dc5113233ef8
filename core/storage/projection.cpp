// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/projection.h"

#include <algorithm>
#include <array>

#include "core/storage/migrations.h"

namespace bw::storage {
namespace {

constexpr int kPriceScale = 8;

struct Table {
  const char* name;
  const char* columns;
  const char* exact;  ///< names of exact columns, each between commas
  const char* order;
};

constexpr std::array<Table, 6> kTables = {{
    {"orders",
     "client_id,venue_order_id,intent_id,venue,symbol,side,type,tif,role,post_only,reduce_only,late_fill,state,"
     "quantity,"
     "filled,filled_notional,notional_currency,fees,fee_currency,limit_price,trigger_price,leverage,owner,strategy,"
     "reason,parent_id,created_at,updated_at,sequence",
     ",quantity,filled,filled_notional,fees,limit_price,trigger_price,leverage,", "client_id"},
    {"order_status_log", "id,sequence,order_id,old_state,new_state,filled,reason,at", ",filled,", "sequence"},
    {"fills",
     "venue,trade_id,order_id,venue_order_id,symbol,side,price,quantity,fee,fee_currency,maker,liquidation,venue_time,"
     "sequence",
     ",price,quantity,fee,", "sequence"},
    {"positions", "venue,symbol,quantity,average_price,sequence", ",quantity,average_price,", "sequence"},
    {"position_snapshots", "id,sequence,venue,symbol,quantity,average_price,trade_id,at", ",quantity,average_price,",
     "sequence"},
    {"audit", "sequence,kind,text,hash,at", ",", "sequence"},
}};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

std::string insertInto(const Table& table) {
  std::string marks;
  for (std::size_t i = 0; i < split(table.columns).size(); ++i) marks += i == 0 ? "?" : ",?";
  return std::string("INSERT INTO ") + table.name + " (" + table.columns + ") VALUES (" + marks + ")";
}

// Reads every column as text, so that no driver makes a binary float of a decimal.
std::string selectAll(const Table& table) {
  std::string list;
  for (const std::string& column : split(table.columns))
    list += (list.empty() ? "CAST(" : ",CAST(") + column + " AS TEXT)";
  // Qualified, since PostgreSQL would sort by the text of the same name.
  return "SELECT " + list + " FROM " + table.name + " ORDER BY " + table.name + "." + table.order;
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}
std::string time(Timestamp value) {
  return std::to_string(value.ns);
}
std::string flag(bool value) {
  return value ? "1" : "0";
}

template <class E>
Cell exactCell(const std::optional<E>& value) {
  if (!value) return {};
  return value->decimal().toString();
}

// An id that every rebuild makes again: from the record's place in the chain and the part it stands for.
std::string derivedId(const journal::JournalRecord& record, const char* part) {
  const Sha256Digest digest = sha256(toHex(record.hash) + std::to_string(record.sequence) + part);
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high = id.high << 8 | digest[i];
    id.low = id.low << 8 | digest[8 + i];
  }
  id.high = (id.high & ~0xf000ULL) | 0x8000ULL;
  id.low = (id.low & ~(3ULL << 62)) | (2ULL << 62);
  return toString(id);
}

Decimal magnitude(const Decimal& value) {
  return value.isNegative() ? -value : value;
}

// Average entry price after `change` at `price` on top of `held` at `average`; where it does not fit, the last price.
Decimal averageAfter(const Decimal& held, const Decimal& average, const Decimal& change, const Decimal& price) {
  const Decimal after = held + change;
  if (after.isZero()) return {};
  if (held.isZero() || held.isNegative() != after.isNegative()) return price;
  if (held.isNegative() != change.isNegative()) return average;
  try {
    const Decimal cost = multiply(magnitude(held), average, kPriceScale, Rounding::HalfEven) +
                         multiply(magnitude(change), price, kPriceScale, Rounding::HalfEven);
    return divide(cost, magnitude(after), kPriceScale, Rounding::HalfEven).canonical();
  } catch (const ExactOverflow&) {
    return price;
  }
}

}  // namespace

std::string canonicalDecimal(const std::string& text) {
  std::string out = text;
  if (out.find('.') != std::string::npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out == "-0" ? "0" : out;
}

Projection::Projection(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

Result<std::unique_ptr<Projection>> Projection::open(std::unique_ptr<Database> database) {
  if (auto migrated = migrate(*database); !migrated) return migrated.error();
  std::unique_ptr<Projection> projection(new Projection(std::move(database)));
  auto rows = projection->m_database->query("SELECT sequence, chain_hash FROM projection_state WHERE id = 1");
  if (!rows) return rows.error();
  if (rows->size() != 1 || !rows->front()[0] || !rows->front()[1])
    return finalError("storage.corrupt", "the projection does not say how far it goes");
  projection->m_sequence = std::stoull(*rows->front()[0]);
  projection->m_chainHash = *rows->front()[1];
  return projection;
}

Result<void> Projection::putState() {
  return m_database->run("UPDATE projection_state SET sequence = ?, chain_hash = ? WHERE id = 1",
                         {number(m_sequence), m_chainHash});
}

Result<void> Projection::apply(const std::vector<journal::JournalRecord>& records) {
  if (records.empty()) return {};
  const std::uint64_t before = m_sequence;
  const std::string hashBefore = m_chainHash;
  auto done = m_database->inTransaction([&]() -> Result<void> {
    for (const journal::JournalRecord& record : records) {
      if (record.sequence != m_sequence + 1)
        return finalError("storage.order",
                          "record " + number(record.sequence) + " does not follow " + number(m_sequence));
      if (auto applied = applyOne(record); !applied) return applied;
      m_sequence = record.sequence;
      m_chainHash = toHex(record.hash);
    }
    return putState();
  });
  if (!done) {
    m_sequence = before;
    m_chainHash = hashBefore;
  }
  return done;
}

Result<void> Projection::applyOne(const journal::JournalRecord& record) {
  m_names.note(record);
  switch (record.kind) {
    case RecordKind::OrderIntentApproved:
    case RecordKind::OrderUpdated:
      if (auto order = journal::decodeOrder(record.payload, m_names.table())) return putOrder(*order, record);
      break;
    case RecordKind::FillApplied:
      if (auto fill = journal::decodeFill(record.payload, m_names.table())) return putFill(*fill, record);
      break;
    default:
      break;
  }
  return putAudit(record);
}

Result<void> Projection::putOrder(const Order& o, const journal::JournalRecord& record) {
  const Cell id = toString(o.clientId);
  const std::string state(toString(o.state));
  auto old = m_database->query("SELECT state, CAST(filled AS TEXT), reason FROM orders WHERE client_id = ?", {id});
  if (!old) return old.error();
  const bool known = !old->empty();
  const Instrument& instrument = m_names.table().get(o.instrument);
  static const std::string kUpsert = [] {
    std::string sql = insertInto(kTables[0]) + " ON CONFLICT (client_id) DO UPDATE SET ";
    std::string set;
    for (const std::string& column : split(kTables[0].columns)) {
      if (column != "client_id") set += (set.empty() ? "" : ", ") + column + " = excluded." + column;
    }
    return sql + set;
  }();
  auto put = m_database->run(kUpsert, {id,
                                       o.venueOrderId,
                                       toString(o.intentId),
                                       instrument.venue,
                                       instrument.symbol,
                                       std::string(toString(o.side)),
                                       std::string(toString(o.type)),
                                       std::string(toString(o.tif)),
                                       std::string(toString(o.role)),
                                       flag(o.postOnly),
                                       flag(o.reduceOnly),
                                       flag(o.lateFill),
                                       state,
                                       o.quantity.decimal().toString(),
                                       o.filled.decimal().toString(),
                                       o.filledNotional.amount().toString(),
                                       std::string(o.filledNotional.currency().code()),
                                       o.fees.amount().toString(),
                                       std::string(o.fees.currency().code()),
                                       exactCell(o.limitPrice),
                                       exactCell(o.triggerPrice),
                                       o.leverage.toString(),
                                       std::string(toString(o.owner)),
                                       o.strategy,
                                       o.reason,
                                       o.parent ? Cell{toString(*o.parent)} : Cell{},
                                       time(o.createdAt),
                                       time(o.updatedAt),
                                       number(record.sequence)});
  if (!put) return put;
  const std::string filled = o.filled.decimal().toString();
  if (known && old->front()[0] == state && canonicalDecimal(old->front()[1].value_or("")) == filled &&
      old->front()[2] == o.reason)
    return {};
  static const std::string kLog = insertInto(kTables[1]);
  return m_database->run(kLog, {derivedId(record, "status"), number(record.sequence), id,
                                known ? old->front()[0] : Cell{}, state, filled, o.reason, time(record.time)});
}

Result<void> Projection::putFill(const Fill& f, const journal::JournalRecord& record) {
  const Instrument& instrument = m_names.table().get(f.instrument);
  auto there =
      m_database->query("SELECT 1 FROM fills WHERE venue = ? AND trade_id = ?", {instrument.venue, f.venueTradeId});
  if (!there) return there.error();
  if (!there->empty()) return {};
  static const std::string kInsert = insertInto(kTables[2]);
  auto put = m_database->run(
      kInsert, {instrument.venue, f.venueTradeId, toString(f.clientId), f.venueOrderId, instrument.symbol,
                std::string(toString(f.side)), f.price.decimal().toString(), f.quantity.decimal().toString(),
                f.fee.amount().toString(), std::string(f.fee.currency().code()), flag(f.maker), flag(f.liquidation),
                time(f.venueTime), number(record.sequence)});
  if (!put) return put;
  return movePosition(f, instrument, record);
}

Result<void> Projection::movePosition(const Fill& f, const Instrument& instrument,
                                      const journal::JournalRecord& record) {
  auto rows = m_database->query(
      "SELECT CAST(quantity AS TEXT), CAST(average_price AS TEXT) FROM positions WHERE venue = ? AND symbol = ?",
      {instrument.venue, instrument.symbol});
  if (!rows) return rows.error();
  Decimal held;
  Decimal average;
  if (!rows->empty()) {
    held = Decimal::parse(canonicalDecimal(rows->front()[0].value_or("0"))).valueOr({});
    average = Decimal::parse(canonicalDecimal(rows->front()[1].value_or("0"))).valueOr({});
  }
  const Decimal change = f.side == Side::Buy ? f.quantity.decimal() : -f.quantity.decimal();
  const std::string price = averageAfter(held, average, change, f.price.decimal()).toString();
  const std::string quantity = (held + change).toString();
  static const std::string kUpsert =
      insertInto(kTables[3]) +
      " ON CONFLICT (venue, symbol) DO UPDATE SET quantity = excluded.quantity, average_price = excluded.average_price,"
      " sequence = excluded.sequence";
  auto put = m_database->run(kUpsert, {instrument.venue, instrument.symbol, quantity, price, number(record.sequence)});
  if (!put) return put;
  static const std::string kSnapshot = insertInto(kTables[4]);
  return m_database->run(kSnapshot, {derivedId(record, "position"), number(record.sequence), instrument.venue,
                                     instrument.symbol, quantity, price, f.venueTradeId, time(record.time)});
}

Result<void> Projection::putAudit(const journal::JournalRecord& record) {
  std::string text;
  for (const auto& [name, value] : journal::describeRecord(record, m_names)) {
    if (!value.empty()) text += (text.empty() ? "" : " ") + name + "=" + value;
  }
  static const std::string kInsert = insertInto(kTables[5]);
  return m_database->run(kInsert, {number(record.sequence), journal::recordName(record.kind), text, toHex(record.hash),
                                   time(record.time)});
}

Result<void> Projection::clear() {
  auto done = m_database->inTransaction([&]() -> Result<void> {
    for (const Table& table : kTables) {
      if (auto ran = m_database->run(std::string("DELETE FROM ") + table.name); !ran) return ran;
    }
    return m_database->run(
        "UPDATE projection_state SET sequence = 0, chain_hash = '', hashed_sequence = 0, projection_hash = ''");
  });
  if (!done) return done;
  m_sequence = 0;
  m_chainHash.clear();
  m_names = {};
  return {};
}

Result<std::string> Projection::dump() {
  std::string out;
  for (const Table& table : kTables) {
    auto rows = m_database->query(selectAll(table));
    if (!rows) return rows.error();
    const std::vector<std::string> columns = split(table.columns);
    const std::string exact = table.exact;
    for (const Row& row : *rows) {
      out += table.name;
      for (std::size_t c = 0; c < row.size(); ++c) {
        out += '|';
        if (!row[c]) {
          out += "NULL";
          continue;
        }
        const bool isExact = exact.find("," + columns[c] + ",") != std::string::npos;
        const std::string value = isExact ? canonicalDecimal(*row[c]) : *row[c];
        out += std::to_string(value.size()) + ":" + value;
      }
      out += '\n';
    }
  }
  return out;
}

Result<std::string> Projection::hash() {
  auto text = dump();
  if (!text) return text.error();
  return toHex(sha256(*text));
}

Result<void> Projection::seal() {
  auto digits = hash();
  if (!digits) return digits.error();
  return m_database->run("UPDATE projection_state SET hashed_sequence = ?, projection_hash = ? WHERE id = 1",
                         {number(m_sequence), *digits});
}

Result<bool> Projection::sealHolds() {
  auto rows = m_database->query("SELECT hashed_sequence, projection_hash FROM projection_state WHERE id = 1");
  if (!rows) return rows.error();
  if (rows->empty() || rows->front()[0] != number(m_sequence)) return true;
  auto digits = hash();
  if (!digits) return digits.error();
  return m_sequence == 0 || rows->front()[1] == *digits;
}

}  // namespace bw::storage
