// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

namespace bw {

/// A value that must not be shown: no stream, format or comparison operator; wiped when destroyed. Thread: value type.
/// The only way to the bytes is reveal(), which a reader can search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : m_value(std::move(value)) {}
  Secret(Secret&& other) noexcept : m_value(std::move(other.m_value)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    m_value = std::move(other.m_value);
    other.wipe();
    return *this;
  }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(); }
  const std::string& reveal() const { return m_value; }
  bool empty() const { return m_value.empty(); }

 private:
  void wipe() noexcept {
    volatile char* at = m_value.data();
    for (std::size_t i = 0; i < m_value.size(); ++i) at[i] = 0;
    m_value.clear();
  }
  std::string m_value;
};

}  // namespace bw
