// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/widgets/view_state.h"

namespace bw::ui {

enum class PlateState : std::uint8_t { Ready, Latched, Stopping, Stopped, Attention, Offline };

struct PlateData {
  PlateState state = PlateState::Offline;
  /// Words beside the plate; empty = the state's own ("EMERGENCY STOP", "STOP PATH FAULT" …).
  QString words;
  /// 0 to 1 while Stopping: how much of the arc is there under reduced motion.
  double progress = 0;
  std::uint64_t revision = 0;
};

/// The emergency stop: yellow plate, ink outline, red actuator; fires on press. It only asks: the application-wide
/// filter of the shell, which hits it through hitTest(), calls the stop thread. Thread: GUI.
class EstopPlate : public PaintedWidget {
  Q_OBJECT
 public:
  enum class Size : std::uint8_t { Full, Mini };  ///< 72×52 with words; 32×32 without
  explicit EstopPlate(Size size = Size::Full, QWidget* parent = nullptr);
  ~EstopPlate() override;

  void setState(const PlateData& fresh);
  const PlateData& state() const { return m_data; }
  /// Is this global position on the yellow plate (the words do not count) and the plate visible?
  bool hitTest(const QPoint& globalPos) const;
  /// The plate in widget coordinates.
  QRect plateRect() const;
  /// Sinks the actuator at once, before the engine has answered; undone by the next setState.
  void showPressed();
  /// A press by other means than mouse, touch and keys: assistive technology.
  void press() { fire(); }
  /// All plates alive, for the filter.
  static const QVector<EstopPlate*>& all();
  /// The sentence that screen readers give and tests read.
  QString stateSentence() const;
  /// Words shown beside the plate, whether or not there is room for them.
  QString words() const;
  bool wordsVisible() const;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  /// Left press, touch, Enter or Space (no auto-repeat). Idempotent for the receiver.
  void pressed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void themeChanged() override;
  bool event(QEvent* event) override;

 private:
  void fire();
  void paintPlate(QPainter& p, const QRectF& plate) const;
  void paintActuator(QPainter& p, const QRectF& plate) const;
  void paintWords(QPainter& p) const;
  double scale() const;

  Size m_size;
  PlateData m_data;
  bool m_sunken = false;
  int m_phase = 0;  ///< animation step, 20 per turn
  QTimer m_animation;
};

}  // namespace bw::ui
