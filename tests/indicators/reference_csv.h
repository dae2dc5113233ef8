// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bw::test {

/// A reference table: numbers by row, NaN where a cell is empty or no number.
struct ReferenceTable {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
  /// Index of a column; asserts that it is there.
  std::size_t column(const std::string& name) const;
};

/// Reads reference/lean_indicators/`file`; nothing (and "SKIPPED: ..." aloud) where the data is absent.
std::optional<ReferenceTable> readReference(const std::string& file);

}  // namespace bw::test
