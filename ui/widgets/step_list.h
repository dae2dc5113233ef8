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

/// Steps under each other with shape, word, progress and detail.
/// Thread: GUI.
class StepList : public PaintedWidget {
  Q_OBJECT
 public:
  explicit StepList(const QString& objectName, QWidget* parent = nullptr);
  void setState(ViewState view, std::uint64_t revision, std::vector<StepItem> steps);
  const std::vector<StepItem>& steps() const { return m_steps; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int stepHeight(int row) const;
  std::vector<StepItem> m_steps;
};

}  // namespace bw::ui
