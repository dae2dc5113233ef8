// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/read_ahead.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "core/base/mutex.h"
#include "core/base/thread.h"

namespace bw::replay {
namespace {

constexpr std::size_t kUnpackBlock = 256 * 1024;
constexpr std::size_t kUnpackBlocks = 4;
constexpr std::uint64_t kReadDirectly = 2 * 1024 * 1024;

class ReadAheadSource final : public ByteSource {
 public:
  explicit ReadAheadSource(std::unique_ptr<ByteSource> inner) : m_inner(std::move(inner)) {}
  ReadAheadSource(const ReadAheadSource&) = delete;
  ReadAheadSource& operator=(const ReadAheadSource&) = delete;
  ~ReadAheadSource() override {
    {
      const Lock lock(m_mutex);
      m_closing = true;
    }
    m_room.notifyOne();
    m_thread.join();
  }

  std::size_t read(char* out, std::size_t size) override {
    if (m_direct < kReadDirectly) {
      const std::size_t got = m_inner->read(out, size);
      m_direct += got;
      return got;
    }
    if (!m_thread.running()) m_thread.start("bw-unpack", [this] { unpack(); });
    if (m_at == m_current.size() && !nextBlock()) return 0;
    const std::size_t count = std::min(size, m_current.size() - m_at);
    std::memcpy(out, m_current.data() + m_at, count);
    m_at += count;
    return count;
  }
  /// Asked after read() gave 0, when the thread has ended, or before there is one.
  std::string error() const override {
    const Lock lock(m_mutex);
    return m_thread.running() ? m_error : m_inner->error();
  }

 private:
  bool nextBlock() {
    {
      const Lock lock(m_mutex);
      while (m_ready == 0 && !m_ended) m_filled.wait(m_mutex);
      if (m_ready == 0) return false;
      m_current.swap(m_blocks[m_first]);
      m_first = (m_first + 1) % kUnpackBlocks;
      --m_ready;
    }
    m_room.notifyOne();
    m_at = 0;
    return true;
  }

  // The thread's: fills one block after the other and waits where none is free.
  void unpack() {
    std::vector<char> block;
    while (true) {
      block.resize(kUnpackBlock);
      block.resize(m_inner->read(block.data(), block.size()));
      const Lock lock(m_mutex);
      while (m_ready == kUnpackBlocks && !m_closing) m_room.wait(m_mutex);
      m_ended = m_closing || block.empty();
      if (m_ended) {
        m_error = m_inner->error();
        m_filled.notifyOne();
        return;
      }
      m_blocks[(m_first + m_ready) % kUnpackBlocks].swap(block);
      ++m_ready;
      m_filled.notifyOne();
    }
  }

  std::unique_ptr<ByteSource> m_inner;
  std::uint64_t m_direct = 0;  ///< bytes read before the thread
  std::vector<char> m_current;
  std::size_t m_at = 0;  ///< in m_current
  mutable Mutex m_mutex;
  Condition m_filled;
  Condition m_room;
  std::array<std::vector<char>, kUnpackBlocks> m_blocks BW_GUARDED_BY(m_mutex);
  std::size_t m_first BW_GUARDED_BY(m_mutex) = 0;
  std::size_t m_ready BW_GUARDED_BY(m_mutex) = 0;
  bool m_ended BW_GUARDED_BY(m_mutex) = false;
  bool m_closing BW_GUARDED_BY(m_mutex) = false;
  std::string m_error BW_GUARDED_BY(m_mutex);
  Thread m_thread;
};

}  // namespace

std::unique_ptr<ByteSource> readAhead(std::unique_ptr<ByteSource> inner) {
  return std::make_unique<ReadAheadSource>(std::move(inner));
}

}  // namespace bw::replay
