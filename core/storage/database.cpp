// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/database.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QString>
#include <QVariant>
#include <atomic>
#include <map>

namespace bw::storage {
namespace {

QString qt(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Canonical: no plus, no leading or trailing zeros, no "-0", a digit on both sides of the point.
std::string checkOf(const std::string& name) {
  const std::string digits = "ltrim(" + name + ",'-')";
  return name + " TEXT CHECK (" + name + " IS NULL OR (" + name + " NOT GLOB '*[^-0-9.]*' AND " + name +
         " NOT GLOB '?*-*' AND " + digits + " GLOB '[0-9]*' AND (" + digits + " NOT GLOB '0[0-9]*') AND " + name +
         " NOT GLOB '*.*.*' AND " + name + " NOT GLOB '*.' AND (" + name + " NOT GLOB '*.*' OR " + name +
         " NOT GLOB '*0') AND " + name + " <> '-0'))";
}

void declareExact(std::string& sql, bool sqlite) {
  static constexpr std::string_view kStart = "{exact:";
  for (std::size_t at = sql.find(kStart); at != std::string::npos; at = sql.find(kStart, at)) {
    const std::size_t end = sql.find('}', at);
    const std::string name = sql.substr(at + kStart.size(), end - at - kStart.size());
    sql.replace(at, end + 1 - at, sqlite ? checkOf(name) : name + " NUMERIC(38,18)");
  }
}

}  // namespace

struct Database::State {
  Kind kind = Kind::Sqlite;
  QString connection;
  std::string where;
  std::map<std::string, std::unique_ptr<QSqlQuery>> prepared;

  QSqlDatabase handle() const { return QSqlDatabase::database(connection, false); }

  Error failure(const QSqlError& error, const char* key = "storage.write") const {
    const std::string text = error.text().trimmed().toStdString();
    const std::string code = error.nativeErrorCode().toStdString();
    const bool sqlite = kind == Kind::Sqlite;
    if (sqlite && (code == "5" || code == "6"))
      return Error{ErrorKind::Retryable, "storage.locked", where + ": " + text, 1000};
    // 1 is what a changed schema or file header ends in, too.
    if (sqlite && (code == "1" || code == "11" || code == "24" || code == "26")) key = "storage.corrupt";
    return finalError(key, where + ": " + text);
  }
};

Database::Database(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Database::~Database() {
  m_state->prepared.clear();
  m_state->handle().close();
  QSqlDatabase::removeDatabase(m_state->connection);
}

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  static std::atomic<int> number{0};
  auto state = std::make_unique<State>();
  const bool sqlite = options.kind == Kind::Sqlite;
  state->kind = options.kind;
  state->where = sqlite ? options.path : "PostgreSQL at " + options.host;
  state->connection = QStringLiteral("bw-storage-%1").arg(number.fetch_add(1));
  const QString driver = sqlite ? QStringLiteral("QSQLITE") : QStringLiteral("QPSQL");
  if (!QSqlDatabase::isDriverAvailable(driver)) {
    return finalError("storage.open", "the Qt SQL driver for " + std::string(sqlite ? "SQLite" : "PostgreSQL") +
                                          " is not installed: install libqt6sql6-" + (sqlite ? "sqlite" : "psql"));
  }
  {
    QSqlDatabase handle = QSqlDatabase::addDatabase(driver, state->connection);
    handle.setNumericalPrecisionPolicy(QSql::HighPrecision);
    handle.setDatabaseName(qt(sqlite ? options.path : options.name));
    if (sqlite) {
      handle.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    } else {
      handle.setHostName(qt(options.host));
      handle.setPort(options.port);
      handle.setUserName(qt(options.user));
      handle.setPassword(qt(options.password));
    }
    if (!handle.open()) {
      const Error error = state->failure(handle.lastError(), "storage.open");
      handle = QSqlDatabase();
      QSqlDatabase::removeDatabase(state->connection);
      return error;
    }
  }
  std::unique_ptr<Database> database(new Database(std::move(state)));
  std::vector<std::string> first;
  if (sqlite)
    first = {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON"};
  else if (!options.schema.empty())
    first = {"CREATE SCHEMA IF NOT EXISTS " + options.schema, "SET search_path TO " + options.schema};
  for (const std::string& sql : first) {
    if (auto done = database->query(sql); !done) return done.error();
  }
  return database;
}

Database::Kind Database::kind() const {
  return m_state->kind;
}

std::string Database::dialect(std::string_view sql) const {
  const bool sqlite = m_state->kind == Kind::Sqlite;
  std::string out(sql);
  declareExact(out, sqlite);
  replaceAll(out, "{uuid}", sqlite ? "TEXT" : "UUID");
  replaceAll(out, "{int}", sqlite ? "INTEGER" : "BIGINT");
  return out;
}

Result<std::vector<Row>> Database::query(const std::string& sql, const Row& values) {
  std::unique_ptr<QSqlQuery>& kept = m_state->prepared[sql];
  if (!kept) {
    kept = std::make_unique<QSqlQuery>(m_state->handle());
    kept->setForwardOnly(true);
    if (!values.empty() && !kept->prepare(qt(dialect(sql)))) {
      const Error error = m_state->failure(kept->lastError());
      m_state->prepared.erase(sql);
      return error;
    }
  }
  QSqlQuery& statement = *kept;
  for (std::size_t i = 0; i < values.size(); ++i) {
    statement.bindValue(static_cast<int>(i),
                        values[i] ? QVariant(qt(*values[i])) : QVariant(QMetaType(QMetaType::QString)));
  }
  const bool done = values.empty() ? statement.exec(qt(dialect(sql))) : statement.exec();
  if (!done) {
    const Error error = m_state->failure(statement.lastError());
    m_state->prepared.erase(sql);
    return error;
  }
  std::vector<Row> rows;
  const int columns = statement.isSelect() ? statement.record().count() : 0;
  while (columns > 0 && statement.next()) {
    Row row;
    for (int c = 0; c < columns; ++c) {
      const QVariant value = statement.value(c);
      row.push_back(value.isNull() ? Cell{} : Cell{value.toString().toStdString()});
    }
    rows.push_back(std::move(row));
  }
  if (statement.lastError().isValid() && statement.lastError().type() != QSqlError::NoError)
    return m_state->failure(statement.lastError());
  statement.finish();
  if (values.empty()) m_state->prepared.erase(sql);
  return rows;
}

Result<void> Database::run(const std::string& sql, const Row& values) {
  auto done = query(sql, values);
  if (!done) return done.error();
  return {};
}

Result<void> Database::begin() {
  return run(m_state->kind == Kind::Sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Result<void> Database::commit() {
  return run("COMMIT");
}

void Database::rollback() {
  static_cast<void>(run("ROLLBACK"));
}

}  // namespace bw::storage
