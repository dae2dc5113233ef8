// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/widgets/view_state.h"

namespace bw::ui {

/// One step of a sequence: start-up, emergency stop.
struct StepItem {
  enum class State : std::uint8_t { Waiting, Running, Done, Failed, NotInThisBuild };
  int number = 0;
  QString title;
  QString detail;  ///< result, or the real reason of the failure
  QString time;    ///< "0.4 s"
  State state = State::Waiting;
  double progress = -1;  ///< 0 to 1 while running; < 0 = unknown
  friend bool operator==(const StepItem&, const StepItem&) = default;
};

/// Steps under each other with shape, word, progress and detail. The reason of a failure stands in full, in as many
/// lines as the width needs; another detail that is cut opens by a click or Enter, or shows as the tool tip. Thread:
/// GUI.
class StepList : public PaintedWidget {
  Q_OBJECT
 public:
  explicit StepList(const QString& objectName, QWidget* parent = nullptr);
  void setState(ViewState view, std::uint64_t revision, std::vector<StepItem> steps);
  const std::vector<StepItem>& steps() const { return m_steps; }
  /// True if all of a step's detail is on show.
  bool isOpen(int row) const;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {120, 60}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int rowHeight() const;
  int stepHeight(int row, int width) const;
  int rowAt(int y) const;
  void toggle(int row);
  void paintStep(QPainter& p, const QRect& rect, int row) const;
  std::vector<StepItem> m_steps;
  int m_opened = -1;  ///< number of the step that a person opened
  int m_current = 0;  ///< row for the keyboard
};

}  // namespace bw::ui
