// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace bw::ui {

/// A stable sort on SortRole that moves rows only when resort() is called and nobody is aiming at one. Pinned rows stay
/// on top. The filter is a text looked for in every column, case ignored.
/// Thread: GUI.
class SortProxy : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit SortProxy(QObject* parent = nullptr);
  /// Frozen while the pointer is over the table or a row is selected; rows keep their places. Thawing does not sort: a
  /// selection may end in the middle of a row removal. The next resort() does.
  void setFrozen(bool frozen);
  bool frozen() const { return m_frozen; }
  void setFilterText(const QString& text);
  QString filterText() const { return m_filter; }
  /// Sorts again if values changed since the last time and it is not frozen. Call at most twice a second.
  void resort();

 Q_SIGNALS:
  void frozenChanged(bool frozen);

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;

 private:
  bool m_frozen = false;
  bool m_due = false;
  QString m_filter;
};

}  // namespace bw::ui
