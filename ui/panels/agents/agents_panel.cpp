// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/agents/agents_panel.h"

#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"
#include "ui/widgets/step_list.h"

namespace bw::ui {

namespace {

using AgentState = AgentHealth::State;

Mark agentMark(AgentState state) {
  switch (state) {
    case AgentState::Running:
      return Mark::Ok;
    case AgentState::Degraded:
      return Mark::Warning;
    case AgentState::Quarantined:
    case AgentState::Crashed:
      return Mark::Critical;
    case AgentState::Paused:
      return Mark::Paused;
    case AgentState::Starting:
      return Mark::Medium;
    case AgentState::Stopped:
    case AgentState::NotInThisBuild:
      return Mark::Unknown;
  }
  return Mark::None;
}

Tone agentTone(AgentState state) {
  switch (state) {
    case AgentState::Running:
      return Tone::Ok;
    case AgentState::Degraded:
      return Tone::Warn;
    case AgentState::Quarantined:
    case AgentState::Crashed:
      return Tone::Critical;
    case AgentState::NotInThisBuild:
      return Tone::Disabled;
    default:
      return Tone::Secondary;
  }
}

bool exists(const AgentHealth& r) {
  return r.state != AgentState::NotInThisBuild;
}

Column<AgentHealth> microsColumn(const char* id, const QString& title, double AgentHealth::*value) {
  return numberColumn<AgentHealth>(
      QString::fromLatin1(id), title, 74,
      [value](const AgentHealth& r) {
        return exists(r) && r.*value > 0 ? latencyText(Duration::nanos(static_cast<std::int64_t>(r.*value * 1e3)))
                                         : notAvailable();
      },
      [value](const AgentHealth& r) { return QVariant(r.*value); });
}

Column<AgentHealth> totalColumn(const char* id, const QString& title, std::uint64_t AgentHealth::*value) {
  return numberColumn<AgentHealth>(
      QString::fromLatin1(id), title, 82,
      [value](const AgentHealth& r) {
        return exists(r) ? countText(static_cast<std::int64_t>(r.*value)) : notAvailable();
      },
      [value](const AgentHealth& r) { return QVariant(static_cast<qulonglong>(r.*value)); });
}

std::vector<Column<AgentHealth>> agentColumns() {
  using Row = AgentHealth;
  std::vector<Column<Row>> columns;
  columns.push_back(textColumn<Row>(QStringLiteral("agent"), AgentsPanel::tr("Agent"), 100,
                                    [](const Row& r) { return textOf(r.agent); }));
  auto state = textColumn<Row>(QStringLiteral("state"), AgentsPanel::tr("State"), 124,
                               [](const Row& r) { return textOf(toString(r.state)); });
  state.mark = [](const Row& r) { return agentMark(r.state); };
  state.tone = [](const Row& r) { return agentTone(r.state); };
  state.toolTip = [](const Row& r) { return textOf(r.detail); };
  columns.push_back(state);
  auto age = numberColumn<Row>(
      QStringLiteral("heartbeat"), AgentsPanel::tr("Heartbeat"), 90,
      [](const Row& r) { return exists(r) ? ageText(r.heartbeatAge) : notAvailable(); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>(r.heartbeatAge.ns)); });
  age.tone = [](const Row& r) {
    return r.heartbeatAge > Duration::seconds(5)   ? Tone::Critical
           : r.heartbeatAge > Duration::seconds(2) ? Tone::Warn
                                                   : Tone::None;
  };
  columns.push_back(age);
  columns.push_back(microsColumn("p50", AgentsPanel::tr("p50"), &Row::latencyP50Us));
  columns.push_back(microsColumn("p99", AgentsPanel::tr("p99"), &Row::latencyP99Us));
  auto queue = numberColumn<Row>(
      QStringLiteral("queue"), AgentsPanel::tr("Queue"), 66,
      [](const Row& r) { return exists(r) ? countText(static_cast<std::int64_t>(r.queueDepth)) : notAvailable(); },
      [](const Row& r) { return QVariant(static_cast<qulonglong>(r.queueDepth)); });
  queue.bar = [](const Row& r) -> std::optional<CellBar> {
    if (r.queueCapacity == 0 || r.queueDepth == 0) return std::nullopt;
    return CellBar{0, static_cast<float>(static_cast<double>(r.queueDepth) / static_cast<double>(r.queueCapacity)),
                   Tone::Accent};
  };
  columns.push_back(queue);
  columns.push_back(totalColumn("in", AgentsPanel::tr("In"), &Row::messagesIn));
  columns.push_back(totalColumn("out", AgentsPanel::tr("Out"), &Row::messagesOut));
  columns.push_back(microsColumn("p95", AgentsPanel::tr("p95"), &Row::latencyP95Us));
  columns.push_back(microsColumn("max", AgentsPanel::tr("Max"), &Row::latencyMaxUs));
  columns.push_back(totalColumn("errors", AgentsPanel::tr("Errors"), &Row::errors));
  columns.push_back(totalColumn("restarts", AgentsPanel::tr("Restarts"), &Row::restarts));
  columns.push_back(textColumn<Row>(QStringLiteral("host"), AgentsPanel::tr("Host"), 74,
                                    [](const Row& r) { return textOf(r.host); }));
  columns.push_back(textColumn<Row>(QStringLiteral("detail"), AgentsPanel::tr("Detail"), 220,
                                    [](const Row& r) { return textOf(r.detail); }));
  return columns;
}

std::vector<Column<TargetRow>> targetColumns() {
  using Row = TargetRow;
  auto metric =
      textColumn<Row>(QStringLiteral("metric"), AgentsPanel::tr("Metric"), 170, [](const Row& r) { return r.metric; });
  auto measured = numberColumn<Row>(
      QStringLiteral("measured"), AgentsPanel::tr("Measured"), 110, [](const Row& r) { return r.measured; },
      [](const Row& r) { return QVariant(r.measured); });
  measured.mark = [](const Row& r) {
    return r.verdict < 0 ? Mark::Unknown : r.verdict == 0 ? Mark::Ok : r.verdict == 1 ? Mark::Warning : Mark::Critical;
  };
  measured.tone = [](const Row& r) {
    return r.verdict < 0 ? Tone::Disabled : r.verdict == 0 ? Tone::Ok : r.verdict == 1 ? Tone::Warn : Tone::Critical;
  };
  auto target = numberColumn<Row>(
      QStringLiteral("target"), AgentsPanel::tr("Target"), 84, [](const Row& r) { return r.target; },
      [](const Row& r) { return QVariant(r.target); });
  auto critical = numberColumn<Row>(
      QStringLiteral("critical"), AgentsPanel::tr("Critical"), 84, [](const Row& r) { return r.critical; },
      [](const Row& r) { return QVariant(r.critical); });
  return {metric, measured, target, critical};
}

int verdictOfTarget(std::optional<double> value, double target, double critical) {
  if (!value) return -1;
  return *value < target ? 0 : *value < critical ? 1 : 2;
}

}  // namespace

