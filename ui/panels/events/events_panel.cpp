// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/events/events_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

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

std::vector<Column<AlarmUpdate>> alarmColumns() {
  using Row = AlarmUpdate;
  auto priority = textColumn<Row>(QStringLiteral("priority"), EventsPanel::tr("Priority"), 84,
                                  [](const Row& r) { return priorityWord(r.priority); });
  priority.mark = [](const Row& r) { return priorityMark(r.priority); };
  priority.tone = [](const Row& r) { return r.acknowledged ? Tone::Secondary : priorityTone(r.priority); };
  priority.sort = [](const Row& r) { return QVariant(r.priority); };
  auto text = textColumn<Row>(QStringLiteral("text"), EventsPanel::tr("Alarm"), 250,
                              [](const Row& r) { return textOf(r.text); });
  text.bold = [](const Row& r) { return !r.acknowledged; };
  text.toolTip = text.text;
  auto action = textColumn<Row>(QStringLiteral("action"), EventsPanel::tr("What to do"), 220,
                                [](const Row& r) { return textOf(r.action); });
  action.toolTip = action.text;
  auto state = textColumn<Row>(QStringLiteral("state"), EventsPanel::tr("State"), 100, [](const Row& r) -> QString {
    return r.acknowledged ? EventsPanel::tr("Acked %1").arg(timeText(r.acknowledgedAt)) : EventsPanel::tr("New");
  });
  auto last = textColumn<Row>(QStringLiteral("last"), EventsPanel::tr("Last UTC"), 80,
                              [](const Row& r) { return timeText(r.lastAt); });
  auto count = numberColumn<Row>(
      QStringLiteral("count"), EventsPanel::tr("Reported"), 70,
      [](const Row& r) { return QStringLiteral("×%1").arg(r.count); },
      [](const Row& r) { return QVariant(static_cast<qulonglong>(r.count)); });
  auto cause = textColumn<Row>(QStringLiteral("cause"), EventsPanel::tr("Cause"), 180, [](const Row& r) -> QString {
    return textOf(r.source + " · " + r.code + (r.subject.empty() ? std::string() : " · " + r.subject));
  });
  return {priority, text, state, action, last, count, cause};
}

}  // namespace

EventsPanel::EventsPanel(PanelContext& context) : Panel(context, {Part::Events}) {
  m_tabs = new QTabWidget(this);
  m_tabs->setObjectName(QStringLiteral("tabEvents"));
  m_tabs->setAccessibleName(tr("Alarms and events"));
  m_tabs->setDocumentMode(true);
  m_tabs->addTab(buildEvents(), tr("Events"));
  m_tabs->addTab(buildAlarms(), tr("Alarms"));
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(m_tabs);
  connect(m_tabs, &QTabWidget::currentChanged, this, [this] { refresh(); });
}

void EventsPanel::showAlarms() {
  if (!data().alarms().empty()) m_tabs->setCurrentIndex(1);
}

QWidget* EventsPanel::buildAlarms() {
  m_alarmModel = new TableModel<AlarmUpdate>(
      alarmColumns(), [](const AlarmUpdate& r) { return QString::number(r.id); }, this);
  m_alarms = new DataTable(QStringLiteral("tblAlarms"), tr("Alarms"), m_alarmModel, m_tabs);
  m_alarms->emptyState()->setContent(tr("No alarm: nothing waits for you."), QString());
  keepFitted(*m_alarms, *m_alarmModel);
  auto* acknowledge = new QAction(tr("Acknowledge"), this);
  connect(acknowledge, &QAction::triggered, this, &EventsPanel::acknowledgeSelected);
  m_alarms->setExtraActions({acknowledge});
  connect(m_alarms, &DataTable::activated, this, &EventsPanel::acknowledgeSelected);
  auto* page = new QWidget(m_tabs);
  page->setObjectName(QStringLiteral("pgAlarms"));
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(4, 2, 4, 2);
  auto* one = namedButton(QStringLiteral("btnAcknowledge"), tr("Acknowledge"), page);
  one->setToolTip(tr("The selected alarm is known; it comes again only for another cause (A)"));
  auto* all = namedButton(QStringLiteral("btnAcknowledgeAlarms"), tr("Acknowledge all"), page);
  connect(one, &QPushButton::clicked, this, &EventsPanel::acknowledgeSelected);
  connect(all, &QPushButton::clicked, this, &EventsPanel::acknowledgeAll);
  row->addWidget(one);
  row->addWidget(all);
  row->addStretch(1);
  box->addLayout(row);
  box->addWidget(m_alarms, 1);
  return page;
}

