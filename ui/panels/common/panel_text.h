// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string_view>

#include "core/domain/order.h"
#include "ui/bridge/ui_data.h"
#include "ui/models/item_roles.h"

class QLabel;
class QPushButton;
class QWidget;

namespace bw::ui {

class DataTable;
class TableModelBase;

/// Words and figures that several panels show alike. Thread: GUI.
QString textOf(std::string_view text);
/// Prices with the decimals of the instrument's tick as it was declared, everywhere: a tick of 0.10 shows 61659.70.
QString priceIn(const Instrument& instrument, Ticks ticks);
QString priceIn(const Instrument& instrument, const Price& price);
QString priceIn(const Instrument& instrument, const std::optional<Price>& price);
QString sizeIn(const Instrument& instrument, Lots lots);
QString sizeIn(const Instrument& instrument, const Quantity& quantity);
/// What a market that runs is called: "live" only if it is; else the mode's word, "REPLAY" or "SIM".
QString runningWord(const SessionInfo& info);
/// "BUY" and "SELL": never translated, as at the venue.
QString sideWord(Side side);
Tone sideTone(Side side);
/// Whose it is: "Strategy", "Manual", "External", "Emergency".
QString ownerWord(Owner owner);
/// What is not from here, or was done in an emergency, stands out.
Tone ownerTone(Owner owner);
/// "LIMIT", "STOP" …
QString typeWord(OrderType type);
/// Buttons and fields of a panel always carry both names.
QPushButton* namedButton(const QString& objectName, const QString& text, QWidget* parent);
QLabel* namedLabel(const QString& objectName, const QString& text, QWidget* parent);
/// Hides the later columns that would not fit into the table's width; columns are declared most important first.
/// Leaves alone what a person has chosen.
void fitColumns(DataTable& table, const TableModelBase& model);
/// Text of a duration as an interval: "1 s", "5 min".
QString intervalText(Duration interval);
/// Keeps fitColumns() in force whenever the table's width changes.
void keepFitted(DataTable& table, const TableModelBase& model);

}  // namespace bw::ui