StepItem stepItemFrom(const StartupStep& step) {
  StepItem item;
  item.number = step.index;
  item.title = textOf(step.name);
  item.detail = textOf(step.detail);
  item.state = static_cast<StepItem::State>(step.state);
  item.progress = step.state == StartupStep::State::Running ? step.progress : -1;
  return item;
}

AgentsPanel::AgentsPanel(PanelContext& context)
    : Panel(context, {Part::Agents, Part::Session, Part::Audit, Part::Counters}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  m_tabs = new QTabWidget(this);
  m_tabs->setObjectName(QStringLiteral("tabAgents"));
  m_tabs->setAccessibleName(tr("Agents, start-up and targets"));
  m_tabs->setDocumentMode(true);
  box->addWidget(m_tabs);
  m_model = new TableModel<AgentHealth>(
      agentColumns(), [](const AgentHealth& r) { return textOf(r.agent); }, this);
  m_table = new DataTable(QStringLiteral("tblAgents"), tr("Agents"), m_model, m_tabs);
  m_table->emptyState()->setContent(tr("No agent has reported yet."), QString());
  keepFitted(*m_table, *m_model);
  auto* scroll = new QScrollArea(m_tabs);
  scroll->setObjectName(QStringLiteral("scrStartup"));
  scroll->setAccessibleName(tr("Start-up sequence"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_steps = new StepList(QStringLiteral("lstStartup"), scroll);
  scroll->setWidget(m_steps);
  m_targetModel = new TableModel<TargetRow>(
      targetColumns(), [](const TargetRow& r) { return r.id; }, this);
  m_targets = new DataTable(QStringLiteral("tblTargets"), tr("Targets"), m_targetModel, m_tabs);
  keepFitted(*m_targets, *m_targetModel);
  m_tabs->addTab(m_table, tr("Agents"));
  m_tabs->addTab(scroll, tr("Start-up"));
  m_tabs->addTab(m_targets, tr("Targets"));
}

void AgentsPanel::showStartup() {
  m_tabs->setCurrentIndex(1);
}

/// The table of SPEC 13 as those tell it who measure it.
std::vector<TargetRow> AgentsPanel::measuredTargets() const {
  std::vector<TargetRow> rows;
  for (const auto& [source, metrics] : data().metrics()) {
    for (const Metric& metric : metrics) {
      int verdict = -1;
      if (metric.state == Metric::State::Good) verdict = 0;
      if (metric.state == Metric::State::BelowTarget) verdict = 1;
      if (metric.state == Metric::State::Critical) verdict = 2;
      rows.push_back({textOf(source + "|" + metric.name), textOf(metric.name), textOf(metric.target),
                      textOf(metric.critical), metric.value.empty() ? tr("not measured") : textOf(metric.value),
                      verdict});
    }
  }
  return rows;
}

std::vector<TargetRow> AgentsPanel::targets() const {
  if (!data().metrics().empty()) return measuredTargets();
  std::vector<TargetRow> rows;
  const auto latency = [this](std::string_view name) -> std::optional<double> {
    if (!data().audit()) return std::nullopt;
    for (const auto& row : data().audit()->latencies) {
      if (row.name == name && row.count > 0) return row.p99Us / 1e3;
    }
    return std::nullopt;
  };
  const auto millis = [](std::optional<double> ms) {
    return ms ? latencyText(Duration::nanos(static_cast<std::int64_t>(*ms * 1e6))) : AgentsPanel::tr("not measured");
  };
  const auto add = [&](const char* id, const QString& name, std::optional<double> ms, double target, double critical) {
    rows.push_back({QString::fromLatin1(id), name, tr("< %1 ms").arg(target), tr("< %1 ms").arg(critical), millis(ms),
                    verdictOfTarget(ms, target, critical)});
  };
  add("signal", tr("Signal generation, p99"), latency("signal generation"), 50, 200);
  add("placement", tr("Order decision to sent, p99"), latency("approval to sent"), 100, 500);
  std::optional<double> cycle;
  if (data().audit() && data().audit()->cycles > 0) cycle = data().audit()->cycleUsMax / 1e3;
  add("invariants", tr("Invariant cycle, longest"), cycle, 10, 50);
  const auto& counters = data().counters();
  rows.push_back({QStringLiteral("memory"), tr("Memory"), QStringLiteral("< 512 MB"), QStringLiteral("< 1024 MB"),
                  counters.memoryMb ? statText(*counters.memoryMb, 0) + QStringLiteral(" MB") : tr("not measured"),
                  verdictOfTarget(counters.memoryMb, 512, 1024)});
  return rows;
}

void AgentsPanel::update(Revision revision) {
  const int rows = static_cast<int>(data().agents().size());
  if (!m_table->isPaused()) m_model->setRows(data().agents());
  m_table->setState(plainState(rows == 0), revision);
  std::vector<StepItem> steps;
  for (const auto& step : data().startupSteps()) steps.push_back(stepItemFrom(step));
  m_steps->setState(plainState(steps.empty()), revision, std::move(steps));
  m_targetModel->setRows(targets());
  m_targets->setState(plainState(false), revision);
  setHooks(plainState(rows == 0), revision, rows);
}

}  // namespace bw::ui
