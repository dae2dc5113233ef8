// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/binary.h"

namespace bw::journal {

void BinaryWriter::integer(std::uint64_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) m_bytes.push_back(static_cast<char>((v >> (8 * i)) & 0xff));
}

void BinaryWriter::text(std::string_view v) {
  u32(static_cast<std::uint32_t>(v.size()));
  m_bytes.append(v);
}

void BinaryWriter::decimal(const Decimal& v) {
  i64(v.mantissa);
  u8(v.scale);
}

void BinaryWriter::money(const Money& v) {
  decimal(v.amount());
  text(v.currency().code());
}

void BinaryWriter::uuid(const Uuid& v) {
  u64(v.high);
  u64(v.low);
}

std::uint64_t BinaryReader::integer(int bytes) {
  const auto count = static_cast<std::size_t>(bytes);
  if (!m_ok || m_bytes.size() - m_at < count) {
    m_ok = false;
    return 0;
  }
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < count; ++i) {
    v |= static_cast<std::uint64_t>(static_cast<unsigned char>(m_bytes[m_at + i])) << (8 * i);
  }
  m_at += count;
  return v;
}

bool BinaryReader::boolean() {
  const std::uint8_t v = u8();
  if (v > 1) fail();
  return m_ok && v == 1;
}

std::string BinaryReader::text() {
  const std::uint32_t size = u32();
  if (!m_ok || m_bytes.size() - m_at < size) {
    m_ok = false;
    return {};
  }
  std::string v(m_bytes.substr(m_at, size));
  m_at += size;
  return v;
}

Decimal BinaryReader::decimal() {
  const std::int64_t mantissa = i64();
  const std::uint8_t scale = u8();
  if (scale > Decimal::kMaxScale) fail();
  return m_ok ? Decimal(mantissa, scale) : Decimal{};
}

Money BinaryReader::money() {
  const Decimal amount = decimal();
  const std::string code = text();
  if (code.size() > 7) fail();
  return m_ok ? Money(amount, Currency(code)) : Money{};
}

Uuid BinaryReader::uuid() {
  const std::uint64_t high = u64();
  const std::uint64_t low = u64();
  return m_ok ? Uuid{high, low} : Uuid{};
}

}  // namespace bw::journal
