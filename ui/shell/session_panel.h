// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/panels/common/panel.h"

class QLabel;
class QPushButton;

namespace bw::ui {

class StepList;

/// What the session button opens, inline under the strip: what would start, what runs, and the commands that fit the
/// state. In SIM and PAPER starting is one click. Thread: GUI.
class SessionPanel : public QFrame {
  Q_OBJECT
 public:
  SessionPanel(PanelContext& context, QWidget* parent);
  void refresh();
  /// Words of the session button: "TRADING · 2 strategies · 00:41".
  static QString buttonText(const UiData& replica);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QString describe() const;
  PanelContext& m_context;
  QLabel* m_title;
  QLabel* m_text;
  StepList* m_steps;
  QPushButton* m_start;
  QPushButton* m_pause;
  QPushButton* m_resume;
  QPushButton* m_stop;
};

}  // namespace bw::ui
