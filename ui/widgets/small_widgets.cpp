// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/small_widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QStyleOptionFocusRect>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

namespace bw::ui {
namespace {

QColor shapeColor(Shape shape) {
  switch (shape) {
    case Shape::Ok:
    case Shape::Tick:
      return color(Role::Ok);
    case Shape::Warning:
    case Shape::Medium:
    case Shape::Clock:
      return color(Role::Warn);
    case Shape::Critical:
    case Shape::Cross:
      return color(Role::Critical);
    default:
      return color(Role::TextSecondary);
  }
}

void paintButtonBack(QPainter& p, const QAbstractButton& button) {
  p.setRenderHint(QPainter::Antialiasing, true);
  if (button.isDown() || button.underMouse()) {
    p.setPen(Qt::NoPen);
    p.setBrush(color(button.isDown() ? Role::Selection : Role::Raised));
    p.drawRoundedRect(QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  }
  if (button.hasFocus()) {
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(color(Role::FocusRing), 2));
    p.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), 4, 4);
  }
}

void followTheme(QAbstractButton* button) {
  QObject::connect(&ThemeManager::instance(), &ThemeManager::changed, button, [button] {
    button->updateGeometry();
    button->update();
  });
}

QLabel* wrappedLabel(const QString& objectName, FontRole role, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setObjectName(objectName);
  label->setWordWrap(true);
  label->setAlignment(Qt::AlignCenter);
  label->setFont(themeFont(role));
  label->setTextFormat(Qt::PlainText);
  return label;
}

QPushButton* primaryButton(const QString& objectName, QWidget* parent) {
  auto* button = new QPushButton(parent);
  button->setObjectName(objectName);
  button->setProperty("bwPrimary", true);
  button->hide();
  return button;
}

void setButton(QPushButton* button, const QString& text) {
  button->setText(text);
  button->setAccessibleName(text);
  button->setVisible(!text.isEmpty());
}

}  // namespace

ModeBadge::ModeBadge(QWidget* parent) : PaintedWidget(QStringLiteral("lblMode"), tr("Mode"), parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setAccessibleDescription(modeWord(m_mode));
}

void ModeBadge::setMode(ModeLook mode, const QString& suffix) {
  if (mode == m_mode && suffix == m_suffix) return;
  m_mode = mode;
  m_suffix = suffix;
  setAccessibleDescription(suffix.isEmpty() ? modeWord(mode) : QString(modeWord(mode) + QLatin1Char(' ') + suffix));
  updateGeometry();
  update();
}

QSize ModeBadge::sizeHint() const {
  QFont f = themeFont(FontRole::Title);
  f.setWeight(QFont::Bold);
  const QFontMetrics metrics(f);
  const QString text = m_suffix.isEmpty() ? modeWord(m_mode) : QString(modeWord(m_mode) + QLatin1Char(' ') + m_suffix);
  const int extra = m_mode == ModeLook::Replay ? 42 : 24;
  return {metrics.horizontalAdvance(text) + extra, metrics.height() + 10};
}

void ModeBadge::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), color(Role::Window));
  paintModeBadge(p, m_mode, rect(), m_suffix);
}

VenueDot::VenueDot(QWidget* parent) : QAbstractButton(parent) {
  setObjectName(QStringLiteral("venueDot"));
  setAccessibleName(tr("Venue connection"));
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  followTheme(this);
}

void VenueDot::setState(const QString& venue, Shape shape, const QString& word, const QString& latency, bool neutral) {
  if (venue == m_venue && shape == m_shape && word == m_word && latency == m_latency && neutral == m_neutral) return;
  const bool wider = venue != m_venue || word != m_word || latency.size() != m_latency.size();
  m_venue = venue;
  m_shape = shape;
  m_word = word;
  m_latency = latency;
  m_neutral = neutral;
  const QString whole = tr("%1: %2 %3").arg(venue, word, latency);
  setAccessibleName(whole);
  setToolTip(whole);
  if (wider) updateGeometry();
  update();
}

void VenueDot::setCompact(bool compact) {
  if (compact == m_compact) return;
  m_compact = compact;
  updateGeometry();
  update();
}

QSize VenueDot::sizeHint() const {
  const QFontMetrics text(themeFont(FontRole::Secondary));
  const int height = std::max(24, text.height() + 8);
  if (m_compact) return {24, height};
  int width = 26 + text.horizontalAdvance(m_venue) + 6 + text.horizontalAdvance(m_word) + 8;
  if (!m_latency.isEmpty()) width += QFontMetrics(themeFont(FontRole::NumberSmall)).horizontalAdvance(m_latency) + 6;
  return {width, height};
}

