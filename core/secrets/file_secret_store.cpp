// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/file_secret_store.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include <cerrno>

#include "core/base/hash.h"
#include "core/journal/binary.h"
#include "core/journal/disk.h"

namespace bw::secrets {
namespace {

// | head: magic 8, cost u8, salt 16 | SHA-256 of the head, first 8 | proof of the passphrase 32 | nonce 12 | sealed |
// tag 16 |
constexpr std::string_view kMagic = "BWSECR01";
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHeadBytes = 8 + 1 + kSaltBytes;
constexpr std::size_t kCheckBytes = 8;
constexpr std::size_t kProofBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kFixedBytes = kHeadBytes + kCheckBytes + kProofBytes + kNonceBytes + kTagBytes;
constexpr int kLowestCost = 10;
constexpr int kHighestCost = 20;
constexpr std::uint64_t kBlockSize = 8;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string checkOf(std::string_view head) {
  const Sha256Digest digest = sha256(head);
  return {digest.begin(), digest.begin() + kCheckBytes};
}

std::string proofOf(const KeyPage& key) {
  const Sha256Digest digest =
      sha256({reinterpret_cast<const char*>(key.data()) + KeyPage::kBytes / 2, KeyPage::kBytes / 2});
  return {digest.begin(), digest.end()};
}

/// A text that is wiped when it goes.
struct Wiped {
  std::string bytes;
  ~Wiped() { ::OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

// Both take `head` as additional data, so that nothing of the file can be changed. False if OpenSSL refuses.
bool seal(const KeyPage& key, std::string_view head, std::string_view nonce, std::string_view plain, std::string& out) {
  const Cipher cipher(::EVP_CIPHER_CTX_new());
  int size = 0;
  out.resize(plain.size() + kTagBytes);
  return cipher && ::EVP_EncryptInit_ex(cipher.get(), ::EVP_aes_256_gcm(), nullptr, key.data(), raw(nonce)) == 1 &&
         ::EVP_EncryptUpdate(cipher.get(), nullptr, &size, raw(head), static_cast<int>(head.size())) == 1 &&
         ::EVP_EncryptUpdate(cipher.get(), raw(out), &size, raw(plain), static_cast<int>(plain.size())) == 1 &&
         ::EVP_EncryptFinal_ex(cipher.get(), raw(out) + plain.size(), &size) == 1 &&
         ::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, raw(out) + plain.size()) == 1;
}

bool unseal(const KeyPage& key, std::string_view head, std::string_view nonce, std::string_view sealed,
            std::string& out) {
  const Cipher cipher(::EVP_CIPHER_CTX_new());
  int size = 0;
  const std::size_t length = sealed.size() - kTagBytes;
  std::string tag(sealed.substr(length));
  out.resize(length);
  return cipher && ::EVP_DecryptInit_ex(cipher.get(), ::EVP_aes_256_gcm(), nullptr, key.data(), raw(nonce)) == 1 &&
         ::EVP_DecryptUpdate(cipher.get(), nullptr, &size, raw(head), static_cast<int>(head.size())) == 1 &&
         ::EVP_DecryptUpdate(cipher.get(), raw(out), &size, raw(sealed), static_cast<int>(length)) == 1 &&
         ::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
         ::EVP_DecryptFinal_ex(cipher.get(), raw(out) + length, &size) == 1;
}

}  // namespace

FileSecretStore::FileSecretStore(Options options) : m_options(std::move(options)) {}

FileSecretStore::~FileSecretStore() = default;

Result<std::unique_ptr<FileSecretStore>> FileSecretStore::open(Options options, const Secret& passphrase) {
  BW_ASSERT(options.costLog2 >= kLowestCost && options.costLog2 <= kHighestCost);
  forbidCoreFiles();
  const bool real = options.disk == nullptr;
  if (real) options.disk = &realFileSystem();
  struct stat status {};
  if (real && ::stat(options.path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return finalError("secret.permissions",
                      "others may read " + options.path + ": run chmod 600 on it, and consider its secrets known");
  }
  auto bytes = journal::readFile(options.path, *options.disk);
  std::unique_ptr<FileSecretStore> store(new FileSecretStore(std::move(options)));
  const bool absent = !bytes && bytes.error().userKey == "disk.absent";
  if (!bytes && !absent) return finalError("secret.read", bytes.error().detail);
  auto done = absent ? store->begin(passphrase) : store->load(*bytes, passphrase);
  if (!done) return done.error();
  return store;
}

Result<void> FileSecretStore::begin(const Secret& passphrase) {
  if (passphrase.reveal().size() < kShortestPassphrase) {
    return finalError("secret.weak",
                      "the passphrase needs at least " + std::to_string(kShortestPassphrase) + " characters");
  }
  std::string salt(kSaltBytes, '\0');
  if (::RAND_bytes(raw(salt), static_cast<int>(salt.size())) != 1)
    return finalError("secret.failed", "the system gives no random bytes");
  Lock lock(m_mutex);
  m_head = std::string(kMagic) + static_cast<char>(m_options.costLog2) + salt;
  if (auto derived = deriveKey(m_head, passphrase); !derived) return derived;
  return save();
}

Result<void> FileSecretStore::deriveKey(std::string_view head, const Secret& passphrase) {
  const auto cost = static_cast<unsigned>(static_cast<unsigned char>(head[kMagic.size()]));
  const std::uint64_t n = std::uint64_t{1} << cost;
  const std::string_view salt = head.substr(kMagic.size() + 1);
  const std::uint64_t memory = 128 * kBlockSize * n + (std::uint64_t{1} << 20);
  const std::string& words = passphrase.reveal();
  if (::EVP_PBE_scrypt(words.data(), words.size(), raw(salt), salt.size(), n, kBlockSize, 1, memory, m_key.data(),
                       KeyPage::kBytes) != 1)
    return finalError("secret.failed", "not enough memory to derive the key: " + std::to_string(memory >> 20) + " MiB");
  return {};
}

Result<void> FileSecretStore::load(const std::string& bytes, const Secret& passphrase) {
  const Error damaged = finalError("secret.damaged", m_options.path + " was changed or cut; restore it from a copy");
  const std::string_view view(bytes);
  if (view.size() < kFixedBytes || view.substr(0, kMagic.size()) != kMagic) return damaged;
  const std::string_view head = view.substr(0, kHeadBytes);
  const int cost = static_cast<unsigned char>(head[kMagic.size()]);
  if (view.substr(kHeadBytes, kCheckBytes) != checkOf(head) || cost < kLowestCost || cost > kHighestCost)
    return damaged;
  Lock lock(m_mutex);
  m_head = head;
  if (auto derived = deriveKey(head, passphrase); !derived) return derived;
  const std::string proof = proofOf(m_key);
  const std::string_view stored = view.substr(kHeadBytes + kCheckBytes, kProofBytes);
  if (::CRYPTO_memcmp(proof.data(), stored.data(), kProofBytes) != 0)
    return finalError("secret.passphrase", "this is not the passphrase of " + m_options.path);
  const std::string_view nonce = view.substr(kHeadBytes + kCheckBytes + kProofBytes, kNonceBytes);
  Wiped plain;
  if (!unseal(m_key, head, nonce, view.substr(kFixedBytes - kTagBytes), plain.bytes)) return damaged;
  journal::BinaryReader in(plain.bytes);
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    std::string name = in.text();
    m_values[std::move(name)] = Secret(in.text());
  }
  if (!in.ok() || !in.atEnd()) return damaged;
  return {};
}

Result<void> FileSecretStore::save() {
  Wiped plain;
  std::size_t size = 4;
  for (const auto& [name, value] : m_values) size += 8 + name.size() + value.reveal().size();
  // Room for all at once, so that growing leaves no copies behind.
  plain.bytes.reserve(size);
  const auto number = [&](std::size_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) plain.bytes.push_back(static_cast<char>(value >> shift & 0xff));
  };
  number(m_values.size());
  for (const auto& [name, value] : m_values) {
    number(name.size());
    plain.bytes.append(name);
    number(value.reveal().size());
    plain.bytes.append(value.reveal());
  }
  std::string nonce(kNonceBytes, '\0');
  std::string sealed;
  if (::RAND_bytes(raw(nonce), static_cast<int>(nonce.size())) != 1 || !seal(m_key, m_head, nonce, plain.bytes, sealed))
    return finalError("secret.failed", "the secrets could not be encrypted");
  auto written =
      journal::replaceFile(m_options.path, m_head + checkOf(m_head) + proofOf(m_key) + nonce + sealed, *m_options.disk);
  if (!written) return finalError("secret.write", written.error().detail);
  return {};
}

Error FileSecretStore::refusal() const {
  return finalError("secret.denied", m_options.path + " is locked; give its passphrase again");
}

Result<Secret> FileSecretStore::read(const std::string& name) {
  Lock lock(m_mutex);
  if (m_locked) return refusal();
  const auto found = m_values.find(name);
  if (found == m_values.end()) return finalError("secret.absent", "there is no secret named " + name);
  return found->second;
}

Result<void> FileSecretStore::write(const std::string& name, const Secret& value) {
  Lock lock(m_mutex);
  if (m_locked) return refusal();
  const auto found = m_values.find(name);
  const std::optional<Secret> before = found == m_values.end() ? std::nullopt : std::optional<Secret>(found->second);
  m_values[name] = value;
  auto saved = save();
  if (!saved && before) m_values[name] = *before;
  if (!saved && !before) m_values.erase(name);
  return saved;
}

Result<void> FileSecretStore::remove(const std::string& name) {
  Lock lock(m_mutex);
  if (m_locked) return refusal();
  const auto found = m_values.find(name);
  if (found == m_values.end()) return {};
  const Secret before = found->second;
  m_values.erase(found);
  auto saved = save();
  if (!saved) m_values[name] = before;
  return saved;
}

void FileSecretStore::lock() {
  Lock lock(m_mutex);
  m_locked = true;
  m_values.clear();
  m_key.wipe();
}

}  // namespace bw::secrets
