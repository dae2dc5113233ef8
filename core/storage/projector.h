// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/file_system.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/storage/projection.h"

namespace bw::storage {

/// What a rebuild did.
struct RebuildResult {
  std::uint64_t sequence = 0;
  std::string hash;      ///< of the new tables
  std::string oldHash;   ///< of the tables that were there, if they stood at the same record; else empty
  bool corrupt = false;  ///< the old database could not be read; its file was moved aside
};
/// Makes the tables again from the journal in `directory`. An SQLite file that cannot be read is renamed to
/// "⟨file⟩.corrupt". Errors "journal.corrupt", "storage.…".
Result<RebuildResult> rebuildProjection(const std::string& directory, const Database::Options& options);

/// Keeps a projection behind the journal, on a thread of its own, while a workstation runs. Nothing that trades waits
/// for it or reads from it: a locked, full or broken database is retried or made again, and only said.
/// Thread: start() and stop() by the owner; status() any.
class Projector {
 public:
  struct Options {
    std::string directory;  ///< of the journal
    Database::Options database;
    std::function<std::uint64_t()> durable;  ///< how far the journal is on disk; any thread
    std::function<void(const std::string& code, const std::string& text)> say;  ///< called on the projector's thread
    Duration interval = Duration::millis(250);
    FileSystem* disk = nullptr;  ///< null: the machine's own
  };
  struct Status {
    std::uint64_t sequence = 0;
    std::uint64_t rebuilds = 0;
    std::uint64_t failures = 0;
    std::string problem;  ///< empty: all is well
  };

  explicit Projector(Options options);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;
  void start();
  /// Catches up with what is durable, seals, and ends the thread.
  void stop();
  Status status() const;

 private:
  void run();
  bool wait();
  Result<void> open();
  Result<void> catchUp();
  void failed(const Error& error);

  Options m_options;
  mutable Mutex m_mutex;
  Condition m_wake;
  bool m_stopping BW_GUARDED_BY(m_mutex) = false;
  Status m_status BW_GUARDED_BY(m_mutex);
  Thread m_thread;
  // The projector's thread only.
  struct Work;
  std::unique_ptr<Work> m_work;
};

}  // namespace bw::storage
