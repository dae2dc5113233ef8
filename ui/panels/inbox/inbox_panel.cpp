// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inbox/inbox_panel.h"

#include <QVBoxLayout>

#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

std::vector<Column<ReconciliationItem>> inboxColumns() {
  using Row = ReconciliationItem;
  return {textColumn<Row>(QStringLiteral("title"), InboxPanel::tr("What differs"), 320,
                          [](const Row& r) { return textOf(r.title); })};
}

}  // namespace

InboxPanel::InboxPanel(PanelContext& context) : Panel(context, {Part::Inbox}) {
  m_model = new TableModel<ReconciliationItem>(
      inboxColumns(), [](const ReconciliationItem& r) { return textOf(r.id); }, this);
  m_table = new DataTable(QStringLiteral("tblInbox"), tr("Reconciliation inbox"), m_model, this);
  m_table->emptyState()->setContent(tr("Every account agrees with its venue."), QString());
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(m_table);
}

void InboxPanel::update(Revision revision) {
  m_model->setRows(data().inbox());
  const bool empty = data().inbox().empty();
  m_table->setState(plainState(empty), revision);
  setHooks(plainState(empty), revision, data().openDifferences());
}

}  // namespace bw::ui