void VenueDot::paintEvent(QPaintEvent*) {
  QPainter p(this);
  paintButtonBack(p, *this);
  paintShape(p, m_shape, QRectF(7, height() / 2.0 - 5, 10, 10),
             m_neutral ? color(Role::TextSecondary) : shapeColor(m_shape));
  if (m_compact) return;
  int x = 23;
  const auto draw = [&](const QString& text, FontRole role, const QColor& ink) {
    p.setFont(themeFont(role));
    p.setPen(ink);
    const int w = QFontMetrics(p.font()).horizontalAdvance(text);
    p.drawText(QRect(x, 0, w + 2, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
    x += w + 6;
  };
  draw(m_venue, FontRole::Secondary, color(Role::Text));
  draw(m_word, FontRole::Secondary, m_shape == Shape::Ok ? color(Role::TextSecondary) : shapeColor(m_shape));
  if (!m_latency.isEmpty()) draw(m_latency, FontRole::NumberSmall, color(Role::TextSecondary));
}

StatusCell::StatusCell(const QString& objectName, const QString& caption, QWidget* parent)
    : QAbstractButton(parent), m_caption(caption) {
  setObjectName(objectName);
  setAccessibleName(caption);
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  followTheme(this);
}

void StatusCell::setValue(const QString& value, Shape shape) {
  if (value == m_value && shape == m_shape) return;
  m_value = value;
  m_shape = shape;
  setAccessibleDescription(value);
  const int width = QFontMetrics(themeFont(FontRole::NumberSmall)).horizontalAdvance(value);
  if (width > m_widest) {  // only grows, so that neighbours do not dance
    m_widest = width;
    updateGeometry();
  }
  update();
}

QSize StatusCell::sizeHint() const {
  const QFontMetrics small(themeFont(FontRole::Small));
  return {small.horizontalAdvance(m_caption) + 6 + m_widest + 16 + (m_shape == Shape::None ? 0 : 14),
          std::max(22, small.height() + 6)};
}

void StatusCell::paintEvent(QPaintEvent*) {
  QPainter p(this);
  paintButtonBack(p, *this);
  int x = 8;
  if (m_shape != Shape::None) {
    paintShape(p, m_shape, QRectF(x, height() / 2.0 - 5, 10, 10), shapeColor(m_shape));
    x += 14;
  }
  p.setFont(themeFont(FontRole::Small));
  p.setPen(color(Role::TextSecondary));
  p.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, m_caption);
  x += QFontMetrics(p.font()).horizontalAdvance(m_caption) + 6;
  p.setFont(themeFont(FontRole::NumberSmall));
  p.setPen(color(Role::Text));
  p.drawText(QRect(x, 0, width() - x - 8, height()), Qt::AlignVCenter | Qt::AlignRight, m_value);
}

int bandHeight() {
  return 4 + QFontMetrics(themeFont(FontRole::Secondary)).height() + 4;
}

void paintHatch(QPainter& painter, const QRect& rect, const QColor& ink, int spacing) {
  painter.save();
  painter.setClipRect(rect, Qt::IntersectClip);
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(QPen(ink, 1.6));
  const int h = rect.height();
  // Anchored to the widget, not to the rectangle, so that neighbouring dirty regions join.
  const int first = rect.left() - h - ((rect.left() - rect.bottom()) % spacing + spacing) % spacing;
  for (int x = first; x <= rect.right(); x += spacing) {
    painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x + h, rect.top()));
  }
  painter.restore();
}

void paintBand(QPainter& painter, const QRect& rect, ViewState view, const QString& text) {
  const bool bad = view == ViewState::Stale || view == ViewState::Error;
  const QColor ink = bad ? color(Role::Warn) : color(Role::ModeReplay);
  painter.fillRect(rect, bad ? mix(ink, color(Role::Panel), 0.14) : color(Role::Raised));
  paintHatch(painter, QRect(rect.left(), rect.top(), rect.width(), 4), ink);
  const QRect line = rect.adjusted(8, 4, -8, 0);
  paintShape(painter, bad ? Shape::Clock : Shape::None, QRectF(line.left(), line.center().y() - 5, 11, 11), ink);
  painter.setFont(themeFont(FontRole::Secondary));
  painter.setPen(bad ? color(Role::Text) : color(Role::TextSecondary));
  const QRect textRect = line.adjusted(bad ? 17 : 0, 0, 0, 0);
  painter.drawText(textRect, Qt::AlignVCenter | Qt::AlignLeft,
                   painter.fontMetrics().elidedText(text, Qt::ElideRight, textRect.width()));
}

StaleBand::StaleBand(QWidget* parent) : PaintedWidget(QStringLiteral("staleBand"), tr("Data age"), parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  hide();
}

