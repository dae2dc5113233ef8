// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/shell/stop_filter.h"
#include "ui/widgets/estop_plate.h"

namespace bw::ui {

Dock::Dock(const PanelSpec& spec, PanelContext& context, StopFilter& stop, QWidget* parent)
    : QDockWidget(panelTitle(spec), parent),
      m_spec(spec),
      m_context(context),
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
  connect(this, &QDockWidget::visibilityChanged, this, [this](bool visible) {
    m_onTop = visible;
    if (visible) panel().tick();
  });
  connect(this, &QDockWidget::topLevelChanged, this, [this](bool floating) {
    if (floating) miniPlate();
    if (m_plateRow != nullptr) m_plateRow->setVisible(floating);
  });
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

void Dock::showTitle(const QString& prefix, const QString& symbol) {
  const QString title = panelTitle(m_spec);
  const QString wanted = isFloating() ? QStringLiteral("%1 %2 — %3 — Bellwether").arg(prefix, title, symbol) : title;
  if (windowTitle() != wanted) setWindowTitle(wanted);
}

}  // namespace bw::ui