QWidget* EventsPanel::buildEvents() {
  m_model = new TableModel<EventRow>(
      eventColumns(), [](const EventRow& r) { return QString::number(r.number); }, this);
  auto* page = new QWidget(m_tabs);
  page->setObjectName(QStringLiteral("pgEvents"));
  m_table = new DataTable(QStringLiteral("tblEvents"), tr("Event log"), m_model, page);
  m_table->emptyState()->setContent(tr("Nothing has happened yet."), QString());
  keepFitted(*m_table, *m_model);
  auto* acknowledge = new QAction(tr("Acknowledge"), this);
  connect(acknowledge, &QAction::triggered, this, &EventsPanel::acknowledgeSelected);
  m_table->setExtraActions({acknowledge});
  auto* chips = new QHBoxLayout;
  chips->setContentsMargins(4, 2, 4, 2);
  chips->setSpacing(4);
  for (int priority = 3; priority >= 0; --priority) {
    auto* chip = namedButton(QStringLiteral("chipPriority%1").arg(priority), priorityWord(priority), page);
    chip->setCheckable(true);
    chip->setChecked(true);
    chip->setToolTip(tr("Show events of this priority"));
    connect(chip, &QPushButton::toggled, this, [this] { refresh(); });
    chips->addWidget(chip);
    m_chips[static_cast<std::size_t>(priority)] = chip;
  }
  chips->addStretch(1);
  auto* all = namedButton(QStringLiteral("btnAcknowledgeAll"), tr("Acknowledge all"), page);
  all->setToolTip(tr("Shift+A"));
  connect(all, &QPushButton::clicked, this, &EventsPanel::acknowledgeAll);
  chips->addWidget(all);
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addLayout(chips);
  box->addWidget(m_table, 1);
  return page;
}

void EventsPanel::acknowledgeSelected() {
  if (m_tabs->currentIndex() == 1) {
    for (const auto& key : m_alarms->selectedKeys()) context().commands.acknowledgeAlarm(key.toULongLong());
    return;
  }
  for (const auto& key : m_table->selectedKeys()) data().acknowledge(key.toULongLong());
}

void EventsPanel::acknowledgeAll() {
  if (!data().alarms().empty()) context().commands.acknowledgeAlarm(0);
  data().acknowledgeAll();
}

void EventsPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_A && event->modifiers() == Qt::NoModifier) return acknowledgeSelected();
  if (event->key() == Qt::Key_A && event->modifiers() == Qt::ShiftModifier) return acknowledgeAll();
  Panel::keyPressEvent(event);
}

void EventsPanel::updateAlarms(Revision revision) {
  std::vector<AlarmUpdate> rows(data().alarms().rbegin(), data().alarms().rend());
  std::stable_sort(rows.begin(), rows.end(), [](const AlarmUpdate& a, const AlarmUpdate& b) {
    return a.acknowledged != b.acknowledged ? !a.acknowledged : a.priority > b.priority;
  });
  const bool none = rows.empty();
  m_tabs->setTabText(1, tr("Alarms %1").arg(data().openAlarms()));
  m_alarmModel->setRows(std::move(rows));
  m_alarms->setState(plainState(none), revision);
}

void EventsPanel::update(Revision revision) {
  updateAlarms(revision);
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
