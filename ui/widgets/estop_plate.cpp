// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/estop_plate.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTouchEvent>
#include <algorithm>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

QVector<EstopPlate*>& registry() {
  static QVector<EstopPlate*> plates;
  return plates;
}

constexpr int kFocusRoom = 4;  // the focus ring lies outside the plate
constexpr int kWordsGap = 8;
constexpr int kStepsPerTurn = 24;
constexpr int kTickMs = 50;  // 24 steps of 50 ms: less than one turn a second

bool showsRing(PlateState s) {
  return s == PlateState::Latched || s == PlateState::Stopping || s == PlateState::Stopped;
}

}  // namespace

EstopPlate::EstopPlate(Size size, QWidget* parent)
    : PaintedWidget(size == Size::Full ? QStringLiteral("estopPlate") : QStringLiteral("estopPlateMini"),
                    tr("Emergency stop"), parent),
      m_size(size) {
  setFocusPolicy(Qt::TabFocus);
  setAttribute(Qt::WA_AcceptTouchEvents);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  m_animation.setInterval(kTickMs);
  connect(&m_animation, &QTimer::timeout, this, [this] {
    ++m_phase;
    // The "!" and its words blink at most once a second: on for half a second, off for half a second.
    if (m_data.state == PlateState::Stopping || m_phase % 10 == 0) update();
  });
  registry().append(this);
  setAccessibleDescription(stateSentence());
  publish(*this, ViewState::Error, 0, 0);
}

EstopPlate::~EstopPlate() {
  registry().removeOne(this);
}

const QVector<EstopPlate*>& EstopPlate::all() {
  return registry();
}

double EstopPlate::scale() const {
  return std::max(1.0, ThemeManager::instance().fontScale());
}

QRect EstopPlate::plateRect() const {
  const double s = scale();
  const QSize plate = m_size == Size::Full
                          ? QSize(static_cast<int>(std::lround(72 * s)), static_cast<int>(std::lround(52 * s)))
                          : QSize(static_cast<int>(std::lround(32 * s)), static_cast<int>(std::lround(32 * s)));
  return QRect(QPoint(width() - plate.width() - kFocusRoom, (height() - plate.height()) / 2), plate);
}

QString EstopPlate::words() const {
  if (!m_data.words.isEmpty()) return m_data.words;
  switch (m_data.state) {
    case PlateState::Ready:
      return tr("EMERGENCY STOP");
    case PlateState::Latched:
      return tr("STOPPING…");
    case PlateState::Stopping:
      return tr("STOPPING…");
    case PlateState::Stopped:
      return tr("STOPPED");
    case PlateState::Attention:
      return tr("STOP NOT COMPLETE — act now");
    case PlateState::Offline:
      return tr("STOP PATH FAULT");
  }
  return {};
}

QString EstopPlate::stateSentence() const {
  switch (m_data.state) {
    case PlateState::Ready:
      return tr("Ready. One press stops everything.");
    case PlateState::Latched:
      return tr("Pressed. The gate is closed. %1").arg(words());
    case PlateState::Stopping:
      return tr("Stopping. %1").arg(words());
    case PlateState::Stopped:
      return tr("Stopped and confirmed by the venue. %1").arg(words());
    case PlateState::Attention:
      return tr("The stop needs a person. %1").arg(words());
    case PlateState::Offline:
      return tr("The stop path has a fault; trading is refused. %1").arg(words());
  }
  return {};
}

QSize EstopPlate::sizeHint() const {
  const QSize least = minimumSizeHint();
  if (m_size == Size::Mini) return least;
  QFont bold = themeFont(FontRole::Secondary);
  bold.setWeight(QFont::DemiBold);
  const QFontMetrics metrics(bold);
  int widest = metrics.horizontalAdvance(tr("EMERGENCY STOP"));
  for (const QString& line : words().split(QLatin1Char('\n')))
    widest = std::max(widest, metrics.horizontalAdvance(line));
  return {least.width() + kWordsGap + 2 + std::min(widest, static_cast<int>(220 * scale())), least.height()};
}

