// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/limits/limit_log.h"
#include "core/limits/limit_review.h"
#include "core/limits/what_if.h"
#include "core/ports/limit_desk.h"

namespace bw::limits {

/// What a desk works with. Functions are called from the caller's thread of the desk, under its lock: they must not
/// call back.
struct DeskParts {
  FileSystem* disk = nullptr;    ///< never null
  const Clock* clock = nullptr;  ///< real time; never null
  std::string mode = "sim";
  std::string userFile;                                    ///< the profile's own risk.yaml; made with the first change
  std::string directory;                                   ///< audit trail and versions: "⟨data⟩/limits"
  std::function<ReviewContext()> context;                  ///< gauges, breakers, stop; absent: nobody runs
  std::function<void(const LimitCommand&)> command;        ///< puts it on the bus; absent: nobody runs
  std::function<Result<void>(const std::string&)> record;  ///< a journal record per change; absent: none
  /// Recorded decisions since then, oldest first. Error "limits.no_journal".
  std::function<Result<std::vector<TimedDecision>>(Timestamp since)> decisions;
};

/// The limit desk over files: a person's risk.yaml is spliced and replaced whole, every change has a version, a line in
/// the audit trail, a record in the journal and a command on the bus, in this order; a failing disk leaves everything
/// as it was. Keeps the last 20 versions of the file. Thread: any.
class FileLimitDesk final : public LimitDesk {
 public:
  /// `inForce` is what the session was started with. A damaged audit trail is put aside as "changes.damaged" and a new
  /// one begun, which says so; never an error of the session. Error "limits.write".
  static Result<std::unique_ptr<FileLimitDesk>> make(DeskParts parts, risk::RiskLimits inForce);

  std::vector<LimitField> fields() const override;
  std::uint64_t version() const override;
  std::string configHash() const override;
  LimitProposal propose(const std::vector<LimitEdit>& edits) const override;
  Result<LimitOutcome> apply(const std::vector<LimitEdit>& edits, const LimitReview& review) override;
  Result<void> abort(std::uint64_t pending, const std::string& who) override;  // tidy:allow(L11) ends a change only
  std::vector<LimitChange> history(const std::string& key) const override;
  Result<std::vector<LimitEdit>> undoOf(std::uint64_t version) const override;
  std::string exportYaml() const override;
  Result<std::vector<LimitEdit>> importYaml(const std::string& text, const std::string& name) const override;
  Result<LimitWhatIf> whatIf(const std::vector<LimitEdit>& edits, int days) const override;

  /// What agents that are made anew start from.
  risk::RiskLimits limits() const;
  /// Lets a loosening whose cool-down is over take effect. Call it about once a second. Error "limits.write",
  /// "limits.refused" (the state changed meanwhile; it is aborted).
  Result<void> settle();

  static constexpr std::size_t kKeptVersions = 20;

 private:
  struct Waiting {
    std::uint64_t number = 0;
    Timestamp due;
    std::vector<LimitEdit> edits;
    LimitReview review;
  };
  FileLimitDesk(DeskParts parts, risk::RiskLimits inForce, LimitLog log);
  Result<void> takeOver(const std::string& damage);
  ReviewContext context() const;
  Result<std::string> userText() const;
  Result<void> commit(const std::vector<LimitEdit>& edits, const LimitProposal& proposal, const LimitReview& review)
      BW_REQUIRES(m_mutex);
  Result<void> note(const std::vector<LimitDiffRow>& rows, const LimitReview& review, const std::string& outcome,
                    std::uint64_t version, const std::string& hash) BW_REQUIRES(m_mutex);
  Result<void> keepVersion(std::uint64_t version, const std::string& text) BW_REQUIRES(m_mutex);

  const DeskParts m_parts;
  mutable Mutex m_mutex;
  risk::RiskLimits m_limits BW_GUARDED_BY(m_mutex);
  LimitLog m_log BW_GUARDED_BY(m_mutex);
  std::optional<std::string> m_knownText BW_GUARDED_BY(m_mutex);  // of the user's file when last read or written
  std::optional<Waiting> m_waiting BW_GUARDED_BY(m_mutex);
  std::uint64_t m_lastPending BW_GUARDED_BY(m_mutex) = 0;
};

}  // namespace bw::limits
