// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QTimer>

#include <memory>
#include <optional>
#include <tuple>

#include "ui/bridge/background_jobs.h"
#include "ui/panels/common/panel.h"
#include "ui/panels/limits/limit_draft.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace bw::ui {

class EmptyState;
class LimitHistoryPage;
class LimitReviewPage;
class LimitRow;
class WhatIfView;

/// Risk limits as a form made from the desk's schema: what is typed is judged on each keystroke; tightening applies at
/// once, loosening waits for its review (UX §5). The desk is asked on threads of its own, never on this one.
/// Thread: GUI.
class LimitsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit LimitsPanel(PanelContext& context);
  ~LimitsPanel() override;
  /// Null: that limit is not shown by the scope and the search.
  LimitRow* row(const QString& key) const { return m_rows.value(key); }
  /// The desk has answered all that was asked, and nothing is about to be.
  bool settled() const;
  const LimitProposal& proposal() const { return m_proposal; }
  WhatIfView& whatIf() const { return *m_whatIf; }
  /// Reads a file in the background; what differs becomes a draft.
  void importFrom(const QString& path);
  /// Writes the configuration in the background.
  void exportTo(const QString& path);

 public Q_SLOTS:
  /// The tightening part of the draft, at once.
  void applyTightening();
  void openReview();
  void openHistory(const QString& key);

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  enum class Page { Fields, Review, History };
  QWidget* buildTop();
  QWidget* buildMiddle();
  QWidget* buildBottom();
  void connectPages();
  void findDesk();
  void load();
  void takeFields(const std::vector<LimitField>& fields, std::uint64_t version, const std::string& hash);
  void showFields();
  LimitRow* makeRow(const LimitField& field);
  void showScopes();
  bool wanted(const LimitField& field) const;
  const LimitField* fieldOf(const QString& key) const;
  void draftChanged();
  void askProposal();
  void askWhatIf();
  void takeProposal(LimitProposal proposal);
  void showVerdicts();
  void showSummary();
  void showGauges();
  void showVersion();
  void followState();
  void handIn(const QString& key);
  void loosen();
  void undoApplied(std::uint64_t version);
  void apply(std::vector<LimitEdit> edits, LimitReview review);
  void takeOutcome(const Result<LimitOutcome>& outcome, const std::vector<LimitEdit>& edits);
  void abortPending();
  void showPage(Page page);
  void say(const QString& text, const char* tone);
  void chooseFile(bool forExport);
  void jumpTo(const QString& key);
  void everySecond();

  LimitDesk* m_desk = nullptr;
  std::unique_ptr<BackgroundJobs> m_jobs;
  std::unique_ptr<BackgroundJobs> m_slowJobs;
  std::vector<LimitField> m_fields;
  std::uint64_t m_version = 0;
  std::uint64_t m_seenByRisk = 0;
  std::string m_hash;
  LimitDraft m_draft;
  QString m_typedLast;  ///< key
  LimitProposal m_proposal;
  bool m_proposalFits = false;  ///< m_proposal is about the draft as it is
  std::optional<LimitWhatIf> m_answer;
  std::uint64_t m_question = 0;  ///< grows with every change of the draft
  std::uint64_t m_applied = 0;   ///< version that Undo takes back; 0: none
  std::uint64_t m_unseen = 0;    ///< version the risk agent has not acknowledged; 0: none
  std::uint64_t m_pending = 0;   ///< change that waits for its cool-down; 0: none
  Timestamp m_due;
  std::tuple<SessionState, StopState, int> m_state{};  ///< with the number of open breakers
  QHash<QString, LimitRow*> m_rows;
  QList<QLabel*> m_scopeHeads;

  EmptyState* m_empty = nullptr;
  QWidget* m_form = nullptr;
  QLineEdit* m_search = nullptr;
  QComboBox* m_scopeBox = nullptr;
  QListWidget* m_scopes = nullptr;
  QLabel* m_versionLabel = nullptr;
  QGridLayout* m_middle = nullptr;
  QStackedWidget* m_pages = nullptr;
  QScrollArea* m_scroll = nullptr;
  QVBoxLayout* m_list = nullptr;
  QLabel* m_nothing = nullptr;
  LimitReviewPage* m_review = nullptr;
  LimitHistoryPage* m_history = nullptr;
  WhatIfView* m_whatIf = nullptr;
  QLabel* m_summary = nullptr;
  QLabel* m_errors = nullptr;
  QLabel* m_status = nullptr;
  QPushButton* m_apply = nullptr;
  QPushButton* m_reviewButton = nullptr;
  QPushButton* m_discard = nullptr;
  QPushButton* m_undoApplied = nullptr;
  QPushButton* m_abort = nullptr;
  QTimer m_whatIfDelay;
  QTimer m_whatIfDeadline;
  QTimer m_second;
};

}  // namespace bw::ui
