// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/file_journal.h"

#include <algorithm>
#include <cerrno>
#include <new>

#include "core/base/mutant.h"
#include "core/journal/disk.h"
#include "core/journal/segment_format.h"

namespace bw::journal {
namespace {

constexpr std::size_t kMaxPendingBytes = 64u * 1024 * 1024;
/// How long records that nobody waits for may sit in memory to be grouped.
constexpr Duration kIdleGrouping = Duration::millis(5);
constexpr Duration kSpaceInterval = Duration::seconds(1);

}  // namespace

FileJournal::FileJournal(const Clock& clock, Options options, JournalContents recovered)
    : m_clock(clock), m_options(std::move(options)), m_recovered(std::move(recovered)), m_hash(m_recovered.lastHash) {
  m_sequence = m_recovered.lastSequence;
  m_durable = m_recovered.lastSequence;
  m_head = {m_recovered.lastSequence, m_recovered.lastHash, {}};
  if (!m_recovered.records.empty()) m_head.time = m_recovered.records.back().time;
}

Result<std::unique_ptr<FileJournal>> FileJournal::open(const Clock& clock, Options options) {
  BW_ASSERT(options.segmentBytes > 0 && !options.directory.empty());
  if (options.disk == nullptr) options.disk = &realFileSystem();
  if (const DiskCode code = options.disk->makeDirectories(options.directory); code != 0)
    return finalError("journal.write", diskText("make", options.directory, code));
  auto contents = readJournal(options.directory, *options.disk);
  if (!contents) return contents.error();
  if (contents->formatVersion > kFormatVersion) {
    return finalError("journal.newer", options.directory + " was written by a newer version of Bellwether (format " +
                                           std::to_string(contents->formatVersion) + ", this one writes " +
                                           std::to_string(kFormatVersion) +
                                           "); it can be read here, but only that version may continue it");
  }
  std::unique_ptr<FileJournal> journal(new FileJournal(clock, std::move(options), std::move(*contents)));
  auto prepared = journal->prepare();
  if (!prepared) return prepared.error();
  journal->checkSpace(true);
  if (journal->m_options.mode == Mode::WriterThread) {
    FileJournal* self = journal.get();
    journal->m_thread.start("bw-journal", [self] { self->run(); });
  }
  return journal;
}

FileJournal::~FileJournal() {
  if (m_options.mode == Mode::WriterThread) {
    {
      Lock lock(m_mutex);
      m_stopping = true;
      m_work.notifyAll();
    }
    m_thread.join();
  } else {
    takeTurn();
  }
  if (m_file && m_file->resize(m_offset) == 0 && !failed()) sealHead();
}

Result<void> FileJournal::prepare() {
  m_number = m_recovered.lastNumber;
  if (m_options.reserveBytes > 0) takeReserve();
  if (m_recovered.segments.empty() || m_recovered.lastOffset < static_cast<std::int64_t>(SegmentHead::kBytes)) {
    if (!m_recovered.segments.empty()) {
      m_path = m_recovered.segments.back();
      if (const DiskCode code = disk().remove(m_path); code != 0) return diskFailure("remove", code);
      m_number -= 1;
    }
    return nextSegment(0, m_recovered.lastSequence + 1);
  }
  m_path = m_recovered.segments.back();
  FileSystem::Opened opened = disk().open(m_path, FileSystem::Open::Existing);
  if (opened.code != 0) return diskFailure("open", opened.code);
  m_file = std::move(opened.file);
  m_offset = m_recovered.lastOffset;
  // Cutting and growing again leaves zeros, so no remains of a torn write can look like a record later.
  if (const DiskCode code = m_file->resize(m_offset); code != 0) return diskFailure("truncate", code);
  m_size = std::max(m_options.segmentBytes, m_offset);
  const DiskCode code = m_file->preallocate(m_size);
  if (code == ENOSPC && m_reserveReady)
    m_size = m_offset;  // the next record begins a segment in the reserve
  else if (code != 0)
    return diskFailure("preallocate", code);
  return syncFile();
}

// Makes sure that the reserve is there, whole and durable. Without it space is low.
void FileJournal::takeReserve() {
  FileSystem::Opened opened = disk().open(reservePath(), FileSystem::Open::Append);
  DiskCode code = opened.code;
  if (code == 0) code = opened.file->preallocate(m_options.reserveBytes);
  if (code == 0 && m_options.syncToDisk) code = opened.file->sync();
  if (code == 0 && m_options.syncToDisk) code = disk().syncDirectory(m_options.directory);
  m_reserveReady = code == 0;
  if (code != 0 && opened.code == 0) static_cast<void>(disk().remove(reservePath()));
}

Result<void> FileJournal::openSegment(std::int64_t needed) {
  m_size = std::max(m_options.segmentBytes, needed + static_cast<std::int64_t>(SegmentHead::kBytes));
  FileSystem::Opened opened = disk().open(m_path, FileSystem::Open::New);
  if (opened.code != 0) return opened.code == ENOSPC ? useReserve(needed) : diskFailure("create", opened.code);
  m_file = std::move(opened.file);
  const DiskCode code = m_file->preallocate(m_size);
  if (code == 0) return {};
  if (code != ENOSPC || !m_reserveReady) return diskFailure("preallocate", code);
  m_file.reset();
  if (const DiskCode removed = disk().remove(m_path); removed != 0) return diskFailure("remove", removed);
  return useReserve(needed);
}

Result<void> FileJournal::useReserve(std::int64_t needed) {
  if (!m_reserveReady || needed + static_cast<std::int64_t>(SegmentHead::kBytes) > m_options.reserveBytes)
    return diskFailure("create", ENOSPC);
  m_reserveReady = false;
  if (const DiskCode code = disk().rename(reservePath(), m_path); code != 0) return diskFailure("create", code);
  FileSystem::Opened opened = disk().open(m_path, FileSystem::Open::Existing);
  if (opened.code != 0) return diskFailure("open", opened.code);
  m_file = std::move(opened.file);
  m_size = m_options.reserveBytes;
  return {};
}

Result<void> FileJournal::nextSegment(std::int64_t needed, std::uint64_t firstSequence) {
  if (const int code = faultOf("create"); code != 0) return diskFailure("create", code);
  if (m_file) {
    static_cast<void>(m_file->resize(m_offset));
    auto synced = syncFile();
    m_file.reset();
    if (!synced) return synced;
  }
  m_number += 1;
  m_path = m_options.directory + "/" + segmentName(m_number);
  auto opened = openSegment(needed);
  if (!opened) return opened;
  m_offset = 0;
  auto written = writeAt(encodeHead({m_number, firstSequence, m_hash, kFormatVersion}));
  if (!written) return written;
  auto synced = syncFile();
  if (!synced || !m_options.syncToDisk) return synced;
  if (const DiskCode code = disk().syncDirectory(m_options.directory); code != 0)
    return diskFailure("sync the directory of", code);
  checkSpace(true);
  return {};
}

Error FileJournal::diskFailure(const char* operation, int code) {
  return Error{ErrorKind::Fatal, "journal.write",
               diskText(operation, m_path, code) +
                   "; no order can be sent until the disk takes records again and the program is restarted",
               0};
}

Result<void> FileJournal::writeAt(std::string_view bytes) {
  if (!m_file) return diskFailure("write", EBADF);  // a new segment was begun and not finished
  if (const int code = faultOf("write"); code != 0) return diskFailure("write", code);
  if (const DiskCode code = m_file->writeAt(m_offset, bytes); code != 0) return diskFailure("write", code);
  m_offset += static_cast<std::int64_t>(bytes.size());
  return {};
}

Result<void> FileJournal::syncFile() {
  if (!m_options.syncToDisk) return {};
  if (const int code = faultOf("sync"); code != 0) return diskFailure("sync", code);
  const DiskCode code = m_file->sync();
  return code == 0 ? Result<void>{} : diskFailure("sync", code);
}

// A head that cannot be written leaves the earlier one, which says less but nothing wrong.
void FileJournal::sealHead() {
  if (!m_options.syncToDisk) return;
  const JournalHead last = head();
  if (last.sequence == 0 || syncFile().ok() == false) return;
  static_cast<void>(replaceFile(headPath(m_options.directory), encodeHeadFile(last), disk()));
}

void FileJournal::checkSpace(bool now) {
  if (m_options.lowSpaceBytes <= 0 && m_options.reserveBytes <= 0) return;
  const MonoTime time = m_clock.mono();
  if (!now && time - m_spaceChecked < kSpaceInterval) return;
  m_spaceChecked = time;
  const std::int64_t free = disk().freeBytes(m_options.directory);
  const bool little = free >= 0 && free < m_options.lowSpaceBytes;
  const bool room = free < 0 || free >= m_options.lowSpaceBytes + m_options.reserveBytes;
  if (m_options.reserveBytes > 0 && !m_reserveReady && room) takeReserve();
  Space space;
  space.low = little || (m_options.reserveBytes > 0 && !m_reserveReady);
  if (space.low) {
    space.text = "only " + std::to_string(free / (1024 * 1024)) + " MiB are free for " + m_options.directory +
                 (m_options.reserveBytes > 0 && !m_reserveReady ? ", and the reserve is in use" : "") +
                 "; no new positions until there are " + std::to_string(m_options.lowSpaceBytes / (1024 * 1024)) +
                 " MiB again";
  }
  Lock lock(m_mutex);
  m_space = std::move(space);
}

void FileJournal::tellListeners() {
  Space space;
  std::string failure;
  {
    Lock lock(m_mutex);
    space = m_space;
    failure = m_failure;
  }
  Lock lock(m_listenerMutex);
  if (space.low != m_toldLow && m_listeners.space) {
    m_toldLow = space.low;
    m_listeners.space(space);
  }
  if (!failure.empty() && !m_toldFailure && m_listeners.failed) {
    m_toldFailure = true;
    m_listeners.failed(failure);
  }
}

void FileJournal::setListeners(Listeners listeners) {
  {
    Lock lock(m_listenerMutex);
    m_listeners = std::move(listeners);
    m_toldLow = false;
    m_toldFailure = false;
  }
  tellListeners();
}

FileJournal::Space FileJournal::space() const {
  Lock lock(m_mutex);
  return m_space;
}

JournalHead FileJournal::head() const {
  Lock lock(m_mutex);
  return m_head;
}

Result<void> FileJournal::writeBatch(const std::vector<Pending>& batch, std::uint64_t durable) {
  std::string bytes;
  for (const Pending& record : batch) {
    const auto size = static_cast<std::int64_t>(RecordHead::kBytes + record.payload.size());
    if (m_offset + static_cast<std::int64_t>(bytes.size()) + size > m_size) {
      auto written = writeAt(bytes);
      if (!written) return written;
      bytes.clear();
      auto next = nextSegment(size, record.sequence);
      if (!next) return next;
      durable = record.sequence - 1;
    }
    m_hash = appendRecord(bytes, record.kind, record.sequence, durable, record.time, record.payload, m_hash);
  }
  auto written = writeAt(bytes);
  if (!written || BW_MUTANT(41)) return written;
  return syncFile();
}

// A group that is lost for want of memory is lost for good: later records must not close up behind it.
Result<void> FileJournal::writeOrFail(const std::vector<Pending>& batch, std::uint64_t durable) {
  try {
    return writeBatch(batch, durable);
  } catch (const std::bad_alloc&) {
    return diskFailure("write", ENOMEM);
  }
}

void FileJournal::run() {
  while (true) {
    {
      Lock lock(m_mutex);
      while (m_pending.empty() && m_waiters.empty() && !m_stopping) m_work.wait(m_mutex);
      const bool urgent = m_wanted > m_durable.load(std::memory_order_relaxed) || !m_waiters.empty();
      if (!urgent && !m_stopping) m_work.waitFor(m_mutex, kIdleGrouping);
      if (m_stopping && m_pending.empty() && m_waiters.empty()) return;
    }
    takeTurn();
  }
}

void FileJournal::takeTurn() {
  std::vector<Pending> batch;
  {
    Lock lock(m_mutex);
    batch.swap(m_pending);
    m_pendingBytes = 0;
    if (!m_failure.empty()) batch.clear();
  }
  std::string failure;
  if (!batch.empty()) {
    auto written = writeOrFail(batch, m_durable.load(std::memory_order_relaxed));
    m_batches.fetch_add(1, std::memory_order_relaxed);
    if (written) {
      m_durable.store(batch.back().sequence, std::memory_order_release);
      checkSpace(false);
    } else {
      failure = written.error().detail;
    }
  }
  std::vector<Waiter> ready;
  {
    Lock lock(m_mutex);
    if (!failure.empty() && !BW_MUTANT(42)) m_failure = failure;
    if (!batch.empty() && failure.empty()) m_head = {batch.back().sequence, m_hash, batch.back().time};
    const std::uint64_t durable = m_durable.load(std::memory_order_relaxed);
    const bool broken = !m_failure.empty();
    const auto split = std::stable_partition(m_waiters.begin(), m_waiters.end(),
                                             [&](const Waiter& w) { return !broken && w.first > durable; });
    std::move(split, m_waiters.end(), std::back_inserter(ready));
    m_waiters.erase(split, m_waiters.end());
    m_done.notifyAll();
  }
  for (Waiter& waiter : ready) waiter.second();
  tellListeners();
}

Result<std::uint64_t> FileJournal::append(RecordKind kind, std::string_view payload) {
  if (payload.size() > RecordHead::kMaxPayload) return finalError("journal.write", "a record of more than 16 MiB");
  // Whatever throws for want of memory does so before the number is taken: a gap would look like damage later.
  Pending record{kind, 0, m_clock.now(), std::string(payload)};
  Lock lock(m_mutex);
  if (!m_failure.empty()) return Error{ErrorKind::Fatal, "journal.write", m_failure, 0};
  if (m_pendingBytes + payload.size() > kMaxPendingBytes) {
    return Error{ErrorKind::Retryable, "journal.write", "the disk is too slow: 64 MiB of records wait for it", 100};
  }
  record.sequence = m_sequence + 1;
  m_pending.push_back(std::move(record));
  m_sequence += 1;
  m_pendingBytes += payload.size() + RecordHead::kBytes;
  if (m_options.mode == Mode::WriterThread && m_pending.size() == 1) m_work.notifyOne();
  return m_sequence;
}

Result<void> FileJournal::sync(std::uint64_t sequence) {
  if (m_options.mode == Mode::Inline && durableSequence() < sequence) takeTurn();
  Lock lock(m_mutex);
  BW_ASSERT(sequence <= m_sequence);
  while (m_durable.load(std::memory_order_acquire) < sequence) {
    if (!m_failure.empty()) return Error{ErrorKind::Fatal, "journal.write", m_failure, 0};
    m_wanted = std::max(m_wanted, sequence);
    m_work.notifyOne();
    m_done.wait(m_mutex);
  }
  return {};
}

void FileJournal::requestSync(std::uint64_t sequence, std::function<void()> done) {
  if (m_options.mode == Mode::Inline) {
    static_cast<void>(sync(sequence));
    done();
    return;
  }
  {
    Lock lock(m_mutex);
    const bool settled = m_durable.load(std::memory_order_acquire) >= sequence || !m_failure.empty();
    if (!settled) {
      m_waiters.emplace_back(sequence, std::move(done));
      m_work.notifyOne();
      return;
    }
  }
  done();
}

std::string FileJournal::failure() const {
  Lock lock(m_mutex);
  return m_failure;
}

Result<std::uint64_t> MemoryJournal::append(RecordKind kind, std::string_view payload) {
  if (failed()) return Error{ErrorKind::Fatal, "journal.write", "the journal was broken on purpose", 0};
  const Timestamp now = m_clock != nullptr ? m_clock->now() : Timestamp{};
  Lock lock(m_mutex);
  m_sequence += 1;
  if (m_keep) m_records.push_back({kind, m_sequence, now, std::string(payload)});
  return m_sequence;
}

Result<void> MemoryJournal::sync(std::uint64_t sequence) {
  if (failed() && durableSequence() < sequence) {
    return Error{ErrorKind::Fatal, "journal.write", "the journal was broken on purpose", 0};
  }
  Lock lock(m_mutex);
  m_durable.store(m_sequence, std::memory_order_release);
  return {};
}

}  // namespace bw::journal
