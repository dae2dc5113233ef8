// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>
#include <optional>

#include "core/domain/messages/limits.h"
#include "ui/models/table_model.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace bw::ui {

class DataTable;

/// The reviewed diff of a loosening: what is in force and what it would be, by how much, what it would have let
/// through, a reason, and where money is at stake the new value typed once more. What was typed to confirm lapses
/// after half a minute and whenever the values in force change; the reason stays. Thread: GUI.
class LimitReviewPage final : public QWidget {
  Q_OBJECT
 public:
  static constexpr Duration kConfirmTime = Duration::seconds(30);
  static constexpr int kShortestReason = 10;
  /// `mono`: real time, for the confirmation. `mode` is the word of the badge.
  LimitReviewPage(std::function<MonoTime()> mono, QString mode, QWidget* parent = nullptr);
  /// The loosening part of `proposal` is shown.
  void setProposal(const LimitProposal& proposal, std::uint64_t version);
  /// What the loosening would have let through; null: not known yet.
  void setWhatIf(const LimitWhatIf* answer);
  /// Lapses what is over; to be called about once a second.
  void tick();
  /// Session, stop or breakers are not what they were: what was typed to confirm is void.
  void stateChanged();
  /// What is missing for the button to work; empty: nothing.
  QString missing() const;
  LimitReview review() const;
  /// Reason and confirmation are forgotten: they were used.
  void clear();
  void focusReason();

 Q_SIGNALS:
  void confirmed();
  void backRequested();

 private:
  void buildForm();
  void judge();
  void lapse(const QString& why);

  const std::function<MonoTime()> m_mono;
  const QString m_mode;
  LimitProposal m_proposal;
  std::uint64_t m_version = 0;
  std::optional<MonoTime> m_typedAt;
  TableModel<LimitDiffRow>* m_model;
  DataTable* m_table;
  QLabel* m_title;
  QLabel* m_would;
  QLabel* m_notes;
  QLabel* m_typedCaption = nullptr;
  QLabel* m_missing = nullptr;
  QLineEdit* m_reason = nullptr;
  QLineEdit* m_typed = nullptr;
  QPushButton* m_confirm = nullptr;
  std::uint64_t m_revision = 0;
};

}  // namespace bw::ui
