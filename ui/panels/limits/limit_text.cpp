// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/limits/limit_text.h"

#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limits_panel.h"

namespace bw::ui {

QString limitTitle(const std::string& key) {
  QString text =
      textOf(key).toLower().replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char('.'), QLatin1Char(' '));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

QString tighterText(const LimitField& field) {
  if (field.tighter == "lower") return LimitsPanel::tr("lower is tighter");
  if (field.tighter == "higher") return LimitsPanel::tr("higher is tighter");
  if (field.tighter == "off") return LimitsPanel::tr("off is tighter");
  return LimitsPanel::tr("every change is reviewed");
}

QString rangeText(const LimitField& field) {
  QString text;
  switch (field.form) {
    case LimitForm::Number:
    case LimitForm::Count:
      text = LimitsPanel::tr("%1 to %2").arg(textOf(field.lowest), textOf(field.highest));
      break;
    case LimitForm::Word: {
      QStringList words;
      for (const auto& word : field.words) words << textOf(word);
      text = words.join(QStringLiteral(" | "));
      break;
    }
    case LimitForm::Switch:
      return LimitsPanel::tr("on or off");
    case LimitForm::Table:
      text = LimitsPanel::tr("bound:factor, …, above:factor");
      break;
    case LimitForm::HourZone:
      text = LimitsPanel::tr("hour:minute and zone");
      break;
  }
  return field.canBeOff ? LimitsPanel::tr("%1, or off").arg(text) : text;
}

QString directionText(LimitDirection direction) {
  switch (direction) {
    case LimitDirection::Same:
      return LimitsPanel::tr("no change");
    case LimitDirection::Tighter:
      return LimitsPanel::tr("tightens");
    case LimitDirection::Looser:
      return LimitsPanel::tr("loosens");
  }
  return {};
}

Mark directionMark(LimitDirection direction) {
  return direction == LimitDirection::Looser    ? Mark::Warning
         : direction == LimitDirection::Tighter ? Mark::Tick
                                                : Mark::Flat;
}

Tone directionTone(LimitDirection direction) {
  return direction == LimitDirection::Looser    ? Tone::Warn
         : direction == LimitDirection::Tighter ? Tone::Ok
                                                : Tone::Secondary;
}

QString changeText(const LimitDiffRow& row) {
  QString percent = textOf(row.changePercent);
  if (!percent.isEmpty()) percent = percent.replace(QLatin1Char('-'), QChar(0x2212)) + QStringLiteral(" %");
  const auto before = Decimal::parse(row.before);
  const auto after = Decimal::parse(row.after);
  if (!before || !after || before->isZero()) return percent.isEmpty() ? notAvailable() : percent;
  try {
    const QString factor = shortText(divide(*after, *before, 12, Rounding::HalfEven), Rounding::HalfEven);
    return percent.isEmpty() ? QStringLiteral("×") + factor : LimitsPanel::tr("%1 (×%2)").arg(percent, factor);
  } catch (const ExactOverflow&) {
    return percent.isEmpty() ? notAvailable() : percent;
  }
}

QString limitValueText(const std::string& value, const std::string& unit) {
  const auto number = Decimal::parse(value);
  return number && !unit.empty() ? textOf(value) + QLatin1Char(' ') + textOf(unit) : textOf(value);
}

}  // namespace bw::ui
