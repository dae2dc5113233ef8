// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/session_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/agents/agents_panel.h"
#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/step_list.h"

namespace bw::ui {

namespace {

QString stateWord(SessionState state) {
  return state == SessionState::EmergencyStop ? QStringLiteral("EMERGENCY STOP") : textOf(toString(state));
}

int runningStrategies(const UiData& replica) {
  const auto& rows = replica.strategies();
  return static_cast<int>(
      std::count_if(rows.begin(), rows.end(), [](const StrategyStatus& row) { return row.running; }));
}

}  // namespace

SessionPanel::SessionPanel(PanelContext& context, QWidget* parent) : QFrame(parent), m_context(context) {
  setObjectName(QStringLiteral("pnlSession"));
  setAccessibleName(tr("Session"));
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setFocusPolicy(Qt::StrongFocus);
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(12, 10, 12, 10);
  m_title = namedLabel(QStringLiteral("lblSessionTitle"), {}, this);
  m_title->setFont(ui::themeFont(FontRole::Title));
  m_text = namedLabel(QStringLiteral("lblSessionText"), {}, this);
  m_text->setWordWrap(true);
  m_steps = new StepList(QStringLiteral("lstSessionSteps"), this);
  box->addWidget(m_title);
  box->addWidget(m_text);
  box->addWidget(m_steps);
  auto* row = new QHBoxLayout;
  m_start = namedButton(QStringLiteral("btnStartTrading"), tr("Start trading"), this);
  m_pause = namedButton(QStringLiteral("btnPause"), tr("Pause"), this);
  m_pause->setToolTip(tr("No new entries; exits and protection keep running (Ctrl+Shift+F11)"));
  m_resume = namedButton(QStringLiteral("btnResume"), tr("Resume"), this);
  m_stop = namedButton(QStringLiteral("btnStopTrading"), tr("Stop trading"), this);
  m_stop->setToolTip(tr("Strategies stop, orders are cancelled, positions keep their protection"));
  for (QPushButton* button : {m_start, m_pause, m_resume, m_stop}) row->addWidget(button);
  row->addStretch(1);
  box->addLayout(row);
  connect(m_start, &QPushButton::clicked, this, [this] {
    m_context.commands.startTrading();
    hide();
  });
  connect(m_pause, &QPushButton::clicked, this, [this] { m_context.commands.pause(); });
  connect(m_resume, &QPushButton::clicked, this, [this] { m_context.commands.resume(); });
  connect(m_stop, &QPushButton::clicked, this, [this] { m_context.commands.stopTrading(); });
  hide();
}

QString SessionPanel::buttonText(const UiData& replica) {
  QString text = stateWord(replica.sessionState());
  for (const StartupStep& step : replica.startupSteps()) {
    if (step.state == StartupStep::State::Failed) return text + tr(" · start-up step %1 failed").arg(step.index);
  }
  if (replica.sessionState() != SessionState::Trading) return text;
  text += QStringLiteral(" · ") +
          (runningStrategies(replica) == 1 ? tr("1 strategy") : tr("%1 strategies").arg(runningStrategies(replica)));
  if (replica.stateSince().ns != 0) text += QStringLiteral(" · ") + elapsedText(replica.now() - replica.stateSince());
  return text;
}

QString SessionPanel::describe() const {
  const UiData& replica = m_context.data;
  QStringList lines;
  if (!replica.sessionCause().empty())
    lines << tr("Since %1 UTC: %2").arg(timeText(replica.stateSince()), textOf(replica.sessionCause()));
  lines << tr("Mode %1 · %2 · %3")
               .arg(textOf(replica.info().mode), textOf(replica.info().venue), textOf(replica.info().source));
  for (const auto& strategy : replica.strategies()) {
    lines << (strategy.running ? tr("%1: running, %2") : tr("%1: stopped, %2"))
                 .arg(textOf(strategy.strategy), textOf(strategy.text));
  }
  if (replica.risk()) lines << tr("Limits in force: %1").arg(replica.risk()->gauges.size());
  for (const auto& agent : replica.agents()) {
    const bool bad = agent.state == AgentHealth::State::Degraded || agent.state == AgentHealth::State::Crashed ||
                     agent.state == AgentHealth::State::Quarantined;
    if (bad)
      lines << tr("Agent %1: %2 %3").arg(textOf(agent.agent), textOf(toString(agent.state)), textOf(agent.detail));
  }
  if (replica.latched())
    lines << tr("Stopped by %1: reset in the Emergency stop dock first.").arg(textOf(replica.stop().trigger));
  return lines.join(QLatin1Char('\n'));
}

void SessionPanel::refresh() {
  const UiData& replica = m_context.data;
  const SessionState state = replica.sessionState();
  m_title->setText(stateWord(state));
  m_text->setText(describe());
  const bool starting = state == SessionState::Initializing || state == SessionState::Shutdown;
  m_steps->setVisible(starting && !replica.startupSteps().empty());
  if (starting) {
    std::vector<StepItem> steps;
    for (const auto& step : replica.startupSteps()) steps.push_back(stepItemFrom(step));
    m_steps->setState(ViewState::Live, replica.revision(Part::Session), std::move(steps));
  }
  m_start->setVisible(state == SessionState::Ready || state == SessionState::EmergencyStop);
  m_start->setEnabled(state == SessionState::Ready && !replica.latched());
  m_start->setToolTip(replica.latched() ? tr("Stopped: reset the emergency stop first") : QString());
  m_pause->setVisible(state == SessionState::Trading);
  m_resume->setVisible(state == SessionState::Paused);
  m_stop->setVisible(state == SessionState::Trading || state == SessionState::Paused);
  adjustSize();
}

void SessionPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return hide();
  QFrame::keyPressEvent(event);
}

}  // namespace bw::ui
