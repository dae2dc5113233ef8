// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/mutex.h"
#include "core/domain/messages/reconciliation.h"
#include "core/ports/limit_desk.h"

namespace bw::ui {

/// A limit desk in memory with some twenty limits of every form, for tests and pictures. Thread: any.
class TestLimitDesk final : public LimitDesk {
 public:
  struct Options {
    bool live = false;                  ///< loosening asks for a typed value and cools down
    std::vector<std::string> refusals;  ///< loosening is refused for these
    Timestamp now;                      ///< stamp of every change
  };
  explicit TestLimitDesk(Options options);
  TestLimitDesk() : TestLimitDesk(Options{}) {}

  std::vector<LimitField> fields() const override;
  std::uint64_t version() const override;
  std::string configHash() const override;
  LimitProposal propose(const std::vector<LimitEdit>& edits) const override;
  Result<LimitOutcome> apply(const std::vector<LimitEdit>& edits, const LimitReview& review) override;
  Result<void> abort(std::uint64_t pending, const std::string& who) override;
  std::vector<LimitChange> history(const std::string& key) const override;
  Result<std::vector<LimitEdit>> undoOf(std::uint64_t version) const override;
  std::string exportYaml() const override;
  Result<std::vector<LimitEdit>> importYaml(const std::string& text, const std::string& name) const override;
  Result<LimitWhatIf> whatIf(const std::vector<LimitEdit>& edits, int days) const override;

 private:
  const LimitField* find(const std::string& key) const BW_REQUIRES(m_mutex);
  std::string valueOf(const std::string& key, const std::vector<LimitEdit>& edits) const BW_REQUIRES(m_mutex);
  LimitProposal judge(const std::vector<LimitEdit>& edits) const BW_REQUIRES(m_mutex);
  void store(const LimitDiffRow& row, const LimitReview& review, const char* outcome) BW_REQUIRES(m_mutex);

  const Options m_options;
  mutable Mutex m_mutex;
  std::vector<LimitField> m_fields BW_GUARDED_BY(m_mutex);
  std::vector<LimitChange> m_history BW_GUARDED_BY(m_mutex);  ///< oldest first
  std::uint64_t m_version BW_GUARDED_BY(m_mutex) = 1;
  std::uint64_t m_pending BW_GUARDED_BY(m_mutex) = 0;  ///< number of the change that waits; 0: none
};

/// Three open differences of different kinds and one that was settled, seen shortly before `now`.
std::vector<ReconciliationItem> testDifferences(Timestamp now);

}  // namespace bw::ui
