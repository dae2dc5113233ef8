// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <memory>
#include <vector>

#include "ui/panels/common/panel.h"

namespace bw::ui {

/// One kind of dock. The object name is a contract: layouts and tests name it.
struct PanelSpec {
  const char* objectName;   ///< "dkLadder"
  const char* title;        ///< English source, context "Panels"
  const char* shortcut;     ///< "Ctrl+Shift+B"
  Qt::DockWidgetArea area;  ///< where it goes when no layout says so
  int hz;                   ///< how often it looks at the data while visible
  Panel* (*make)(PanelContext& context);
  /// How many things there wait for a person, shown in the dock's title even while it is hidden; null: none ever do.
  int (*badge)(const UiData& data) = nullptr;
};

/// Every panel there is: one line each in panel_list.cpp.
const std::vector<PanelSpec>& panelList();
/// Null if there is none of that name.
const PanelSpec* findPanel(const QString& objectName);
/// The translated title.
QString panelTitle(const PanelSpec& spec);

}  // namespace bw::ui
