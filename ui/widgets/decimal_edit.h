// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <optional>

#include "core/base/decimal.h"

namespace bw::ui {

/// A line edit for an exact decimal: no binary spin box. Group separators are refused while typing; the wheel works
/// only with focus; ↑/↓ one step, PgUp/PgDn ten. Thread: GUI.
class DecimalEdit : public QLineEdit {
  Q_OBJECT
 public:
  explicit DecimalEdit(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);
  /// Step (tick or lot) > 0; also the number of decimals shown after stepping.
  void setStep(const Decimal& step);
  /// Values outside make the field invalid, stepping stops there.
  void setRange(std::optional<Decimal> minimum, std::optional<Decimal> maximum);
  void setValue(const Decimal& value);
  void clearValue();
  /// Empty when the text is empty or not acceptable; errorText() then says why.
  std::optional<Decimal> value() const;
  QString errorText() const { return m_error; }
  void stepBy(int steps);

 Q_SIGNALS:
  void valueChanged();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  void validate();
  Decimal m_step{1, 2};
  std::optional<Decimal> m_minimum;
  std::optional<Decimal> m_maximum;
  std::optional<Decimal> m_value;
  QString m_error;
};

}  // namespace bw::ui
