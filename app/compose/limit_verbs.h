// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "app/compose/settings.h"
#include "core/api/control_protocol.h"
#include "core/limits/file_limit_desk.h"

namespace bw::app {

/// Answers one request of the verb "limits" in JSON: `action` is show, set, history, undo, export, import, what-if or
/// abort; `edits` holds KEY=VALUE lines. Exact values are strings. Thread: any.
std::string answerLimits(LimitDesk& desk, const api::ControlRequest& request);

/// Decisions recorded in a journal directory since then. Errors "limits.no_journal", "journal.corrupt".
Result<std::vector<limits::TimedDecision>> decisionsIn(const std::string& journalDirectory, Timestamp since,
                                                       FileSystem& disk);

/// A desk on the profile's files while no workstation runs. `clock` outlives it. Error "limits.write".
Result<std::unique_ptr<limits::FileLimitDesk>> offlineDesk(const Settings& settings, const Places& places,
                                                           const std::string& mode, const Clock& clock);

}  // namespace bw::app
