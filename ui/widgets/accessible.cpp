// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/accessible.h"

#include <QAccessibleWidget>

#include "ui/widgets/candle_chart.h"
#include "ui/widgets/estop_plate.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/ladder_widget.h"
#include "ui/widgets/score_bar.h"

namespace bw::ui {
namespace {

/// The emergency stop as a button: pressing it by an action is the same press.
class PlateInterface final : public QAccessibleWidget {
 public:
  explicit PlateInterface(EstopPlate* plate) : QAccessibleWidget(plate, QAccessible::Button) {}

  QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Description ? plate().stateSentence() : QAccessibleWidget::text(kind);
  }
  QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
  void doAction(const QString& action) override {
    if (action == pressAction())
      plate().press();
    else
      QAccessibleWidget::doAction(action);
  }

 private:
  EstopPlate& plate() const { return *static_cast<EstopPlate*>(widget()); }
};

/// A painted view: its summary is its value, on request; nothing is announced as the market moves.
class SummaryInterface final : public QAccessibleWidget {
 public:
  explicit SummaryInterface(QWidget* widget) : QAccessibleWidget(widget, QAccessible::Graphic) {}

  QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Value ? summary() : QAccessibleWidget::text(kind);
  }

 private:
  QString summary() const {
    QWidget* view = widget();
    const QString bid = view->property("bwBestBid").toString();
    const QString ask = view->property("bwBestAsk").toString();
    const QString state = view->property("bwState").toString();
    QString said = view->accessibleDescription();
    if (!bid.isEmpty() || !ask.isEmpty()) {
      const QString touch = LadderWidget::tr("best bid %1, best ask %2").arg(bid, ask);
      said = said.isEmpty() ? touch : touch + QStringLiteral("; ") + said;
    }
    if (state != viewStateName(ViewState::Live) && !state.isEmpty()) said = state + QStringLiteral("; ") + said;
    return said;
  }
};

QAccessibleInterface* paintedInterface(const QString&, QObject* object) {
  if (auto* plate = qobject_cast<EstopPlate*>(object)) return new PlateInterface(plate);
  for (const QMetaObject* known :
       {&LadderWidget::staticMetaObject, &CandleChart::staticMetaObject, &GaugeList::staticMetaObject,
        &GaugeRow::staticMetaObject, &ScoreBar::staticMetaObject}) {
    if (known->cast(object) != nullptr) return new SummaryInterface(static_cast<QWidget*>(object));
  }
  return nullptr;
}

}  // namespace

void installAccessibility() {
  static const bool installed = [] {
    QAccessible::installFactory(paintedInterface);
    return true;
  }();
  Q_UNUSED(installed);
}

}  // namespace bw::ui
