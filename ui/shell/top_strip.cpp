// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/top_strip.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPainter>
#include <QPushButton>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/estop/estop_panel.h"
#include "ui/shell/session_panel.h"
#include "ui/shell/stop_filter.h"
#include "ui/shell/workspaces.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/estop_plate.h"
#include "ui/widgets/small_widgets.h"

namespace bw::ui {

namespace {

constexpr int kBorder = 3;

ModeLook lookOf(const std::string& mode) {
  if (mode == "REPLAY") return ModeLook::Replay;
  if (mode == "PAPER") return ModeLook::Paper;
  if (mode == "TESTNET") return ModeLook::Testnet;
  if (mode == "LIVE") return ModeLook::Live;
  return ModeLook::Sim;
}

void tint(QLabel& label, Role role) {
  QPalette palette = label.palette();
  if (palette.color(QPalette::WindowText) == ui::color(role)) return;
  palette.setColor(QPalette::WindowText, ui::color(role));
  label.setPalette(palette);
}

void setTextIfNew(QLabel& label, const QString& text) {
  if (label.text() != text) label.setText(text);
}

}  // namespace

TopStrip::TopStrip(PanelContext& context, StopFilter& stop, QWidget* parent) : QWidget(parent), m_context(context) {
  setObjectName(QStringLiteral("topStrip"));
  setAccessibleName(tr("Menus, session and emergency stop"));
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(kBorder, kBorder, kBorder, kBorder);
  outer->setSpacing(2);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(12);
  auto* rows = new QVBoxLayout;
  rows->setSpacing(0);
  auto* first = new QHBoxLayout;
  first->setSpacing(12);
  m_menus = new QMenuBar(this);
  m_menus->setObjectName(QStringLiteral("barMenus"));
  m_menus->setAccessibleName(tr("Menus"));
  m_menus->setNativeMenuBar(false);
  m_menus->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
  m_tabs = new QTabBar(this);
  m_tabs->setObjectName(QStringLiteral("tabWorkspaces"));
  m_tabs->setAccessibleName(tr("Workspaces"));
  m_tabs->setDrawBase(false);
  m_tabs->setExpanding(false);
  for (const auto& name : Workspaces::names()) m_tabs->addTab(name);
  first->addWidget(m_menus);
  first->addWidget(m_tabs);
  first->addStretch(1);
  auto* second = new QHBoxLayout;
  second->setContentsMargins(6, 0, 0, 0);
  second->setSpacing(12);
  m_mode = new ModeBadge(this);
  m_mode->setObjectName(QStringLiteral("lblMode"));
  m_session = namedButton(QStringLiteral("btnSession"), {}, this);
  second->addWidget(m_mode);
  second->addWidget(m_session);
  m_replay = new QWidget(this);
  m_replay->setObjectName(QStringLiteral("rowReplay"));
  auto* replayRow = new QHBoxLayout(m_replay);
  replayRow->setContentsMargins(0, 0, 0, 0);
  replayRow->setSpacing(2);
  buildReplay(*replayRow);
  second->addWidget(m_replay);
  m_venueRow = new QHBoxLayout;
  second->addLayout(m_venueRow);
  second->addStretch(1);
  m_equityCaption = namedLabel(QStringLiteral("capEquity"), tr("Equity"), this);
  m_equity = namedLabel(QStringLiteral("lblEquity"), notAvailable(), this);
  m_dayCaption = namedLabel(QStringLiteral("capDayPnl"), tr("Day"), this);
  m_day = namedLabel(QStringLiteral("lblDayPnl"), notAvailable(), this);
  m_clock = namedLabel(QStringLiteral("lblClock"), {}, this);
  for (QLabel* value : {m_equity, m_day, m_clock}) value->setFont(ui::themeFont(FontRole::Number));
  m_alarms = namedButton(QStringLiteral("btnAlarms"), {}, this);
  for (QWidget* widget : std::array<QWidget*, 6>{m_equityCaption, m_equity, m_dayCaption, m_day, m_clock, m_alarms})
    second->addWidget(widget);
  rows->addLayout(first);
  rows->addLayout(second);
  m_plate = new EstopPlate(EstopPlate::Size::Full, this);
  stop.watch(*m_plate);
  columns->addLayout(rows, 1);
  columns->addWidget(m_plate, 0, Qt::AlignVCenter);
  outer->addLayout(columns);
  buildCard();
  outer->addWidget(m_card);
  buildNotice();
  outer->addWidget(m_notice);
}

void TopStrip::buildReplay(QHBoxLayout& row) {
  m_marketPause = namedButton(QStringLiteral("btnMarketPause"), tr("Hold"), m_replay);
  m_marketPause->setCheckable(true);
  m_marketPause->setToolTip(tr("Holds market time; nothing is lost"));
  auto* step = namedButton(QStringLiteral("btnMarketStep"), tr("Step"), m_replay);
  step->setToolTip(tr("One market event further"));
  m_speed = new QComboBox(m_replay);
  m_speed->setObjectName(QStringLiteral("cmbSpeed"));
  m_speed->setAccessibleName(tr("Replay speed"));
  for (const int speed : std::array<int, 8>{1, 2, 5, 10, 20, 50, 100, 1000})
    m_speed->addItem(QStringLiteral("×%1").arg(speed), static_cast<double>(speed));
  for (QWidget* widget : std::array<QWidget*, 3>{m_marketPause, step, m_speed}) row.addWidget(widget);
  connect(m_marketPause, &QPushButton::toggled, this, [this](bool on) { m_context.commands.setMarketPaused(on); });
  connect(step, &QPushButton::clicked, this, [this] { m_context.commands.step(); });
  connect(m_speed, &QComboBox::activated, this,
          [this] { m_context.commands.setSpeed(m_speed->currentData().toDouble()); });
}

void TopStrip::buildCard() {
  m_card = new QWidget(this);
  m_card->setObjectName(QStringLiteral("crdFirstRun"));
  m_card->setAccessibleName(tr("First run"));
  auto* row = new QHBoxLayout(m_card);
  row->setContentsMargins(9, 2, 9, 4);
  // One line in the smallest window: a second one would take its room from the docks.
  auto* text = new ElidedLabel(QStringLiteral("lblFirstRun"), m_card);
  text->setFullText(
      tr("You are looking at a simulation. Nothing here is real money. The red disc stops everything: try it, "
         "then reset it in the Emergency stop dock."));
  auto* show = namedButton(QStringLiteral("btnCardEstop"), tr("Show the Emergency stop dock"), m_card);
  auto* close = namedButton(QStringLiteral("btnCardClose"), tr("Got it"), m_card);
  row->addWidget(text, 1);
  row->addWidget(show);
  row->addWidget(close);
  m_card->hide();
  connect(show, &QPushButton::clicked, this, [this] { m_context.showDock(QStringLiteral("dkEstop")); });
  connect(close, &QPushButton::clicked, this, [this] {
    m_card->hide();
    Q_EMIT dismissed();
  });
}

void TopStrip::buildNotice() {
  m_notice = new QWidget(this);
  m_notice->setObjectName(QStringLiteral("crdNotice"));
  m_notice->setAccessibleName(tr("Notice"));
  auto* row = new QHBoxLayout(m_notice);
  row->setContentsMargins(9, 2, 9, 4);
  m_noticeText = namedLabel(QStringLiteral("lblNotice"), {}, m_notice);
  m_noticeText->setWordWrap(true);
  m_noticeText->setFont(ui::themeFont(FontRole::Title));
  auto* close = namedButton(QStringLiteral("btnNoticeClose"), tr("Got it"), m_notice);
  row->addWidget(m_noticeText, 1);
  row->addWidget(close);
  m_notice->hide();
  connect(close, &QPushButton::clicked, m_notice, &QWidget::hide);
}

void TopStrip::showNotice(const QString& sentence) {
  m_noticeText->setText(sentence);
  m_noticeText->setAccessibleName(sentence);
  m_notice->show();
  tint(*m_noticeText, Role::Warn);
}

void TopStrip::showCard() {
  m_card->show();
}

void TopStrip::refreshVenues() {
  for (const auto& feed : m_context.data.feeds()) {
    const QString name = textOf(feed.venue);
    VenueDot*& dot = m_venues[name];
    if (dot == nullptr) {
      dot = new VenueDot(this);
      dot->setObjectName(QStringLiteral("dotVenue_") + name);
      m_venueRow->addWidget(dot);
      connect(dot, &VenueDot::clicked, this, [this] { m_context.showDock(QStringLiteral("dkAgents")); });
    }
    Shape shape = Shape::Unknown;
    QString word;
    bool neutral = false;
    switch (feed.state) {
      case FeedStatus::State::Connecting:
        word = tr("connecting");
        break;
      case FeedStatus::State::Live:
        shape = Shape::Ok;
        word = runningWord(m_context.data.info());
        neutral = !m_context.data.info().liveMarket();
        break;
      case FeedStatus::State::Lagging:
        shape = Shape::Clock;
        word = tr("lagging");
        break;
      case FeedStatus::State::Stale:
        shape = Shape::Warning;
        word = tr("stale");
        break;
      case FeedStatus::State::Dead:
        shape = Shape::Critical;
        word = tr("disconnected");
        break;
      case FeedStatus::State::Ended:
        shape = Shape::Paused;
        word = tr("ended");
        break;
    }
    const QString latency =
        feed.latencyMs > 0 ? latencyText(Duration::nanos(static_cast<std::int64_t>(feed.latencyMs * 1e6))) : QString();
    dot->setState(name, shape, word, latency, neutral);
    dot->setToolTip(textOf(feed.detail));
  }
}

void TopStrip::refreshAccount() {
  const auto& accounts = m_context.data.accounts();
  if (accounts.empty()) return;
  const AccountUpdate& account = accounts.front();
  setTextIfNew(*m_equity, moneyWithCurrency(account.equity));
  setTextIfNew(*m_day, profitText(account.dayPnl));
  m_equity->setAccessibleName(tr("Equity %1").arg(m_equity->text()));
  m_day->setAccessibleName(tr("Profit today %1").arg(m_day->text()));
  tint(*m_day, account.dayPnl.sign() > 0 ? Role::Up : account.dayPnl.sign() < 0 ? Role::Down : Role::Text);
}

/// The list says what runs, also a speed that is none of its own.
void TopStrip::showSpeed(double speed) {
  if (m_speed->view()->isVisible() || (m_speed->currentIndex() >= 0 && m_speed->currentData().toDouble() == speed))
    return;
  int at = m_speed->findData(speed);
  if (at < 0) {
    m_speed->addItem(QStringLiteral("×") + statText(speed, speed < 10 ? 1 : 0), speed);
    at = m_speed->count() - 1;
  }
  m_speed->setCurrentIndex(at);
}

void TopStrip::refresh() {
  const UiData& replica = m_context.data;
  const auto speed = replica.counters().speed;
  const bool fast = speed && *speed != 1.0;
  const bool held = speed && *speed <= 0;
  m_mode->setMode(lookOf(replica.info().mode), held   ? tr("HELD")
                                               : fast ? QStringLiteral("×") + statText(*speed, *speed < 10 ? 1 : 0)
                                                      : QString());
  if (m_marketPause->isChecked() != held) {
    const QSignalBlocker quiet(m_marketPause);
    m_marketPause->setChecked(held);
  }
  m_replay->setVisible(replica.info().replay);
  if (speed && !held) showSpeed(*speed);
  const QString session = SessionPanel::buttonText(replica);
  if (m_session->text() != session) m_session->setText(session);
  m_session->setAccessibleName(tr("Session %1").arg(session));
  refreshVenues();
  refreshAccount();
  setTextIfNew(*m_clock, timeText(replica.now()) + QStringLiteral(" UTC"));
  m_clock->setToolTip(dateTimeText(replica.now()));
  const int open = replica.openAlarms();
  const QString alarms = tr("Alarms %1").arg(open);
  if (m_alarms->text() != alarms) {
    m_alarms->setText(alarms);
    m_alarms->setAccessibleName(alarms);
  }
  const Role role = replica.worstOpenAlarm() >= 3   ? Role::Critical
                    : replica.worstOpenAlarm() >= 0 ? Role::Warn
                                                    : Role::TextSecondary;
  QPalette palette = m_alarms->palette();
  palette.setColor(QPalette::ButtonText, ui::color(role));
  m_alarms->setPalette(palette);
  QFont bold = m_alarms->font();
  bold.setBold(open > 0);
  m_alarms->setFont(bold);
  refreshPlate();
  fit();
}

void TopStrip::refreshPlate() {
  const UiData& replica = m_context.data;
  const Revision revision = replica.revision(Part::Stop);
  const bool moving = replica.stop().state == StopState::Latched;
  const auto plates = EstopPlate::all().size();
  if (revision == m_shownStop && plates == m_shownPlates && !moving) return;
  m_shownStop = revision;
  m_shownPlates = plates;
  const PlateData plate = plateDataFrom(replica.stop());
  for (EstopPlate* each : EstopPlate::all()) each->setState(plate);
  if (m_latched != replica.stopped()) {
    m_latched = replica.stopped();
    update();
  }
}

void TopStrip::fit() {
  const std::array<QWidget*, 3> optional = {m_clock, m_equityCaption, m_dayCaption};
  for (QWidget* widget : optional) widget->setVisible(true);
  for (VenueDot* dot : m_venues) dot->setCompact(false);
  const auto tooWide = [this] { return layout()->totalMinimumSize().width() > width(); };
  for (QWidget* widget : optional) {
    layout()->activate();
    if (!tooWide()) return;
    widget->setVisible(false);
  }
  for (VenueDot* dot : m_venues) dot->setCompact(true);
}

void TopStrip::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fit();
}

void TopStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), ui::color(Role::Window));
  if (!m_latched) return;
  QRegion frame(rect());
  frame -= rect().adjusted(kBorder, kBorder, -kBorder, -kBorder);
  painter.setClipRegion(frame);
  painter.fillRect(rect(), ui::color(Role::EstopYellow));
  painter.setPen(QPen(ui::color(Role::EstopInk), 5));
  painter.setRenderHint(QPainter::Antialiasing);
  for (int x = -height(); x < width() + height(); x += 14) painter.drawLine(x, height(), x + height(), 0);
}

}  // namespace bw::ui
