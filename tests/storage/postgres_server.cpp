// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/storage/postgres_server.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace bw::test {
namespace {

const std::string kScript = std::string(BW_SOURCE_DIR) + "/tests/storage/postgres.sh";

}  // namespace

PostgresServer::PostgresServer() {
  std::FILE* out = ::popen(("sh " + kScript + " start").c_str(), "r");
  std::array<char, 256> line{};
  const bool got = out != nullptr && std::fgets(line.data(), line.size(), out) != nullptr;
  const int status = out != nullptr ? ::pclose(out) : -1;
  if (!got || status != 0) {
    std::printf("SKIPPED: no PostgreSQL server could be started; install the package postgresql\n");
    return;
  }
  m_folder = line.data();
  while (!m_folder.empty() && m_folder.back() == '\n') m_folder.pop_back();
}

PostgresServer::~PostgresServer() {
  if (m_folder.empty()) return;
  if (std::system(("sh " + kScript + " stop " + m_folder).c_str()) != 0) std::printf("%s was left\n", m_folder.c_str());
}

storage::Database::Options PostgresServer::options(const std::string& schema) const {
  storage::Database::Options options;
  options.kind = storage::Database::Kind::Postgres;
  options.host = m_folder;
  options.port = 5433;
  options.user = "bellwether";
  options.name = "postgres";
  options.schema = schema;
  return options;
}

}  // namespace bw::test
