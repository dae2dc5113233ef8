// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/domain/l2_book.h"

namespace bw::test {

/// An instrument for tests: linear, tick 0.01, lot 0.001, id 0, venue "test".
Instrument testInstrument(std::string_view symbol = "TEST");

/// A book as a person draws it, best prices in the middle:
///
///     bid |  price | ask
///         | 100.03 | 4.0
///         | 100.01 | 1.5
///     2.0 | 100.00 |
///     7.0 |  99.98 |
///
/// The heading is optional, rows may come in any order. Throws std::invalid_argument naming the row it cannot read.
BookDelta snapshotFromAscii(std::string_view text, const Instrument& instrument);
L2Book bookFromAscii(std::string_view text, const Instrument& instrument = testInstrument());

/// The best `levels` of each side in the same form; what it prints can be read back.
std::string toAscii(const L2Book& book, const Instrument& instrument = testInstrument(), std::size_t levels = 10);

}  // namespace bw::test
