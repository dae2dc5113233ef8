// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace bw {

/// Where keys of venues and services are kept: the system's keychain, a file under a passphrase, or memory for the
/// session. There is no form that keeps them readable on disk. Thread: any; calls may block (a keychain asks the
/// person), so never call from a host, lane or GUI thread.
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  /// Errors "secret.absent", "secret.denied", "secret.timeout", "secret.no_keychain", "secret.failed". None ever holds
  /// a part of the secret.
  virtual Result<Secret> read(const std::string& name) = 0;
  /// Replaces what is there. Errors as read(), and "secret.write".
  virtual Result<void> write(const std::string& name, const Secret& value) = 0;
  /// A secret that is not there is removed already.
  virtual Result<void> remove(const std::string& name) = 0;
  /// What a person is told: "keychain", "passphrase file", "memory".
  virtual std::string_view form() const = 0;
};

}  // namespace bw
