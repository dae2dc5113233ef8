// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/risk/risk_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/risk/checks_row.h"
#include "ui/panels/ticket/ticket_form.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/gauges.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kRoomForAllBreakers = 480;
constexpr int kRoomForAllChecks = 440;
constexpr int kRoomForBreaches = 620;
constexpr int kBreachesHeight = 130;
constexpr int kBreakerRow = 22;
constexpr int kBreakerFrame = 50;  ///< header and footer

/// "MAX_DAILY_DRAWDOWN" → "Max daily drawdown".
QString limitName(const std::string& key) {
  QString text = textOf(key).toLower().replace(QLatin1Char('_'), QLatin1Char(' '));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
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

std::vector<Column<BreachRow>> breachColumns() {
  using Row = BreachRow;
  auto from = textColumn<Row>(QStringLiteral("time"), RiskPanel::tr("Time UTC"), 80,
                              [](const Row& r) { return timeText(r.from); });
  auto limit = textColumn<Row>(QStringLiteral("limit"), RiskPanel::tr("Limit"), 190,
                               [](const Row& r) { return limitName(r.key); });
  limit.mark = [](const Row& r) { return r.open ? Mark::Critical : Mark::Flat; };
  limit.tone = [](const Row& r) { return r.open ? Tone::Critical : Tone::Secondary; };
  limit.toolTip = [](const Row& r) { return textOf(r.key + " · " + r.scope); };
  auto peak = numberColumn<Row>(
      QStringLiteral("peak"), RiskPanel::tr("Peak of limit"), 150,
      [](const Row& r) -> QString {
        return shortText(r.peak, Rounding::HalfEven) + QStringLiteral(" / ") + shortText(r.limit, Rounding::HalfEven) +
               QLatin1Char(' ') + textOf(r.unit);
      },
      [](const Row& r) { return QVariant::fromValue(r.peak); });
  auto lasted = numberColumn<Row>(
      QStringLiteral("duration"), RiskPanel::tr("Lasted"), 80,
      [](const Row& r) { return r.open ? RiskPanel::tr("still") : ageText(r.to - r.from); },
      [](const Row& r) { return QVariant(static_cast<qlonglong>((r.to - r.from).ns)); });
  auto action = textColumn<Row>(QStringLiteral("action"), RiskPanel::tr("What it did"), 150,
                                [](const Row& r) { return textOf(r.action); });
  return {from, limit, peak, lasted, action};
}

/// Used by limit after the order in the ticket; negative where the check says nothing about this gauge.
double shareWithOrder(const LimitGauge& limit, const std::vector<CheckResult>& checks) {
  for (const CheckResult& check : checks) {
    if (check.check != limit.key || check.outcome == CheckResult::Outcome::NotApplicable) continue;
    const auto after = Decimal::parse(check.after);
    const auto bound = Decimal::parse(check.limit);
    if (!after || !bound) return -1;
    LimitGauge then = limit;
    then.used = *after;
    then.limit = *bound;
    return usedShare(then);
  }
  return -1;
}

}  // namespace

GaugeData RiskPanel::gaugeOf(const LimitGauge& limit, const std::deque<float>& trend,
                             const std::vector<CheckResult>& checks) {
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
  gauge.minimum = limit.lowerBound;
  gauge.fraction = usedShare(limit);
  gauge.status = gaugeStatusOf(gauge.fraction);
  gauge.withOrder = shareWithOrder(limit, checks);
  gauge.trend.assign(trend.begin(), trend.end());
  const auto full = [](const Decimal& value) { return textOf(value.canonical().toString()); };
  gauge.toolTip = tr("%1\nUsed %2 %5\nLimit %3 %5\nLeft %4 %5\nOn breach: %6\nFrom %7")
                      .arg(gauge.key, full(limit.used), full(limit.limit), full(room), gauge.unit, textOf(limit.action),
                           textOf(limit.source));
  return gauge;
}

RiskPanel::RiskPanel(PanelContext& context)
    : Panel(context, {Part::Risk, Part::Audit, Part::Stop, Part::Orders, Part::Positions}) {
  auto* box = new QVBoxLayout(this);
  box->setContentsMargins(0, 0, 0, 0);
  box->setSpacing(0);
  box->addWidget(buildHead());
  m_pending = new ElidedLabel(QStringLiteral("lblRiskPending"), this);
  m_pending->setContentsMargins(8, 0, 8, 2);
  m_pending->hide();
  m_empty = new EmptyState(QStringLiteral("emptyRisk"), this);
  m_empty->setContent(tr("Limits not loaded — trading stays disabled."), QString());
  m_gauges = new GaugeList(this);
  connect(m_gauges, &GaugeList::activated, this, [this] { this->context().showDock(QStringLiteral("dkLimits")); });
  buildTables();
  m_invariants = new ChecksRow(QStringLiteral("rowInvariants"), this);
  box->addWidget(m_pending);
  box->addWidget(m_empty, 1);
  box->addWidget(m_gauges, 1);
  box->addWidget(m_breakers);
  box->addWidget(m_breaches);
  box->addWidget(m_invariants);
}

