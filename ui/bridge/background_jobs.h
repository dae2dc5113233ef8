// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <string>

#include "core/base/mutex.h"
#include "core/base/thread.h"

namespace bw::ui {

/// Work that may wait for a disk or take longer than a frame, done in order on a thread of its own; what each job
/// returns is then called on the GUI thread. The thread starts with the first job.
/// Thread: GUI; the jobs themselves run on the other one.
class BackgroundJobs final : public QObject {
 public:
  using Then = std::function<void()>;
  using Job = std::function<Then()>;
  explicit BackgroundJobs(std::string name);
  /// Forgets what has not begun and waits for the one that runs.
  ~BackgroundJobs() override;
  /// `job` may return an empty function. It must not touch widgets.
  void post(Job job);
  /// Nothing runs, waits or has its second half still to come.
  bool idle() const { return m_open == 0; }

 private:
  void run();
  void finish(const Then& then);

  const std::string m_name;
  Mutex m_mutex;
  Condition m_wake;
  std::deque<Job> m_queue BW_GUARDED_BY(m_mutex);
  bool m_stop BW_GUARDED_BY(m_mutex) = false;
  int m_open = 0;  ///< posted and not finished; GUI only
  Thread m_thread;
};

}  // namespace bw::ui
