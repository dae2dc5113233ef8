// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sort_proxy.h"

#include "ui/models/item_roles.h"

namespace bw::ui {

SortProxy::SortProxy(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(SortRole);
  setDynamicSortFilter(false);
  // Direct connections to the source: the proxy's own signals also fire for its own moves.
  connect(this, &QAbstractProxyModel::sourceModelChanged, this, [this] {
    m_due = true;
    if (!sourceModel()) return;
    const auto mark = [this] { m_due = true; };
    connect(sourceModel(), &QAbstractItemModel::dataChanged, this, mark);
    connect(sourceModel(), &QAbstractItemModel::rowsInserted, this, mark);
    connect(sourceModel(), &QAbstractItemModel::layoutChanged, this, mark);
    connect(sourceModel(), &QAbstractItemModel::modelReset, this, mark);
  });
}

void SortProxy::setFrozen(bool frozen) {
  if (frozen == m_frozen) return;
  m_frozen = frozen;
  Q_EMIT frozenChanged(frozen);
}

void SortProxy::setFilterText(const QString& text) {
  if (text == m_filter) return;
  m_filter = text;
  invalidateFilter();
}

void SortProxy::resort() {
  if (m_frozen || !m_due) return;
  m_due = false;
  invalidate();
}

bool SortProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const bool leftPinned = left.data(PinRole).toBool();
  const bool rightPinned = right.data(PinRole).toBool();
  if (leftPinned != rightPinned) return leftPinned == (sortOrder() == Qt::AscendingOrder);
  const QVariant a = left.data(SortRole);
  const QVariant b = right.data(SortRole);
  if (a.isValid() != b.isValid()) return b.isValid();  // what is not available comes last when the largest come first
  if (a.userType() == QMetaType::QString && b.userType() == QMetaType::QString) {
    return a.toString().localeAwareCompare(b.toString()) < 0;
  }
  return QVariant::compare(a, b) == QPartialOrdering::Less;
}

bool SortProxy::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
  if (m_filter.isEmpty()) return true;
  const int columns = sourceModel()->columnCount(sourceParent);
  for (int c = 0; c < columns; ++c) {
    const QString text = sourceModel()->index(sourceRow, c, sourceParent).data().toString();
    if (text.contains(m_filter, Qt::CaseInsensitive)) return true;
  }
  return false;
}

}  // namespace bw::ui
