// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <cstring>

#include "core/base/assert.h"

namespace bw {

std::string toHex(const Sha256Digest& digest) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const std::uint8_t byte : digest) {
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 15]);
  }
  return text;
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::array<char, 4096> buffer{};
  std::size_t used = 0;
  State() {
    BW_ASSERT(context != nullptr);
    BW_ASSERT(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::flush() const {
  if (m_state->used == 0) return;
  BW_ASSERT(EVP_DigestUpdate(m_state->context, m_state->buffer.data(), m_state->used) == 1);
  m_state->used = 0;
}

void Sha256::add(std::string_view bytes) {
  if (bytes.size() > m_state->buffer.size() - m_state->used) flush();
  if (bytes.size() > m_state->buffer.size()) {
    BW_ASSERT(EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size()) == 1);
    return;
  }
  std::memcpy(m_state->buffer.data() + m_state->used, bytes.data(), bytes.size());
  m_state->used += bytes.size();
}

Sha256Digest Sha256::digest() const {
  flush();
  EVP_MD_CTX* copy = EVP_MD_CTX_new();
  BW_ASSERT(copy != nullptr && EVP_MD_CTX_copy_ex(copy, m_state->context) == 1);
  Sha256Digest digest{};
  unsigned int length = 0;
  BW_ASSERT(EVP_DigestFinal_ex(copy, digest.data(), &length) == 1 && length == digest.size());
  EVP_MD_CTX_free(copy);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.digest();
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t seed) {
  return static_cast<std::uint32_t>(
      ::crc32(seed, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace bw
