// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/risk/risk_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/risk/checks_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kRoomForAllBreakers = 480;
constexpr int kRoomForAllChecks = 440;
constexpr int kBreakerRow = 22;
constexpr int kBreakerFrame = 50;  ///< header and footer

/// "MAX_DAILY_DRAWDOWN" → "Max daily drawdown".
QString limitName(const std::string& key) {
  QString text = textOf(key).toLower().replace(QLatin1Char('_'), QLatin1Char(' '));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

GaugeData gaugeFrom(const LimitGauge& limit) {
  GaugeData gauge;
  gauge.key = textOf(limit.key);
  gauge.name = limitName(limit.key);
  gauge.scope = textOf(limit.scope);
  // Rounded so that it never looks better than it is.
  const Rounding worse = limit.lowerBound ? Rounding::Down : Rounding::Up;
  const Rounding tighter = limit.lowerBound ? Rounding::Up : Rounding::Down;
  gauge.used = shortText(limit.used, worse);
  gauge.limit = shortText(limit.limit, tighter, 6);
  gauge.unit = textOf(limit.unit);
  const Decimal room = limit.lowerBound ? limit.used - limit.limit : limit.limit - limit.used;
  gauge.headroom = shortText(room, Rounding::Down);
  const double used = limit.used.toDouble();
  const double bound = limit.limit.toDouble();
  gauge.minimum = limit.lowerBound;
  // A floor is used up as what is left comes down to it.
  if (limit.lowerBound) {
    gauge.fraction = used > 0 ? bound / used : (bound > 0 ? 2.0 : 0.0);
  } else {
    gauge.fraction = bound > 0 ? used / bound : (used > 0 ? 2.0 : 0.0);
  }
  gauge.status = gaugeStatusOf(gauge.fraction);
  const auto full = [](const Decimal& value) { return textOf(value.canonical().toString()); };
  gauge.toolTip = RiskPanel::tr("%1\nUsed %2 %5\nLimit %3 %5\nLeft %4 %5\nOn breach: %6\nFrom %7")
                      .arg(gauge.key, full(limit.used), full(limit.limit), full(room), gauge.unit, textOf(limit.action),
                           textOf(limit.source));
  return gauge;
}

std::vector<Column<RiskStatus::Breaker>> breakerColumns() {
  using Row = RiskStatus::Breaker;
  auto name = textColumn<Row>(QStringLiteral("breaker"), RiskPanel::tr("Breaker"), 110,
                              [](const Row& r) { return textOf(r.name); });
  auto state = textColumn<Row>(QStringLiteral("state"), RiskPanel::tr("State"), 92,
                               [](const Row& r) { return textOf(r.state); });
  state.mark = [](const Row& r) {
    return r.state == "CLOSED" ? Mark::Ok : r.state == "OPEN" ? Mark::Critical : Mark::Warning;
  };
  state.tone = [](const Row& r) {
    return r.state == "CLOSED" ? Tone::Ok : r.state == "OPEN" ? Tone::Critical : Tone::Warn;
  };
  auto cause = textColumn<Row>(QStringLiteral("cause"), RiskPanel::tr("Cause"), 150,
                               [](const Row& r) { return textOf(r.cause); });
  auto since = textColumn<Row>(QStringLiteral("since"), RiskPanel::tr("Since UTC"), 80,
                               [](const Row& r) { return r.since.ns == 0 ? notAvailable() : timeText(r.since); });
  return {name, state, cause, since};
}

}  // namespace

RiskPanel::RiskPanel(PanelContext& context) : Panel(context, {Part::Risk, Part::Audit, Part::Stop}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  m_header = new ElidedLabel(QStringLiteral("lblRiskHeader"), this);
  m_header->setFont(ui::themeFont(FontRole::Title));
  m_header->setAccessibleName(tr("Risk state"));
  m_counts = namedLabel(QStringLiteral("lblRiskCounts"), {}, this);
  m_counts->setAccessibleName(tr("Intents approved and refused"));
  auto* pause = namedButton(QStringLiteral("btnRiskPause"), tr("Pause trading"), this);
  pause->setToolTip(tr("No new entries; exits and protection keep running (Ctrl+Shift+F11)"));
  connect(pause, &QPushButton::clicked, this, [this] { this->context().commands.pause(); });
  auto* head = new QHBoxLayout;
  head->setContentsMargins(8, 4, 4, 4);
  head->addWidget(m_header, 1);
  head->addWidget(pause);
  m_empty = new EmptyState(QStringLiteral("emptyRisk"), this);
  m_empty->setContent(tr("Limits not loaded — trading stays disabled."), QString());
  m_gauges = new GaugeList(this);
  m_model = new TableModel<RiskStatus::Breaker>(
      breakerColumns(), [](const RiskStatus::Breaker& r) { return textOf(r.name); }, this);
  m_model->setPinned([](const RiskStatus::Breaker& r) { return r.state == "OPEN"; });
  m_breakers = new DataTable(QStringLiteral("tblBreakers"), tr("Circuit breakers"), m_model, this);
  keepFitted(*m_breakers, *m_model);
  m_invariants = new ChecksRow(QStringLiteral("rowInvariants"), this);
  box->addLayout(head);
  m_counts->setContentsMargins(8, 0, 8, 2);
  box->addWidget(m_counts);
  box->addWidget(m_empty, 1);
  box->addWidget(m_gauges, 1);
  box->addWidget(m_breakers);
  box->addWidget(m_invariants);
}

void RiskPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  if (event->size().height() != event->oldSize().height() && isVisible())
    QMetaObject::invokeMethod(
        this, [this] { refresh(); }, Qt::QueuedConnection);
}

void RiskPanel::showHeader(const RiskStatus& risk, int near, int breached) {
  Role role = Role::Ok;
  QString text = tr("NORMAL");
  if (data().latched()) {
    role = Role::Critical;
    text = tr("EMERGENCY STOP · nothing new is approved");
  } else if (breached > 0) {
    role = Role::Critical;
    text = tr("BREACH · %1").arg(risk.reason.empty() ? tr("limits over: %1").arg(breached) : textOf(risk.reason));
  } else if (near > 0) {
    role = Role::Warn;
    text = tr("NEAR · limits above 75 %: %1").arg(near);
  }
  if (risk.reduceOnly) text += tr(" · reduce-only");
  m_header->setFullText(text);
  QPalette palette = m_header->palette();
  palette.setColor(QPalette::WindowText, ui::color(role));
  m_header->setPalette(palette);
}

void RiskPanel::update(Revision revision) {
  const auto& risk = data().risk();
  m_empty->setVisible(!risk);
  m_gauges->setVisible(risk.has_value());
  m_breakers->setVisible(risk && !risk->breakers.empty());
  std::vector<ChecksRow::Item> checks;
  if (data().audit()) {
    for (const auto& check : data().audit()->invariants)
      checks.push_back({textOf(check.name), check.ok, textOf(check.text)});
  }
  // Little room: one line while all hold, else only what is broken.
  if (height() < kRoomForAllChecks && !checks.empty()) {
    const auto total = checks.size();
    checks.erase(std::remove_if(checks.begin(), checks.end(), [](const ChecksRow::Item& item) { return item.ok; }),
                 checks.end());
    if (checks.empty()) checks.push_back({tr("All %1 invariants hold").arg(total), true, {}});
  }
  m_invariants->setVisible(!checks.empty());
  m_invariants->setItems(std::move(checks));
  if (!risk) {
    m_header->setFullText(tr("Waiting for the risk agent"));
    return setHooks(ViewState::Empty, revision, 0);
  }
  std::vector<GaugeData> gauges;
  for (const auto& limit : risk->gauges) gauges.push_back(gaugeFrom(limit));
  std::stable_sort(gauges.begin(), gauges.end(),
                   [](const GaugeData& a, const GaugeData& b) { return a.fraction > b.fraction; });
  const auto count = [&gauges](auto test) {
    return static_cast<int>(std::count_if(gauges.begin(), gauges.end(), test));
  };
  const int breached = count([](const GaugeData& g) { return g.status == GaugeStatus::Breach; });
  const int near =
      count([](const GaugeData& g) { return g.status == GaugeStatus::Near || g.status == GaugeStatus::Hot; });
  showHeader(*risk, near, breached);
  m_counts->setText(tr("approved %1 · refused %2").arg(risk->approved).arg(risk->refused));
  const int rows = static_cast<int>(gauges.size());
  m_gauges->setState(plainState(false), revision, std::move(gauges));
  std::vector<RiskStatus::Breaker> shown = risk->breakers;
  const auto closed = std::stable_partition(shown.begin(), shown.end(),
                                            [](const RiskStatus::Breaker& b) { return b.state != "CLOSED"; });
  const auto closedCount = shown.end() - closed;
  // Little room: only what is open.
  if (height() < kRoomForAllBreakers) shown.erase(closed, shown.end());
  m_breakers->setFixedHeight(kBreakerFrame + kBreakerRow * static_cast<int>(shown.size()));
  m_breakers->setFooter(tr("Breakers closed: %1 of %2").arg(closedCount).arg(risk->breakers.size()));
  m_model->setRows(std::move(shown));
  m_breakers->setState(plainState(false), revision);
  setHooks(plainState(false), revision, rows);
}

}  // namespace bw::ui
