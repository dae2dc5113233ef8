// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>

#include "core/base/time.h"

// Clang's thread-safety attributes; empty on other compilers.
#if defined(__clang__)
#define BW_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define BW_THREAD_ATTRIBUTE(x)
#endif
#define BW_CAPABILITY(x) BW_THREAD_ATTRIBUTE(capability(x))
#define BW_SCOPED_CAPABILITY BW_THREAD_ATTRIBUTE(scoped_lockable)
#define BW_GUARDED_BY(x) BW_THREAD_ATTRIBUTE(guarded_by(x))
#define BW_REQUIRES(...) BW_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define BW_ACQUIRE(...) BW_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define BW_RELEASE(...) BW_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define BW_EXCLUDES(...) BW_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define BW_NO_ANALYSIS BW_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace bw {

/// The only mutex of the program: std::mutex with the attributes clang's analysis needs. Thread: any.
class BW_CAPABILITY("mutex") Mutex {
 public:
  void lock() BW_ACQUIRE() { m_mutex.lock(); }
  void unlock() BW_RELEASE() { m_mutex.unlock(); }

 private:
  friend class Condition;
  std::mutex m_mutex;
};

/// Holds a Mutex for a scope.
class BW_SCOPED_CAPABILITY Lock {
 public:
  explicit Lock(Mutex& mutex) BW_ACQUIRE(mutex) : m_mutex(mutex) { m_mutex.lock(); }
  ~Lock() BW_RELEASE() { m_mutex.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& m_mutex;
};

/// Condition variable for use with Mutex. The caller holds the mutex and re-checks its condition after each wait.
class Condition {
 public:
  void notifyOne() { m_condition.notify_one(); }
  void notifyAll() { m_condition.notify_all(); }
  void wait(Mutex& mutex) BW_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.m_mutex, std::adopt_lock);
    m_condition.wait(lock);
    lock.release();
  }
  /// False if `timeout` (real time) passed without a notification.
  bool waitFor(Mutex& mutex, Duration timeout) BW_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.m_mutex, std::adopt_lock);
    const bool notified =
        m_condition.wait_for(lock, std::chrono::nanoseconds(timeout.ns)) == std::cv_status::no_timeout;
    lock.release();
    return notified;
  }

 private:
  std::condition_variable m_condition;
};

}  // namespace bw