void StaleBand::setState(ViewState view, const QString& text) {
  setVisible(!text.isEmpty());
  if (view == m_view && text == m_text) return;
  m_view = view;
  m_text = text;
  setAccessibleDescription(text);
  update();
}

QSize StaleBand::sizeHint() const {
  return {200, bandHeight()};
}

void StaleBand::paintEvent(QPaintEvent*) {
  QPainter p(this);
  paintBand(p, rect(), m_view, m_text);
}

EmptyState::EmptyState(const QString& objectName, QWidget* parent) : QWidget(parent) {
  setObjectName(objectName);
  setAccessibleName(tr("Nothing to show"));
  m_sentence = wrappedLabel(QStringLiteral("lblEmpty"), FontRole::Text, this);
  m_sentence->setProperty("bwTone", QStringLiteral("secondary"));
  m_action = primaryButton(QStringLiteral("btnEmptyAction"), this);
  m_more = new QPushButton(this);
  m_more->setObjectName(QStringLiteral("btnLearnMore"));
  m_more->setFlat(true);
  m_more->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(12);
  column->addStretch(2);
  column->addWidget(m_sentence);
  column->addWidget(m_action, 0, Qt::AlignHCenter);
  column->addWidget(m_more, 0, Qt::AlignHCenter);
  column->addStretch(3);
  connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
  connect(m_more, &QPushButton::clicked, this, &EmptyState::learnMoreRequested);
}

void EmptyState::setContent(const QString& sentence, const QString& action, const QString& learnMore) {
  m_sentence->setText(sentence);
  m_sentence->setAccessibleName(sentence);
  setAccessibleName(sentence);
  setButton(m_action, action);
  setButton(m_more, learnMore);
}

QString EmptyState::sentence() const {
  return m_sentence->text();
}

ErrorState::ErrorState(const QString& objectName, QWidget* parent) : QWidget(parent) {
  setObjectName(objectName);
  setAccessibleName(tr("Error"));
  m_what = wrappedLabel(QStringLiteral("lblError"), FontRole::Title, this);
  m_what->setProperty("bwTone", QStringLiteral("critical"));
  m_still = wrappedLabel(QStringLiteral("lblStillWorks"), FontRole::Text, this);
  m_action = primaryButton(QStringLiteral("btnErrorAction"), this);
  m_toggle = new QToolButton(this);
  m_toggle->setObjectName(QStringLiteral("btnDetails"));
  m_toggle->setText(tr("Details"));
  m_toggle->setAccessibleName(tr("Details"));
  m_toggle->setCheckable(true);
  m_details = wrappedLabel(QStringLiteral("lblErrorDetails"), FontRole::NumberSmall, this);
  m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_details->hide();
  m_copy = new QPushButton(tr("Copy"), this);
  m_copy->setObjectName(QStringLiteral("btnCopyError"));
  m_copy->setAccessibleName(tr("Copy error details"));
  m_copy->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(12);
  column->addStretch(2);
  column->addWidget(m_what);
  column->addWidget(m_still);
  column->addWidget(m_action, 0, Qt::AlignHCenter);
  column->addWidget(m_toggle, 0, Qt::AlignHCenter);
  column->addWidget(m_details);
  column->addWidget(m_copy, 0, Qt::AlignHCenter);
  column->addStretch(3);
  connect(m_action, &QPushButton::clicked, this, &ErrorState::actionRequested);
  connect(m_toggle, &QToolButton::toggled, this, [this](bool on) {
    m_details->setVisible(on);
    m_copy->setVisible(on);
  });
  connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_detailsText); });
}

void ErrorState::setContent(const QString& what, const QString& since, const QString& stillWorks, const QString& action,
                            const QString& details) {
  const QString headline = since.isEmpty() ? what : tr("%1 (since %2)").arg(what, since);
  m_what->setText(headline);
  m_what->setAccessibleName(headline);
  setAccessibleName(headline);
  m_still->setText(stillWorks);
  m_still->setVisible(!stillWorks.isEmpty());
  setButton(m_action, action);
  m_detailsText = details;
  m_details->setText(details);
  m_toggle->setVisible(!details.isEmpty());
}

ElidedLabel::ElidedLabel(const QString& objectName, QWidget* parent) : QLabel(parent) {
  setObjectName(objectName);
  setAccessibleName(objectName);
  setTextFormat(Qt::PlainText);
}

void ElidedLabel::setFullText(const QString& text) {
  if (text == m_full) return;
  m_full = text;
  setToolTip(text);
  setAccessibleName(text);
  updateText();
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  updateText();
}

void ElidedLabel::updateText() {
  setText(fontMetrics().elidedText(m_full, Qt::ElideRight, std::max(0, width() - 2)));
}

}  // namespace bw::ui
