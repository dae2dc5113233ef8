// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/file_system.h"
#include "core/base/mutex.h"
#include "core/ports/secret_store.h"
#include "core/secrets/key_page.h"

namespace bw::secrets {

/// Secrets in one file (0600) under a passphrase: the key comes from it by scrypt (RFC 7914), the content is sealed
/// with AES-256-GCM (NIST SP 800-38D) under a new nonce at every change, head included. The file is replaced whole, so
/// a crash leaves the old or the new one. Thread: any.
class FileSecretStore final : public SecretStore {
 public:
  struct Options {
    std::string path;
    int costLog2 = 17;           ///< scrypt's N as a power of two, for new files; 17 takes 128 MiB and some 0.4 s
    FileSystem* disk = nullptr;  ///< null: the machine's own; must outlive the store
  };
  static constexpr std::size_t kShortestPassphrase = 8;

  /// Opens the file or makes it. Errors: "secret.weak" (a passphrase too short for a new file), "secret.passphrase"
  /// (wrong), "secret.damaged" (the file was changed or cut), "secret.permissions" (others may read it), "secret.read",
  /// "secret.write".
  static Result<std::unique_ptr<FileSecretStore>> open(Options options, const Secret& passphrase);
  ~FileSecretStore() override;

  Result<Secret> read(const std::string& name) override;
  Result<void> write(const std::string& name, const Secret& value) override;
  Result<void> remove(const std::string& name) override;
  std::string_view form() const override { return "passphrase file"; }
  /// Wipes key and secrets from memory; every later call is refused with "secret.denied".
  void lock();

 private:
  explicit FileSecretStore(Options options);
  Result<void> load(const std::string& bytes, const Secret& passphrase);
  Result<void> begin(const Secret& passphrase);
  Result<void> deriveKey(std::string_view head, const Secret& passphrase) BW_REQUIRES(m_mutex);
  Result<void> save() BW_REQUIRES(m_mutex);
  Error refusal() const;

  Options m_options;
  Mutex m_mutex;
  bool m_locked BW_GUARDED_BY(m_mutex) = false;
  std::string m_head BW_GUARDED_BY(m_mutex);  ///< magic, cost, salt
  KeyPage m_key BW_GUARDED_BY(m_mutex);       ///< 32 bytes of key, 32 that prove the passphrase
  std::map<std::string, Secret> m_values BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::secrets
