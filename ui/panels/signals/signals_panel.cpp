// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/signals/signals_panel.h"

#include <QStackedLayout>
#include <QVBoxLayout>

#include <cmath>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/score_bar.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

int signOfValue(double value) {
  return value > 0.005 ? 1 : value < -0.005 ? -1 : 0;
}

QString verdictOf(double score) {
  if (score >= 90) return SignalsPanel::tr("Strong buy");
  if (score >= 60) return SignalsPanel::tr("Buy");
  if (score <= -90) return SignalsPanel::tr("Strong sell");
  if (score <= -60) return SignalsPanel::tr("Sell");
  return SignalsPanel::tr("Neutral");
}

QString alignmentWord(Alignment alignment) {
  switch (alignment) {
    case Alignment::Full:
      return QStringLiteral("FULL");
    case Alignment::Partial:
      return QStringLiteral("PARTIAL");
    case Alignment::Divergent:
      return QStringLiteral("DIVERGENT");
  }
  return {};
}

std::vector<Column<SignalRow>> signalColumns() {
  using Row = SignalRow;
  const auto& part = [](const Row& r) -> const SignalComponent& { return r.component; };
  std::vector<Column<Row>> columns;
  auto name = textColumn<Row>(QStringLiteral("component"), SignalsPanel::tr("Component"), 100,
                              [](const Row& r) { return textOf(r.component.name); });
  name.tone = [](const Row& r) { return r.component.available ? Tone::None : Tone::Disabled; };
  columns.push_back(name);
  auto contribution = numberColumn<Row>(
      QStringLiteral("contribution"), SignalsPanel::tr("Points"), 88,
      [part](const Row& r) {
        return part(r).available ? statText(part(r).contribution, 1, Sign::Always) : SignalsPanel::tr("n/a");
      },
      [part](const Row& r) { return QVariant(part(r).contribution); });
  contribution.bar = [](const Row& r) -> std::optional<CellBar> {
    if (!r.component.available || r.component.weight <= 0) return std::nullopt;
    const float end = 0.5F + static_cast<float>(r.component.contribution / r.component.weight / 2);
    return end < 0.5F ? CellBar{end, 0.5F, Tone::Down} : CellBar{0.5F, end, Tone::Up};
  };
  contribution.tone = [](const Row& r) { return toneOfSign(signOfValue(r.component.contribution)); };
  columns.push_back(contribution);
  columns.push_back(numberColumn<Row>(
      QStringLiteral("weight"), SignalsPanel::tr("Weight"), 58,
      [](const Row& r) { return statText(r.component.weight, 0); },
      [](const Row& r) { return QVariant(r.component.weight); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("raw"), SignalsPanel::tr("Raw"), 76,
      [](const Row& r) { return r.component.available ? statText(r.component.raw, 2) : notAvailable(); },
      [](const Row& r) { return QVariant(r.component.raw); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("value"), SignalsPanel::tr("−1…+1"), 62,
      [](const Row& r) {
        return r.component.available ? statText(r.component.value, 2, Sign::Always) : notAvailable();
      },
      [](const Row& r) { return QVariant(r.component.value); }));
  columns.push_back(textColumn<Row>(QStringLiteral("timeframe"), SignalsPanel::tr("Frame"), 56,
                                    [](const Row& r) { return intervalText(r.component.timeframe); }));
  columns.push_back(textColumn<Row>(QStringLiteral("group"), SignalsPanel::tr("Group"), 78,
                                    [](const Row& r) { return textOf(r.component.group); }));
  columns.push_back(numberColumn<Row>(
      QStringLiteral("age"), SignalsPanel::tr("Age"), 64,
      [](const Row& r) { return r.component.asOf.ns == 0 ? notAvailable() : ageText(r.now - r.component.asOf); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>(r.component.asOf.ns)); }));
  return columns;
}

}  // namespace

SignalsPanel::SignalsPanel(PanelContext& context) : Panel(context, {Part::Signals, Part::Stop, Part::Session}) {
  m_pages = new QStackedLayout(this);
  m_empty = new EmptyState(QStringLiteral("emptySignals"), this);
  auto* page = new QWidget(this);
  page->setObjectName(QStringLiteral("pgSignals"));
  auto* box = new QVBoxLayout(page);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_score = new ScoreBar(page);
  m_history = new Sparkline(QStringLiteral("sparkScore"), page);
  m_history->setFixedHeight(28);
  m_model = new TableModel<SignalRow>(
      signalColumns(),
      [](const SignalRow& r) -> QString {
        return textOf(r.component.name) + QLatin1Char('/') + intervalText(r.component.timeframe);
      },
      this);
  m_table = new DataTable(QStringLiteral("tblSignals"), tr("Signal breakdown"), m_model, page);
  keepFitted(*m_table, *m_model);
  box->addWidget(m_score);
  box->addWidget(m_history);
  box->addWidget(m_table, 1);
  m_pages->addWidget(m_empty);
  m_pages->addWidget(page);
}

void SignalsPanel::showScore(const SignalGenerated& signal, Revision revision) {
  ScoreState score;
  score.view = plainState(false);
  score.revision = revision;
  score.score = signal.score;
  score.verdict = verdictOf(signal.score);
  score.detail =
      tr("confidence %1 % · alignment %2 · %3")
          .arg(statText(signal.confidence, 0), alignmentWord(signal.alignment), ageText(data().now() - signal.time));
  if (data().latched()) {
    score.block = tr("blocked: emergency stop");
  } else if (data().sessionState() != SessionState::Trading) {
    score.block = tr("blocked: session is %1").arg(textOf(toString(data().sessionState())));
  } else if (std::abs(signal.score) < score.threshold) {
    score.block = tr("blocked: score below %1").arg(score.threshold);
  }
  m_score->setState(score);
}

void SignalsPanel::update(Revision revision) {
  const SignalGenerated* signal = data().signal(linked().id);
  const bool ready = signal != nullptr && signal->warm;
  m_pages->setCurrentIndex(ready ? 1 : 0);
  if (!ready) {
    const QString text = signal != nullptr && !signal->warmupText.empty() ? textOf(signal->warmupText)
                                                                          : tr("Waiting for the first candles");
    m_empty->setContent(text + QLatin1Char('.'), QString());
    return setHooks(signal == nullptr ? ViewState::Empty : ViewState::Loading, revision, 0);
  }
  showScore(*signal, revision);
  std::vector<float> values;
  for (const auto& [time, score] : data().scores(linked().id)) values.push_back(static_cast<float>(score));
  m_history->setValues(std::move(values), true,
                       tr("Score so far, newest %1").arg(statText(signal->score, 0, Sign::Always)));
  std::vector<SignalRow> rows;
  double sum = 0;
  double weight = 0;
  double missing = 0;
  for (const auto& component : signal->breakdown) {
    rows.push_back({component, data().now()});
    sum += component.contribution;
    weight += component.weight;
    if (!component.available) missing += component.weight;
  }
  const int count = static_cast<int>(rows.size());
  if (!m_table->isPaused()) m_model->setRows(std::move(rows));
  QString footer = tr("Sum %1 of ±%2").arg(statText(sum, 1, Sign::Always), statText(weight, 0));
  if (missing > 0) footer += tr(" · partial, ±%1 not available").arg(statText(missing, 0));
  m_table->setFooter(footer);
  m_table->setState(plainState(false), revision);
  setHooks(plainState(false), revision, count);
}

}  // namespace bw::ui
