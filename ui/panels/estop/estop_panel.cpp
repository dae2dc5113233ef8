// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/estop/estop_panel.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSystemTrayIcon>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/estop/stop_controls.h"
#include "ui/panels/risk/checks_row.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/estop_plate.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kShortestCause = 10;

std::vector<Column<StopStep>> stopStepColumns() {
  using Row = StopStep;
  std::vector<Column<Row>> columns;
  columns.push_back(textColumn<Row>(QStringLiteral("time"), EstopPanel::tr("Time UTC"), 96,
                                    [](const Row& r) { return timeText(r.time, TimeDigits::Millis); }));
  columns.push_back(textColumn<Row>(QStringLiteral("step"), EstopPanel::tr("Step"), 140,
                                    [](const Row& r) { return textOf(r.step); }));
  columns.push_back(textColumn<Row>(QStringLiteral("result"), EstopPanel::tr("Result"), 180,
                                    [](const Row& r) { return textOf(r.result); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("latency"), EstopPanel::tr("Latency"), 76,
      [](const Row& r) { return latencyText(Duration::nanos(static_cast<std::int64_t>(r.latencyMs * 1e6))); },
      [](const Row& r) { return QVariant(r.latencyMs); }));
  columns.push_back(textColumn<Row>(QStringLiteral("symbol"), EstopPanel::tr("Symbol"), 84,
                                    [](const Row& r) { return textOf(r.symbol); }));
  columns.push_back(textColumn<Row>(QStringLiteral("venue"), EstopPanel::tr("Venue"), 84,
                                    [](const Row& r) { return textOf(r.venue); }));
  return columns;
}

std::vector<Column<ChannelRow>> channelColumns() {
  using Row = ChannelRow;
  auto name = textColumn<Row>(QStringLiteral("channel"), EstopPanel::tr("Channel"), 136,
                              [](const Row& r) { return r.channel; });
  auto state =
      textColumn<Row>(QStringLiteral("state"), EstopPanel::tr("State"), 168, [](const Row& r) { return r.state; });
  state.mark = [](const Row& r) {
    switch (r.health) {
      case Row::Health::Watching:
        return Mark::Ok;
      case Row::Health::Faulty:
        return Mark::Critical;
      case Row::Health::Absent:
        return Mark::Cross;
      case Row::Health::Untold:
        break;
    }
    return Mark::Unknown;
  };
  state.tone = [](const Row& r) {
    return r.health == Row::Health::Watching ? Tone::Ok
           : r.health == Row::Health::Faulty ? Tone::Critical
                                             : Tone::Secondary;
  };
  auto tested = textColumn<Row>(QStringLiteral("tested"), EstopPanel::tr("Last test UTC"), 110,
                                [](const Row& r) { return r.tested; });
  name.toolTip = [](const Row& r) { return r.how; };
  state.toolTip = [](const Row& r) { return r.how; };
  auto how = textColumn<Row>(QStringLiteral("how"), EstopPanel::tr("How"), 260, [](const Row& r) { return r.how; });
  how.toolTip = [](const Row& r) { return r.how; };
  auto latency = textColumn<Row>(QStringLiteral("latency"), EstopPanel::tr("Latency"), 72,
                                 [](const Row& r) { return r.latency.isEmpty() ? notAvailable() : r.latency; });
  return {name, state, tested, latency, how};
}

QLabel* counterLabel(const char* objectName, QWidget* parent) {
  QLabel* label = namedLabel(QString::fromLatin1(objectName), {}, parent);
  label->setFont(ui::themeFont(FontRole::Headline));
  return label;
}

}  // namespace

