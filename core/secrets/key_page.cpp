// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/key_page.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/assert.h"

namespace bw::secrets {

KeyPage::KeyPage() : m_pageBytes(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
  void* page = ::mmap(nullptr, m_pageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  BW_ASSERT(page != MAP_FAILED);
  m_data = static_cast<std::uint8_t*>(page);
  // Both may be refused by a limit; the page is still wiped.
  static_cast<void>(::mlock(page, m_pageBytes));
  static_cast<void>(::madvise(page, m_pageBytes, MADV_DONTDUMP));
}

KeyPage::~KeyPage() {
  wipe();
  ::munmap(m_data, m_pageBytes);
}

void KeyPage::wipe() {
  ::OPENSSL_cleanse(m_data, kBytes);
}

void forbidCoreFiles() {
  const rlimit none{0, 0};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
}

}  // namespace bw::secrets
