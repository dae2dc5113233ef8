// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;

namespace bw::ui {

/// One sentence for a few seconds at the bottom of the window: tells what was done, asks nothing, covers no control of
/// the strip. Thread: GUI.
class Toast final : public QFrame {
  Q_OBJECT
 public:
  explicit Toast(QWidget* window);
  /// Replaces what is shown. `window` of the constructor decides the place.
  void say(const QString& sentence);
  QString sentence() const;

 private:
  QLabel* m_text;
  QTimer m_leave;
};

}  // namespace bw::ui
