// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/base/time.h"
#include "core/ports/secret_store.h"

namespace bw::secrets {

/// The system's keychain (Secret Service, KWallet …) through QtKeychain, on a thread of its own whose loop is nobody
/// else's. All stores of a process share that thread, since the library underneath belongs to the one that used it.
/// Never falls back to a readable file: where there is no keychain, that is the error. A QCoreApplication must exist.
/// Thread: any; each call blocks until the keychain answers or the time-out.
class KeychainSecretStore final : public SecretStore {
 public:
  /// `service`: what the person sees in the keychain, "bellwether/default".
  explicit KeychainSecretStore(std::string service, Duration timeout = Duration::seconds(60));
  ~KeychainSecretStore() override;
  Result<Secret> read(const std::string& name) override;
  Result<void> write(const std::string& name, const Secret& value) override;
  Result<void> remove(const std::string& name) override;
  std::string_view form() const override { return "keychain"; }

 private:
  class Worker;
  template <class Job>
  Result<Secret> ask(const std::string& name, std::function<void(Job&)> prepare, std::function<Secret(Job&)> take);

  const std::string m_service;
  const Duration m_timeout;
  Worker* m_worker;
};

}  // namespace bw::secrets
