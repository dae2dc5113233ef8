// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QFrame>
#include <QLineEdit>

#include <functional>
#include <optional>

#include "core/domain/messages/limits.h"
#include "ui/theme/shapes.h"
#include "ui/widgets/gauges.h"

class QGridLayout;
class QLabel;
class QToolButton;

namespace bw::ui {

class LimitBar;
class ShapeMark;

/// The line of a limit's field: whatever the desk understands may be typed; nothing passes through a binary number.
/// ↑/↓ one unit of the last digit, PgUp/PgDn ten; Enter hands in, Esc takes back. Thread: GUI.
class LimitLine final : public QLineEdit {
  Q_OBJECT
 public:
  using QLineEdit::QLineEdit;
  void setCounts(bool counts) { m_counts = counts; }

 Q_SIGNALS:
  void handedIn();
  void takenBack();
  void undoWanted();
  void redoWanted();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void step(int by);
  bool m_counts = false;  ///< whole numbers only
};

/// One limit: label, editor, unit, how much is used, what is in force and where from, what the typed value would be.
/// Thread: GUI.
class LimitRow final : public QFrame {
  Q_OBJECT
 public:
  explicit LimitRow(const LimitField& field, QWidget* parent = nullptr);
  const QString& key() const { return m_key; }
  const LimitField& field() const { return m_field; }
  /// As the desk has it now.
  void setField(const LimitField& field);
  /// Null: what is in force is shown.
  void setDraft(const QString* text);
  /// What the desk says to the typed value; null: nothing typed, or not answered yet. `between`: what is wrong with it
  /// beside the values of other fields.
  void setVerdict(const LimitDiffRow* row, const QString& between);
  void setGauge(const GaugeData* gauge);
  /// What stands in the editor.
  QString text() const;
  /// The verdict's words.
  QString verdict() const;
  QWidget* editor() const { return m_line != nullptr ? static_cast<QWidget*>(m_line) : m_box; }
  LimitBar& bar() const { return *m_bar; }

 Q_SIGNALS:
  void edited(const QString& key, const QString& text);
  void handedIn(const QString& key);
  void historyRequested(const QString& key);
  void undoWanted();
  void redoWanted();

 private:
  void build();
  void buildEditor();
  void showFacts();
  void setText(const QString& text);
  void sayVerdict(ui::Shape shape, const char* tone, const QString& text);
  void reset();

  LimitField m_field;
  QString m_key;
  QLabel* m_name = nullptr;
  QLabel* m_facts = nullptr;
  QLabel* m_help = nullptr;
  QLabel* m_verdict = nullptr;
  ShapeMark* m_mark = nullptr;
  QWidget* m_verdictRow = nullptr;
  LimitLine* m_line = nullptr;
  QComboBox* m_box = nullptr;
  LimitBar* m_bar = nullptr;
  QToolButton* m_reset = nullptr;
  bool m_drafted = false;
};

/// A status shape of its own, 12 px. Thread: GUI.
class ShapeMark final : public PaintedWidget {
  Q_OBJECT
 public:
  ShapeMark(const QString& objectName, const QString& accessibleName, QWidget* parent);
  /// `tone`: one of the bwTone words.
  void setShape(ui::Shape shape, const QString& tone);
  QSize sizeHint() const override { return {14, 16}; }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ui::Shape m_shape = ui::Shape::None;
  QString m_tone;
};

}  // namespace bw::ui
