// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/domain/messages/limits.h"
#include "ui/models/table_model.h"

class QLabel;
class QPushButton;

namespace bw::ui {

class DataTable;

/// The audit trail of the limits, of all or of one. Append-only; a change is taken back by another change. Thread: GUI.
class LimitHistoryPage final : public QWidget {
  Q_OBJECT
 public:
  explicit LimitHistoryPage(QWidget* parent = nullptr);
  /// `key` empty: of all.
  void setRows(const QString& key, const std::vector<LimitChange>& changes);
  const QString& key() const { return m_key; }

 Q_SIGNALS:
  void undoRequested(quint64 version);
  void backRequested();

 private:
  void judge();
  QLabel* m_title;
  QPushButton* m_undo;
  TableModel<LimitChange>* m_model;
  DataTable* m_table;
  QString m_key;
  std::uint64_t m_revision = 0;
};

}  // namespace bw::ui
