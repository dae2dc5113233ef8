// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gate/wake_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "core/base/assert.h"

namespace bw::gate {

WakeEvent::WakeEvent() : m_file(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  BW_ASSERT(m_file >= 0);
}
WakeEvent::~WakeEvent() {
  ::close(m_file);
}

void WakeEvent::post() noexcept {
  const std::uint64_t one = 1;
  // A full counter means that a wake-up is pending already.
  if (::write(m_file, &one, sizeof one) < 0) return;
}

bool WakeEvent::wait(Duration timeout) noexcept {
  const std::int64_t millis = std::min<std::int64_t>((timeout.ns + 999'999) / 1'000'000, 60'000);
  pollfd item{m_file, POLLIN, 0};
  if (::poll(&item, 1, static_cast<int>(std::max<std::int64_t>(millis, 0))) <= 0) return false;
  std::uint64_t count = 0;
  return ::read(m_file, &count, sizeof count) == sizeof count;
}

}  // namespace bw::gate
