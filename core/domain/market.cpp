// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/market.h"

namespace bw {

std::string_view toString(Side side) {
  return side == Side::Buy ? "buy" : "sell";
}

std::string_view toString(StaleReason reason) {
  switch (reason) {
    case StaleReason::None:
      return "live";
    case StaleReason::NoSnapshot:
      return "no snapshot yet";
    case StaleReason::Gap:
      return "sequence gap";
    case StaleReason::Checksum:
      return "checksum mismatch";
    case StaleReason::Crossed:
      return "crossed";
    case StaleReason::Silent:
      return "silent";
    case StaleReason::Disconnected:
      return "disconnected";
  }
  return "?";
}

}  // namespace bw
