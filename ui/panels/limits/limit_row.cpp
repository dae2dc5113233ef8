// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_row.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_bar.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/panels/limits/limits_panel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {

namespace {

constexpr int kNameWidth = 210;
constexpr int kEditorWidth = 132;
constexpr int kUnitWidth = 112;

void restyle(QWidget& widget, const char* name, const QVariant& value) {
  if (widget.property(name) == value) return;
  widget.setProperty(name, value);
  widget.style()->unpolish(&widget);
  widget.style()->polish(&widget);
}

QToolButton* smallButton(const QString& objectName, const QString& text, const QString& name, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setObjectName(objectName);
  button->setText(text);
  button->setAccessibleName(name);
  button->setToolTip(name);
  button->setAutoRaise(true);
  return button;
}

}  // namespace

void LimitLine::step(int by) {
  if (isReadOnly()) return;
  const QString written = text().trimmed();
  const auto now = Decimal::parse(written.toStdString());
  if (!now) return;
  try {
    // The last digit as it is written: 0.10 goes on to 0.11.
    const auto point = written.indexOf(QLatin1Char('.'));
    const int scale = m_counts || point < 0 ? 0 : static_cast<int>(written.size() - point - 1);
    setText(textOf((*now + Decimal(by, scale)).toFixed(scale)));
    Q_EMIT textEdited(text());
  } catch (const ExactOverflow&) {
    return;  // at the end of what can be written
  }
}

bool LimitLine::event(QEvent* event) {
  // Undo means the form's draft, not the letters of this line.
  if (event->type() == QEvent::ShortcutOverride) {
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      event->accept();
      return true;
    }
  }
  return QLineEdit::event(event);
}

void LimitLine::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Undo)) return Q_EMIT undoWanted();
  if (event->matches(QKeySequence::Redo)) return Q_EMIT redoWanted();
  const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
  switch (plain ? event->key() : 0) {
    case Qt::Key_Up:
      return step(1);
    case Qt::Key_Down:
      return step(-1);
    case Qt::Key_PageUp:
      return step(10);
    case Qt::Key_PageDown:
      return step(-10);
    case Qt::Key_Escape:
      return Q_EMIT takenBack();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return Q_EMIT handedIn();
    default:
      QLineEdit::keyPressEvent(event);
  }
}

LimitRow::LimitRow(const LimitField& field, QWidget* parent)
    : QFrame(parent), m_field(field), m_key(textOf(field.key)) {
  setObjectName(QStringLiteral("row_") + m_key);
  setAccessibleName(limitTitle(field.key));
  build();
  setField(field);
  setVerdict(nullptr, {});
}

void LimitRow::buildEditor() {
  const QString name = limitTitle(m_field.key);
  if (m_field.form == LimitForm::Word || m_field.form == LimitForm::Switch) {
    m_box = new QComboBox(this);
    m_box->setObjectName(QStringLiteral("cmb_") + m_key);
    m_box->setAccessibleName(name);
    if (m_field.form == LimitForm::Switch) m_box->addItems({QStringLiteral("on"), QStringLiteral("off")});
    for (const auto& word : m_field.words) m_box->addItem(textOf(word));
    if (m_field.canBeOff && m_field.form == LimitForm::Word) m_box->addItem(QStringLiteral("off"));
    m_box->setFocusPolicy(Qt::StrongFocus);
    connect(m_box, &QComboBox::textActivated, this, [this](const QString& text) { Q_EMIT edited(m_key, text); });
    return;
  }
  m_line = new LimitLine(this);
  m_line->setObjectName(QStringLiteral("edt_") + m_key);
  m_line->setAccessibleName(name);
  m_line->setFont(ui::themeFont(FontRole::Number));
  m_line->setCounts(m_field.form == LimitForm::Count);
  if (m_field.form == LimitForm::Number || m_field.form == LimitForm::Count) m_line->setAlignment(Qt::AlignRight);
  connect(m_line, &QLineEdit::textEdited, this, [this](const QString& text) { Q_EMIT edited(m_key, text); });
  connect(m_line, &LimitLine::handedIn, this, [this] { Q_EMIT handedIn(m_key); });
  connect(m_line, &LimitLine::takenBack, this, [this] { Q_EMIT edited(m_key, textOf(m_field.value)); });
  connect(m_line, &LimitLine::undoWanted, this, &LimitRow::undoWanted);
  connect(m_line, &LimitLine::redoWanted, this, &LimitRow::redoWanted);
}

