// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/instrument.h"
#include "core/domain/order.h"
#include "core/ports/journal.h"

namespace bw::journal {

class BinaryReader;
class BinaryWriter;

/// A record as it was read back.
struct JournalRecord {
  RecordKind kind = RecordKind::SessionStart;
  std::uint64_t sequence = 0;
  Timestamp time;
  std::string payload;
  Sha256Digest hash{};  ///< its place in the chain; zeros if it was never on a disk
};

/// "ORDER_INTENT_APPROVED" ...; "KIND_⟨n⟩" for kinds of later versions.
std::string recordName(RecordKind kind);

/// A cancel that was sent (RecordKind::CancelSent).
struct CancelRecord {
  ClientOrderId clientId;
  InstrumentId instrument;
  std::string reason;
};

/// A stop or a reset (RecordKind::StopRaised, StopReset).
struct StopRecord {
  std::uint64_t stopNumber = 0;
  std::string trigger;
  std::string reason;
  std::string state;  ///< of the plate after it
  std::string text;
  Timestamp time;
};

// Payloads start with a version byte. An instrument is written as venue and symbol, since its id lives for one session
// only. Decoding error: "journal.payload" for bytes that are no such payload or that name an instrument the table does
// not hold. Decoding never reads past the end and never trusts a length.

std::string encodeOrder(const Order& order, const InstrumentTable& instruments);
Result<Order> decodeOrder(std::string_view payload, const InstrumentTable& instruments);
std::string encodeFill(const Fill& fill, const InstrumentTable& instruments);
Result<Fill> decodeFill(std::string_view payload, const InstrumentTable& instruments);
std::string encodeIntent(const OrderIntent& intent, const InstrumentTable& instruments);
Result<OrderIntent> decodeIntent(std::string_view payload, const InstrumentTable& instruments);
std::string encodeCancel(const CancelRecord& cancel, const InstrumentTable& instruments);
Result<CancelRecord> decodeCancel(std::string_view payload, const InstrumentTable& instruments);
std::string encodeStop(const StopRecord& stop);
Result<StopRecord> decodeStop(std::string_view payload);

/// The same values inside a larger payload (in-process venues journal their accounts with these).
void writeOrder(BinaryWriter& out, const Order& order, const InstrumentTable& instruments);
void readOrder(BinaryReader& in, Order& order, const InstrumentTable& instruments);
void writeFill(BinaryWriter& out, const Fill& fill, const InstrumentTable& instruments);
void readFill(BinaryReader& in, Fill& fill, const InstrumentTable& instruments);
void writeInstrument(BinaryWriter& out, InstrumentId id, const InstrumentTable& instruments);
InstrumentId readInstrument(BinaryReader& in, const InstrumentTable& instruments);

/// Stand-ins for the instruments that a journal names, for tools that read it without a session: venue and symbol are
/// right, nothing else is. Thread: owner only.
class NamedInstruments {
 public:
  /// Adds the instrument that an order, fill, intent or cancel record names, if it is new.
  void note(const JournalRecord& record);
  const InstrumentTable& table() const { return m_table; }

 private:
  InstrumentTable m_table;
};

/// A record in words: name and value of each part, in a fixed order. Payloads that are no text and of no known form are
/// shown as hexadecimal digits under "bytes".
std::vector<std::pair<std::string, std::string>> describeRecord(const JournalRecord& record, NamedInstruments& names);

}  // namespace bw::journal
