// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/compose/settings.h"
#include "core/journal/file_journal.h"

namespace bw::app {

/// The SQLite file that holds a mode's journal as tables.
std::string tablesPath(const Places& places, const std::string& mode);

/// Keeps those tables behind the journal on a thread of its own, until the result is released; release it before the
/// journal. `say` (code, text) is called on that thread. Thread: owner.
std::shared_ptr<void> keepTables(const journal::FileJournal& journal, const Places& places, const std::string& mode,
                                 std::function<void(const std::string& code, const std::string& text)> say);

}  // namespace bw::app