void LimitRow::build() {
  buildEditor();
  const bool wide = m_field.form == LimitForm::Table || m_field.form == LimitForm::HourZone;
  m_name = namedLabel(QStringLiteral("lblName_") + m_key, limitTitle(m_field.key), this);
  m_name->setFont(ui::themeFont(FontRole::Title));
  m_name->setFixedWidth(kNameWidth);
  m_name->setToolTip(m_key);
  m_name->setBuddy(editor());
  auto* unit = namedLabel(QStringLiteral("lblUnit_") + m_key, textOf(m_field.unit), this);
  unit->setProperty("bwTone", QStringLiteral("secondary"));
  unit->setWordWrap(true);
  m_bar = new LimitBar(QStringLiteral("bar_") + m_key, tr("%1, used now").arg(limitTitle(m_field.key)), this);
  m_reset = smallButton(QStringLiteral("btnReset_") + m_key, QStringLiteral("↺"), tr("Back"), this);
  connect(m_reset, &QToolButton::clicked, this, &LimitRow::reset);
  auto* history = smallButton(QStringLiteral("btnHistory_") + m_key, QStringLiteral("…"),
                              tr("History of %1").arg(limitTitle(m_field.key)), this);
  connect(history, &QToolButton::clicked, this, [this] { Q_EMIT historyRequested(m_key); });
  m_facts = namedLabel(QStringLiteral("lblFacts_") + m_key, {}, this);
  m_help = namedLabel(QStringLiteral("lblHelp_") + m_key, textOf(m_field.help), this);
  for (QLabel* label : {m_facts, m_help}) {
    label->setProperty("bwTone", QStringLiteral("secondary"));
    label->setFont(ui::themeFont(FontRole::Secondary));
    label->setWordWrap(true);
  }
  m_verdictRow = new QWidget(this);
  m_verdictRow->setObjectName(QStringLiteral("rowVerdict_") + m_key);
  m_mark = new ShapeMark(QStringLiteral("mark_") + m_key, tr("Judgement"), m_verdictRow);
  m_verdict = namedLabel(QStringLiteral("lblVerdict_") + m_key, {}, m_verdictRow);
  m_verdict->setWordWrap(true);
  auto* verdict = new QHBoxLayout(m_verdictRow);
  verdict->setContentsMargins(0, 0, 0, 0);
  verdict->addWidget(m_mark, 0, Qt::AlignTop);
  verdict->addWidget(m_verdict, 1);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(10, 6, 6, 6);
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(2);
  editor()->setFixedWidth(wide ? kEditorWidth + 8 + kUnitWidth : kEditorWidth);
  unit->setFixedWidth(kUnitWidth);
  grid->addWidget(m_name, 0, 0, Qt::AlignTop);
  if (wide) {
    grid->addWidget(editor(), 0, 1, 1, 2, Qt::AlignTop);
    unit->setParent(nullptr);
    delete unit;
    m_help->setText(tr("%1 — %2").arg(textOf(m_field.unit), textOf(m_field.help)));
  } else {
    grid->addWidget(editor(), 0, 1, Qt::AlignTop);
    unit->setContentsMargins(0, 5, 0, 0);
    grid->addWidget(unit, 0, 2, Qt::AlignTop);
  }
  grid->addWidget(m_bar, 0, 3, Qt::AlignTop);
  grid->addWidget(m_reset, 0, 4, Qt::AlignTop);
  grid->addWidget(history, 0, 5, Qt::AlignTop);
  grid->addWidget(m_verdictRow, 1, 1, 1, 5);
  grid->addWidget(m_facts, 2, 1, 1, 5);
  grid->addWidget(m_help, 3, 1, 1, 5);
  auto* key = namedLabel(QStringLiteral("lblKey_") + m_key, m_key, this);
  key->setFont(ui::themeFont(FontRole::NumberSmall));
  key->setProperty("bwTone", QStringLiteral("secondary"));
  auto* live = namedLabel(QStringLiteral("lblLive_") + m_key, tr("required for LIVE"), this);
  live->setProperty("bwTone", QStringLiteral("warn"));
  live->setFont(ui::themeFont(FontRole::Secondary));
  live->setToolTip(tr("Live trading reads zero here unless a file states a value"));
  live->setVisible(m_field.liveRequired);
  grid->addWidget(key, 1, 0, 2, 1, Qt::AlignTop);
  grid->addWidget(live, 3, 0, Qt::AlignTop);
  grid->setColumnStretch(3, 1);
}

void LimitRow::setField(const LimitField& field) {
  m_field = field;
  showFacts();
  if (!m_drafted) setText(textOf(field.value));
}