QWidget* RiskPanel::buildHead() {
  auto* head = new QWidget(this);
  head->setObjectName(QStringLiteral("rowRiskHead"));
  m_header = new ElidedLabel(QStringLiteral("lblRiskHeader"), head);
  m_header->setFont(ui::themeFont(FontRole::Title));
  m_header->setAccessibleName(tr("Risk state"));
  m_counts = namedLabel(QStringLiteral("lblRiskCounts"), {}, head);
  m_counts->setAccessibleName(tr("Intents approved and refused"));
  auto* edit = namedButton(QStringLiteral("btnEditLimits"), tr("Edit limits…"), head);
  edit->setToolTip(tr("Tighten at once, loosen after a review"));
  connect(edit, &QPushButton::clicked, this, [this] { this->context().showDock(QStringLiteral("dkLimits")); });
  auto* pause = namedButton(QStringLiteral("btnRiskPause"), tr("Pause trading"), head);
  pause->setToolTip(tr("No new entries; exits and protection keep running (Ctrl+Shift+F11)"));
  connect(pause, &QPushButton::clicked, this, [this] { this->context().commands.pause(); });
  auto* column = new QVBoxLayout(head);
  column->setContentsMargins(8, 4, 4, 2);
  column->setSpacing(2);
  column->addWidget(m_header);
  auto* row = new QHBoxLayout;
  row->addWidget(m_counts, 1);
  row->addWidget(edit);
  row->addWidget(pause);
  column->addLayout(row);
  return head;
}

void RiskPanel::buildTables() {
  m_model = new TableModel<RiskStatus::Breaker>(
      breakerColumns(), [](const RiskStatus::Breaker& r) { return textOf(r.name); }, this);
  m_model->setPinned([](const RiskStatus::Breaker& r) { return r.state == "OPEN"; });
  m_breakers = new DataTable(QStringLiteral("tblBreakers"), tr("Circuit breakers"), m_model, this);
  keepFitted(*m_breakers, *m_model);
  m_breachModel = new TableModel<BreachRow>(
      breachColumns(),
      [](const BreachRow& r) -> QString { return QString::number(r.from.ns) + textOf(r.key) + textOf(r.scope); }, this);
  m_breaches = new DataTable(QStringLiteral("tblBreaches"), tr("Breach history"), m_breachModel, this);
  m_breaches->emptyState()->setContent(tr("No limit has been exceeded in this session."), QString());
  keepFitted(*m_breaches, *m_breachModel);
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
  if (data().latched() && !data().stopped()) {
    role = Role::Critical;
    text = tr("STOP PATH FAULT · trading is refused");
  } else if (data().latched()) {
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
  if (!risk) m_breaches->hide();
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
  const std::vector<CheckResult> pending = pendingChecks();
  std::vector<GaugeData> gauges;
  for (const auto& limit : risk->gauges) gauges.push_back(gaugeOf(limit, data().limitTrend(limit), pending));
  std::stable_sort(gauges.begin(), gauges.end(),
                   [](const GaugeData& a, const GaugeData& b) { return a.fraction > b.fraction; });
  const auto count = [&gauges](auto test) {
    return static_cast<int>(std::count_if(gauges.begin(), gauges.end(), test));
  };
  const int breached = count([](const GaugeData& g) { return g.status == GaugeStatus::Breach; });
  const int near =
      count([](const GaugeData& g) { return g.status == GaugeStatus::Near || g.status == GaugeStatus::Hot; });
  showHeader(*risk, near, breached);
  showPending(pending);
  m_counts->setText(tr("approved %1 · refused %2").arg(risk->approved).arg(risk->refused));
  const int rows = static_cast<int>(gauges.size());
  m_gauges->setState(plainState(false), revision, std::move(gauges));
  showBreakers(*risk, revision);
  showBreaches(revision);
  setHooks(plainState(false), revision, rows);
}

std::vector<CheckResult> RiskPanel::pendingChecks() {
  const auto& pending = data().pendingOrder();
  return pending ? context().commands.preview(*pending) : std::vector<CheckResult>{};
}

void RiskPanel::showPending(const std::vector<CheckResult>& checks) {
  const auto& pending = data().pendingOrder();
  m_pending->setVisible(pending.has_value());
  if (!pending) return;
  const auto failed = std::find_if(checks.begin(), checks.end(),
                                   [](const CheckResult& c) { return c.outcome == CheckResult::Outcome::Failed; });
  const QString order = sentenceOf(*pending, data().instruments().get(pending->instrument), textOf(data().info().mode));
  m_pending->setFullText(failed == checks.end()
                             ? tr("In the ticket: %1").arg(order)
                             : tr("In the ticket, blocked by %1: %2").arg(limitName(failed->check), order));
  QPalette palette = m_pending->palette();
  palette.setColor(QPalette::WindowText, ui::color(failed == checks.end() ? Role::TextSecondary : Role::Critical));
  m_pending->setPalette(palette);
}

void RiskPanel::showBreakers(const RiskStatus& risk, Revision revision) {
  std::vector<RiskStatus::Breaker> shown = risk.breakers;
  const auto closed = std::stable_partition(shown.begin(), shown.end(),
                                            [](const RiskStatus::Breaker& b) { return b.state != "CLOSED"; });
  const auto closedCount = shown.end() - closed;
  // Little room: only what is open.
  if (height() < kRoomForAllBreakers) shown.erase(closed, shown.end());
  m_breakers->setFixedHeight(kBreakerFrame + kBreakerRow * static_cast<int>(shown.size()));
  m_breakers->setFooter(tr("Breakers closed: %1 of %2").arg(closedCount).arg(risk.breakers.size()));
  m_model->setRows(std::move(shown));
  m_breakers->setState(plainState(false), revision);
}

void RiskPanel::showBreaches(Revision revision) {
  const bool room = height() >= kRoomForBreaches;
  m_breaches->setVisible(room);
  if (!room) return;
  m_breaches->setFixedHeight(kBreachesHeight);
  m_breachModel->setRows({data().breaches().begin(), data().breaches().end()});
  m_breaches->setState(plainState(data().breaches().empty()), revision);
}

}  // namespace bw::ui
