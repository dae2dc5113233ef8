// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/item_roles.h"
#include "ui/theme/shapes.h"
#include "ui/theme/theme.h"

namespace bw::ui {

/// The theme's colour of a cell's tone.
inline QColor toneColor(Tone tone) {
  switch (tone) {
    case Tone::None:
      return color(Role::Text);
    case Tone::Secondary:
      return color(Role::TextSecondary);
    case Tone::Disabled:
      return color(Role::TextDisabled);
    case Tone::Up:
      return color(Role::Up);
    case Tone::Down:
      return color(Role::Down);
    case Tone::Ok:
      return color(Role::Ok);
    case Tone::Warn:
      return color(Role::Warn);
    case Tone::Critical:
      return color(Role::Critical);
    case Tone::Accent:
      return color(Role::Accent);
  }
  return color(Role::Text);
}

/// The shape of a cell's mark.
inline Shape markShape(Mark mark) {
  switch (mark) {
    case Mark::None:
      return Shape::None;
    case Mark::Ok:
      return Shape::Ok;
    case Mark::Warning:
      return Shape::Warning;
    case Mark::Critical:
      return Shape::Critical;
    case Mark::Medium:
      return Shape::Medium;
    case Mark::Unknown:
      return Shape::Unknown;
    case Mark::Paused:
      return Shape::Paused;
    case Mark::Up:
      return Shape::Up;
    case Mark::Down:
      return Shape::Down;
    case Mark::Flat:
      return Shape::Flat;
    case Mark::Tick:
      return Shape::Tick;
    case Mark::Cross:
      return Shape::Cross;
  }
  return Shape::None;
}

/// A bar's fill: side tones use the side bars of the theme, others a third of their colour over the panel.
inline QColor barColor(Tone tone) {
  if (tone == Tone::Up) return color(Role::UpBar);
  if (tone == Tone::Down) return color(Role::DownBar);
  return mix(toneColor(tone), color(Role::Panel), 0.30);
}

}  // namespace bw::ui
