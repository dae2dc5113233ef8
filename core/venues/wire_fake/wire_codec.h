// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/domain/account.h"
#include "core/ports/venue.h"

namespace bw::wire_fake {

/// What a cancel request said about one order.
struct CancelWord {
  ClientOrderId clientId;
  enum class Kind : std::uint8_t { Cancelled, Ended, NeverSeen } kind = Kind::NeverSeen;
};

std::string placeBody(const PlaceRequest& request, const Instrument& instrument);
std::string cancelBody(const ClientOrderId& clientId);
std::string cancelBatchBody(const std::vector<ClientOrderId>& ids);
/// X-Signature: hex of HMAC-SHA256 over method, target, nonce and body with newlines between.
std::string sign(const Secret& secret, std::string_view method, std::string_view target, std::string_view nonce,
                 std::string_view body);

/// Errors "wire.syntax" name what was not understood. Orders and positions of symbols that are not in the table are
/// left out.
Result<AccountSnapshot> accountFrom(std::string_view body, const std::string& venue,
                                    const InstrumentTable& instruments);
Result<Order> orderFrom(std::string_view body, const std::string& venue, const InstrumentTable& instruments);
Result<std::vector<CancelWord>> cancelsFrom(std::string_view body);

}  // namespace bw::wire_fake
