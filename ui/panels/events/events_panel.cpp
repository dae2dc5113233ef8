// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/events/events_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

QString priorityWord(int priority) {
  switch (priority) {
    case 3:
      return EventsPanel::tr("Critical");
    case 2:
      return EventsPanel::tr("High");
    case 1:
      return EventsPanel::tr("Medium");
    default:
      return EventsPanel::tr("Low");
  }
}

Mark priorityMark(int priority) {
  return priority >= 3 ? Mark::Critical : priority == 2 ? Mark::Warning : priority == 1 ? Mark::Medium : Mark::Ok;
}

Tone priorityTone(int priority) {
  return priority >= 3 ? Tone::Critical : priority == 2 ? Tone::Warn : priority == 1 ? Tone::None : Tone::Secondary;
}

std::vector<Column<EventRow>> eventColumns() {
  using Row = EventRow;
  std::vector<Column<Row>> columns;
  columns.push_back(textColumn<Row>(QStringLiteral("time"), EventsPanel::tr("Time UTC"), 96,
                                    [](const Row& r) { return timeText(r.time, TimeDigits::Millis); }));
  auto priority = textColumn<Row>(QStringLiteral("priority"), EventsPanel::tr("Priority"), 84,
                                  [](const Row& r) { return priorityWord(r.event.priority); });
  priority.mark = [](const Row& r) { return priorityMark(r.event.priority); };
  priority.tone = [](const Row& r) { return priorityTone(r.event.priority); };
  priority.sort = [](const Row& r) { return QVariant(r.event.priority); };
  columns.push_back(priority);
  auto text = textColumn<Row>(QStringLiteral("text"), EventsPanel::tr("Text"), 320, [](const Row& r) -> QString {
    return r.event.action.empty() ? textOf(r.event.text)
                                  : textOf(r.event.text) + QStringLiteral(" → ") + textOf(r.event.action);
  });
  text.bold = [](const Row& r) { return !r.event.action.empty() && !r.acknowledged; };
  text.toolTip = [](const Row& r) -> QString {
    return textOf(r.event.text) + (r.event.action.empty() ? QString() : QLatin1Char('\n') + textOf(r.event.action));
  };
  columns.push_back(text);
  columns.push_back(numberColumn<Row>(
      QStringLiteral("count"), EventsPanel::tr("Count"), 52,
      [](const Row& r) { return r.count > 1 ? QStringLiteral("×%1").arg(r.count) : QString(); },
      [](const Row& r) { return QVariant(r.count); }));
  columns.push_back(textColumn<Row>(QStringLiteral("state"), EventsPanel::tr("State"), 60, [](const Row& r) {
    return r.acknowledged ? EventsPanel::tr("Acked") : r.event.action.empty() ? QString() : EventsPanel::tr("New");
  }));
  columns.push_back(textColumn<Row>(QStringLiteral("source"), EventsPanel::tr("Source"), 90,
                                    [](const Row& r) { return textOf(r.event.source); }));
  columns.push_back(textColumn<Row>(QStringLiteral("code"), EventsPanel::tr("Code"), 150,
                                    [](const Row& r) { return textOf(r.event.code); }));
  return columns;
}

}  // namespace

EventsPanel::EventsPanel(PanelContext& context) : Panel(context, {Part::Events}) {
  m_model = new TableModel<EventRow>(
      eventColumns(), [](const EventRow& r) { return QString::number(r.number); }, this);
  m_table = new DataTable(QStringLiteral("tblEvents"), tr("Event log"), m_model, this);
  m_table->emptyState()->setContent(tr("Nothing has happened yet."), QString());
  keepFitted(*m_table, *m_model);
  auto* acknowledge = new QAction(tr("Acknowledge"), this);
  connect(acknowledge, &QAction::triggered, this, &EventsPanel::acknowledgeSelected);
  m_table->setExtraActions({acknowledge});
  auto* chips = new QHBoxLayout;
  chips->setContentsMargins(4, 2, 4, 2);
  chips->setSpacing(4);
  for (int priority = 3; priority >= 0; --priority) {
    auto* chip = namedButton(QStringLiteral("chipPriority%1").arg(priority), priorityWord(priority), this);
    chip->setCheckable(true);
    chip->setChecked(true);
    chip->setToolTip(tr("Show events of this priority"));
    connect(chip, &QPushButton::toggled, this, [this] { refresh(); });
    chips->addWidget(chip);
    m_chips[static_cast<std::size_t>(priority)] = chip;
  }
  chips->addStretch(1);
  auto* all = namedButton(QStringLiteral("btnAcknowledgeAll"), tr("Acknowledge all"), this);
  all->setToolTip(tr("Shift+A"));
  connect(all, &QPushButton::clicked, this, [this] { data().acknowledgeAll(); });
  chips->addWidget(all);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addLayout(chips);
  box->addWidget(m_table, 1);
}

void EventsPanel::acknowledgeSelected() {
  for (const auto& key : m_table->selectedKeys()) data().acknowledge(key.toULongLong());
}

void EventsPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_A && event->modifiers() == Qt::NoModifier) return acknowledgeSelected();
  if (event->key() == Qt::Key_A && event->modifiers() == Qt::ShiftModifier) return data().acknowledgeAll();
  Panel::keyPressEvent(event);
}

void EventsPanel::update(Revision revision) {
  if (m_table->isPaused()) return;
  std::vector<EventRow> rows;
  const auto& events = data().events();
  for (auto row = events.rbegin(); row != events.rend(); ++row) {
    const auto chip = static_cast<std::size_t>(std::min(3, std::max(0, row->event.priority)));
    if (m_chips[chip]->isChecked()) rows.push_back(*row);
  }
  const int count = static_cast<int>(rows.size());
  m_model->setRows(std::move(rows));
  m_table->setState(plainState(count == 0), revision);
  setHooks(plainState(count == 0), revision, count);
}

}  // namespace bw::ui
