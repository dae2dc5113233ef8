// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QStackedLayout;

namespace bw::ui {

class DataTable;
class EmptyState;
class ScoreBar;
class Sparkline;

struct SignalRow {
  SignalComponent component;
  Timestamp now;
};

/// Score, verdict and the breakdown that adds up to it. Thread: GUI.
class SignalsPanel final : public Panel {
  Q_OBJECT
 public:
  explicit SignalsPanel(PanelContext& context);

 protected:
  void update(Revision revision) override;

 private:
  void showScore(const SignalGenerated& signal, Revision revision);
  QStackedLayout* m_pages;
  EmptyState* m_empty;
  ScoreBar* m_score;
  Sparkline* m_history;
  TableModel<SignalRow>* m_model;
  DataTable* m_table;
};

}  // namespace bw::ui
