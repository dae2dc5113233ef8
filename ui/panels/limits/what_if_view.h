// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/domain/messages/limits.h"
#include "ui/models/table_model.h"

class QLabel;
class QSpinBox;

namespace bw::ui {

class DataTable;

/// "What would this do now": what follows from the values, what it would do at once, what it would have blocked or let
/// through in the last days. Thread: GUI.
class WhatIfView final : public QWidget {
  Q_OBJECT
 public:
  explicit WhatIfView(QWidget* parent = nullptr);
  int days() const;
  /// Little room: sentences only, without the list of orders.
  void setCompact(bool compact);
  /// What the desk made of the draft.
  void setProposal(const LimitProposal& proposal);
  /// Nothing typed: no question.
  void showNothing();
  /// The answer has not come within its time.
  void showComputing();
  void showAnswer(const LimitWhatIf& answer);
  void showProblem(const QString& text);
  /// The last answer's sentence, or why there is none.
  QString text() const;

 Q_SIGNALS:
  void daysChanged();

 private:
  void say(const QString& text, const char* tone);
  QLabel* m_text;
  QLabel* m_counts;
  QLabel* m_now;
  QLabel* m_arithmetic;
  QSpinBox* m_days;
  TableModel<LimitWhatIf::Sample>* m_model;
  DataTable* m_table;
  std::uint64_t m_revision = 0;
};

}  // namespace bw::ui
