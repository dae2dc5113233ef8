// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/journal/journal_reader.h"
#include "core/ports/journal.h"

namespace bw::journal {

/// The journal on disk: hash-chained records in preallocated segments, written in groups with one fdatasync each.
/// After a failed write every later append and sync is an error: what cannot be recorded must not be sent.
/// Thread: append(), sync(), requestSync(), durableSequence() from any thread; in Inline mode from one thread only.
class FileJournal final : public Journal {
 public:
  enum class Mode : std::uint8_t {
    WriterThread,  ///< a thread of the journal's own writes; append() never touches the disk
    Inline,        ///< no thread: sync() writes in the caller (SimHost)
  };
  struct Options {
    std::string directory;  ///< made if absent
    Mode mode = Mode::WriterThread;
    std::int64_t segmentBytes = 16 * 1024 * 1024;  ///< preallocated; a larger record gets a larger segment
    bool syncToDisk = true;                        ///< false: private runs whose journal may be lost with the machine
    /// Drills and tests: called before each "write", "sync", "create"; an errno other than 0 is taken as its result.
    std::function<int(std::string_view operation)> fault;
  };

  /// Verifies what is there, cuts off an unfinished tail and continues behind it. `clock` must outlive the journal.
  /// Errors: those of readJournal(), "journal.write" with path and reason.
  static Result<std::unique_ptr<FileJournal>> open(const Clock& clock, Options options);
  ~FileJournal() override;

  Result<std::uint64_t> append(RecordKind kind, std::string_view payload) override;
  Result<void> sync(std::uint64_t sequence) override;
  std::uint64_t durableSequence() const override { return m_durable.load(std::memory_order_acquire); }
  bool failed() const override { return !failure().empty(); }
  void requestSync(std::uint64_t sequence, std::function<void()> done) override;

  /// What was found when it was opened; its records may be moved out by the owner.
  JournalContents& recovered() { return m_recovered; }
  /// Groups written so far.
  std::uint64_t batches() const { return m_batches.load(std::memory_order_relaxed); }
  /// Not empty after a failure.
  std::string failure() const;

 private:
  struct Pending {
    RecordKind kind;
    std::uint64_t sequence;
    Timestamp time;
    std::string payload;
  };
  using Waiter = std::pair<std::uint64_t, std::function<void()>>;

  FileJournal(const Clock& clock, Options options, JournalContents recovered);
  Result<void> prepare();
  void run();
  void takeTurn();
  Result<void> writeBatch(const std::vector<Pending>& batch, std::uint64_t durable);
  Result<void> writeAt(std::string_view bytes);
  Result<void> syncFile(int file);
  Result<void> nextSegment(std::int64_t needed, std::uint64_t firstSequence);
  Error diskFailure(const char* operation, int code);
  int faultOf(std::string_view operation) const { return m_options.fault ? m_options.fault(operation) : 0; }

  const Clock& m_clock;
  const Options m_options;
  JournalContents m_recovered;

  mutable Mutex m_mutex;
  Condition m_work;
  Condition m_done;
  std::vector<Pending> m_pending BW_GUARDED_BY(m_mutex);
  std::size_t m_pendingBytes BW_GUARDED_BY(m_mutex) = 0;
  std::vector<Waiter> m_waiters BW_GUARDED_BY(m_mutex);
  std::uint64_t m_sequence BW_GUARDED_BY(m_mutex) = 0;
  std::uint64_t m_wanted BW_GUARDED_BY(m_mutex) = 0;
  bool m_stopping BW_GUARDED_BY(m_mutex) = false;
  std::string m_failure BW_GUARDED_BY(m_mutex);

  std::atomic<std::uint64_t> m_durable{0};
  std::atomic<std::uint64_t> m_batches{0};

  // Writer only.
  int m_file = -1;
  std::string m_path;
  std::uint32_t m_number = 0;
  std::int64_t m_offset = 0;
  std::int64_t m_size = 0;
  Sha256Digest m_hash{};
  Thread m_thread;
};

/// A journal that only counts and optionally keeps its records: deterministic runs that nobody restarts.
/// Thread: any; records() once nobody writes.
class MemoryJournal final : public Journal {
 public:
  /// `clock` must outlive it; null: records get time zero.
  explicit MemoryJournal(const Clock* clock = nullptr, bool keep = false) : m_clock(clock), m_keep(keep) {}
  Result<std::uint64_t> append(RecordKind kind, std::string_view payload) override;
  Result<void> sync(std::uint64_t sequence) override;
  std::uint64_t durableSequence() const override { return m_durable.load(std::memory_order_acquire); }
  bool failed() const override { return m_broken.load(std::memory_order_acquire); }
  const std::vector<JournalRecord>& records() const BW_NO_ANALYSIS { return m_records; }
  /// Every later append and sync is refused, as after a full disk.
  void breakNow() { m_broken.store(true, std::memory_order_release); }

 private:
  const Clock* m_clock;
  const bool m_keep;
  std::atomic<bool> m_broken{false};
  std::atomic<std::uint64_t> m_durable{0};
  Mutex m_mutex;
  std::uint64_t m_sequence BW_GUARDED_BY(m_mutex) = 0;
  std::vector<JournalRecord> m_records BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::journal
