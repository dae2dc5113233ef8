// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace bw::secrets {

/// One page of memory for a key: not swapped and not in core dumps as far as the system lets us, wiped before it is
/// given back. Thread: owner only.
class KeyPage {
 public:
  static constexpr std::size_t kBytes = 64;
  KeyPage();
  ~KeyPage();
  KeyPage(const KeyPage&) = delete;
  KeyPage& operator=(const KeyPage&) = delete;
  std::uint8_t* data() { return m_data; }
  const std::uint8_t* data() const { return m_data; }
  void wipe();

 private:
  std::uint8_t* m_data = nullptr;
  std::size_t m_pageBytes = 0;
};

/// From now on this process leaves no core file when it dies. Called before the first secret comes into memory.
void forbidCoreFiles();

}  // namespace bw::secrets
