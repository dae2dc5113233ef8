// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/common/panel_list.h"

#include <QCoreApplication>

#include "ui/panels/account/account_panel.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/chart/chart_panel.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/panels/events/events_panel.h"
#include "ui/panels/inbox/inbox_panel.h"
#include "ui/panels/ladder/ladder_panel.h"
#include "ui/panels/limits/limits_panel.h"
#include "ui/panels/orders/orders_panel.h"
#include "ui/panels/positions/positions_panel.h"
#include "ui/panels/risk/risk_panel.h"
#include "ui/panels/signals/signals_panel.h"
#include "ui/panels/tape/tape_panel.h"
#include "ui/panels/ticket/ticket_panel.h"
#include "ui/panels/watchlist/watchlist_panel.h"

namespace bw::ui {

namespace {

template <class P>
Panel* makePanel(PanelContext& context) {
  return new P(context);
}

}  // namespace

const std::vector<PanelSpec>& panelList() {
  static const std::vector<PanelSpec> kPanels = {
      {"dkWatchlist", QT_TRANSLATE_NOOP("Panels", "Watchlist"), "Ctrl+Shift+W", Qt::LeftDockWidgetArea, 4,
       makePanel<WatchlistPanel>},
      {"dkLadder", QT_TRANSLATE_NOOP("Panels", "Order book ladder"), "Ctrl+Shift+B", Qt::RightDockWidgetArea, 30,
       makePanel<LadderPanel>},
      {"dkChart", QT_TRANSLATE_NOOP("Panels", "Price chart"), "Ctrl+Shift+G", Qt::TopDockWidgetArea, 10,
       makePanel<ChartPanel>},
      {"dkTape", QT_TRANSLATE_NOOP("Panels", "Time and sales"), "Ctrl+Shift+T", Qt::RightDockWidgetArea, 10,
       makePanel<TapePanel>},
      {"dkTicket", QT_TRANSLATE_NOOP("Panels", "Order ticket"), "F9", Qt::RightDockWidgetArea, 4,
       makePanel<TicketPanel>},
      {"dkOrders", QT_TRANSLATE_NOOP("Panels", "Open orders"), "Ctrl+Shift+O", Qt::BottomDockWidgetArea, 4,
       makePanel<OrdersPanel>},
      {"dkPositions", QT_TRANSLATE_NOOP("Panels", "Positions"), "Ctrl+Shift+P", Qt::BottomDockWidgetArea, 4,
       makePanel<PositionsPanel>},
      {"dkAccount", QT_TRANSLATE_NOOP("Panels", "Account"), "Ctrl+Shift+A", Qt::LeftDockWidgetArea, 1,
       makePanel<AccountPanel>},
      {"dkRisk", QT_TRANSLATE_NOOP("Panels", "Risk state"), "Ctrl+Shift+R", Qt::LeftDockWidgetArea, 2,
       makePanel<RiskPanel>},
      {"dkSignals", QT_TRANSLATE_NOOP("Panels", "Signals"), "Ctrl+Shift+S", Qt::RightDockWidgetArea, 2,
       makePanel<SignalsPanel>},
      {"dkAgents", QT_TRANSLATE_NOOP("Panels", "Agents and health"), "Ctrl+Shift+N", Qt::BottomDockWidgetArea, 2,
       makePanel<AgentsPanel>},
      {"dkEvents", QT_TRANSLATE_NOOP("Panels", "Event log"), "F8", Qt::BottomDockWidgetArea, 4, makePanel<EventsPanel>},
      {"dkEstop", QT_TRANSLATE_NOOP("Panels", "Emergency stop"), "Ctrl+Shift+X", Qt::LeftDockWidgetArea, 10,
       makePanel<EstopPanel>},
      {"dkLimits", QT_TRANSLATE_NOOP("Panels", "Risk limits"), "Ctrl+Shift+L", Qt::TopDockWidgetArea, 4,
       makePanel<LimitsPanel>},
      {"dkInbox", QT_TRANSLATE_NOOP("Panels", "Reconciliation inbox"), "Ctrl+Shift+I", Qt::BottomDockWidgetArea, 4,
       makePanel<InboxPanel>, [](const UiData& data) { return data.openDifferences(); }},
  };
  return kPanels;
}

const PanelSpec* findPanel(const QString& objectName) {
  for (const auto& spec : panelList()) {
    if (objectName == QLatin1String(spec.objectName)) return &spec;
  }
  return nullptr;
}

QString panelTitle(const PanelSpec& spec) {
  return QCoreApplication::translate("Panels", spec.title);
}

}  // namespace bw::ui
