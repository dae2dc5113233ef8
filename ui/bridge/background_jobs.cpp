// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/background_jobs.h"

#include <QMetaObject>

#include <utility>

namespace bw::ui {

BackgroundJobs::BackgroundJobs(std::string name) : m_name(std::move(name)) {}

BackgroundJobs::~BackgroundJobs() {
  {
    Lock lock(m_mutex);
    m_stop = true;
    m_queue.clear();
  }
  m_wake.notifyAll();
  if (m_thread.running()) m_thread.join();
}

void BackgroundJobs::post(Job job) {
  ++m_open;
  {
    Lock lock(m_mutex);
    m_queue.push_back(std::move(job));
  }
  m_wake.notifyOne();
  if (!m_thread.running()) m_thread.start(m_name, [this] { run(); });
}

void BackgroundJobs::run() {
  while (true) {
    Job job;
    {
      Lock lock(m_mutex);
      while (!m_stop && m_queue.empty()) m_wake.wait(m_mutex);
      if (m_stop) return;
      job = std::move(m_queue.front());
      m_queue.pop_front();
    }
    Then then = job();
    // Dropped by Qt if this object is gone by the time the GUI thread gets to it.
    QMetaObject::invokeMethod(
        this, [this, then = std::move(then)] { finish(then); }, Qt::QueuedConnection);
  }
}

void BackgroundJobs::finish(const Then& then) {
  --m_open;
  if (then) then();
}

}  // namespace bw::ui