void LimitRow::showFacts() {
  const auto part = [](const QString& name, const QString& value) -> QString {
    return name + QLatin1Char(' ') + value;
  };
  QStringList facts;
  facts << part(tr("in force"), textOf(m_field.value)) + QStringLiteral(" (") + textOf(m_field.source) +
               QLatin1Char(')');
  facts << part(tr("range"), rangeText(m_field));
  if (m_field.initial != m_field.value) facts << part(tr("default"), textOf(m_field.initial));
  facts << tighterText(m_field);
  m_facts->setText(facts.join(QStringLiteral(" · ")));
}

QString LimitRow::text() const {
  return m_line != nullptr ? m_line->text() : m_box->currentText();
}

void LimitRow::setText(const QString& wanted) {
  if (text() == wanted) return;
  if (m_line != nullptr) {
    const QSignalBlocker quiet(m_line);
    m_line->setText(wanted);
  } else {
    m_box->setCurrentText(wanted);
  }
}

void LimitRow::setDraft(const QString* draft) {
  m_drafted = draft != nullptr;
  setText(draft != nullptr ? *draft : textOf(m_field.value));
  const bool canDefault = m_field.value != m_field.initial;
  m_reset->setEnabled(m_drafted || canDefault);
  const QString what = m_drafted ? tr("Back to what is in force, %1").arg(textOf(m_field.value))
                                 : tr("To the default, %1").arg(textOf(m_field.initial));
  m_reset->setToolTip(what);
  m_reset->setAccessibleName(what);
}

void LimitRow::reset() {
  Q_EMIT edited(m_key, textOf(m_drafted ? m_field.value : m_field.initial));
}

QString LimitRow::verdict() const {
  return m_verdict->text();
}

void LimitRow::sayVerdict(ui::Shape shape, const char* tone, const QString& text) {
  m_mark->setShape(shape, QString::fromLatin1(tone));
  restyle(*m_verdict, "bwTone", QString::fromLatin1(tone));
  m_verdict->setText(text);
  m_verdictRow->setVisible(!text.isEmpty());
  editor()->setAccessibleDescription(text.isEmpty() ? m_facts->text() : text);
}

void LimitRow::setVerdict(const LimitDiffRow* row, const QString& between) {
  const bool wrong = row != nullptr && (!row->error.empty() || !between.isEmpty());
  restyle(*editor(), "bwInvalid", wrong);
  m_bar->setDraft(-1);
  if (row == nullptr) return sayVerdict(ui::Shape::None, "secondary", {});
  if (wrong) return sayVerdict(ui::Shape::Critical, "critical", row->error.empty() ? between : textOf(row->error));
  const auto before = Decimal::parse(row->before);
  const auto after = Decimal::parse(row->after);
  if (before && after && !before->isZero()) m_bar->setDraft(after->toDouble() / before->toDouble());
  QString text = QStringLiteral("%1 → %2, %3").arg(textOf(row->before), textOf(row->after), changeText(*row));
  if (row->direction == LimitDirection::Tighter) {
    text +=
        row->actsNow ? tr(" · tightens, but acts at once: only Apply takes it") : tr(" · tightens: Enter applies it");
  } else {
    text += tr(" · loosens: a draft until it is reviewed");
  }
  if (!row->effect.empty()) text += QStringLiteral(" · ") + textOf(row->effect);
  const bool caution = row->actsNow || row->direction != LimitDirection::Tighter;
  sayVerdict(caution ? ui::Shape::Warning : ui::Shape::Tick, caution ? "warn" : "ok", text);
}

void LimitRow::setGauge(const GaugeData* gauge) {
  m_bar->setGauge(gauge);
}

ShapeMark::ShapeMark(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : PaintedWidget(objectName, accessibleName, parent) {
  setFixedSize(sizeHint());
}

void ShapeMark::setShape(ui::Shape shape, const QString& tone) {
  if (shape == m_shape && tone == m_tone) return;
  m_shape = shape;
  m_tone = tone;
  update();
}

void ShapeMark::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), ui::color(Role::Window));
  const Role role = m_tone == QStringLiteral("critical") ? Role::Critical
                    : m_tone == QStringLiteral("warn")   ? Role::Warn
                    : m_tone == QStringLiteral("ok")     ? Role::Ok
                                                         : Role::TextSecondary;
  paintShape(painter, m_shape, QRectF(1, 3, 11, 11), ui::color(role));
}

}  // namespace bw::ui
