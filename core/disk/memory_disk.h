// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_system.h"
#include "core/base/mutex.h"

namespace bw {

/// A disk in memory that forgets what was not synced: for simulation and tests. It models content that only sync()
/// makes durable, names that only syncDirectory() makes durable, torn writes, faults at any operation, a full disk and
/// flipped bits. Directories themselves are durable at once. Copying it copies what is on it, but no open file.
/// Thread: any.
class MemoryDisk final : public FileSystem {
 public:
  enum class Operation : std::uint8_t { Create, Write, Resize, Preallocate, Sync, Rename, Remove, SyncDirectory };
  /// Called before each operation that changes something; an errno other than 0 is its result. A write that fails with
  /// ENOSPC leaves its first half. After a failed sync later ones of that file only seem to work, as on real systems.
  using Hook = std::function<DiskCode(Operation operation, const std::string& path)>;

  /// What a crash leaves of what was not synced.
  enum class Unsynced : std::uint8_t {
    Lost,
    Kept,    ///< as when only the process dies
    Prefix,  ///< of each file's writes the first `bytes`, of names all
    Random,  ///< by `seed`: any of the writes, cut at sectors, and a beginning of the changes of names
  };
  struct Crash {
    Unsynced unsynced = Unsynced::Lost;
    std::int64_t bytes = 0;
    std::uint64_t seed = 0;
  };

  MemoryDisk() = default;
  MemoryDisk(const MemoryDisk& other);
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  Opened open(const std::string& path, Open how) override;
  DiskCode read(const std::string& path, std::string& bytes) override;
  DiskCode readAt(const std::string& path, std::int64_t offset, std::int64_t count, std::string& bytes) override;
  DiskCode list(const std::string& directory, std::vector<std::string>& names) override;
  DiskCode look(const std::string& path, std::int64_t& size) override;
  DiskCode makeDirectories(const std::string& directory) override;
  DiskCode rename(const std::string& from, const std::string& to) override;
  DiskCode remove(const std::string& path) override;
  DiskCode syncDirectory(const std::string& directory) override;
  std::int64_t freeBytes(const std::string& directory) override;

  /// The machine dies and comes back: every open file is dead (EIO), and the disk holds what the plan says.
  void crash(const Crash& plan);
  void setHook(Hook hook);
  /// Bytes that fit; -1 (the default): as many as memory has.
  void setCapacity(std::int64_t bytes);
  std::int64_t usedBytes() const;
  /// Operations so far that changed something or were refused by the hook.
  std::uint64_t operations() const;
  /// True if a crash now could lose something.
  bool hasUnsynced() const;
  /// Changes a byte as a failing disk does: durable at once. False if there is no such byte.
  bool flip(const std::string& path, std::int64_t offset, std::uint8_t mask);
  /// Replaces or makes a file, durable at once.
  void put(const std::string& path, std::string bytes);
  /// Paths of all files, sorted.
  std::vector<std::string> files() const;

 private:
  struct Change {
    bool resize = false;
    std::int64_t offset = 0;  ///< resize: the new size
    std::string bytes;        ///< what was written
    std::string old;          ///< what it replaced, as far as it was not implied zeros
    std::int64_t oldSize = 0;
  };
  struct Node {
    std::string content;  ///< behind it zeros up to `size`
    std::int64_t size = 0;
    std::int64_t taken = 0;       ///< preallocated
    std::vector<Change> changes;  ///< since the last sync
    bool syncBroken = false;
  };
  struct NameChange {
    std::string directory;
    std::string from;  ///< rename: also removed
    std::string path;
    std::shared_ptr<Node> node;  ///< null: removed
  };
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  class Handle;

  DiskCode check(Operation operation, const std::string& path) BW_REQUIRES(m_mutex);
  DiskCode write(Node& node, const std::string& path, std::int64_t offset, std::string_view bytes) BW_REQUIRES(m_mutex);
  DiskCode reserve(Node& node, std::int64_t size) BW_REQUIRES(m_mutex);
  static std::int64_t spaceOf(const Node& node);
  static void apply(Node& node, const Change& change);
  static void undo(Node& node, const Change& change);
  static void settle(Node& node, const Crash& plan, std::uint64_t salt);
  static void applyName(Names& names, const NameChange& change);
  void changeName(NameChange change) BW_REQUIRES(m_mutex);

  mutable Mutex m_mutex;
  Names m_names BW_GUARDED_BY(m_mutex);
  Names m_durable BW_GUARDED_BY(m_mutex);
  std::vector<NameChange> m_nameChanges BW_GUARDED_BY(m_mutex);
  std::set<std::string> m_directories BW_GUARDED_BY(m_mutex);
  Hook m_hook BW_GUARDED_BY(m_mutex);
  std::int64_t m_capacity BW_GUARDED_BY(m_mutex) = -1;
  std::int64_t m_used BW_GUARDED_BY(m_mutex) = 0;
  std::uint64_t m_operations BW_GUARDED_BY(m_mutex) = 0;
  std::uint64_t m_life BW_GUARDED_BY(m_mutex) = 0;
};

}  // namespace bw
