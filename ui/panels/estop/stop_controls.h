// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace bw::ui {

class BackgroundJobs;
class DataTable;

/// Levels and scopes of the stop besides the plate's, the stops of parts that are under way, the self-test and the
/// timed drill. Thread: GUI.
class StopControls final : public QWidget {
  Q_OBJECT
 public:
  StopControls(PanelContext& context, QWidget* parent);
  ~StopControls() override;
  void refresh();
  /// Nothing asked of the engine is still open; for tests.
  bool idle() const;
  /// The last self-test, by what it tested; the channel table shows it.
  const std::vector<StopTest>& tests() const { return m_tests; }
  const DrillResult& drillResult() const { return m_drill; }

 public Q_SLOTS:
  void runTest();
  void runDrill();

 Q_SIGNALS:
  void testsChanged();

 private:
  QWidget* buildRaise();
  QWidget* buildTests();
  void buildParts();
  void fillScopes();
  void raise();
  void resetPart();
  StopLevel level() const;
  StopScope scope() const;
  QString sentence() const;
  void showRaise();

  PanelContext& m_context;
  std::unique_ptr<BackgroundJobs> m_jobs;
  QComboBox* m_level = nullptr;
  QComboBox* m_scope = nullptr;
  QPushButton* m_raise = nullptr;
  QLabel* m_said = nullptr;
  QWidget* m_partsBox = nullptr;
  TableModel<ScopedStop>* m_partModel = nullptr;
  DataTable* m_parts = nullptr;
  QLineEdit* m_partPhrase = nullptr;
  QLineEdit* m_partCause = nullptr;
  QPushButton* m_partReset = nullptr;
  QPushButton* m_test = nullptr;
  QPushButton* m_drillButton = nullptr;
  QLabel* m_testText = nullptr;
  TableModel<DrillFigure>* m_drillModel = nullptr;
  DataTable* m_drillTable = nullptr;
  std::vector<StopTest> m_tests;
  DrillResult m_drill;
  std::optional<MonoTime> m_sureUntil;  ///< a second press before then does what cannot be taken back
};

}  // namespace bw::ui
