// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/what_if_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kDays = 7;

std::vector<Column<LimitWhatIf::Sample>> sampleColumns() {
  using Row = LimitWhatIf::Sample;
  auto symbol = textColumn<Row>(QStringLiteral("symbol"), WhatIfView::tr("Symbol"), 78,
                                [](const Row& r) { return textOf(r.symbol); });
  auto reach = textColumn<Row>(QStringLiteral("after"), WhatIfView::tr("Would reach"), 106, [](const Row& r) {
    return WhatIfView::tr("%1 of %2").arg(textOf(r.after), textOf(r.limit));
  });
  auto time = textColumn<Row>(QStringLiteral("time"), WhatIfView::tr("Time UTC"), 112,
                              [](const Row& r) { return dateTimeText(r.time).mid(5); });
  time.toolTip = [](const Row& r) { return dateTimeText(r.time); };
  time.exportText = time.toolTip;
  time.sort = [](const Row& r) { return QVariant(static_cast<qlonglong>(r.time.ns)); };
  auto limit = textColumn<Row>(QStringLiteral("limit"), WhatIfView::tr("Limit"), 150,
                               [](const Row& r) { return limitTitle(r.key); });
  auto strategy = textColumn<Row>(QStringLiteral("strategy"), WhatIfView::tr("Strategy"), 96,
                                  [](const Row& r) { return textOf(r.strategy); });
  return {symbol, reach, time, limit, strategy};
}

QLabel* paragraph(const char* objectName, QWidget* parent) {
  QLabel* label = namedLabel(QString::fromLatin1(objectName), {}, parent);
  label->setWordWrap(true);
  return label;
}

}  // namespace

WhatIfView::WhatIfView(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("boxWhatIf"));
  auto* title = namedLabel(QStringLiteral("lblWhatIfTitle"), tr("What would this do now"), this);
  title->setFont(ui::themeFont(FontRole::Title));
  m_days = new QSpinBox(this);
  m_days->setObjectName(QStringLiteral("spnWhatIfDays"));
  m_days->setAccessibleName(tr("Days looked back"));
  m_days->setRange(1, 365);
  m_days->setValue(kDays);
  m_days->setSuffix(tr(" days"));
  m_days->setButtonSymbols(QAbstractSpinBox::NoButtons);
  m_days->setAlignment(Qt::AlignRight);
  connect(m_days, &QSpinBox::valueChanged, this, &WhatIfView::daysChanged);
  m_text = paragraph("lblWhatIf", this);
  m_counts = paragraph("lblWhatIfCounts", this);
  m_counts->setProperty("bwTone", QStringLiteral("secondary"));
  m_now = paragraph("lblWhatIfNow", this);
  m_arithmetic = paragraph("lblWhatIfArithmetic", this);
  m_arithmetic->setFont(ui::themeFont(FontRole::Secondary));
  m_model = new TableModel<LimitWhatIf::Sample>(
      sampleColumns(),
      [](const LimitWhatIf::Sample& r) -> QString {
        return QString::number(r.time.ns) + textOf(r.symbol) + textOf(r.strategy) + textOf(r.key) + textOf(r.after);
      },
      this);
  m_table = new DataTable(QStringLiteral("tblWhatIf"), tr("Orders it would have blocked"), m_model, this);
  m_table->emptyState()->setContent(tr("The newest orders it would have blocked stand here."), QString());
  keepFitted(*m_table, *m_model);
  auto* head = new QHBoxLayout;
  head->addWidget(title, 1);
  head->addWidget(m_days);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(8, 6, 8, 6);
  box->setSpacing(6);
  box->addLayout(head);
  for (QLabel* label : {m_text, m_counts, m_now}) box->addWidget(label);
  box->addWidget(m_table, 1);
  box->addWidget(m_arithmetic);
  showNothing();
}

void WhatIfView::setCompact(bool compact) {
  m_table->setVisible(!compact);
  setSizePolicy(QSizePolicy::Preferred, compact ? QSizePolicy::Maximum : QSizePolicy::Preferred);
}

int WhatIfView::days() const {
  return m_days->value();
}

QString WhatIfView::text() const {
  return m_text->text();
}

void WhatIfView::say(const QString& text, const char* tone) {
  m_text->setText(text);
  m_text->setProperty("bwTone", QString::fromLatin1(tone));
  m_text->style()->unpolish(m_text);
  m_text->style()->polish(m_text);
}

void WhatIfView::setProposal(const LimitProposal& proposal) {
  QStringList now;
  for (const LimitDiffRow& row : proposal.rows) {
    if (!row.effect.empty()) now << tr("Now: %1 %2").arg(limitTitle(row.key), textOf(row.effect));
  }
  m_now->setText(now.join(QLatin1Char('\n')));
  m_now->setProperty("bwTone", QStringLiteral("warn"));
  m_now->style()->unpolish(m_now);
  m_now->style()->polish(m_now);
  m_now->setVisible(!now.isEmpty());
  QStringList lines;
  for (const auto& line : proposal.arithmetic) lines << textOf(line);
  m_arithmetic->setText(lines.join(QLatin1Char('\n')));
  m_arithmetic->setVisible(!lines.isEmpty());
}

void WhatIfView::showNothing() {
  say(tr("Type a value: what it would have done to the orders of the last days stands here."), "secondary");
  m_counts->hide();
  m_model->setRows({});
  m_table->setState(ViewState::Empty, ++m_revision);
}

void WhatIfView::showComputing() {
  say(tr("Still computing over the last %1 days … tightening need not wait for it.").arg(days()), "secondary");
}

void WhatIfView::showProblem(const QString& text) {
  say(text, "secondary");
  m_counts->hide();
  m_model->setRows({});
  m_table->setState(ViewState::Empty, ++m_revision);
}

void WhatIfView::showAnswer(const LimitWhatIf& answer) {
  say(textOf(answer.text), answer.blocked > 0 || answer.breakers > 0 ? "warn" : "secondary");
  QStringList counts;
  counts << tr("last %1 days: %2 orders approved of %3 asked for")
                .arg(answer.days)
                .arg(answer.approved)
                .arg(answer.intents);
  if (answer.freed > 0) counts << tr("%1 refused then would have been let through").arg(answer.freed);
  if (answer.unjudged > 0) counts << tr("%1 cannot be judged").arg(answer.unjudged);
  for (const auto& key : answer.keys) counts << tr("%1 blocks %2").arg(limitTitle(key.key)).arg(key.blocked);
  m_counts->setText(counts.join(QStringLiteral(" · ")));
  m_counts->show();
  std::vector<LimitWhatIf::Sample> rows;
  QStringList seen;
  for (const auto& sample : answer.samples) {
    const QString key = QString::number(sample.time.ns) + textOf(sample.symbol) + textOf(sample.strategy) +
                        textOf(sample.key) + textOf(sample.after);
    if (seen.contains(key)) continue;
    seen << key;
    rows.push_back(sample);
  }
  const bool empty = rows.empty();
  m_model->setRows(std::move(rows));
  m_table->setState(empty ? ViewState::Empty : ViewState::Live, ++m_revision);
}

}  // namespace bw::ui
