// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/migrations.h"

#include <algorithm>

namespace bw::storage {

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> kAll = {
      {1,
       "orders, their log, fills, positions, audit",
       {"CREATE TABLE orders (client_id {uuid} PRIMARY KEY, venue_order_id TEXT NOT NULL, intent_id {uuid} NOT NULL,"
        " venue TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, type TEXT NOT NULL, tif TEXT NOT NULL,"
        " role TEXT NOT NULL, post_only {int} NOT NULL, reduce_only {int} NOT NULL, late_fill {int} NOT NULL,"
        " state TEXT NOT NULL, {exact:quantity}, {exact:filled}, {exact:filled_notional},"
        " notional_currency TEXT NOT NULL, {exact:fees}, fee_currency TEXT NOT NULL, {exact:limit_price},"
        " {exact:trigger_price}, {exact:leverage}, owner TEXT NOT NULL, strategy TEXT NOT NULL, reason TEXT NOT NULL,"
        " parent_id {uuid}, created_at {int} NOT NULL, updated_at {int} NOT NULL, sequence {int} NOT NULL)",
        "CREATE TABLE order_status_log (id {uuid} PRIMARY KEY, sequence {int} NOT NULL, order_id {uuid} NOT NULL,"
        " old_state TEXT, new_state TEXT NOT NULL, {exact:filled}, reason TEXT NOT NULL, at {int} NOT NULL)",
        "CREATE TABLE fills (venue TEXT NOT NULL, trade_id TEXT NOT NULL, order_id {uuid} NOT NULL,"
        " venue_order_id TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, {exact:price}, {exact:quantity},"
        " {exact:fee}, fee_currency TEXT NOT NULL, maker {int} NOT NULL, liquidation {int} NOT NULL,"
        " venue_time {int} NOT NULL, sequence {int} NOT NULL, PRIMARY KEY (venue, trade_id))",
        "CREATE TABLE positions (venue TEXT NOT NULL, symbol TEXT NOT NULL, {exact:quantity}, {exact:average_price},"
        " sequence {int} NOT NULL, PRIMARY KEY (venue, symbol))",
        "CREATE TABLE position_snapshots (id {uuid} PRIMARY KEY, sequence {int} NOT NULL, venue TEXT NOT NULL,"
        " symbol TEXT NOT NULL, {exact:quantity}, {exact:average_price}, trade_id TEXT NOT NULL, at {int} NOT NULL)",
        "CREATE TABLE audit (sequence {int} PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL,"
        " at {int} NOT NULL)",
        "CREATE TABLE projection_state (id {int} PRIMARY KEY, sequence {int} NOT NULL, chain_hash TEXT NOT NULL,"
        " hashed_sequence {int} NOT NULL, projection_hash TEXT NOT NULL)",
        "INSERT INTO projection_state VALUES (1, 0, '', 0, '')"}},
      {2,
       "indexes for the log viewer and explain",
       {"CREATE INDEX order_status_log_order ON order_status_log (order_id, sequence)",
        "CREATE INDEX fills_order ON fills (order_id)", "CREATE INDEX orders_intent ON orders (intent_id)",
        "CREATE INDEX position_snapshots_symbol ON position_snapshots (venue, symbol, sequence)"}},
  };
  return kAll;
}

Result<int> schemaVersion(Database& database) {
  auto there = database.query(database.kind() == Database::Kind::Sqlite
                                  ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'"
                                  : "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'schema_migrations'"
                                    " AND schemaname = current_schema()");
  if (!there) return there.error();
  if (there->empty() || there->front().front() == "0") {
    auto made = database.run("CREATE TABLE schema_migrations (number {int} PRIMARY KEY, name TEXT NOT NULL)");
    if (!made) return made.error();
  }
  auto rows = database.query("SELECT COALESCE(MAX(number), 0) FROM schema_migrations");
  if (!rows) return rows.error();
  return rows->empty() || !rows->front().front() ? 0 : std::stoi(*rows->front().front());
}

Result<void> migrate(Database& database, int upTo) {
  auto version = schemaVersion(database);
  if (!version) return version.error();
  if (*version > migrations().back().number) {
    return finalError("storage.newer", "the database was made by a newer version of Bellwether (schema " +
                                           std::to_string(*version) + ", this one knows " +
                                           std::to_string(migrations().back().number) + ")");
  }
  for (const Migration& migration : migrations()) {
    if (migration.number <= *version || migration.number > upTo) continue;
    auto done = database.inTransaction([&]() -> Result<void> {
      for (const char* statement : migration.statements) {
        if (auto ran = database.run(statement); !ran) return ran;
      }
      return database.run("INSERT INTO schema_migrations VALUES (?, ?)",
                          {std::to_string(migration.number), std::string(migration.name)});
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace bw::storage
