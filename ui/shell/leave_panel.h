// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "core/base/clock.h"
#include "ui/panels/common/panel.h"

class QLabel;
class QPushButton;

namespace bw::ui {

/// The question when the window is to be closed while it trades or holds something: facts, then "Cancel orders and
/// quit" or "Stay". Inline, no dialog: the plate stays free. Thread: GUI.
class LeavePanel final : public QFrame {
  Q_OBJECT
 public:
  /// `clock`: the machine's, for the time given to the cancels.
  LeavePanel(PanelContext& context, const Clock& clock, QWidget* parent);
  /// Is there anything to ask about?
  bool hasFacts() const;
  void ask();
  /// Once per beat while visible.
  void refresh();

 Q_SIGNALS:
  /// Everything that was asked for is done, or the person leaves without waiting.
  void mayLeave();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QString facts() const;
  void cancelAndLeave();
  PanelContext& m_context;
  const Clock& m_clock;
  QLabel* m_text;
  QPushButton* m_cancel;
  QPushButton* m_stay;
  bool m_waiting = false;
  MonoTime m_since;
};

}  // namespace bw::ui
