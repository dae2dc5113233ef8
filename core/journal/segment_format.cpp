// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/segment_format.h"

#include "core/base/mutant.h"
#include "core/journal/binary.h"

namespace bw::journal {
namespace {

constexpr std::string_view kMagic = "BWJRNL01";

std::string_view bytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest digestFrom(std::string_view bytes) {
  Sha256Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(bytes[i]);
  return digest;
}

// The fields between CRC and hash, as they are hashed and summed.
std::string fixedFields(RecordKind kind, std::uint64_t sequence, std::uint64_t durable, Timestamp time) {
  BinaryWriter out;
  out.u16(static_cast<std::uint16_t>(kind));
  out.u16(0);
  out.u64(sequence);
  out.u64(durable);
  out.time(time);
  return out.take();
}

std::string lengthBytes(std::uint32_t length) {
  BinaryWriter out;
  out.u32(length);
  return out.take();
}

Sha256Digest chain(const Sha256Digest& previous, std::string_view length, std::string_view fields,
                   std::string_view payload) {
  std::string all;
  all.reserve(previous.size() + length.size() + fields.size() + payload.size());
  all.append(bytesOf(previous)).append(length).append(fields).append(payload);
  return sha256(all);
}

}  // namespace

std::string encodeHead(const SegmentHead& head) {
  BinaryWriter rest;
  rest.u64(head.firstSequence);
  rest.raw(bytesOf(head.previousHash));
  rest.u32(head.formatVersion);
  rest.u32(0);
  BinaryWriter out;
  out.raw(kMagic);
  out.u32(head.number);
  out.u32(crc32(rest.bytes(), head.number));
  out.raw(rest.bytes());
  return out.take();
}

std::optional<SegmentHead> decodeHead(std::string_view bytes) {
  if (bytes.size() < SegmentHead::kBytes || bytes.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  BinaryReader in(bytes.substr(kMagic.size(), 16));
  SegmentHead head;
  head.number = in.u32();
  const std::uint32_t crc = in.u32();
  head.firstSequence = in.u64();
  if (crc32(bytes.substr(16, SegmentHead::kBytes - 16), head.number) != crc) return std::nullopt;
  head.previousHash = digestFrom(bytes.substr(24, 32));
  BinaryReader version(bytes.substr(56, 4));
  head.formatVersion = version.u32();
  return head;
}

bool newerLayout(std::string_view bytes) {
  constexpr std::size_t kDigits = 6;
  if (bytes.size() < kMagic.size() || bytes.substr(0, kDigits) != kMagic.substr(0, kDigits)) return false;
  const char tens = bytes[kDigits];
  const char ones = bytes[kDigits + 1];
  if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return false;
  return (tens - '0') * 10 + (ones - '0') > 1;
}

Sha256Digest appendRecord(std::string& out, RecordKind kind, std::uint64_t sequence, std::uint64_t durable,
                          Timestamp time, std::string_view payload, const Sha256Digest& previous) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  const std::string length = lengthBytes(size);
  const std::string fields = fixedFields(kind, sequence, durable, time);
  const Sha256Digest hash = chain(previous, length, fields, payload);
  std::uint32_t crc = crc32(length);
  crc = crc32(fields, crc);
  crc = crc32(bytesOf(hash), crc);
  crc = crc32(payload, crc);
  out.append(length);
  BinaryWriter sum;
  sum.u32(crc);
  out.append(sum.bytes()).append(fields).append(bytesOf(hash)).append(payload);
  return hash;
}

ParsedRecord parseUnchained(std::string_view bytes) {
  ParsedRecord parsed;
  if (bytes.size() < RecordHead::kBytes) {
    parsed.outcome = bytes.find_first_not_of('\0') == std::string_view::npos ? ParsedRecord::Outcome::End
                                                                             : ParsedRecord::Outcome::Bad;
    parsed.problem = "record head cut short";
    return parsed;
  }
  BinaryReader in(bytes.substr(0, RecordHead::kBytes));
  RecordHead& head = parsed.head;
  head.length = in.u32();
  head.crc = in.u32();
  head.kind = static_cast<RecordKind>(in.u16());
  const std::uint16_t reserved = in.u16();
  head.sequence = in.u64();
  head.durable = in.u64();
  head.time = in.time();
  head.hash = digestFrom(bytes.substr(RecordHead::kBytes - 32, 32));
  if (head.length == 0 && head.crc == 0 && head.sequence == 0) {
    const bool blank = bytes.substr(0, RecordHead::kBytes).find_first_not_of('\0') == std::string_view::npos;
    parsed.outcome = blank ? ParsedRecord::Outcome::End : ParsedRecord::Outcome::Bad;
    parsed.problem = "record head damaged";
    return parsed;
  }
  if (head.length > RecordHead::kMaxPayload || head.length > bytes.size() - RecordHead::kBytes || reserved != 0) {
    parsed.problem = "record length runs past the end";
    return parsed;
  }
  parsed.bytes = RecordHead::kBytes + head.length;
  parsed.payload = bytes.substr(RecordHead::kBytes, head.length);
  std::uint32_t crc = crc32(bytes.substr(0, 4));
  crc = crc32(bytes.substr(8, parsed.bytes - 8), crc);
  if (crc != head.crc && !BW_MUTANT(43)) {
    parsed.problem = "checksum differs";
    return parsed;
  }
  parsed.outcome = ParsedRecord::Outcome::Good;
  return parsed;
}

ParsedRecord parseRecord(std::string_view bytes, std::uint64_t expectedSequence, const Sha256Digest& previous) {
  ParsedRecord parsed = parseUnchained(bytes);
  if (parsed.outcome != ParsedRecord::Outcome::Good) return parsed;
  if (parsed.head.sequence != expectedSequence) {
    parsed.outcome = ParsedRecord::Outcome::Bad;
    parsed.problem = "sequence number does not follow";
    return parsed;
  }
  const std::string fields = fixedFields(parsed.head.kind, parsed.head.sequence, parsed.head.durable, parsed.head.time);
  if (chain(previous, bytes.substr(0, 4), fields, parsed.payload) != parsed.head.hash && !BW_MUTANT(44)) {
    parsed.outcome = ParsedRecord::Outcome::Bad;
    parsed.problem = "hash chain broken";
  }
  return parsed;
}

}  // namespace bw::journal
