// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>

namespace bw::ui {

/// What a dock's content is; the value of its property `bwState`.
enum class ViewState : std::uint8_t { Loading, Empty, Live, Lagging, Stale, Error, Replay, Paused };
/// "loading", "empty", "live", "lagging", "stale", "error", "replay", "paused".
QString viewStateName(ViewState state);
/// True when values are to be shown at 60 % strength and trading controls disabled.
constexpr bool isDimmed(ViewState s) {
  return s == ViewState::Stale || s == ViewState::Error;
}

/// Writes the test hooks `bwState`, `bwRevision` and `bwRows` of a widget.
void publish(QWidget& widget, ViewState state, std::uint64_t revision, int rows);

/// A widget that paints every pixel itself from a prepared state. Sets name, accessible name, WA_OpaquePaintEvent and
/// repaints when the theme changes.
/// Thread: GUI.
class PaintedWidget : public QWidget {
  Q_OBJECT
 public:
  PaintedWidget(const QString& objectName, const QString& accessibleName, QWidget* parent);

 protected:
  /// Drop cached texts and metrics; called before the repaint when theme, font scale or density changed.
  virtual void themeChanged() {}
};

}  // namespace bw::ui
