// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/file_system.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::journal {

/// What the latch file says about the stop that set it.
struct LatchState {
  std::uint64_t stopNumber = 0;
  std::string trigger;
  std::string reason;
  std::string mode;  ///< "SIM", "REPLAY", "PAPER" ...
  Timestamp time;
  bool readable = true;  ///< false: the file is there but damaged; latched all the same
};

/// The stop's mark on disk: the file `latch` in the data directory. If it exists, trading is stopped, whatever it
/// holds. Beside it `stop_counter` keeps the number of the last stop over resets. Thread: one at a time (the stop
/// executor's, and before it starts the starter's).
class Latch {
 public:
  /// `disk` must outlive it.
  explicit Latch(std::string dataDirectory, FileSystem& disk = realFileSystem());
  /// Nothing: not latched. A directory that cannot be read counts as latched.
  std::optional<LatchState> read() const;
  /// Makes the latch durable: create-exclusive, fsync of file and directory; then the counter. A latch that is already
  /// there stays as it is and is success. Error "latch.write".
  Result<void> write(const LatchState& state);
  /// The only way to end it: leaves the mark `start_by_hand`, then removes the file; both durable. Error "latch.write";
  /// then it may still be there.
  Result<void> reset();
  /// True from a reset until a person starts trading: no session starts it by itself meanwhile.
  bool mustStartByHand() const;
  /// A person started trading. Error "latch.write".
  Result<void> startedByHand();
  /// The largest stop number known from counter, latch and post-mortem folders; 0 = never stopped.
  std::uint64_t lastStopNumber() const;
  const std::string& directory() const { return m_directory; }

 private:
  Result<void> makeDurable(const std::string& path);
  std::string latchPath() const { return m_directory + "/latch"; }
  std::string counterPath() const { return m_directory + "/stop_counter"; }
  std::string handPath() const { return m_directory + "/start_by_hand"; }
  std::string m_directory;
  FileSystem* m_disk;
};

/// The exclusive lock of a data directory, held as long as the object lives; the system frees it when the process dies.
class DataLock {
 public:
  /// Error "data.locked" names the process that holds it, "disk.write" if the directory cannot be used.
  static Result<DataLock> take(const std::string& dataDirectory);
  DataLock(DataLock&& other) noexcept : m_file(other.m_file) { other.m_file = -1; }
  DataLock& operator=(DataLock&& other) noexcept;
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;
  ~DataLock();

 private:
  explicit DataLock(int file) : m_file(file) {}
  int m_file = -1;
};

}  // namespace bw::journal
