// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/file_journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/journal/disk.h"
#include "core/journal/segment_format.h"

namespace bw::journal {
namespace {

constexpr std::size_t kMaxPendingBytes = 64u * 1024 * 1024;
/// How long records that nobody waits for may sit in memory to be grouped.
constexpr Duration kIdleGrouping = Duration::millis(5);

}  // namespace

FileJournal::FileJournal(const Clock& clock, Options options, JournalContents recovered)
    : m_clock(clock), m_options(std::move(options)), m_recovered(std::move(recovered)), m_hash(m_recovered.lastHash) {
  m_sequence = m_recovered.lastSequence;
  m_durable = m_recovered.lastSequence;
}

Result<std::unique_ptr<FileJournal>> FileJournal::open(const Clock& clock, Options options) {
  BW_ASSERT(options.segmentBytes > 0 && !options.directory.empty());
  std::error_code code;
  std::filesystem::create_directories(options.directory, code);
  if (code) return finalError("journal.write", "cannot make " + options.directory + ": " + code.message());
  auto contents = readJournal(options.directory);
  if (!contents) return contents.error();
  std::unique_ptr<FileJournal> journal(new FileJournal(clock, std::move(options), std::move(*contents)));
  auto prepared = journal->prepare();
  if (!prepared) return prepared.error();
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
  if (m_file >= 0) {
    static_cast<void>(::ftruncate(m_file, m_offset));
    ::close(m_file);
  }
}

Result<void> FileJournal::prepare() {
  m_number = m_recovered.lastNumber;
  if (m_recovered.segments.empty() || m_recovered.lastOffset < static_cast<std::int64_t>(SegmentHead::kBytes)) {
    if (!m_recovered.segments.empty()) {
      ::unlink(m_recovered.segments.back().c_str());
      m_number -= 1;
    }
    return nextSegment(0, m_recovered.lastSequence + 1);
  }
  m_path = m_recovered.segments.back();
  m_file = ::open(m_path.c_str(), O_RDWR | O_CLOEXEC);
  if (m_file < 0) return diskFailure("open", errno);
  m_offset = m_recovered.lastOffset;
  // Cutting and growing again leaves zeros, so no remains of a torn write can look like a record later.
  if (::ftruncate(m_file, m_offset) != 0) return diskFailure("truncate", errno);
  m_size = std::max(m_options.segmentBytes, m_offset);
  if (const int code = ::posix_fallocate(m_file, 0, m_size); code != 0) return diskFailure("preallocate", code);
  return syncFile(m_file);
}

Result<void> FileJournal::nextSegment(std::int64_t needed, std::uint64_t firstSequence) {
  if (const int code = faultOf("create"); code != 0) return diskFailure("create", code);
  if (m_file >= 0) {
    static_cast<void>(::ftruncate(m_file, m_offset));
    auto synced = syncFile(m_file);
    ::close(m_file);
    m_file = -1;
    if (!synced) return synced;
  }
  m_number += 1;
  m_path = m_options.directory + "/" + segmentName(m_number);
  m_file = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (m_file < 0) return diskFailure("create", errno);
  m_size = std::max(m_options.segmentBytes, needed + static_cast<std::int64_t>(SegmentHead::kBytes));
  if (const int code = ::posix_fallocate(m_file, 0, m_size); code != 0) return diskFailure("preallocate", code);
  m_offset = 0;
  auto written = writeAt(encodeHead({m_number, firstSequence, m_hash}));
  if (!written) return written;
  auto synced = syncFile(m_file);
  if (!synced || !m_options.syncToDisk) return synced;
  return syncDirectory(m_options.directory);
}

Error FileJournal::diskFailure(const char* operation, int code) {
  return Error{ErrorKind::Fatal, "journal.write",
               std::string("cannot ") + operation + " " + m_path + ": " + std::strerror(code) +
                   "; no order can be sent until the disk takes records again and the program is restarted",
               0};
}

Result<void> FileJournal::writeAt(std::string_view bytes) {
  if (const int code = faultOf("write"); code != 0) return diskFailure("write", code);
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(m_file, bytes.data(), bytes.size(), m_offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return diskFailure("write", done < 0 ? errno : ENOSPC);
    m_offset += done;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

Result<void> FileJournal::syncFile(int file) {
  if (!m_options.syncToDisk) return {};
  if (const int code = faultOf("sync"); code != 0) return diskFailure("sync", code);
  return ::fdatasync(file) == 0 ? Result<void>{} : diskFailure("sync", errno);
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
  if (!written) return written;
  return syncFile(m_file);
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
    auto written = writeBatch(batch, m_durable.load(std::memory_order_relaxed));
    m_batches.fetch_add(1, std::memory_order_relaxed);
    if (written) {
      m_durable.store(batch.back().sequence, std::memory_order_release);
    } else {
      failure = written.error().detail;
    }
  }
  std::vector<Waiter> ready;
  {
    Lock lock(m_mutex);
    if (!failure.empty()) m_failure = failure;
    const std::uint64_t durable = m_durable.load(std::memory_order_relaxed);
    const bool broken = !m_failure.empty();
    const auto split = std::stable_partition(m_waiters.begin(), m_waiters.end(),
                                             [&](const Waiter& w) { return !broken && w.first > durable; });
    std::move(split, m_waiters.end(), std::back_inserter(ready));
    m_waiters.erase(split, m_waiters.end());
    m_done.notifyAll();
  }
  for (Waiter& waiter : ready) waiter.second();
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

Result<std::uint64_t> FileJournal::append(RecordKind kind, std::string_view payload) {
  if (payload.size() > RecordHead::kMaxPayload) return finalError("journal.write", "a record of more than 16 MiB");
  const Timestamp now = m_clock.now();
  Lock lock(m_mutex);
  if (!m_failure.empty()) return Error{ErrorKind::Fatal, "journal.write", m_failure, 0};
  if (m_pendingBytes + payload.size() > kMaxPendingBytes) {
    return Error{ErrorKind::Retryable, "journal.write", "the disk is too slow: 64 MiB of records wait for it", 100};
  }
  m_sequence += 1;
  m_pendingBytes += payload.size() + RecordHead::kBytes;
  m_pending.push_back({kind, m_sequence, now, std::string(payload)});
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
