// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/shell/stop_filter.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/estop_plate.h"

namespace bw::ui {

namespace {

constexpr int kTitleButtons = 52;  ///< room of float and close in the title bar, px
constexpr int kLowestTitle = 16;

/// Docks that show one instrument's market.
bool showsInstrument(const QString& name) {
  static const QStringList kNames = {QStringLiteral("dkWatchlist"), QStringLiteral("dkLadder"),
                                     QStringLiteral("dkChart"),     QStringLiteral("dkTape"),
                                     QStringLiteral("dkTicket"),    QStringLiteral("dkSignals")};
  return kNames.contains(name);
}

}  // namespace

Dock::Dock(const PanelSpec& spec, const PanelContext& context, LinkHub& hub, StopFilter& stop, QWidget* parent)
    : QDockWidget(panelTitle(spec), parent),
      m_spec(spec),
      m_link(hub),
      m_context{context.data, context.commands, m_link, context.showDock, context.mono},
      m_stop(stop),
      m_content(new QWidget(this)) {
  const QString name = QString::fromLatin1(spec.objectName);
  setObjectName(name);
  setAccessibleName(panelTitle(spec));
  setAllowedAreas(Qt::AllDockWidgetAreas);
  m_content->setObjectName(name + QStringLiteral("Content"));
  m_content->setAccessibleName(panelTitle(spec));
  auto* box = new QVBoxLayout(m_content);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  setWidget(m_content);
  m_link.setHolds([this] { return m_panel != nullptr && m_panel->holdsInput(); });
  if (showsInstrument(name)) buildChip();
  connect(this, &QDockWidget::visibilityChanged, this, [this](bool visible) {
    m_onTop = visible;
    if (visible) panel().tick();
  });
  connect(this, &QDockWidget::topLevelChanged, this, [this](bool floating) {
    if (floating) miniPlate();
    if (m_plateRow != nullptr) m_plateRow->setVisible(floating);
  });
}

void Dock::buildChip() {
  m_chip = new QToolButton(this);
  m_chip->setObjectName(objectName() + QStringLiteral("Link"));
  m_chip->setAutoRaise(true);
  m_chip->setPopupMode(QToolButton::InstantPopup);
  m_chip->setFocusPolicy(Qt::TabFocus);
  m_chip->setFont(ui::themeFont(FontRole::Small));
  m_chip->setStyleSheet(QStringLiteral("QToolButton::menu-indicator{image:none}QToolButton{padding:0 4px}"));
  const auto show = [this] {
    m_chip->setText(LinkGroup::nameOf(m_link.group()));
    const QString words = m_link.group() == 0
                              ? tr("Not linked: shows its own instrument")
                              : tr("Link group %1: shows what the group shows").arg(LinkGroup::nameOf(m_link.group()));
    m_chip->setToolTip(words);
    m_chip->setAccessibleName(words);
    placeChip();
  };
  // The menu is made when it is asked for: a window has six of them.
  connect(m_chip, &QToolButton::pressed, this, [this] {
    if (m_chip->menu() != nullptr) return;
    auto* menu = new QMenu(m_chip);
    menu->setObjectName(objectName() + QStringLiteral("LinkMenu"));
    menu->setAccessibleName(tr("Link group"));
    for (int group = 0; group <= LinkHub::kGroups; ++group) {
      const QString text = group == 0 ? tr("Not linked") : LinkGroup::nameOf(group);
      connect(menu->addAction(text), &QAction::triggered, this, [this, group] { m_link.setGroup(group); });
    }
    m_chip->setMenu(menu);
    m_chip->showMenu();
  });
  connect(&m_link, &LinkGroup::regrouped, this, show);
  show();
}

void Dock::placeChip() {
  if (m_chip == nullptr) return;
  m_chip->adjustSize();
  const int title = m_content->geometry().top();
  m_chip->setVisible(title >= kLowestTitle);  // a floating dock may have the window system's title
  m_chip->setGeometry(width() - kTitleButtons - m_chip->width(), 1, m_chip->width(), std::max(kLowestTitle, title - 2));
  m_chip->raise();
}

void Dock::resizeEvent(QResizeEvent* event) {
  QDockWidget::resizeEvent(event);
  placeChip();
}

Panel& Dock::panel() {
  if (m_panel != nullptr) return *m_panel;
  m_panel = m_spec.make(m_context);
  m_panel->setParent(m_content);
  m_panel->setObjectName(objectName() + QStringLiteral("Panel"));
  m_panel->setAccessibleName(panelTitle(m_spec));
  static_cast<QVBoxLayout*>(m_content->layout())->addWidget(m_panel, 1);
  m_panel->show();
  for (auto* plate : m_panel->findChildren<EstopPlate*>()) m_stop.watch(*plate);
  Q_EMIT panelMade();
  return *m_panel;
}

EstopPlate& Dock::miniPlate() {
  if (m_plate != nullptr) return *m_plate;
  m_plateRow = new QWidget(m_content);
  m_plateRow->setObjectName(objectName() + QStringLiteral("PlateRow"));
  auto* row = new QHBoxLayout(m_plateRow);
  row->setContentsMargins(0, 0, 0, 0);
  row->addStretch(1);
  m_plate = new EstopPlate(EstopPlate::Size::Mini, m_plateRow);
  m_plate->setObjectName(objectName() + QStringLiteral("Plate"));
  row->addWidget(m_plate);
  m_stop.watch(*m_plate);
  m_plateRow->setVisible(isFloating());
  static_cast<QVBoxLayout*>(m_content->layout())->insertWidget(0, m_plateRow);
  return *m_plate;
}

void Dock::showBadge() {
  const int waiting = m_spec.badge != nullptr ? m_spec.badge(m_context.data) : 0;
  if (waiting == m_waiting) return;
  m_waiting = waiting;
  showTitle(m_prefix, m_symbol);
}

void Dock::showTitle(const QString& prefix, const QString& symbol) {
  m_prefix = prefix;
  m_symbol = symbol;
  QString title = panelTitle(m_spec);
  if (m_waiting > 0) title += QStringLiteral(" (%1)").arg(m_waiting);
  const QString wanted = isFloating() ? QStringLiteral("%1 %2 — %3 — Bellwether").arg(prefix, title, symbol) : title;
  if (windowTitle() != wanted) setWindowTitle(wanted);
}

}  // namespace bw::ui
