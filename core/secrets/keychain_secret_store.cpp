// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/keychain_secret_store.h"

#include <qt6keychain/keychain.h>

#include <QEventLoop>
#include <QObject>
#include <functional>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/thread.h"
#include "core/secrets/key_page.h"

namespace bw::secrets {

/// What a job ended with; shared with the caller, who may have given up.
struct KeychainAnswer {
  Mutex mutex;
  Condition changed;
  bool done BW_GUARDED_BY(mutex) = false;
  QKeychain::Error error BW_GUARDED_BY(mutex) = QKeychain::NoError;
  std::string text BW_GUARDED_BY(mutex);
  Secret value BW_GUARDED_BY(mutex);
};

namespace {

Error errorFrom(QKeychain::Error code, const std::string& text, const std::string& name) {
  switch (code) {
    case QKeychain::EntryNotFound:
      return finalError("secret.absent", "the keychain holds no secret named " + name);
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
      return finalError("secret.denied", "the keychain refused " + name + "; unlock it and try again");
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
      return finalError("secret.no_keychain", "this session has no keychain; use a file under a passphrase instead");
    default:
      return finalError("secret.failed", "the keychain failed with " + name + ": " + text);
  }
}

QString words(const std::string& text) {
  return QString::fromStdString(text);
}

}  // namespace

/// The thread with the loop. Thread: any.
class KeychainSecretStore::Worker {
 public:
  /// Never ended: the library underneath keeps what it opened for the thread that opened it, and at the end of the
  /// process Qt no longer wakes a loop, so that waiting for it would wait for ever.
  static Worker& shared() {
    static Worker* const worker = new Worker;
    return *worker;
  }

  Worker() {
    m_thread.start("bw-keychain", [this] {
      QEventLoop own;
      {
        Lock lock(m_mutex);
        m_loop = &own;
        m_ready.notifyAll();
      }
      own.exec();
    });
    Lock lock(m_mutex);
    while (m_loop == nullptr) m_ready.wait(m_mutex);
  }

  void post(std::function<void()> work) {
    Lock lock(m_mutex);
    QMetaObject::invokeMethod(m_loop, std::move(work), Qt::QueuedConnection);
  }

 private:
  Thread m_thread;
  Mutex m_mutex;
  Condition m_ready;
  QEventLoop* m_loop BW_GUARDED_BY(m_mutex) = nullptr;
};

KeychainSecretStore::KeychainSecretStore(std::string service, Duration timeout)
    : m_service(std::move(service)), m_timeout(timeout), m_worker(&Worker::shared()) {
  forbidCoreFiles();
}

KeychainSecretStore::~KeychainSecretStore() = default;

// Runs a job in the worker's loop and waits; `take` gets what it brought.
template <class Job>
Result<Secret> KeychainSecretStore::ask(const std::string& name, std::function<void(Job&)> prepare,
                                        std::function<Secret(Job&)> take) {
  auto answer = std::make_shared<KeychainAnswer>();
  m_worker->post([name, answer, prepare = std::move(prepare), take = std::move(take), service = m_service] {
    auto* job = new Job(words(service));
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    job->setKey(words(name));
    prepare(*job);
    QObject::connect(job, &QKeychain::Job::finished, job, [answer, take, job](QKeychain::Job*) {
      Lock lock(answer->mutex);
      answer->error = job->error();
      answer->text = job->errorString().toStdString();
      if (job->error() == QKeychain::NoError) answer->value = take(*job);
      answer->done = true;
      answer->changed.notifyAll();
    });
    job->start();
  });
  const SystemClock clock;
  const MonoTime end = clock.mono() + m_timeout;
  Lock lock(answer->mutex);
  while (!answer->done) {
    const Duration left = end - clock.mono();
    if (left.ns <= 0) return Error{ErrorKind::Retryable, "secret.timeout", "the keychain does not answer", 1000};
    answer->changed.waitFor(answer->mutex, left);
  }
  if (answer->error != QKeychain::NoError) return errorFrom(answer->error, answer->text, name);
  return answer->value;
}

Result<Secret> KeychainSecretStore::read(const std::string& name) {
  return ask<QKeychain::ReadPasswordJob>(
      name, [](QKeychain::ReadPasswordJob&) {},
      [](QKeychain::ReadPasswordJob& job) { return Secret(job.binaryData().toStdString()); });
}

Result<void> KeychainSecretStore::write(const std::string& name, const Secret& value) {
  auto done = ask<QKeychain::WritePasswordJob>(
      name,
      [value](QKeychain::WritePasswordJob& job) {
        job.setBinaryData(QByteArray(value.reveal().data(), static_cast<qsizetype>(value.reveal().size())));
      },
      [](QKeychain::WritePasswordJob&) { return Secret(); });
  if (!done) return done.error();
  return {};
}

Result<void> KeychainSecretStore::remove(const std::string& name) {
  auto done = ask<QKeychain::DeletePasswordJob>(
      name, [](QKeychain::DeletePasswordJob&) {}, [](QKeychain::DeletePasswordJob&) { return Secret(); });
  if (!done && done.error().userKey != "secret.absent") return done.error();
  return {};
}

}  // namespace bw::secrets
