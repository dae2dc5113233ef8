// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bw::ui {

/// Makes the painted widgets speak to assistive technology: the plate as a button with a Press action and its state as
/// description, ladder, chart, gauges and score as graphics with their summary as value. Called by whoever makes the
/// first window; more calls do nothing. Thread: GUI.
void installAccessibility();

}  // namespace bw::ui
