// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/disk/memory_disk.h"

#include <algorithm>
#include <cerrno>

#include "core/base/rng.h"

namespace bw {
namespace {

constexpr std::int64_t kSector = 512;
constexpr std::int64_t kBoundless = std::int64_t{1} << 50;

}  // namespace

class MemoryDisk::Handle final : public DiskFile {
 public:
  Handle(MemoryDisk& disk, std::string path, std::shared_ptr<Node> node, std::uint64_t life)
      : m_disk(disk), m_path(std::move(path)), m_node(std::move(node)), m_life(life) {}

  DiskCode writeAt(std::int64_t offset, std::string_view bytes) override {
    Lock lock(m_disk.m_mutex);
    return m_life != m_disk.m_life ? EIO : m_disk.write(*m_node, m_path, offset, bytes);
  }

  DiskCode append(std::string_view bytes) override {
    Lock lock(m_disk.m_mutex);
    return m_life != m_disk.m_life ? EIO : m_disk.write(*m_node, m_path, m_node->size, bytes);
  }

  DiskCode resize(std::int64_t size) override {
    Lock lock(m_disk.m_mutex);
    if (m_life != m_disk.m_life) return EIO;
    if (const DiskCode code = m_disk.check(Operation::Resize, m_path); code != 0) return code;
    if (size == m_node->size) return 0;
    const std::int64_t before = spaceOf(*m_node);
    Change change;
    change.resize = true;
    change.offset = size;
    change.oldSize = m_node->size;
    if (size < static_cast<std::int64_t>(m_node->content.size()))
      change.old = m_node->content.substr(static_cast<std::size_t>(size));
    m_node->taken = std::min(m_node->taken, size);
    apply(*m_node, change);
    m_node->changes.push_back(std::move(change));
    m_disk.m_used += spaceOf(*m_node) - before;
    return 0;
  }

  DiskCode preallocate(std::int64_t size) override {
    Lock lock(m_disk.m_mutex);
    if (m_life != m_disk.m_life) return EIO;
    if (const DiskCode code = m_disk.check(Operation::Preallocate, m_path); code != 0) return code;
    if (const DiskCode code = m_disk.reserve(*m_node, size); code != 0) return code;
    if (size <= m_node->size) return 0;
    Change change;
    change.resize = true;
    change.offset = size;
    change.oldSize = m_node->size;
    apply(*m_node, change);
    m_node->changes.push_back(std::move(change));
    return 0;
  }

  DiskCode sync() override {
    Lock lock(m_disk.m_mutex);
    if (m_life != m_disk.m_life) return EIO;
    const DiskCode code = m_disk.check(Operation::Sync, m_path);
    if (code != 0) m_node->syncBroken = true;
    if (!m_node->syncBroken) m_node->changes.clear();
    return code;
  }

