// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/estop/stop_controls.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>
#include <set>

#include "ui/bridge/background_jobs.h"
#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr Duration kSure = Duration::seconds(5);
constexpr int kRowOfPart = 22;

std::vector<Column<ScopedStop>> partColumns() {
  using Row = ScopedStop;
  auto scope = textColumn<Row>(QStringLiteral("scope"), StopControls::tr("Stopped part"), 150,
                               [](const Row& r) { return textOf(r.scope); });
  auto state = textColumn<Row>(QStringLiteral("state"), StopControls::tr("State"), 110,
                               [](const Row& r) { return textOf(toString(r.state)).toUpper(); });
  state.mark = [](const Row& r) {
    return r.state == StopState::Stopped ? Mark::Ok : r.state == StopState::Attention ? Mark::Critical : Mark::Warning;
  };
  auto level = textColumn<Row>(QStringLiteral("level"), StopControls::tr("Level"), 100,
                               [](const Row& r) { return textOf(r.level); });
  auto cause = textColumn<Row>(QStringLiteral("cause"), StopControls::tr("By, and what is left"), 240,
                               [](const Row& r) -> QString {
                                 const QString by = textOf(r.trigger) + QStringLiteral(": ") + textOf(r.reason);
                                 return r.attention.empty() ? by : by + QStringLiteral(" · ") + textOf(r.attention);
                               });
  cause.toolTip = cause.text;
  auto since = textColumn<Row>(QStringLiteral("since"), StopControls::tr("Since UTC"), 80,
                               [](const Row& r) { return timeText(r.startedAt); });
  return {scope, state, level, cause, since};
}

std::vector<Column<DrillFigure>> drillColumns() {
  using Row = DrillFigure;
  auto what = textColumn<Row>(QStringLiteral("figure"), StopControls::tr("Drill"), 200,
                              [](const Row& r) { return textOf(r.what); });
  auto measured = numberColumn<Row>(
      QStringLiteral("measured"), StopControls::tr("Measured"), 110, [](const Row& r) { return textOf(r.measured); },
      [](const Row& r) { return QVariant(textOf(r.measured)); });
  measured.mark = [](const Row& r) { return r.ok ? Mark::Ok : Mark::Critical; };
  measured.tone = [](const Row& r) { return r.ok ? Tone::Ok : Tone::Critical; };
  auto target = numberColumn<Row>(
      QStringLiteral("target"), StopControls::tr("Has to be"), 110, [](const Row& r) { return textOf(r.target); },
      [](const Row& r) { return QVariant(textOf(r.target)); });
  return {what, measured, target};
}

}  // namespace

