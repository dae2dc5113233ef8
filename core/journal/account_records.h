// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/account.h"
#include "core/domain/messages/portfolio.h"
#include "core/domain/messages/reconciliation.h"

namespace bw::journal {

/// Cash that came to a venue account or left it, as it was booked (RecordKind::Transfer).
struct TransferRecord {
  std::string venue;
  CashTransfer transfer;
};

// Payloads in the style of records.h: a version byte first, instruments as venue and symbol, "journal.payload" for
// bytes that are none.

/// RecordKind::PositionAdopted: what was added to a position without a fill; quantity signed, average price as adopted.
std::string encodePosition(const Position& position, const InstrumentTable& instruments);
Result<Position> decodePosition(std::string_view payload, const InstrumentTable& instruments);
/// RecordKind::PositionSnapshot.
std::string encodePositionUpdate(const PositionUpdate& update, const InstrumentTable& instruments);
Result<PositionUpdate> decodePositionUpdate(std::string_view payload, const InstrumentTable& instruments);
/// RecordKind::Funding.
std::string encodeFunding(const FundingPayment& funding, const InstrumentTable& instruments);
Result<FundingPayment> decodeFunding(std::string_view payload, const InstrumentTable& instruments);
/// RecordKind::Transfer.
std::string encodeTransfer(const TransferRecord& record);
Result<TransferRecord> decodeTransfer(std::string_view payload);
/// RecordKind::Reconciliation.
std::string encodeReconciliation(const ReconciliationItem& item, const InstrumentTable& instruments);
Result<ReconciliationItem> decodeReconciliation(std::string_view payload, const InstrumentTable& instruments);

}  // namespace bw::journal