 private:
  MemoryDisk& m_disk;
  const std::string m_path;
  const std::shared_ptr<Node> m_node;
  const std::uint64_t m_life;
};

MemoryDisk::MemoryDisk(const MemoryDisk& other) {
  Lock theirs(other.m_mutex);
  Lock ours(m_mutex);
  std::map<const Node*, std::shared_ptr<Node>> copies;
  const auto copied = [&](const std::shared_ptr<Node>& node) {
    if (!node) return node;
    std::shared_ptr<Node>& copy = copies[node.get()];
    if (!copy) copy = std::make_shared<Node>(*node);
    return copy;
  };
  for (const auto& [path, node] : other.m_names) m_names[path] = copied(node);
  for (const auto& [path, node] : other.m_durable) m_durable[path] = copied(node);
  for (const NameChange& change : other.m_nameChanges) {
    m_nameChanges.push_back({change.directory, change.from, change.path, copied(change.node)});
  }
  m_directories = other.m_directories;
  m_capacity = other.m_capacity;
  m_used = other.m_used;
  m_operations = other.m_operations;
}

DiskCode MemoryDisk::check(Operation operation, const std::string& path) {
  m_operations += 1;
  return m_hook ? m_hook(operation, path) : 0;
}

std::int64_t MemoryDisk::spaceOf(const Node& node) {
  return std::max(static_cast<std::int64_t>(node.content.size()), node.taken);
}

void MemoryDisk::apply(Node& node, const Change& change) {
  if (change.resize) {
    if (change.offset < static_cast<std::int64_t>(node.content.size()))
      node.content.resize(static_cast<std::size_t>(change.offset));
    node.size = change.offset;
    return;
  }
  const auto at = static_cast<std::size_t>(change.offset);
  if (node.content.size() < at + change.bytes.size()) node.content.resize(at + change.bytes.size(), '\0');
  std::copy(change.bytes.begin(), change.bytes.end(), node.content.begin() + change.offset);
  node.size = std::max(node.size, static_cast<std::int64_t>(at + change.bytes.size()));
}

void MemoryDisk::undo(Node& node, const Change& change) {
  if (change.resize) {
    if (change.offset < change.oldSize && !change.old.empty()) {
      node.content.resize(static_cast<std::size_t>(change.offset), '\0');
      node.content.append(change.old);
    }
  } else {
    const auto at = static_cast<std::size_t>(change.offset);
    for (std::size_t i = 0; i < change.bytes.size(); ++i)
      node.content[at + i] = i < change.old.size() ? change.old[i] : '\0';
  }
  node.size = change.oldSize;
  if (static_cast<std::int64_t>(node.content.size()) > node.size)
    node.content.resize(static_cast<std::size_t>(node.size));
}

DiskCode MemoryDisk::reserve(Node& node, std::int64_t size) {
  const std::int64_t more = size - spaceOf(node);
  if (more <= 0) return 0;
  if (m_capacity >= 0 && m_used + more > m_capacity) return ENOSPC;
  m_used += more;
  node.taken = size;
  return 0;
}

DiskCode MemoryDisk::write(Node& node, const std::string& path, std::int64_t offset, std::string_view bytes) {
  DiskCode code = check(Operation::Write, path);
  if (code == 0) code = reserve(node, offset + static_cast<std::int64_t>(bytes.size()));
  if (code == ENOSPC) {
    bytes = bytes.substr(0, bytes.size() / 2);
    if (reserve(node, offset + static_cast<std::int64_t>(bytes.size())) != 0) return code;
  } else if (code != 0) {
    return code;
  }
  if (bytes.empty()) return code;
  Change change;
  change.offset = offset;
  change.bytes = bytes;
  change.oldSize = node.size;
  if (static_cast<std::size_t>(offset) < node.content.size())
    change.old = node.content.substr(static_cast<std::size_t>(offset), bytes.size());
  apply(node, change);
  node.changes.push_back(std::move(change));
  return code;
}

FileSystem::Opened MemoryDisk::open(const std::string& path, Open how) {
  Lock lock(m_mutex);
  if (m_directories.count(path) != 0) return {nullptr, EISDIR};
  const auto found = m_names.find(path);
  std::shared_ptr<Node> node = found == m_names.end() ? nullptr : found->second;
  if (node && how == Open::New) return {nullptr, EEXIST};
  if (!node && how == Open::Existing) return {nullptr, ENOENT};
  if (!node) {
    if (m_directories.count(parentDirectory(path)) == 0) return {nullptr, ENOENT};
    if (const DiskCode code = check(Operation::Create, path); code != 0) return {nullptr, code};
    node = std::make_shared<Node>();
    changeName({parentDirectory(path), "", path, node});
  }
  auto handle = std::make_unique<Handle>(*this, path, node, m_life);
  if (how == Open::Truncate && node->size > 0) {
    Change change;
    change.resize = true;
    change.oldSize = node->size;
    change.old = node->content;
    m_used -= spaceOf(*node);
    node->taken = 0;
    apply(*node, change);
    node->changes.push_back(std::move(change));
  }
  return {std::move(handle), 0};
}

DiskCode MemoryDisk::read(const std::string& path, std::string& bytes) {
  Lock lock(m_mutex);
  bytes.clear();
  if (m_directories.count(path) != 0) return EISDIR;
  const auto found = m_names.find(path);
  if (found == m_names.end()) return ENOENT;
  bytes.reserve(static_cast<std::size_t>(found->second->size));
  bytes = found->second->content;
  bytes.resize(static_cast<std::size_t>(found->second->size), '\0');
  return 0;
}

DiskCode MemoryDisk::readAt(const std::string& path, std::int64_t offset, std::int64_t count, std::string& bytes) {
  Lock lock(m_mutex);
  bytes.clear();
  const auto found = m_names.find(path);
  if (found == m_names.end()) return m_directories.count(path) != 0 ? EISDIR : ENOENT;
  const Node& node = *found->second;
  if (offset >= node.size) return 0;
  const auto length = static_cast<std::size_t>(std::min(count, node.size - offset));
  if (static_cast<std::size_t>(offset) < node.content.size())
    bytes = node.content.substr(static_cast<std::size_t>(offset), length);
  bytes.resize(length, '\0');
  return 0;
}

DiskCode MemoryDisk::list(const std::string& directory, std::vector<std::string>& names) {
  Lock lock(m_mutex);
  names.clear();
  if (m_directories.count(directory) == 0) return ENOENT;
  for (const auto& [path, node] : m_names) {
    if (parentDirectory(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
  }
  for (const std::string& path : m_directories) {
    if (path != directory && parentDirectory(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
  }
  std::sort(names.begin(), names.end());
  return 0;
}

DiskCode MemoryDisk::look(const std::string& path, std::int64_t& size) {
  Lock lock(m_mutex);
  size = 0;
  if (m_directories.count(path) != 0) return 0;
  const auto found = m_names.find(path);
  if (found == m_names.end()) return ENOENT;
  size = found->second->size;
  return 0;
}

DiskCode MemoryDisk::makeDirectories(const std::string& directory) {
  Lock lock(m_mutex);
  std::string path = directory;
  while (m_directories.insert(path).second && path != "/" && path != ".") path = parentDirectory(path);
  return 0;
}

void MemoryDisk::applyName(Names& names, const NameChange& change) {
  if (!change.from.empty()) names.erase(change.from);
  if (change.node)
    names[change.path] = change.node;
  else
    names.erase(change.path);
}

void MemoryDisk::changeName(NameChange change) {
  applyName(m_names, change);
  m_nameChanges.push_back(std::move(change));
}

DiskCode MemoryDisk::rename(const std::string& from, const std::string& to) {
  Lock lock(m_mutex);
  const std::string directory = parentDirectory(from);
  if (directory != parentDirectory(to)) return EXDEV;
  if (const DiskCode code = check(Operation::Rename, from); code != 0) return code;
  const auto found = m_names.find(from);
  if (found == m_names.end()) return ENOENT;
  if (const auto old = m_names.find(to); old != m_names.end()) m_used -= spaceOf(*old->second);
  changeName({directory, from, to, found->second});
  return 0;
}

DiskCode MemoryDisk::remove(const std::string& path) {
  Lock lock(m_mutex);
  const auto found = m_names.find(path);
  if (found == m_names.end()) return ENOENT;
  if (const DiskCode code = check(Operation::Remove, path); code != 0) return code;
  m_used -= spaceOf(*found->second);
  changeName({parentDirectory(path), "", path, nullptr});
  return 0;
}

DiskCode MemoryDisk::syncDirectory(const std::string& directory) {
  Lock lock(m_mutex);
  if (const DiskCode code = check(Operation::SyncDirectory, directory); code != 0) return code;
  const auto rest = std::stable_partition(m_nameChanges.begin(), m_nameChanges.end(),
                                          [&](const NameChange& c) { return c.directory == directory; });
  for (auto change = m_nameChanges.begin(); change != rest; ++change) applyName(m_durable, *change);
  m_nameChanges.erase(m_nameChanges.begin(), rest);
  return 0;
}

std::int64_t MemoryDisk::freeBytes(const std::string& /*directory*/) {
  Lock lock(m_mutex);
  return m_capacity < 0 ? kBoundless : std::max<std::int64_t>(0, m_capacity - m_used);
}

// Goes back to the synced state and repeats what the plan keeps.
void MemoryDisk::settle(Node& node, const Crash& plan, std::uint64_t salt) {
  std::vector<Change> changes;
  changes.swap(node.changes);
  node.syncBroken = false;
  if (plan.unsynced == Unsynced::Kept || changes.empty()) return;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) undo(node, *change);
  if (plan.unsynced == Unsynced::Lost) return;
  Rng rng(plan.seed * 1'000'003 + salt);
  std::int64_t left = plan.bytes;
  for (const Change& change : changes) {
    if (plan.unsynced == Unsynced::Prefix) {
      if (left <= 0) return;
      Change part = change;
      part.bytes.resize(std::min(part.bytes.size(), static_cast<std::size_t>(left)));
      left -= static_cast<std::int64_t>(part.bytes.size());
      apply(node, part);
      continue;
    }
    if (rng.chance(0.5)) continue;
    if (change.resize || rng.chance(0.5)) {
      apply(node, change);
      continue;
    }
    const auto end = change.offset + static_cast<std::int64_t>(change.bytes.size());
    for (std::int64_t at = change.offset; at < end;) {
      const std::int64_t next = std::min(end, (at / kSector + 1) * kSector);
      Change sector;
      sector.offset = at;
      sector.bytes =
          change.bytes.substr(static_cast<std::size_t>(at - change.offset), static_cast<std::size_t>(next - at));
      if (rng.chance(0.5)) apply(node, sector);
      at = next;
    }
  }
}

void MemoryDisk::crash(const Crash& plan) {
  Lock lock(m_mutex);
  m_life += 1;
  Rng rng(plan.seed);
  std::size_t kept = m_nameChanges.size();
  if (plan.unsynced == Unsynced::Lost) kept = 0;
  if (plan.unsynced == Unsynced::Random) kept = static_cast<std::size_t>(rng.below(m_nameChanges.size() + 1));
  for (std::size_t i = 0; i < kept; ++i) applyName(m_durable, m_nameChanges[i]);
  m_nameChanges.clear();
  m_names = m_durable;
  m_used = 0;
  std::uint64_t salt = 0;
  for (const auto& [path, node] : m_names) {
    settle(*node, plan, ++salt);
    m_used += spaceOf(*node);
  }
}

void MemoryDisk::setHook(Hook hook) {
  Lock lock(m_mutex);
  m_hook = std::move(hook);
}

void MemoryDisk::setCapacity(std::int64_t bytes) {
  Lock lock(m_mutex);
  m_capacity = bytes;
}

std::int64_t MemoryDisk::usedBytes() const {
  Lock lock(m_mutex);
  return m_used;
}

std::uint64_t MemoryDisk::operations() const {
  Lock lock(m_mutex);
  return m_operations;
}

bool MemoryDisk::hasUnsynced() const {
  Lock lock(m_mutex);
  return !m_nameChanges.empty() ||
         std::any_of(m_names.begin(), m_names.end(), [](const auto& entry) { return !entry.second->changes.empty(); });
}

bool MemoryDisk::flip(const std::string& path, std::int64_t offset, std::uint8_t mask) {
  Lock lock(m_mutex);
  const auto found = m_names.find(path);
  if (found == m_names.end() || offset < 0 || offset >= found->second->size) return false;
  std::string& content = found->second->content;
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() <= at) content.resize(at + 1, '\0');
  content[at] = static_cast<char>(static_cast<unsigned char>(content[at]) ^ mask);
  return true;
}

void MemoryDisk::put(const std::string& path, std::string bytes) {
  static_cast<void>(makeDirectories(parentDirectory(path)));
  Lock lock(m_mutex);
  auto node = std::make_shared<Node>();
  node->size = static_cast<std::int64_t>(bytes.size());
  node->content = std::move(bytes);
  if (const auto old = m_names.find(path); old != m_names.end()) m_used -= spaceOf(*old->second);
  m_used += spaceOf(*node);
  m_names[path] = node;
  m_durable[path] = node;
}

std::vector<std::string> MemoryDisk::files() const {
  Lock lock(m_mutex);
  std::vector<std::string> paths;
  for (const auto& [path, node] : m_names) paths.push_back(path);
  return paths;
}

}  // namespace bw
