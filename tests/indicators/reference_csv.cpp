// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/indicators/reference_csv.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "core/base/assert.h"

namespace bw::test {

namespace {

std::vector<std::string> splitCells(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

double numberOf(const std::string& cell) {
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return end == cell.c_str() || *end != '\0' ? std::numeric_limits<double>::quiet_NaN() : value;
}

}  // namespace

std::size_t ReferenceTable::column(const std::string& name) const {
  const auto at = std::find(columns.begin(), columns.end(), name);
  BW_ASSERT(at != columns.end());
  return static_cast<std::size_t>(at - columns.begin());
}

std::optional<ReferenceTable> readReference(const std::string& file) {
  const char* overridden = std::getenv("BW_TEST_DATA");
  const std::string path =
      std::string(overridden != nullptr ? overridden : BW_TEST_DATA_DIR) + "/reference/lean_indicators/" + file;
  std::ifstream in(path);
  if (!in) {
    std::printf("SKIPPED: no reference column, %s is absent\n", path.c_str());
    return std::nullopt;
  }
  ReferenceTable table;
  std::string line;
  std::getline(in, line);
  table.columns = splitCells(line);
  while (std::getline(in, line)) {
    std::vector<double> row;
    for (const std::string& cell : splitCells(line)) row.push_back(numberOf(cell));
    if (row.size() >= 2) table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace bw::test
