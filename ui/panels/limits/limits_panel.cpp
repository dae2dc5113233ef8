// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limits_panel.h"

#include <QVBoxLayout>

#include "ui/widgets/small_widgets.h"

namespace bw::ui {

LimitsPanel::LimitsPanel(PanelContext& context) : Panel(context, {Part::Risk, Part::Session, Part::Stop}) {
  m_empty = new EmptyState(QStringLiteral("emptyLimits"), this);
  m_empty->setContent(tr("Risk limits cannot be changed in this session."), QString());
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(m_empty);
}

void LimitsPanel::update(Revision revision) {
  setHooks(plainState(context().commands.limits() == nullptr), revision, 0);
}

}  // namespace bw::ui
