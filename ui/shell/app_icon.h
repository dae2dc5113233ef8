// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace bw::ui {

/// The application's icon, painted at 16 to 256 px: a bell over a rising line. Thread: GUI.
QIcon appIcon();

}  // namespace bw::ui
