// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/thread.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

namespace bw {

Thread::~Thread() {
  join();
}

void Thread::start(const std::string& name, std::function<void()> body) {
  BW_ASSERT(!m_thread.joinable());
  m_thread = std::thread([shortName = name.substr(0, 15), run = std::move(body)] {
    pthread_setname_np(pthread_self(), shortName.c_str());
    run();
  });
}

void Thread::join() {
  if (m_thread.joinable()) m_thread.join();
}

bool preferThisThread() noexcept {
  constexpr int kNice = -10;
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice) == 0;
}

void sleepFor(Duration time) {
  std::this_thread::sleep_for(std::chrono::nanoseconds(time.ns));
}

}  // namespace bw