StopControls::StopControls(PanelContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_jobs(std::make_unique<BackgroundJobs>("bw-stop-desk")) {
  setObjectName(QStringLiteral("frmStopControls"));
  setAccessibleName(tr("Levels, scopes and tests of the stop"));
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(6);
  box->addWidget(buildRaise());
  buildParts();
  box->addWidget(m_partsBox);
  box->addWidget(buildTests());
}

StopControls::~StopControls() = default;

bool StopControls::idle() const {
  return m_jobs->idle();
}

QWidget* StopControls::buildRaise() {
  auto* form = new QWidget(this);
  form->setObjectName(QStringLiteral("frmRaise"));
  form->setAccessibleName(tr("Stop a part, or at another level"));
  m_level = new QComboBox(form);
  m_level->setObjectName(QStringLiteral("cmbStopLevel"));
  m_level->setAccessibleName(tr("Level of the stop"));
  const std::array<std::pair<QString, StopLevel>, 4> levels = {
      {{tr("No new risk"), StopLevel::NoNew},
       {tr("Cancel all, keep positions"), StopLevel::CancelAll},
       {tr("Cancel and flatten"), StopLevel::Flatten},
       {tr("Cut: send nothing more"), StopLevel::Cut}}};
  for (const auto& each : levels) m_level->addItem(each.first, static_cast<int>(each.second));
  m_level->setCurrentIndex(1);
  m_scope = new QComboBox(form);
  m_scope->setObjectName(QStringLiteral("cmbStopScope"));
  m_scope->setAccessibleName(tr("What is stopped"));
  m_raise = namedButton(QStringLiteral("btnStopRaise"), tr("Stop"), form);
  m_said = namedLabel(QStringLiteral("lblStopSaid"), {}, form);
  m_said->setWordWrap(true);
  auto* column = new QVBoxLayout(form);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  auto* row = new QHBoxLayout;
  row->addWidget(m_level, 1);
  row->addWidget(m_scope, 1);
  row->addWidget(m_raise);
  column->addLayout(row);
  column->addWidget(m_said);
  connect(m_raise, &QPushButton::clicked, this, &StopControls::raise);
  for (QComboBox* each : {m_level, m_scope}) {
    connect(each, &QComboBox::currentIndexChanged, this, [this] {
      m_sureUntil.reset();
      showRaise();
    });
  }
  return form;
}

void StopControls::buildParts() {
  m_partsBox = new QWidget(this);
  m_partsBox->setObjectName(QStringLiteral("frmStoppedParts"));
  m_partModel = new TableModel<ScopedStop>(
      partColumns(), [](const ScopedStop& r) { return textOf(r.scope); }, this);
  m_parts = new DataTable(QStringLiteral("tblStoppedParts"), tr("Stopped parts"), m_partModel, m_partsBox);
  keepFitted(*m_parts, *m_partModel);
  m_partCause = new QLineEdit(m_partsBox);
  m_partCause->setObjectName(QStringLiteral("edtPartCause"));
  m_partCause->setAccessibleName(tr("Cause, at least 10 characters"));
  m_partCause->setPlaceholderText(tr("what happened, at least 10 characters"));
  m_partPhrase = new QLineEdit(m_partsBox);
  m_partPhrase->setObjectName(QStringLiteral("edtPartPhrase"));
  m_partPhrase->setAccessibleName(tr("Phrase that ends the stop of the chosen part"));
  m_partReset = namedButton(QStringLiteral("btnPartReset"), tr("Reset this part"), m_partsBox);
  auto* column = new QVBoxLayout(m_partsBox);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addWidget(m_parts);
  auto* row = new QHBoxLayout;
  row->addWidget(m_partCause, 2);
  row->addWidget(m_partPhrase, 1);
  row->addWidget(m_partReset);
  column->addLayout(row);
  m_partsBox->hide();
  connect(m_partReset, &QPushButton::clicked, this, &StopControls::resetPart);
}

QWidget* StopControls::buildTests() {
  auto* form = new QWidget(this);
  form->setObjectName(QStringLiteral("frmStopTests"));
  m_test = namedButton(QStringLiteral("btnStopTest"), tr("Test the path"), form);
  m_test->setToolTip(tr("Gate, latch and every venue's path, without stopping anything (T)"));
  m_drillButton = namedButton(QStringLiteral("btnStopDrill"), tr("Timed drill…"), form);
  m_drillButton->setToolTip(tr("A stop against fake venues in another process; trading here is not touched"));
  m_testText = namedLabel(QStringLiteral("lblStopTest"), {}, form);
  m_testText->setWordWrap(true);
  m_drillModel = new TableModel<DrillFigure>(
      drillColumns(), [](const DrillFigure& r) { return textOf(r.what); }, this);
  m_drillTable = new DataTable(QStringLiteral("tblDrill"), tr("Result of the drill"), m_drillModel, form);
  keepFitted(*m_drillTable, *m_drillModel);
  m_drillTable->hide();
  auto* column = new QVBoxLayout(form);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  auto* row = new QHBoxLayout;
  row->addWidget(m_test);
  row->addWidget(m_drillButton);
  row->addWidget(m_testText, 1);
  column->addLayout(row);
  column->addWidget(m_drillTable);
  connect(m_test, &QPushButton::clicked, this, &StopControls::runTest);
  connect(m_drillButton, &QPushButton::clicked, this, &StopControls::runDrill);
  return form;
}

StopLevel StopControls::level() const {
  return static_cast<StopLevel>(m_level->currentData().toInt());
}

StopScope StopControls::scope() const {
  return stopScopeFrom(m_scope->currentData().toString().toStdString());
}

/// Everything, each venue, the linked instrument, each strategy; what was chosen stays chosen.
void StopControls::fillScopes() {
  QList<std::pair<QString, QString>> wanted{{tr("everything"), QString()}};
  std::set<std::string> venues;
  for (const Instrument& instrument : m_context.data.instruments()) venues.insert(instrument.venue);
  for (const auto& venue : venues) wanted << std::pair(tr("venue %1").arg(textOf(venue)), textOf("venue " + venue));
  const Instrument& linked = m_context.data.instruments().get(m_context.link.instrument());
  wanted << std::pair(tr("instrument %1").arg(textOf(linked.symbol)),
                      textOf("instrument " + linked.venue + "/" + linked.symbol));
  for (const auto& strategy : m_context.data.strategies())
    wanted << std::pair(tr("strategy %1").arg(textOf(strategy.strategy)), textOf("agent " + strategy.strategy));
  bool same = wanted.size() == m_scope->count();
  for (int i = 0; same && i < wanted.size(); ++i) same = m_scope->itemData(i).toString() == wanted[i].second;
  if (same) return;
  const QString before = m_scope->currentData().toString();
  const QSignalBlocker quiet(m_scope);
  m_scope->clear();
  for (const auto& each : wanted) m_scope->addItem(each.first, each.second);
  m_scope->setCurrentIndex(std::max(0, m_scope->findData(before)));
}

QString StopControls::sentence() const {
  const QString what = m_scope->currentText();
  switch (level()) {
    case StopLevel::NoNew:
      return tr("%1: only orders that reduce risk. Does not latch.").arg(what);
    case StopLevel::CancelAll:
      return tr("%1: every order that can add risk is cancelled; positions and their stops stay.").arg(what);
    case StopLevel::Flatten:
      return tr("%1: orders are cancelled and positions closed, inside the collar.").arg(what);
    case StopLevel::Cut:
      return tr("%1: nothing is sent any more, cancels included; keys are wiped until the next start.").arg(what);
  }
  return {};
}

void StopControls::showRaise() {
  const bool able = static_cast<bool>(m_context.commands.stopPorts.raise);
  const bool sure = m_sureUntil && m_context.mono() < *m_sureUntil;
  m_raise->setEnabled(able);
  m_raise->setText(sure ? tr("Press again to cut") : tr("Stop this"));
  m_raise->setAccessibleName(m_raise->text());
  m_said->setText(able ? sentence() : tr("There is no engine behind this window."));
}

void StopControls::raise() {
  if (!m_context.commands.stopPorts.raise) return;
  const MonoTime now = m_context.mono();
  const bool sure = m_sureUntil && now < *m_sureUntil;
  // Alone of the four it cannot be taken back by a reset: what rests at the venue then rests there.
  if (level() == StopLevel::Cut && !sure) {
    m_sureUntil = now + kSure;
    return showRaise();
  }
  m_sureUntil.reset();
  m_context.commands.stopPorts.raise(level(), scope(), "pressed in the Emergency stop dock");
  showRaise();
}

void StopControls::resetPart() {
  const auto& ports = m_context.commands.stopPorts;
  const ScopedStop* part = m_partModel->find(m_parts->currentKey());
  if (part == nullptr && m_partModel->rowCount() == 1) part = &m_partModel->row(0);
  if (!ports.resetScope || part == nullptr) return;
  m_jobs->post([this, ask = ports.resetScope, where = stopScopeFrom(part->scope),
                phrase = m_partPhrase->text().trimmed().toStdString(),
                cause = m_partCause->text().trimmed().toStdString()]() -> BackgroundJobs::Then {
    const std::string problem = ask(where, phrase, cause);
    return [this, problem] {
      m_said->setText(problem.empty() ? tr("Reset. Nothing of it trades until it is started again.") : textOf(problem));
      if (!problem.empty()) return;
      m_partPhrase->clear();
      m_partCause->clear();
    };
  });
}

void StopControls::runTest() {
  const auto test = m_context.commands.stopPorts.selfTest;
  if (!test || !m_jobs->idle()) return;
  m_test->setEnabled(false);
  m_testText->setText(tr("Testing…"));
  m_jobs->post([this, test]() -> BackgroundJobs::Then {
    auto lines = test();
    return [this, lines = std::move(lines)] {
      m_tests = lines;
      QStringList failed;
      for (const StopTest& line : m_tests) {
        if (!line.ok) failed << textOf(line.what) + QStringLiteral(": ") + textOf(line.detail);
      }
      m_testText->setText(
          failed.isEmpty()
              ? tr("Path tested: all %1 well, %2 UTC").arg(m_tests.size()).arg(timeText(m_context.data.now()))
              : tr("FAILED — %1").arg(failed.join(QStringLiteral("; "))));
      m_test->setEnabled(true);
      Q_EMIT testsChanged();
    };
  });
}

void StopControls::runDrill() {
  const auto drill = m_context.commands.stopPorts.drill;
  if (!drill || !m_jobs->idle()) return;
  m_drillButton->setEnabled(false);
  m_testText->setText(tr("Drilling against fake venues in another process…"));
  m_jobs->post([this, drill]() -> BackgroundJobs::Then {
    auto result = drill();
    return [this, result = std::move(result)] {
      m_drill = result;
      m_drillModel->setRows(m_drill.figures);
      m_drillTable->setVisible(!m_drill.figures.empty());
      m_drillTable->setFixedHeight(28 + kRowOfPart * static_cast<int>(m_drill.figures.size()));
      m_drillTable->setState(ViewState::Live, 1);
      m_testText->setText(!m_drill.problem.empty() ? tr("The drill could not be run: %1").arg(textOf(m_drill.problem))
                          : m_drill.ok             ? tr("Drill passed, %1 UTC").arg(timeText(m_context.data.now()))
                                                   : tr("Drill FAILED: see the table"));
      m_drillButton->setEnabled(true);
    };
  });
}

void StopControls::refresh() {
  const auto& ports = m_context.commands.stopPorts;
  fillScopes();
  showRaise();
  m_test->setEnabled(ports.selfTest && m_jobs->idle());
  m_drillButton->setEnabled(ports.drill && m_jobs->idle());
  const auto& scopes = m_context.data.stop().scopes;
  m_partsBox->setVisible(!scopes.empty());
  if (scopes.empty()) return;
  m_partModel->setRows(scopes);
  m_parts->setFixedHeight(28 + kRowOfPart * static_cast<int>(scopes.size()));
  m_parts->setState(ViewState::Live, m_context.data.revision(Part::Stop));
  const ScopedStop* part = m_partModel->find(m_parts->currentKey());
  const ScopedStop& shown = part != nullptr ? *part : scopes.front();
  m_partPhrase->setPlaceholderText(
      QStringLiteral("RESET %1 %2").arg(textOf(m_context.data.info().mode)).arg(shown.stopNumber));
}

}  // namespace bw::ui
