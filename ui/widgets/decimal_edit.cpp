// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/decimal_edit.h"

#include <QKeyEvent>
#include <QLocale>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QStyle>
#include <QWheelEvent>

#include "ui/format/format.h"
#include "ui/theme/fonts.h"

namespace bw::ui {
namespace {

QChar localeDecimalPoint() {
  const QString point = QLocale().decimalPoint();
  return point.isEmpty() ? QChar(QLatin1Char('.')) : point.front();
}

QString editText(const Decimal& value, int decimals) {
  const std::string text = value.toFixed(decimals);
  return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace

DecimalEdit::DecimalEdit(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : QLineEdit(parent) {
  setObjectName(objectName);
  setAccessibleName(accessibleName);
  setAlignment(Qt::AlignRight);
  setFont(themeFont(FontRole::Number));
  setFocusPolicy(Qt::StrongFocus);
  // One decimal point, no group separators: a German "1.234,5" never gets in.
  const bool comma = localeDecimalPoint() == QLatin1Char(',');
  const QString pattern =
      comma ? QStringLiteral("[-+\u2212]?[0-9]*[.,]?[0-9]*") : QStringLiteral("[-+\u2212]?[0-9]*[.]?[0-9]*");
  setValidator(new QRegularExpressionValidator(QRegularExpression(pattern), this));
  connect(this, &QLineEdit::textChanged, this, [this] { validate(); });
}

void DecimalEdit::setStep(const Decimal& step) {
  m_step = step;
  validate();
}

void DecimalEdit::setRange(std::optional<Decimal> minimum, std::optional<Decimal> maximum) {
  m_minimum = minimum;
  m_maximum = maximum;
  validate();
}

void DecimalEdit::setValue(const Decimal& value) {
  const int decimals = std::max<int>(m_step.scale, value.canonical().scale);
  setText(editText(value, decimals));
}

void DecimalEdit::clearValue() {
  clear();
}

std::optional<Decimal> DecimalEdit::value() const {
  return m_value;
}

void DecimalEdit::validate() {
  const std::optional<Decimal> before = m_value;
  m_value.reset();
  m_error.clear();
  if (!text().isEmpty()) {
    const auto parsed = decimalFromInput(text(), localeDecimalPoint());
    if (!parsed) {
      m_error = tr("Write a number such as 1234.5");
    } else if (m_minimum && *parsed < *m_minimum) {
      m_error = tr("At least %1").arg(editText(*m_minimum, m_minimum->canonical().scale));
    } else if (m_maximum && *parsed > *m_maximum) {
      m_error = tr("At most %1").arg(editText(*m_maximum, m_maximum->canonical().scale));
    } else {
      m_value = *parsed;
    }
  }
  const bool invalid = !m_error.isEmpty();
  if (property("bwInvalid").toBool() != invalid) {
    setProperty("bwInvalid", invalid);
    style()->unpolish(this);
    style()->polish(this);
  }
  setAccessibleDescription(m_error);
  setToolTip(m_error);
  if (before != m_value) Q_EMIT valueChanged();
}

void DecimalEdit::stepBy(int steps) {
  const auto parsed = decimalFromInput(text().isEmpty() ? QStringLiteral("0") : text(), localeDecimalPoint());
  if (!parsed || isReadOnly()) return;
  try {
    Decimal next = *parsed + multiply(m_step, Decimal::fromInteger(steps), m_step.scale, Rounding::HalfEven);
    if (m_minimum && next < *m_minimum) next = *m_minimum;
    if (m_maximum && next > *m_maximum) next = *m_maximum;
    setValue(next);
  } catch (const ExactOverflow&) {
    m_error = tr("Too large");
  }
}

void DecimalEdit::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Up:
      stepBy(1);
      return;
    case Qt::Key_Down:
      stepBy(-1);
      return;
    case Qt::Key_PageUp:
      stepBy(10);
      return;
    case Qt::Key_PageDown:
      stepBy(-10);
      return;
    default:
      QLineEdit::keyPressEvent(event);
  }
}

void DecimalEdit::wheelEvent(QWheelEvent* event) {
  if (!hasFocus()) {
    event->ignore();  // the panel scrolls instead
    return;
  }
  const int notches = event->angleDelta().y() / 120;
  if (notches != 0) stepBy(notches);
  event->accept();
}

}  // namespace bw::ui
