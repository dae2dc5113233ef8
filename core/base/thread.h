// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "core/base/assert.h"
#include "core/base/time.h"

namespace bw {

/// A named thread that is joined by its owner. The only place that starts a std::thread.
/// Thread: start() and join() by the owner.
class Thread {
 public:
  Thread() = default;
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  /// `name` is cut to 15 characters for the system. Must not be running.
  void start(const std::string& name, std::function<void()> body);
  void join();
  bool running() const { return m_thread.joinable(); }

 private:
  std::thread m_thread;
};

/// Asks the system to prefer the calling thread; false where this user may not. Only the stop's threads do.
bool preferThisThread() noexcept;

/// Sleeps the calling thread in real time. Never call it on a host, lane or GUI thread.
void sleepFor(Duration time);

/// Remembers the thread it was bound on and asserts that later calls come from it.
class OwnerThread {
 public:
  void bind() { m_owner = std::this_thread::get_id(); }
  bool isCurrent() const { return m_owner == std::thread::id() || m_owner == std::this_thread::get_id(); }

 private:
  std::thread::id m_owner;
};

}  // namespace bw

/// First line of every owner-only method; `owner` is the class's OwnerThread.
#define BW_ON_OWNER_THREAD(owner) BW_ASSERT((owner).isCurrent())
