// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/journal/records.h"
#include "core/storage/database.h"

namespace bw::storage {

/// The journal as tables: orders, order_status_log, fills, positions, position_snapshots, audit. It holds nothing that
/// is not in the journal, so it can always be thrown away and made again, with equal bytes in its dump. The journal is
/// right where both differ. Thread: owner only.
class Projection {
 public:
  /// Migrates the database and reads where it stands. Errors of Database and migrate().
  static Result<std::unique_ptr<Projection>> open(std::unique_ptr<Database> database);

  /// The last record that is in the tables, and its place in the chain.
  std::uint64_t sequence() const { return m_sequence; }
  const std::string& chainHash() const { return m_chainHash; }
  /// Puts records that follow sequence() into the tables, in one transaction.
  Result<void> apply(const std::vector<journal::JournalRecord>& records);
  /// Empties all tables.
  Result<void> clear();

  /// Every table in a fixed order, one line per row; equal on SQLite and PostgreSQL.
  Result<std::string> dump();
  /// SHA-256 of dump(), as digits.
  Result<std::string> hash();
  /// Stores hash() beside the sequence it belongs to.
  Result<void> seal();
  /// False if rows were changed after the last seal() by anybody else. True if records came since then.
  Result<bool> sealHolds();

  Database& database() { return *m_database; }

 private:
  explicit Projection(std::unique_ptr<Database> database);
  Result<void> applyOne(const journal::JournalRecord& record);
  Result<void> putOrder(const Order& order, const journal::JournalRecord& record);
  Result<void> putFill(const Fill& fill, const journal::JournalRecord& record);
  Result<void> movePosition(const Fill& fill, const Instrument& instrument, const journal::JournalRecord& record);
  Result<void> putAudit(const journal::JournalRecord& record);
  Result<void> putState();

  std::unique_ptr<Database> m_database;
  journal::NamedInstruments m_names;
  std::uint64_t m_sequence = 0;
  std::string m_chainHash;
};

/// Text of an exact decimal in its one canonical form, from what a database gave ("1.500000" becomes "1.5").
std::string canonicalDecimal(const std::string& text);

}  // namespace bw::storage