PlateData plateDataFrom(const StopProgress& stop) {
  PlateData plate;
  plate.state = static_cast<PlateState>(stop.state);
  const int all = stop.ordersTotal + stop.positionsTotal;
  plate.progress = all > 0 ? static_cast<double>(stop.ordersCancelled + stop.positionsFlat) / all : 0;
  plate.revision = stop.stopNumber;
  switch (stop.state) {
    case StopState::Ready:
    case StopState::Offline:
      break;
    case StopState::Latched:
      // Both are stamps of the stop itself: market time may be another year.
      plate.words = EstopPanel::tr("STOPPING… %1").arg(ageText(stop.updatedAt - stop.startedAt));
      break;
    case StopState::Stopping:
      plate.words = EstopPanel::tr("Cancelled %1/%2 · Flat %3/%4")
                        .arg(stop.ordersCancelled)
                        .arg(stop.ordersTotal)
                        .arg(stop.positionsFlat)
                        .arg(stop.positionsTotal);
      break;
    case StopState::Stopped: {
      const int kept = std::max(stop.positionsTotal - stop.positionsFlat, static_cast<int>(stop.kept.size()));
      const QString rest = kept == 0 ? EstopPanel::tr("flat") : EstopPanel::tr("positions kept: %1").arg(kept);
      plate.words = EstopPanel::tr("STOPPED %1 UTC · %2 orders · %3")
                        .arg(timeText(stop.updatedAt))
                        .arg(stop.ordersTotal - stop.ordersCancelled)
                        .arg(rest);
      break;
    }
    case StopState::Attention:
      plate.words = stop.attention.empty() ? EstopPanel::tr("ATTENTION — act now") : textOf(stop.attention);
      break;
  }
  return plate;
}

