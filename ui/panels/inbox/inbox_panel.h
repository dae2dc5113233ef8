// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <utility>

#include "ui/models/table_model.h"
#include "ui/panels/common/panel.h"

class QBoxLayout;
class QTabWidget;

namespace bw::ui {

class DataTable;
class ElidedLabel;
class InboxCard;

/// Differences between a venue's account and ours, in words, with the answers a person can give (SPEC 16.7).
/// Thread: GUI.
class InboxPanel final : public Panel {
  Q_OBJECT
 public:
  explicit InboxPanel(PanelContext& context);
  InboxCard& card() const { return *m_card; }

 protected:
  void update(Revision revision) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* buildWaiting();
  void buildHistory();
  void showHeader(int waiting);
  void showCard();
  QString subjectOf(const ReconciliationItem& item) const;
  std::vector<Column<ReconciliationItem>> waitingColumns() const;
  std::vector<Column<ReconciliationItem>> historyColumns() const;
  /// All feeds are dead: nothing can be compared. Since when, of which venue.
  const FeedStatus* deadFeed() const;

  ElidedLabel* m_header;
  QTabWidget* m_tabs;
  QBoxLayout* m_split = nullptr;
  TableModel<ReconciliationItem>* m_waitingModel = nullptr;
  DataTable* m_waiting = nullptr;
  InboxCard* m_card = nullptr;
  TableModel<ReconciliationItem>* m_historyModel = nullptr;
  DataTable* m_history = nullptr;
  std::pair<SessionState, StopState> m_session{};  ///< a question asked in another state is void
  QTimer m_second;
};

}  // namespace bw::ui
