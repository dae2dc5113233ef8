// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/view_state.h"

#include <QVariant>

#include "ui/theme/theme.h"

namespace bw::ui {

QString viewStateName(ViewState state) {
  switch (state) {
    case ViewState::Loading:
      return QStringLiteral("loading");
    case ViewState::Empty:
      return QStringLiteral("empty");
    case ViewState::Live:
      return QStringLiteral("live");
    case ViewState::Lagging:
      return QStringLiteral("lagging");
    case ViewState::Stale:
      return QStringLiteral("stale");
    case ViewState::Error:
      return QStringLiteral("error");
    case ViewState::Replay:
      return QStringLiteral("replay");
    case ViewState::Paused:
      return QStringLiteral("paused");
  }
  return {};
}

void publish(QWidget& widget, ViewState state, std::uint64_t revision, int rows) {
  widget.setProperty("bwState", viewStateName(state));
  widget.setProperty("bwRevision", static_cast<qulonglong>(revision));
  widget.setProperty("bwRows", rows);
}

PaintedWidget::PaintedWidget(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : QWidget(parent) {
  setObjectName(objectName);
  setAccessibleName(accessibleName);
  setAttribute(Qt::WA_OpaquePaintEvent);
  connect(&ThemeManager::instance(), &ThemeManager::changed, this, [this] {
    themeChanged();
    updateGeometry();
    update();
  });
}

}  // namespace bw::ui