EstopPanel::EstopPanel(PanelContext& context)
    : Panel(context,
            {Part::Stop, Part::Session, Part::Orders, Part::Positions, Part::Feeds, Part::Agents, Part::Strategies}) {
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  auto* scroll = new QScrollArea(this);
  scroll->setObjectName(QStringLiteral("scrEstop"));
  scroll->setAccessibleName(tr("Emergency stop"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  outer->addWidget(scroll);
  auto* page = new QWidget(scroll);
  page->setObjectName(QStringLiteral("pgEstop"));
  scroll->setWidget(page);
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(8, 8, 8, 8);
  box->setSpacing(8);
  m_plate = new EstopPlate(EstopPlate::Size::Full, page);
  m_plate->setObjectName(QStringLiteral("estopPlateDock"));
  m_plate->setFixedWidth(80);
  m_words = namedLabel(QStringLiteral("lblEstopWords"), {}, page);
  m_words->setFont(ui::themeFont(FontRole::Title));
  m_words->setWordWrap(true);
  m_orders = counterLabel("lblEstopOrders", page);
  m_positions = counterLabel("lblEstopPositions", page);
  m_elapsed = counterLabel("lblEstopElapsed", page);
  auto* head = new QHBoxLayout;
  head->addWidget(m_plate);
  auto* words = new QVBoxLayout;
  words->addWidget(m_words);
  auto* counters = new QHBoxLayout;
  counters->setSpacing(24);
  for (QLabel* label : {m_orders, m_positions, m_elapsed}) counters->addWidget(label);
  counters->addStretch(1);
  words->addLayout(counters);
  head->addLayout(words, 1);
  box->addLayout(head);
  m_left = namedLabel(QStringLiteral("lblEstopLeft"), {}, page);
  m_left->setAccessibleName(tr("What is left"));
  m_left->setWordWrap(true);
  m_seen = namedButton(QStringLiteral("btnStopSeen"), tr("I have seen what is left"), page);
  m_seen->setToolTip(tr("A reset is possible after that"));
  connect(m_seen, &QPushButton::clicked, this, [this] {
    if (this->context().commands.stopPorts.acknowledge) this->context().commands.stopPorts.acknowledge();
  });
  box->addWidget(m_left);
  box->addWidget(m_seen);
  m_form = buildReset();
  box->addWidget(m_form);
  m_stepModel = new TableModel<StopStep>(
      stopStepColumns(),
      [](const StopStep& r) -> QString { return QString::number(r.time.ns) + textOf(r.step) + textOf(r.symbol); },
      this);
  m_steps = new DataTable(QStringLiteral("tblStopSteps"), tr("Steps of the emergency stop"), m_stepModel, page);
  m_steps->emptyState()->setContent(tr("Never triggered in this session. A press closes the gate, cancels all orders, "
                                       "closes positions and waits for a person."),
                                    QString());
  m_steps->setMinimumHeight(130);
  keepFitted(*m_steps, *m_stepModel);
  m_channelModel = new TableModel<ChannelRow>(
      channelColumns(), [](const ChannelRow& r) { return r.channel; }, this);
  m_channels =
      new DataTable(QStringLiteral("tblStopChannels"), tr("Channels that stop everything"), m_channelModel, page);
  m_channels->setMinimumHeight(150);
  keepFitted(*m_channels, *m_channelModel);
  box->addWidget(m_steps, 1);
  m_controls = new StopControls(context, page);
  connect(m_controls, &StopControls::testsChanged, this, [this] { refresh(); });
  box->addWidget(m_controls);
  box->addWidget(m_channels, 1);
}

QWidget* EstopPanel::buildReset() {
  auto* form = new QWidget(this);
  form->setObjectName(QStringLiteral("frmReset"));
  form->setAccessibleName(tr("Reset the emergency stop"));
  auto* lines = new QFormLayout(form);
  lines->setContentsMargins(0, 0, 0, 0);
  m_checks = new ChecksRow(QStringLiteral("rowResetChecks"), form);
  m_checks->setAccessibleName(tr("Conditions of a reset"));
  lines->addRow(m_checks);
  m_category = new QComboBox(form);
  m_category->setObjectName(QStringLiteral("cmbResetCategory"));
  m_category->setAccessibleName(tr("Category of the cause"));
  m_category->addItems(
      {tr("Drill"), tr("Operator error"), tr("Strategy"), tr("Market"), tr("Venue"), tr("Software"), tr("Other")});
  m_cause = new QLineEdit(form);
  m_cause->setObjectName(QStringLiteral("edtResetCause"));
  m_cause->setAccessibleName(tr("Cause, at least 10 characters"));
  m_cause->setPlaceholderText(tr("what happened, at least 10 characters"));
  auto* cause = new QHBoxLayout;
  cause->addWidget(m_category);
  cause->addWidget(m_cause, 1);
  lines->addRow(tr("Cause"), cause);
  m_phrase = namedLabel(QStringLiteral("lblResetPhrase"), {}, form);
  m_phrase->setFont(ui::themeFont(FontRole::NumberBold));
  m_typed = new QLineEdit(form);
  m_typed->setObjectName(QStringLiteral("edtResetPhrase"));
  m_typed->setAccessibleName(tr("Type the phrase to reset"));
  m_reset = namedButton(QStringLiteral("btnReset"), tr("Reset"), form);
  auto* phrase = new QHBoxLayout;
  phrase->addWidget(m_phrase);
  phrase->addWidget(m_typed, 1);
  phrase->addWidget(m_reset);
  lines->addRow(tr("Type"), phrase);
  m_answer = namedLabel(QStringLiteral("lblResetAnswer"), {}, form);
  m_answer->setWordWrap(true);
  lines->addRow(m_answer);
  connect(m_reset, &QPushButton::clicked, this, &EstopPanel::tryReset);
  connect(m_typed, &QLineEdit::returnPressed, this, &EstopPanel::tryReset);
  for (QLineEdit* edit : {m_cause, m_typed})
    connect(edit, &QLineEdit::textChanged, this, [this] { showReset(data().stop()); });
  return form;
}

QString EstopPanel::phrase() const {
  return QStringLiteral("RESET %1 %2").arg(textOf(data().info().mode)).arg(data().stop().stopNumber);
}

bool EstopPanel::resetAllowed(QString* why) const {
  const StopState state = data().stop().state;
  if (state != StopState::Stopped && state != StopState::Attention)
    *why = tr("Not before everything is stopped.");
  else if (m_cause->text().trimmed().size() < kShortestCause)
    *why = tr("Write down the cause (at least %1 characters).").arg(kShortestCause);
  else if (m_typed->text().trimmed().compare(phrase(), Qt::CaseInsensitive) != 0)
    *why = tr("Type the phrase exactly.");
  else
    return true;
  return false;
}

void EstopPanel::tryReset() {
  QString why;
  if (!resetAllowed(&why)) {
    m_answer->setText(why);
    return;
  }
  const QString cause = m_category->currentText() + QStringLiteral(": ") + m_cause->text().trimmed();
  const std::string problem = context().commands.reset(phrase().toStdString(), cause.toStdString());
  m_answer->setText(problem.empty() ? tr("Reset. Nothing trades until Start trading is used.") : textOf(problem));
  if (problem.empty()) {
    m_cause->clear();
    m_typed->clear();
  }
}

QString EstopPanel::lastFired(std::initializer_list<const char*> triggers) const {
  Timestamp last{};
  for (const char* trigger : triggers) {
    const auto found = data().stopTriggers().find(trigger);
    if (found != data().stopTriggers().end()) last = std::max(last, found->second);
  }
  return last.ns == 0 ? tr("never") : timeText(last);
}

/// A channel lives as long as the agent that watches it.
ChannelRow EstopPanel::watchedBy(const char* agent, ChannelRow row) const {
  row.state = tr("unknown: %1 has not reported").arg(textOf(agent));
  row.health = ChannelRow::Health::Untold;
  for (const AgentHealth& health : data().agents()) {
    if (health.agent != agent) continue;
    const bool well = health.state == AgentHealth::State::Running || health.state == AgentHealth::State::Degraded;
    row.health = well ? ChannelRow::Health::Watching : ChannelRow::Health::Faulty;
    row.state = well ? tr("watched") : tr("not watched: %1 %2").arg(textOf(agent), textOf(toString(health.state)));
  }
  return row;
}

std::vector<ChannelRow> EstopPanel::channels() const {
  using Health = ChannelRow::Health;
  const bool fault = data().stop().state == StopState::Offline;
  const Health path = fault ? Health::Faulty : Health::Watching;
  const bool tray = QSystemTrayIcon::isSystemTrayAvailable();
  const ControlPlaces& control = data().control();
  const QString never = tr("never");
  const auto& plates = EstopPlate::all();
  const auto shown = std::count_if(plates.begin(), plates.end(), [](const EstopPlate* p) { return p->isVisible(); });
  std::vector<ChannelRow> rows;
  rows.push_back({tr("Plate"), fault ? tr("stop path fault") : tr("on screen: %1").arg(shown), lastFired({"plate"}),
                  tr("press the red disc in any window"), path});
  rows.push_back({tr("Chord"), fault ? tr("stop path fault") : tr("listening"), lastFired({"chord"}),
                  tr("Ctrl+Shift+F12 in any window of Bellwether"), path});
  rows.push_back({tr("Menu"), fault ? tr("stop path fault") : tr("listening"), lastFired({"menu"}),
                  tr("Trade, Emergency stop"), path});
  rows.push_back({tr("Tray menu"), tray ? tr("shown") : tr("not available"), lastFired({"tray"}),
                  tray ? tr("first item of the tray menu") : tr("this desktop has no tray"),
                  tray ? path : Health::Absent});
  if (control.dataDir.empty()) {
    rows.push_back({tr("Command line"), tr("no engine behind this window"), never, {}, Health::Absent});
  } else {
    rows.push_back({tr("Command line"), control.socketOpen ? tr("socket open") : tr("socket closed"),
                    lastFired({"cli"}),
                    control.socketOpen ? tr("bellwether-cli emergency-stop · %1").arg(textOf(control.socket))
                                       : textOf(control.socketProblem),
                    control.socketOpen ? Health::Watching : Health::Faulty});
    rows.push_back(watchedBy("orchestrator", {tr("Control file"),
                                              {},
                                              lastFired({"file .kill_switch"}),
                                              textOf(control.dataDir) + QStringLiteral("/.kill_switch"),
                                              {}}));
  }
  rows.push_back(
      watchedBy("risk", {tr("Automatic: limits"), {}, lastFired({"risk"}), tr("drawdown and loss limits"), {}}));
  rows.push_back(watchedBy(
      "audit", {tr("Automatic: invariants"), {}, lastFired({"audit"}), tr("a broken invariant that takes risk"), {}}));
  rows.push_back(
      {tr("Global chord"), tr("not in this build"), never, tr("keys outside Bellwether's windows"), Health::Absent});
  rows.push_back(guardChannel());
  for (const StopTest& test : m_controls->tests()) {
    ChannelRow row{textOf(test.what),   test.ok ? tr("tested") : tr("FAULT"),        {},
                   textOf(test.detail), test.ok ? Health::Watching : Health::Faulty, latencyText(test.took)};
    row.tested = tr("by the self-test");
    rows.push_back(row);
  }
  return rows;
}

ChannelRow EstopPanel::guardChannel() const {
  using Health = ChannelRow::Health;
  const auto& ask = context().commands.stopPorts.guard;
  const GuardView guard = ask ? ask() : GuardView{};
  const QString how = tr("a second process with its own plate, key and connections");
  if (!guard.used) return {tr("Guard process"), tr("not used in this session"), tr("never"), how, Health::Absent};
  ChannelRow row{tr("Guard process"), {}, lastFired({"guard"}), how, Health::Watching};
  if (guard.connected) {
    row.state = guard.problem.empty() ? tr("guard connected") : textOf(guard.problem);
    row.health = guard.problem.empty() ? Health::Watching : Health::Faulty;
    row.latency = tr("heard %1 ago").arg(ageText(guard.silence));
  } else {
    row.state = tr("guard LOST");
    row.health = Health::Faulty;
    if (!guard.problem.empty()) row.how = textOf(guard.problem);
  }
  return row;
}

/// Unknown orders, what could not be closed and why, what was kept: each in words, none of it counted as done.
void EstopPanel::showLeft(const StopProgress& stop) {
  QStringList lines;
  if (stop.ordersUnknown > 0)
    lines << (stop.ordersUnknown == 1
                  ? tr("1 order UNKNOWN — neither cancelled nor filled is proven")
                  : tr("%1 orders UNKNOWN — neither cancelled nor filled is proven").arg(stop.ordersUnknown));
  for (const StopStep& step : stop.steps) {
    if (step.result.rfind("CANNOT CLOSE", 0) == 0) lines << textOf(step.symbol + ": " + step.result);
  }
  for (const std::string& kept : stop.kept) lines << textOf(kept);
  if (stop.stopsKept > 0)
    lines << (stop.stopsKept == 1 ? tr("1 protective stop stays at the venue")
                                  : tr("%1 protective stops stay at the venue").arg(stop.stopsKept));
  lines.removeDuplicates();
  m_left->setVisible(!lines.isEmpty());
  m_left->setText(lines.join(QLatin1Char('\n')));
  m_seen->setVisible(stop.state == StopState::Attention && context().commands.stopPorts.acknowledge);
}

void EstopPanel::showCounters(const StopProgress& stop) {
  const bool ever = stop.stopNumber > 0;
  for (QLabel* label : {m_orders, m_positions, m_elapsed}) label->setVisible(ever);
  m_orders->setText(tr("Orders %1/%2").arg(stop.ordersCancelled).arg(stop.ordersTotal) +
                    (stop.ordersUnknown > 0 ? tr(" · %1 UNKNOWN").arg(stop.ordersUnknown) : QString()));
  m_positions->setText(tr("Flat %1/%2").arg(stop.positionsFlat).arg(stop.positionsTotal));
  m_elapsed->setText(latencyText(stop.updatedAt - stop.startedAt));
}

void EstopPanel::showReset(const StopProgress& stop) {
  const bool shown = data().latched() && stop.state != StopState::Offline;
  m_form->setVisible(shown);
  if (!shown) return;
  const bool noOrders = data().workingOrders().empty();
  const bool flat = data().positions().empty();
  const bool fresh = std::all_of(data().feeds().begin(), data().feeds().end(), [](const FeedStatus& feed) {
    return feed.state != FeedStatus::State::Dead && feed.state != FeedStatus::State::Stale;
  });
  const bool stopped = stop.state == StopState::Stopped || stop.state == StopState::Attention;
  m_checks->setItems({{tr("stop finished"), stopped, tr("still working")},
                      {tr("no open or unknown orders"), noOrders && stop.ordersUnknown == 0, tr("see Open orders")},
                      {tr("no position"), flat, tr("see Positions")},
                      {tr("feeds fresh"), fresh, tr("a feed is stale")}});
  m_phrase->setText(phrase());
  m_phrase->setAccessibleName(tr("Phrase to type: %1").arg(phrase()));
  QString why;
  m_reset->setEnabled(resetAllowed(&why));
  m_reset->setAccessibleDescription(why);
  m_reset->setToolTip(why);
}

void EstopPanel::update(Revision revision) {
  const StopProgress& stop = data().stop();
  const PlateData plate = plateDataFrom(stop);
  m_plate->setState(plate);
  QString words = plate.words.isEmpty() ? m_plate->words() : plate.words;
  if (!stop.trigger.empty() && data().latched())
    words +=
        QLatin1Char('\n') + tr("Stop %1 by %2: %3").arg(stop.stopNumber).arg(textOf(stop.trigger), textOf(stop.reason));
  if (!stop.level.empty() && data().latched()) words += QStringLiteral(" · ") + textOf(stop.level);
  m_words->setText(words);
  showCounters(stop);
  showLeft(stop);
  showReset(stop);
  m_controls->refresh();
  std::vector<StopStep> steps(stop.steps.rbegin(), stop.steps.rend());
  const int rows = static_cast<int>(steps.size());
  m_stepModel->setRows(std::move(steps));
  m_steps->setState(rows == 0 ? ViewState::Empty : ViewState::Live, revision);
  m_channelModel->setRows(channels());
  m_channels->setState(ViewState::Live, revision);
  setHooks(plainState(false), revision, rows);
}

}  // namespace bw::ui
