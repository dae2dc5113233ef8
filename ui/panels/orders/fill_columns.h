// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/ui_data.h"
#include "ui/models/table_model.h"

namespace bw::ui {

/// A fill as the table shows it.
struct ShownFill {
  FillRow row;
  const Instrument* instrument = nullptr;
};

/// Columns of the fills, most important first. Thread: GUI.
std::vector<Column<ShownFill>> fillColumns();
/// The venue's trade id: names a fill for good.
QString keyOfFill(const ShownFill& fill);

}  // namespace bw::ui
