// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/projector.h"

#include <algorithm>

#include "core/journal/journal_cursor.h"
#include "core/journal/journal_reader.h"

namespace bw::storage {
namespace {

constexpr std::size_t kBatch = 2'000;
constexpr int kRetryTurns = 20;

bool isBroken(const Error& error) {
  return error.userKey == "storage.corrupt" || error.userKey == "storage.order";
}

// Puts the database file and what belongs to it out of the way, keeping one copy for whoever wants to look.
void moveAside(const Database::Options& options) {
  if (options.kind != Database::Kind::Sqlite || options.path == ":memory:") return;
  FileSystem& disk = realFileSystem();
  static_cast<void>(disk.rename(options.path, options.path + ".corrupt"));
  for (const char* suffix : {"-wal", "-shm"}) static_cast<void>(disk.remove(options.path + suffix));
}

Result<std::unique_ptr<Projection>> openProjection(const Database::Options& options) {
  if (options.kind == Database::Kind::Sqlite && options.path != ":memory:") {
    if (const DiskCode code = realFileSystem().makeDirectories(parentDirectory(options.path)); code != 0)
      return finalError("storage.open", diskText("make", parentDirectory(options.path), code));
  }
  auto database = Database::open(options);
  if (!database) return database.error();
  return Projection::open(std::move(*database));
}

// Opens, and if the file is broken moves it aside and opens an empty one.
Result<std::unique_ptr<Projection>> openOrReplace(const Database::Options& options, bool& replaced) {
  auto opened = openProjection(options);
  replaced = !opened && isBroken(opened.error()) && options.kind == Database::Kind::Sqlite;
  if (!replaced) return opened;
  moveAside(options);
  return openProjection(options);
}

// Empties the tables of `projection` and fills them from the journal.
Result<RebuildResult> refill(Projection& projection, const journal::JournalContents& contents) {
  RebuildResult result;
  if (projection.sequence() == contents.lastSequence) {
    auto old = projection.hash();
    if (!old) return old.error();
    result.oldHash = *old;
  }
  if (auto cleared = projection.clear(); !cleared) return cleared.error();
  auto next = contents.records.begin();
  while (next != contents.records.end()) {
    const auto count = std::min<std::ptrdiff_t>(kBatch, contents.records.end() - next);
    const std::vector<journal::JournalRecord> batch(next, next + count);
    if (auto applied = projection.apply(batch); !applied) return applied.error();
    next += count;
  }
  if (auto sealed = projection.seal(); !sealed) return sealed.error();
  auto hash = projection.hash();
  if (!hash) return hash.error();
  result.sequence = projection.sequence();
  result.hash = *hash;
  return result;
}

}  // namespace

Result<RebuildResult> rebuildProjection(const std::string& directory, const Database::Options& options) {
  auto contents = journal::readJournal(directory);
  if (!contents) return contents.error();
  bool corrupt = false;
  while (true) {
    auto projection = openProjection(options);
    Result<RebuildResult> done = projection ? refill(**projection, *contents) : projection.error();
    if (done) done->corrupt = corrupt;
    if (done || corrupt || !isBroken(done.error()) || options.kind != Database::Kind::Sqlite) return done;
    if (projection) projection->reset();
    moveAside(options);
    corrupt = true;
  }
}

struct Projector::Work {
  std::unique_ptr<Projection> projection;
  std::unique_ptr<journal::JournalCursor> cursor;
  int waitTurns = 0;
};

Projector::Projector(Options options) : m_options(std::move(options)), m_work(std::make_unique<Work>()) {
  if (m_options.disk == nullptr) m_options.disk = &realFileSystem();
}

Projector::~Projector() {
  stop();
}

void Projector::start() {
  BW_ASSERT(m_options.durable != nullptr);
  m_thread.start("bw-storage", [this] { run(); });
}

void Projector::stop() {
  {
    Lock lock(m_mutex);
    m_stopping = true;
    m_wake.notifyAll();
  }
  if (m_thread.running()) m_thread.join();
}

Projector::Status Projector::status() const {
  Lock lock(m_mutex);
  return m_status;
}

// False once it shall end.
bool Projector::wait() {
  Lock lock(m_mutex);
  if (!m_stopping) m_wake.waitFor(m_mutex, m_options.interval);
  return !m_stopping;
}

void Projector::failed(const Error& error) {
  const bool broken = isBroken(error);
  m_work->projection.reset();
  m_work->cursor.reset();
  m_work->waitTurns = kRetryTurns;
  if (broken) moveAside(m_options.database);
  bool tell = false;
  {
    Lock lock(m_mutex);
    tell = m_status.problem != error.detail;
    m_status.problem = error.detail;
    m_status.failures += 1;
    m_status.rebuilds += broken ? 1 : 0;
  }
  if (tell && m_options.say) m_options.say(error.userKey, error.detail);
}

// Opens the tables and finds their place in the journal. If they do not fit the journal they are emptied: it is right.
Result<void> Projector::open() {
  bool replaced = false;
  auto opened = openOrReplace(m_options.database, replaced);
  if (!opened) return opened.error();
  std::unique_ptr<Projection> projection = std::move(*opened);
  auto cursor = std::make_unique<journal::JournalCursor>(m_options.directory, *m_options.disk);
  auto whole = projection->sealHolds();
  if (!whole) return whole.error();
  bool fits = *whole && projection->sequence() <= m_options.durable();
  std::string chain;
  while (fits && cursor->sequence() < projection->sequence()) {
    auto skipped = cursor->read(projection->sequence(), kBatch);
    if (!skipped) return skipped.error();
    if (skipped->empty()) break;
    chain = toHex(skipped->back().hash);
  }
  fits = fits && cursor->sequence() == projection->sequence() && chain == projection->chainHash();
  if (!fits) {
    if (auto cleared = projection->clear(); !cleared) return cleared.error();
    cursor = std::make_unique<journal::JournalCursor>(m_options.directory, *m_options.disk);
  }
  if (!fits || replaced) {
    if (m_options.say)
      m_options.say("storage.rebuilt", "the tables did not agree with the journal and are made again from it");
    Lock lock(m_mutex);
    m_status.rebuilds += 1;
  }
  m_work->projection = std::move(projection);
  m_work->cursor = std::move(cursor);
  return {};
}

Result<void> Projector::catchUp() {
  if (!m_work->projection) {
    if (auto opened = open(); !opened) return opened;
  }
  while (true) {
    auto records = m_work->cursor->read(m_options.durable(), kBatch);
    if (!records) return records.error();
    if (records->empty()) break;
    if (auto applied = m_work->projection->apply(*records); !applied) return applied;
    Lock lock(m_mutex);
    m_status.sequence = m_work->projection->sequence();
  }
  Lock lock(m_mutex);
  m_status.sequence = m_work->projection->sequence();
  m_status.problem.clear();
  return {};
}

void Projector::run() {
  bool more = true;
  while (more) {
    if (m_work->waitTurns > 0)
      m_work->waitTurns -= 1;
    else if (auto done = catchUp(); !done)
      failed(done.error());
    more = wait();
  }
  if (m_work->waitTurns == 0) {
    if (auto done = catchUp(); !done) failed(done.error());
  }
  if (m_work->projection) static_cast<void>(m_work->projection->seal());
  m_work->projection.reset();
}

}  // namespace bw::storage