QSize EstopPlate::minimumSizeHint() const {
  const double s = scale();
  const int w = m_size == Size::Full ? 72 : 32;
  const int h = m_size == Size::Full ? 52 : 32;
  return {static_cast<int>(std::lround(w * s)) + 2 * kFocusRoom, static_cast<int>(std::lround(h * s)) + 2 * kFocusRoom};
}

bool EstopPlate::wordsVisible() const {
  return m_size == Size::Full && plateRect().left() >= kWordsGap + 40;
}

bool EstopPlate::hitTest(const QPoint& globalPos) const {
  return isVisible() && plateRect().contains(mapFromGlobal(globalPos));
}

void EstopPlate::setState(const PlateData& fresh) {
  const bool stateChanged = fresh.state != m_data.state;
  m_data = fresh;
  m_sunken = false;
  const ViewState view = fresh.state == PlateState::Offline ? ViewState::Error : ViewState::Live;
  publish(*this, view, fresh.revision, 1);
  setProperty("bwPlate", static_cast<int>(fresh.state));
  setAccessibleDescription(stateSentence());
  const bool moving = fresh.state == PlateState::Stopping || fresh.state == PlateState::Attention;
  if (moving && !ThemeManager::instance().reducedMotion()) {
    if (!m_animation.isActive()) m_animation.start();
  } else {
    m_animation.stop();
    m_phase = 0;
  }
  if (stateChanged) {
    updateGeometry();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    QAccessibleEvent described(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&described);
  }
  update();
}

void EstopPlate::showPressed() {
  m_sunken = true;
  repaint();
}

void EstopPlate::themeChanged() {
  if (ThemeManager::instance().reducedMotion()) {
    m_animation.stop();
    m_phase = 0;
  }
}

void EstopPlate::paintPlate(QPainter& p, const QRectF& plate) const {
  const bool offline = m_data.state == PlateState::Offline;
  p.setPen(QPen(color(Role::EstopInk), 2));
  p.setBrush(offline ? mix(color(Role::EstopInk), Qt::white, 0.45) : color(Role::EstopYellow));
  p.drawRoundedRect(plate.adjusted(1, 1, -1, -1), 6, 6);
}

