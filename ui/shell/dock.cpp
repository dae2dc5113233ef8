// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/shell/stop_filter.h"
#include "ui/widgets/estop_plate.h"

namespace bw::ui {

Dock::Dock(const PanelSpec& spec, PanelContext& context, StopFilter& stop, QWidget* parent)
    : QDockWidget(panelTitle(spec), parent), m_spec(spec) {
  const QString name = QString::fromLatin1(spec.objectName);
  setObjectName(name);
  setAccessibleName(panelTitle(spec));
  setAllowedAreas(Qt::AllDockWidgetAreas);
  auto* content = new QWidget(this);
  content->setObjectName(name + QStringLiteral("Content"));
  content->setAccessibleName(panelTitle(spec));
  auto* box = new QVBoxLayout(content);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_plateRow = new QWidget(content);
  m_plateRow->setObjectName(name + QStringLiteral("PlateRow"));
  auto* row = new QHBoxLayout(m_plateRow);
  row->setContentsMargins(0, 0, 0, 0);
  row->addStretch(1);
  m_plate = new EstopPlate(EstopPlate::Size::Mini, m_plateRow);
  m_plate->setObjectName(name + QStringLiteral("Plate"));
  row->addWidget(m_plate);
  stop.watch(*m_plate);
  m_plateRow->hide();
  m_panel = spec.make(context);
  m_panel->setParent(content);
  m_panel->setObjectName(name + QStringLiteral("Panel"));
  m_panel->setAccessibleName(panelTitle(spec));
  box->addWidget(m_plateRow);
  box->addWidget(m_panel, 1);
  setWidget(content);
  connect(this, &QDockWidget::visibilityChanged, this, [this](bool visible) {
    m_onTop = visible;
    if (visible) m_panel->tick();
  });
  connect(this, &QDockWidget::topLevelChanged, this, [this](bool floating) { m_plateRow->setVisible(floating); });
  for (auto* child : findChildren<QWidget*>()) {
    if (child->objectName().isEmpty() || child->objectName().startsWith(QStringLiteral("qt_"))) continue;
    if (auto* plate = qobject_cast<EstopPlate*>(child); plate != nullptr && plate != m_plate) stop.watch(*plate);
  }
}

void Dock::showTitle(const QString& prefix, const QString& symbol) {
  const QString title = panelTitle(m_spec);
  const QString wanted = isFloating() ? QStringLiteral("%1 %2 — %3 — Bellwether").arg(prefix, title, symbol) : title;
  if (windowTitle() != wanted) setWindowTitle(wanted);
}

}  // namespace bw::ui
