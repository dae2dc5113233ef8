// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace bw::storage {

/// A value of a row as text, exact; nothing = NULL.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

/// A connection to SQLite or PostgreSQL. SQL is written once for both: {uuid}, {exact} and {int} stand for the types,
/// and {exact:name} declares a column of exact decimals, which on SQLite is text with a check for the canonical form
/// and on PostgreSQL NUMERIC(38,18). Thread: the one that opened it.
class Database {
 public:
  enum class Kind { Sqlite, Postgres };
  struct Options {
    Kind kind = Kind::Sqlite;
    std::string path;  ///< SQLite: the file, or ":memory:"
    std::string host;  ///< PostgreSQL: folder of the socket, or a name
    int port = 5432;
    std::string user;
    std::string name;
    std::string password;
    std::string schema;  ///< PostgreSQL: made if absent; empty: "public"
  };

  /// SQLite opens in WAL mode with a busy time-out of 2 s. Errors "storage.open", and "storage.corrupt" for a file that
  /// is no whole database.
  static Result<std::unique_ptr<Database>> open(const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Kind kind() const;
  /// Replaces the type words.
  std::string dialect(std::string_view sql) const;
  /// Runs one statement; its preparation is kept for the next time. Errors "storage.locked" (try again),
  /// "storage.corrupt", "storage.write".
  Result<void> run(const std::string& sql, const Row& values = {});
  Result<std::vector<Row>> query(const std::string& sql, const Row& values = {});
  /// What `body` does becomes visible whole or not at all.
  template <class Body>
  Result<void> inTransaction(Body body) {
    if (auto begun = begin(); !begun) return begun;
    Result<void> done = body();
    if (done) done = commit();
    if (!done) rollback();
    return done;
  }

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  Result<void> begin();
  Result<void> commit();
  void rollback();
  std::unique_ptr<State> m_state;
};

}  // namespace bw::storage
