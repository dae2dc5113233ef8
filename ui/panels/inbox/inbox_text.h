// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/bridge/ui_data.h"

namespace bw::ui {

/// Words of the reconciliation inbox. Thread: any.
QString kindText(ReconciliationKind kind);
/// "Adopt", "Ignore", "Close", "Pause".
QString actionText(ReconciliationAction action);
/// What an answer does to this item, with venue and mode, in one sentence.
QString effectText(const ReconciliationItem& item, ReconciliationAction action, const QString& subject,
                   const QString& mode);
/// Whether an answer takes a second press: it adds risk or cannot be undone. Only a pause does neither.
bool needsConfirmation(ReconciliationAction action);
/// Theirs less ours where both are numbers of one unit: "+12.50", "-25.00 USDT"; else empty.
QString differenceText(const ReconciliationItem& item);

}  // namespace bw::ui
