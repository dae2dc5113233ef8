// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/base/mutex.h"
#include "core/ports/secret_store.h"

namespace bw::secrets {

/// Secrets for this session only. Thread: any.
class MemorySecretStore final : public SecretStore {
 public:
  Result<Secret> read(const std::string& name) override {
    Lock lock(m_mutex);
    const auto found = m_values.find(name);
    if (found == m_values.end()) return finalError("secret.absent", "there is no secret named " + name);
    return found->second;
  }
  Result<void> write(const std::string& name, const Secret& value) override {
    Lock lock(m_mutex);
    m_values[name] = value;
    return {};
  }
  Result<void> remove(const std::string& name) override {
    Lock lock(m_mutex);
    m_values.erase(name);
    return {};
  }
  std::string_view form() const override { return "memory"; }

 private:
  Mutex m_mutex;
  std::map<std::string, Secret> m_values BW_GUARDED_BY(m_mutex);
};

}  // namespace bw::secrets
