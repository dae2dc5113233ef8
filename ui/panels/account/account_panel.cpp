// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/account/account_panel.h"

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

AccountPanel::AccountPanel(PanelContext& context) : Panel(context, {Part::Account}) {
  m_pages = new QStackedLayout(this);
  auto* empty = new EmptyState(QStringLiteral("emptyAccount"), this);
  empty->setContent(tr("The account has not been read from the venue yet."), QString());
  auto* scroll = new QScrollArea(this);
  scroll->setObjectName(QStringLiteral("scrAccount"));
  scroll->setAccessibleName(tr("Account figures"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* page = new QWidget(scroll);
  page->setObjectName(QStringLiteral("pgAccount"));
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(12, 8, 12, 8);
  box->setSpacing(6);
  m_equity = namedLabel(QStringLiteral("lblAccountEquity"), {}, page);
  m_equity->setFont(ui::themeFont(FontRole::Headline));
  m_day = namedLabel(QStringLiteral("lblAccountDay"), {}, page);
  m_margin = new GaugeRow(QStringLiteral("gaugeMargin"), page);
  m_margin->setAccessibleName(tr("Margin used"));
  m_grid = new QGridLayout;
  m_grid->setHorizontalSpacing(12);
  m_grid->setVerticalSpacing(3);
  m_grid->setColumnStretch(1, 1);
  box->addWidget(m_equity);
  box->addWidget(m_day);
  box->addWidget(m_margin);
  box->addLayout(m_grid);
  box->addStretch(1);
  addRow("balance", tr("Balance"));
  addRow("unrealised", tr("Unrealised P&L"));
  addRow("realised", tr("Realised P&L"));
  addRow("fees", tr("Fees paid"));
  addRow("funding", tr("Funding"));
  addRow("available", tr("Available"));
  addRow("high", tr("High-water mark"));
  addRow("drawdown", tr("Drawdown now"));
  scroll->setWidget(page);
  m_pages->addWidget(empty);
  m_pages->addWidget(scroll);
}

void AccountPanel::addRow(const char* id, const QString& caption) {
  const int row = m_grid->rowCount();
  auto* name = namedLabel(QStringLiteral("cap_") + QString::fromLatin1(id), caption, this);
  auto* value = namedLabel(QStringLiteral("val_") + QString::fromLatin1(id), {}, this);
  value->setAccessibleName(caption);
  value->setFont(ui::themeFont(FontRole::Number));
  value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  m_grid->addWidget(name, row, 0);
  m_grid->addWidget(value, row, 1);
  m_values.insert(QString::fromLatin1(id), value);
}

void AccountPanel::put(const char* id, const QString& text, int sign) {
  QLabel* label = m_values.value(QString::fromLatin1(id));
  label->setText(text);
  QPalette palette = label->palette();
  palette.setColor(QPalette::WindowText, ui::color(sign > 0 ? Role::Up : sign < 0 ? Role::Down : Role::Text));
  label->setPalette(palette);
}

void AccountPanel::update(Revision revision) {
  const auto& accounts = data().accounts();
  m_pages->setCurrentIndex(accounts.empty() ? 0 : 1);
  setHooks(plainState(accounts.empty()), revision, static_cast<int>(accounts.size()));
  if (accounts.empty()) return;
  const AccountUpdate& account = accounts.front();
  m_equity->setText(moneyWithCurrency(account.equity));
  m_equity->setAccessibleName(tr("Equity %1").arg(m_equity->text()));
  m_day->setText(tr("%1 today · %2").arg(profitText(account.dayPnl), textOf(account.venue)));
  QPalette palette = m_day->palette();
  palette.setColor(QPalette::WindowText, ui::color(account.dayPnl.sign() > 0   ? Role::Up
                                                   : account.dayPnl.sign() < 0 ? Role::Down
                                                                               : Role::TextSecondary));
  m_day->setPalette(palette);
  put("balance", moneyText(account.balance));
  put("unrealised", profitText(account.unrealised), account.unrealised.sign());
  put("realised", profitText(account.realised), account.realised.sign());
  put("fees", moneyText(-account.fees));
  put("funding", profitText(account.funding), account.funding.sign());
  put("available", moneyText(account.available));
  put("high", moneyText(account.highWater));
  const bool known = account.highWater.sign() > 0;
  const Money below = account.highWater - account.equity;
  put("drawdown", known ? percentText(ratioOf(below.sign() > 0 ? below : Money::zero(below.currency()),
                                              account.highWater, Rounding::Up))
                        : notAvailable());
  GaugeData gauge;
  gauge.key = QStringLiteral("margin");
  gauge.name = tr("Margin");
  gauge.scope = textOf(account.venue);
  gauge.used = moneyText(account.marginUsed, 0);
  gauge.limit = moneyText(account.equity, 0);
  gauge.unit = textOf(account.equity.currency().code());
  gauge.headroom = moneyText(account.available, 0);
  gauge.fraction = account.equity.sign() > 0 ? account.marginUsed.toDouble() / account.equity.toDouble() : 0;
  gauge.status = gaugeStatusOf(gauge.fraction);
  m_margin->setGauge(gauge);
}

}  // namespace bw::ui
