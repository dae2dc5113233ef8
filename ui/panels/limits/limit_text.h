// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/domain/messages/limits.h"
#include "ui/models/item_roles.h"

namespace bw::ui {

/// Words of the limit forms. Thread: any.
/// "MAX_DAILY_DRAWDOWN" → "Max daily drawdown", "ui_freeze.stop_s" → "Ui freeze stop s".
QString limitTitle(const std::string& key);
/// "lower is tighter", "neutral: any change is reviewed" …
QString tighterText(const LimitField& field);
/// "0.1 to 100", "flatten or cancel-all", "on or off"; "or off" where a limit can be.
QString rangeText(const LimitField& field);
/// "tightens", "loosens".
QString directionText(LimitDirection direction);
Mark directionMark(LimitDirection direction);
Tone directionTone(LimitDirection direction);
/// "+33.33 % (×1.33)"; the percentage alone where there is no factor, "—" where there is neither.
QString changeText(const LimitDiffRow& row);
/// A value with its unit as a person reads it: "500 % equity", "off", "partial".
QString limitValueText(const std::string& value, const std::string& unit);

}  // namespace bw::ui
