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
    /// Taken in advance, so that stops, cancels and audit records still find room on a full disk; 0: none. A product
    /// takes kReserveBytes.
    std::int64_t reserveBytes = 0;
    /// Below this much free space the journal says that space is low; 0: never.
    std::int64_t lowSpaceBytes = 0;
    FileSystem* disk = nullptr;  ///< null: the machine's own; must outlive the journal
    /// Drills and tests: called before each "write", "sync", "create"; an errno other than 0 is taken as its result.
    std::function<int(std::string_view operation)> fault;
  };

  static constexpr std::int64_t kReserveBytes = std::int64_t{64} * 1024 * 1024;
  static constexpr std::int64_t kLowSpaceBytes = std::int64_t{512} * 1024 * 1024;

  /// Whether there is room for more, and in words why not.
  struct Space {
    bool low = false;
    std::string text;
  };
  /// Both are called from the thread that writes, outside of all locks, once per change (a failure: once), and at once
  /// by setListeners() if it is so already.
  struct Listeners {
    std::function<void(const Space& space)> space;
    std::function<void(const std::string& failure)> failed;
  };

  /// Verifies what is there, cuts off an unfinished tail and continues behind it. `clock` must outlive the journal.
  /// Errors: those of readJournal(), "journal.newer" when a newer version wrote it (it can be read, not continued),
  /// "journal.write" with path and reason.
  static Result<std::unique_ptr<FileJournal>> open(const Clock& clock, Options options);
  ~FileJournal() override;

  Result<std::uint64_t> append(RecordKind kind, std::string_view payload) override;
  Result<void> sync(std::uint64_t sequence) override;
  std::uint64_t durableSequence() const override { return m_durable.load(std::memory_order_acquire); }
  bool failed() const override { return !failure().empty(); }
  void requestSync(std::uint64_t sequence, std::function<void()> done) override;

  /// What was found when it was opened; its records may be moved out by the owner.
  JournalContents& recovered() { return m_recovered; }
  /// Replaces the listeners; no call of the earlier ones is under way afterwards.
  void setListeners(Listeners listeners);
  Space space() const;
  /// The last durable record; for copies kept elsewhere, which prove that nothing before was changed.
  JournalHead head() const;
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
  Result<void> writeOrFail(const std::vector<Pending>& batch, std::uint64_t durable);
  Result<void> writeAt(std::string_view bytes);
  Result<void> syncFile();
  Result<void> nextSegment(std::int64_t needed, std::uint64_t firstSequence);
  Result<void> openSegment(std::int64_t needed);
  Result<void> useReserve(std::int64_t needed);
  void takeReserve();
  void checkSpace(bool now);
  void sealHead();
  void tellListeners();
  FileSystem& disk() const { return *m_options.disk; }
  std::string reservePath() const { return m_options.directory + "/reserve.bwr"; }
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
  JournalHead m_head BW_GUARDED_BY(m_mutex);
  Space m_space BW_GUARDED_BY(m_mutex);
  Mutex m_listenerMutex;
  Listeners m_listeners BW_GUARDED_BY(m_listenerMutex);
  bool m_toldLow BW_GUARDED_BY(m_listenerMutex) = false;
  bool m_toldFailure BW_GUARDED_BY(m_listenerMutex) = false;

  std::atomic<std::uint64_t> m_durable{0};
  std::atomic<std::uint64_t> m_batches{0};

  // Writer only.
  std::unique_ptr<DiskFile> m_file;
  bool m_reserveReady = false;
  MonoTime m_spaceChecked;
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