void EstopPlate::paintActuator(QPainter& p, const QRectF& plate) const {
  const double s = scale();
  const double diameter = (m_size == Size::Full ? 38.0 : 22.0) * s;
  const QPointF c = plate.center();
  const double r = diameter / 2;
  const QColor ink = color(Role::EstopInk);
  const PlateState st = m_data.state;
  const bool sunken = m_sunken || showsRing(st);
  if (st == PlateState::Offline) {
    p.setPen(QPen(ink, 2));
    p.setBrush(mix(color(Role::EstopInk), Qt::white, 0.68));
    p.drawEllipse(c, r - 1, r - 1);
    p.setPen(QPen(ink, 5 * s, Qt::SolidLine, Qt::FlatCap));
    p.drawLine(plate.bottomLeft() + QPointF(9, -7), plate.topRight() + QPointF(-9, 7));
    p.setPen(QPen(Qt::white, 2 * s, Qt::SolidLine, Qt::FlatCap));
    p.drawLine(plate.bottomLeft() + QPointF(9, -7), plate.topRight() + QPointF(-9, 7));
    return;
  }
  if (!sunken && st == PlateState::Ready) {  // a raised mushroom head: rim below, light above
    p.setPen(Qt::NoPen);
    p.setBrush(color(Role::EstopLatched));
    p.drawEllipse(c + QPointF(0, 2 * s), r, r);
    p.setBrush(color(Role::EstopRed));
    p.drawEllipse(c, r, r);
    p.setPen(QPen(mix(Qt::white, color(Role::EstopRed), 0.4), 2 * s, Qt::SolidLine, Qt::RoundCap));
    p.setBrush(Qt::NoBrush);
    p.drawArc(QRectF(c.x() - r + 4 * s, c.y() - r + 4 * s, 2 * r - 8 * s, 2 * r - 8 * s), 55 * 16, 70 * 16);
    return;
  }
  p.setPen(Qt::NoPen);
  p.setBrush(sunken ? color(Role::EstopLatched) : color(Role::EstopRed));
  p.drawEllipse(c, r, r);
  p.setBrush(Qt::NoBrush);
  if (sunken) {
    p.setPen(QPen(ink, 3 * s));
    p.drawEllipse(c, r - 1.5 * s, r - 1.5 * s);
  }
  if (st == PlateState::Stopping) {
    const QRectF arc(c.x() - r + 7 * s, c.y() - r + 7 * s, 2 * r - 14 * s, 2 * r - 14 * s);
    p.setPen(QPen(Qt::white, 3 * s, Qt::SolidLine, Qt::FlatCap));
    const int start = 90 * 16 - (m_phase % kStepsPerTurn) * (360 * 16 / kStepsPerTurn);
    const bool still = ThemeManager::instance().reducedMotion();
    const int span = still ? -static_cast<int>(std::clamp(m_data.progress, 0.1, 1.0) * 360 * 16) : -100 * 16;
    p.drawArc(arc, still ? 90 * 16 : start, span);
  } else if (st == PlateState::Stopped) {
    p.setPen(QPen(Qt::white, 3.5 * s, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const double k = r / 19.0;
    const QPointF points[] = {c + QPointF(-8, 0.5) * k, c + QPointF(-2.5, 6) * k, c + QPointF(8.5, -6) * k};
    p.drawPolyline(points, 3);
  } else if (st == PlateState::Attention && (m_phase / 10) % 2 == 0) {
    const double k = r / 19.0;
    p.setPen(QPen(Qt::white, 4.5 * k, Qt::SolidLine, Qt::RoundCap));
    p.drawLine(c + QPointF(0, -10) * k, c + QPointF(0, 2.5) * k);
    p.drawPoint(c + QPointF(0, 9.5) * k);
  }
}

void EstopPlate::paintWords(QPainter& p) const {
  const QRect room(0, 0, plateRect().left() - kWordsGap, height());
  QFont f = themeFont(FontRole::Secondary);
  f.setWeight(QFont::DemiBold);
  p.setFont(f);
  const QFontMetrics metrics(f);
  p.setPen(m_data.state == PlateState::Offline || m_data.state == PlateState::Attention ? color(Role::Critical)
                                                                                        : color(Role::Text));
  if (metrics.horizontalAdvance(words()) <= room.width()) {
    p.drawText(room, Qt::AlignRight | Qt::AlignVCenter, words());
  } else {
    p.drawText(room, Qt::AlignRight | Qt::AlignVCenter | Qt::TextWordWrap, words());
  }
}

void EstopPlate::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Window));
  p.setRenderHint(QPainter::Antialiasing, true);
  const QRectF plate(plateRect());
  paintPlate(p, plate);
  paintActuator(p, plate);
  if (wordsVisible()) paintWords(p);
  if (hasFocus()) {
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(color(Role::FocusRing), 3));
    p.drawRoundedRect(plate.adjusted(-2.5, -2.5, 2.5, 2.5), 8, 8);
  }
}

void EstopPlate::fire() {
  showPressed();
  Q_EMIT pressed();
}

void EstopPlate::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && plateRect().contains(event->position().toPoint())) fire();
  event->accept();
}

void EstopPlate::mouseReleaseEvent(QMouseEvent* event) {
  event->accept();
}

void EstopPlate::keyPressEvent(QKeyEvent* event) {
  const bool key = event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (!key) return PaintedWidget::keyPressEvent(event);
  if (!event->isAutoRepeat()) fire();
  event->accept();
}

bool EstopPlate::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) return true;  // nothing may cover the plate
  if (event->type() == QEvent::TouchBegin) {
    const auto* touch = static_cast<QTouchEvent*>(event);
    if (!touch->points().isEmpty() && plateRect().contains(touch->points().first().position().toPoint())) fire();
    event->accept();
    return true;
  }
  return PaintedWidget::event(event);
}

}  // namespace bw::ui
