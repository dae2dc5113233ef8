// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/exact.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace bw::journal {

/// Writes values as little-endian bytes, the same on every machine. Thread: owner only.
class BinaryWriter {
 public:
  void u8(std::uint8_t v) { m_bytes.push_back(static_cast<char>(v)); }
  void u16(std::uint16_t v) { integer(v, 2); }
  void u32(std::uint32_t v) { integer(v, 4); }
  void u64(std::uint64_t v) { integer(v, 8); }
  void i64(std::int64_t v) { integer(static_cast<std::uint64_t>(v), 8); }
  void boolean(bool v) { u8(v ? 1 : 0); }
  /// At most 2^32 - 1 bytes.
  void text(std::string_view v);
  void raw(std::string_view v) { m_bytes.append(v); }
  void decimal(const Decimal& v);
  void money(const Money& v);
  void uuid(const Uuid& v);
  void time(Timestamp v) { i64(v.ns); }
  template <class Unit>
  void exact(const Exact<Unit>& v) {
    decimal(v.decimal());
  }
  template <class Unit>
  void exact(const std::optional<Exact<Unit>>& v) {
    boolean(v.has_value());
    if (v) decimal(v->decimal());
  }
  const std::string& bytes() const { return m_bytes; }
  std::string take() { return std::move(m_bytes); }

 private:
  void integer(std::uint64_t v, int bytes);
  std::string m_bytes;
};

/// Reads what BinaryWriter wrote. Never reads past the end: after the first bad value ok() is false and everything
/// reads as zero or empty. Thread: owner only; the bytes must outlive it.
class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes) : m_bytes(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(integer(8)); }
  /// Anything but 0 and 1 is bad.
  bool boolean();
  std::string text();
  /// A scale above 18 is bad.
  Decimal decimal();
  Money money();
  Uuid uuid();
  Timestamp time() { return {i64()}; }
  template <class E>
  E exact() {
    return E(decimal());
  }
  template <class E>
  std::optional<E> optionalExact() {
    if (!boolean() || !m_ok) return std::nullopt;
    return E(decimal());
  }
  /// An enumerator of at most `last`; more is bad.
  template <class T>
  T enumeration(T last) {
    const std::uint8_t v = u8();
    if (v > static_cast<std::uint8_t>(last)) {
      fail();
      return T{};
    }
    return static_cast<T>(v);
  }
  void fail() { m_ok = false; }
  bool ok() const { return m_ok; }
  bool atEnd() const { return m_at == m_bytes.size(); }

 private:
  std::uint64_t integer(int bytes);
  std::string_view m_bytes;
  std::size_t m_at = 0;
  bool m_ok = true;
};

/// A record of another version cannot be read: `in` fails.
inline void expectVersion(BinaryReader& in, std::uint8_t version) {
  if (in.u8() != version) in.fail();
}

/// What was read, if `in` was well formed and is used up. Error "journal.payload": it was not; `what` names the record.
template <class T>
Result<T> wholeRecord(const BinaryReader& in, T value, const char* what) {
  if (in.ok() && in.atEnd()) return value;
  return finalError("journal.payload",
                    std::string("these bytes are no ") + what + " of this version, or name an unknown instrument");
}

}  // namespace bw::journal
