// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/common/panel.h"

#include <QDockWidget>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"

namespace bw::ui {

Panel::Panel(PanelContext& context, std::initializer_list<Part> parts) : m_context(context), m_parts(parts) {
  connect(&context.link, &LinkGroup::changed, this, [this] {
    m_never = true;
    if (isVisible()) refresh();
  });
}

Revision Panel::sum() const {
  Revision total = 0;
  for (const Part part : m_parts) total += m_context.data.revision(part);
  return total;
}

void Panel::tick() {
  if (!isVisible()) return;
  if (!m_never && sum() == m_shown) return;
  refresh();
}

void Panel::refresh() {
  m_shown = sum();
  m_never = false;
  update(m_shown);
}

void Panel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  tick();
}

void Panel::setHooks(ViewState state, Revision revision, int rows) {
  publish(*this, state, revision, rows);
  for (QWidget* up = parentWidget(); up != nullptr; up = up->parentWidget()) {
    if (auto* dock = qobject_cast<QDockWidget*>(up)) {
      publish(*dock, state, revision, rows);
      return;
    }
  }
}

ViewState Panel::marketState(InstrumentId id) const {
  switch (m_context.data.freshness(id)) {
    case Freshness::Waiting:
      return ViewState::Empty;
    case Freshness::Lagging:
      return ViewState::Lagging;
    case Freshness::Stale:
    case Freshness::Dead:
      return ViewState::Stale;
    case Freshness::Ended:
    case Freshness::Live:
      break;
  }
  return plainState(false);
}

ViewState Panel::plainState(bool empty) const {
  if (empty) return ViewState::Empty;
  return m_context.data.info().replay ? ViewState::Replay : ViewState::Live;
}

QString Panel::marketBand(InstrumentId id) const {
  const UiData& source = m_context.data;
  const auto& view = source.market(id);
  const Freshness freshness = source.freshness(id);
  if (freshness == Freshness::Stale || freshness == Freshness::Dead) {
    Timestamp last = view.book ? view.book->receivedTime : source.now();
    Timestamp since = last;
    QString why;
    if (view.book && view.book->stale != StaleReason::None) {
      since = view.book->staleSince;
      why = QStringLiteral(" · ") + textOf(toString(view.book->stale));
    }
    const QString word = freshness == Freshness::Dead ? tr("DISCONNECTED") : tr("STALE");
    return tr("%1 %2 · last %3 UTC").arg(word, ageText(source.now() - since), timeText(last, TimeDigits::Millis)) + why;
  }
  if (freshness == Freshness::Ended) return tr("END OF RECORDING · %1").arg(dateText(source.now()));
  if (source.info().replay) {
    const auto speed = source.counters().speed;
    if (speed && *speed <= 0) return tr("REPLAY HELD · %1").arg(dateTimeText(source.now()));
    const QString times = speed ? QStringLiteral(" ×") + statText(*speed, *speed < 10 ? 1 : 0) : QString();
    return tr("REPLAY%1 · %2").arg(times, dateText(source.now()));
  }
  return {};
}

}  // namespace bw::ui
