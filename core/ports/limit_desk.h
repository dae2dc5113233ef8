// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/messages/limits.h"

namespace bw {

/// Where risk limits are read and changed (UX §5). Tightening applies at once; loosening needs a review. Forms, command
/// line and REST use this one. Thread: all functions from any thread; propose() and whatIf() may take 300 ms.
class LimitDesk {
 public:
  virtual ~LimitDesk() = default;

  /// Every limit with its schema, the value in force and where that comes from; in the order of the forms.
  virtual std::vector<LimitField> fields() const = 0;
  /// Version and hash of the configuration in force. The risk agent acknowledges a version in RiskStatus.
  virtual std::uint64_t version() const = 0;
  virtual std::string configHash() const = 0;

  /// What these edits amount to. Wrong values are errors of their rows.
  virtual LimitProposal propose(const std::vector<LimitEdit>& edits) const = 0;
  /// Applies the tightening part at once and the loosening part as its review allows. Nothing is applied on an error:
  /// "limits.invalid" (a value or a cross-field rule), "limits.nothing" (no change), "limits.reason", "limits.typed"
  /// (wrong or missing), "limits.refused" (breaker open, breach active, stop latched), "limits.channel" (this channel
  /// may only tighten), "limits.write".
  virtual Result<LimitOutcome> apply(const std::vector<LimitEdit>& edits, const LimitReview& review) = 0;
  /// Ends a loosening that waits for its cool-down. Error "limits.no_such_change".
  virtual Result<void> abort(std::uint64_t pending, const std::string& who) = 0;  // tidy:allow(L11) of a change

  /// The audit trail, newest first; `key` empty: all.
  virtual std::vector<LimitChange> history(const std::string& key = {}) const = 0;
  /// The edits that would take back `version` (0: the last applied). They go through apply(), so that undoing a
  /// tightening is a loosening. Errors "limits.no_such_change", "limits.nothing".
  virtual Result<std::vector<LimitEdit>> undoOf(std::uint64_t version) const = 0;

  /// The whole configuration as a commented file.
  virtual std::string exportYaml() const = 0;
  /// Reads such a file strictly; returns only what differs from what is in force. Error "config.syntax" or
  /// "config.invalid" with every finding and its line; `name` stands in the messages.
  virtual Result<std::vector<LimitEdit>> importYaml(const std::string& text, const std::string& name) const = 0;

  /// What these edits would have blocked in the last `days` (1 … 365). Error "limits.no_journal".
  virtual Result<LimitWhatIf> whatIf(const std::vector<LimitEdit>& edits, int days) const = 0;
};

}  // namespace bw
