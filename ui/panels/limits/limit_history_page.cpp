// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_history_page.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

QString keyOfChange(const LimitChange& change) {
  return QStringLiteral("%1 %2 %3 %4")
      .arg(change.version)
      .arg(textOf(change.key), textOf(change.outcome))
      .arg(change.time.ns);
}

std::vector<Column<LimitChange>> changeColumns() {
  using Row = LimitChange;
  const auto text = [](const char* id, const QString& title, int width, std::string Row::*member) {
    auto column = textColumn<Row>(QString::fromLatin1(id), title, width, [member](const Row& r) {
      return (r.*member).empty() ? notAvailable() : textOf(r.*member);
    });
    column.toolTip = [member](const Row& r) { return textOf(r.*member); };
    return column;
  };
  auto time = textColumn<Row>(QStringLiteral("time"), LimitHistoryPage::tr("Time UTC"), 136,
                              [](const Row& r) { return dateTimeText(r.time); });
  time.sort = [](const Row& r) { return QVariant(static_cast<qlonglong>(r.time.ns)); };
  auto key = textColumn<Row>(QStringLiteral("key"), LimitHistoryPage::tr("Limit"), 180,
                             [](const Row& r) { return textOf(r.key); });
  key.mark = [](const Row& r) { return directionMark(r.direction); };
  key.tone = [](const Row& r) { return directionTone(r.direction); };
  auto direction = textColumn<Row>(QStringLiteral("direction"), LimitHistoryPage::tr("Direction"), 80,
                                   [](const Row& r) { return directionText(r.direction); });
  auto who = textColumn<Row>(QStringLiteral("who"), LimitHistoryPage::tr("Who"), 120, [](const Row& r) {
    return QStringLiteral("%1 · %2").arg(textOf(r.who), textOf(r.channel));
  });
  auto version = numberColumn<Row>(
      QStringLiteral("version"), LimitHistoryPage::tr("Version"), 64,
      [](const Row& r) { return QString::number(r.version); },
      [](const Row& r) { return QVariant(static_cast<qulonglong>(r.version)); });
  return {time,
          key,
          text("old", LimitHistoryPage::tr("Old"), 76, &Row::before),
          text("new", LimitHistoryPage::tr("New"), 76, &Row::after),
          direction,
          text("outcome", LimitHistoryPage::tr("Outcome"), 80, &Row::outcome),
          who,
          text("reason", LimitHistoryPage::tr("Reason"), 200, &Row::reason),
          text("preview", LimitHistoryPage::tr("Preview result"), 200, &Row::preview),
          version,
          text("hash", LimitHistoryPage::tr("Config hash"), 120, &Row::configHash)};
}

}  // namespace

LimitHistoryPage::LimitHistoryPage(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("pgLimitHistory"));
  m_title = namedLabel(QStringLiteral("lblHistoryTitle"), {}, this);
  m_title->setFont(ui::themeFont(FontRole::Title));
  m_undo = namedButton(QStringLiteral("btnHistoryUndo"), tr("Take this change back"), this);
  auto* back = namedButton(QStringLiteral("btnHistoryBack"), tr("Back to the fields"), this);
  m_model = new TableModel<LimitChange>(changeColumns(), keyOfChange, this);
  m_table = new DataTable(QStringLiteral("tblLimitHistory"), tr("Audit trail of the limits"), m_model, this);
  m_table->emptyState()->setContent(tr("No limit has been changed yet."), QString());
  keepFitted(*m_table, *m_model);
  connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { judge(); });
  connect(m_undo, &QPushButton::clicked, this, [this] {
    if (const LimitChange* change = m_model->find(m_table->currentKey())) Q_EMIT undoRequested(change->version);
  });
  connect(back, &QPushButton::clicked, this, &LimitHistoryPage::backRequested);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(10, 6, 6, 6);
  head->addWidget(m_title, 1);
  head->addWidget(m_undo);
  head->addWidget(back);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addLayout(head);
  box->addWidget(m_table, 1);
}

void LimitHistoryPage::judge() {
  const LimitChange* change = m_model->find(m_table->currentKey());
  m_undo->setEnabled(change != nullptr && change->outcome == "applied");
  m_undo->setToolTip(tr("Taking back a tightening loosens, and is reviewed as such"));
}

void LimitHistoryPage::setRows(const QString& key, const std::vector<LimitChange>& changes) {
  m_key = key;
  m_title->setText(key.isEmpty() ? tr("Changes of all limits") : tr("Changes of %1").arg(key));
  std::vector<LimitChange> rows;
  QStringList seen;
  for (const LimitChange& change : changes) {
    if (seen.contains(keyOfChange(change))) continue;
    seen << keyOfChange(change);
    rows.push_back(change);
  }
  const bool empty = rows.empty();
  m_model->setRows(std::move(rows));
  m_table->setState(empty ? ViewState::Empty : ViewState::Live, ++m_revision);
  if (!empty && m_table->currentRow() < 0) m_table->selectKey(m_model->keyOf(0));
  judge();
}

}  // namespace bw::ui
