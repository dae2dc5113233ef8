// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/storage/database.h"

namespace bw::storage {

/// A numbered change of the schema. Never edited once released: a change is a new number.
struct Migration {
  int number = 0;
  const char* name = "";
  std::vector<const char*> statements;  ///< in the words of Database
};
const std::vector<Migration>& migrations();

/// The number of the last migration that the database has; 0 = empty.
Result<int> schemaVersion(Database& database);
/// Brings the schema to the newest number, or to `upTo`; each migration in a transaction of its own. Error
/// "storage.newer" if the database has migrations that this program does not know.
Result<void> migrate(Database& database, int upTo = 1'000'000);

}  // namespace bw::storage
