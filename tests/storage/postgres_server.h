// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/storage/database.h"

namespace bw::test {

/// A PostgreSQL server of the test's own, without any data, ended with it. Thread: owner only.
class PostgresServer {
 public:
  /// Starts it; says "SKIPPED: …" aloud if none is installed.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  bool runs() const { return !m_folder.empty(); }
  storage::Database::Options options(const std::string& schema) const;

 private:
  std::string m_folder;
};

}  // namespace bw::test
